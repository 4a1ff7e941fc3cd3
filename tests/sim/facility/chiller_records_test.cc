/// The 160 chiller records of EnergyPlus' data sets.
#include "sim/facility/chiller_records.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/weather/data_folder.h"

namespace aifactory {
namespace {

constexpr const char* kFile = "chillers/chillers_eir.csv";

TEST(ChillerRecords, AllLoadAndThoseOffTheirReferenceAreRenormalised) {
  AIF_DATA_FILE(file, kFile);
  const auto records = read_chiller_records(file);
  ASSERT_EQ(records.size(), 160u);
  // Facts of the set: 36 records more than 3 % off 1 at their own reference point, 12 more than 5 %, the worst 26 %.
  const auto beyond = [&](double share) { return std::count_if(records.begin(), records.end(), [&](const auto& r) { return r.off_reference > share; }); };
  EXPECT_EQ(beyond(0.03), 36);
  EXPECT_EQ(beyond(0.05), 12);
  const auto worst = std::max_element(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.off_reference < b.off_reference; });
  EXPECT_EQ(worst->name, "ElectricEIRChiller York YT 1090kW/7.57COP/VSD");
  EXPECT_NEAR(worst->off_reference, 0.26, 0.005);
  double warmest_c = 0.0;
  for (const ChillerRecord& record : records) {
    SCOPED_TRACE(record.name);
    EXPECT_EQ(record.params.renormalise, record.off_reference > 0.03);
    const ChillerEir chiller(record.params);  // each can be built
    const auto& p = record.params;
    const auto reference = chiller.evaluate(p.design_capacity, p.design_evaporator_leaving, p.design_condenser_entering);
    const double most = record.params.renormalise ? 1e-12 : 0.03;
    EXPECT_NEAR(reference.f1, 1.0, most);
    EXPECT_NEAR(reference.f2, 1.0, most);
    warmest_c = std::max(warmest_c, p.max_evaporator_leaving.in_celsius());
    // Heat balance and a plausible efficiency over the whole of its range.
    for (const double part : {0.3, 0.6, 1.0}) {
      for (const Temperature te : {p.min_evaporator_leaving, p.max_evaporator_leaving}) {
        for (const Temperature tc : {p.min_condenser_entering, p.max_condenser_entering}) {
          const auto out = chiller.evaluate(p.design_capacity * part, te, tc);
          EXPECT_TRUE(out.inside);
          EXPECT_NEAR((out.rejected - out.heat - p.motor_heat_frac * out.power).si(), 0.0, 1e-6);
        }
      }
    }
  }
  EXPECT_NEAR(warmest_c, 12.78, 1e-9);  // no published set covers warm water
}

TEST(ChillerRecords, AreFoundByNameWithOrWithoutTheirClassAndRefusedOnRequest) {
  AIF_DATA_FILE(file, kFile);
  const InputFile input{.path = file, .as_written = "chillers.csv"};
  const auto record = find_chiller_record({.records = input, .name = "Carrier 19XR 1407kW/6.04COP/VSD"});
  EXPECT_EQ(record.name, find_chiller_record({.records = input, .name = "ElectricEIRChiller Carrier 19XR 1407kW/6.04COP/VSD"}).name);
  EXPECT_FALSE(record.params.renormalise);
  // As the catalogue's entry: W1 (8, 20, .5) -> 106133.6 W.
  const ChillerEir chiller(record.params);
  EXPECT_NEAR(chiller.evaluate(1406.6 * kW * 1.162396 * 0.5, Temperature::celsius(8.0), Temperature::celsius(20.0)).power.si(), 106133.6, 0.2);
  const auto message = [&](const ChillerRecordConfig& config) -> std::string {
    try {
      find_chiller_record(config);
    } catch (const InputError& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(message({.records = input, .name = "York YT 1090kW/7.57COP/VSD", .off_reference = OffReference::refuse}),
            "chillers.csv: York YT 1090kW/7.57COP/VSD: its curves are 25.6 % off 1 at their own reference point; take another machine, or "
            "`off_reference: renormalise`");
  EXPECT_EQ(message({.records = input, .name = "York YT 1090kW/7.57COP/VDS"}), "chillers.csv: has no chiller York YT 1090kW/7.57COP/VDS (did you mean \"York YT 1090kW/7.57COP/VSD\"?)");
}

}  // namespace
}  // namespace aifactory
