#include "sim/results/print_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace aifactory {
namespace {

void fill(nlohmann::ordered_json& json) {
  for (auto& [key, value] : json.items()) {
    if (value.is_object()) fill(value);
    if (value.is_null()) value = -123456.789;
  }
}

TEST(ScreenText, ShowsWhatIsKnownAligned) {
  Summary summary;
  summary.whole().set("time.simulated_s", 604800.0);
  summary.whole().set("time.wall_s", 3.25);
  summary.whole().set("energy.facility_mwh", 12345.678);
  summary.whole().set("kpi.pue", 1.12345);
  summary.whole().set("jobs.submitted", 100000);
  summary.whole().set("ledger.energy_residual_frac", 2.5e-16);
  EXPECT_EQ(screen_text(summary),
            "time      simulated                 7 d       wall clock            3.250 s\n"
            "energy    facility              12346 MWh\n"
            "KPI       PUE                   1.123\n"
            "jobs      submitted            100000\n"
            "ledger    energy off by     2.500e-16\n");
}

TEST(ScreenText, FitsOneScreenWhenEverythingIsKnown) {
  Summary empty;
  nlohmann::ordered_json json = empty.json();
  fill(json);
  const std::string text = screen_text(Summary::parse(json.dump(), "x"));
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 40);
  std::size_t longest = 0;
  for (std::size_t at = 0, next; (next = text.find('\n', at)) != std::string::npos; at = next + 1) {
    longest = std::max(longest, next - at);
  }
  EXPECT_LE(longest, 80u);
}

TEST(ScreenText, OneLinePerSiteWhenThereAreSeveral) {
  Summary summary;
  summary.site("abilene").set("kpi.pue", 1.25);
  EXPECT_EQ(screen_text(summary), "");
  summary.site("luleaa").set("energy.it_mwh", 10.0);
  EXPECT_EQ(screen_text(summary),
            "site                          IT MWh     peak MW       PUE       WUE   jobs done\n"
            "abilene                            -           -     1.250         -           -\n"
            "luleaa                            10           -         -         -           -\n");
}

}  // namespace
}  // namespace aifactory
