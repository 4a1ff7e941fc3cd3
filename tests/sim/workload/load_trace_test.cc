#include "sim/workload/load_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/error.h"

namespace aifactory {
namespace {

const SiteClock kClock = SiteClock::from_local(calendar_seconds(2024, 4, 7), -5 * 3600);

LoadConfig of_file() {
  LoadConfig config;
  config.file = InputFile{.path = "x.csv", .as_written = "x.csv"};
  return config;
}
LoadTrace parse(const std::string& text, const LoadConfig& config, std::size_t groups = 1, const std::string& what = "1 cluster",
                Duration horizon = 60.0 * s) {
  return parse_load_trace(text, "x.csv", config, groups, what, kClock, horizon);
}
std::string refusal(const std::string& text, const LoadConfig& config, std::size_t groups = 1,
                    const std::string& what = "1 cluster", Duration horizon = 60.0 * s) {
  try {
    parse(text, config, groups, what, horizon);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(LoadTrace, ValuesHoldFromTheirRowOn) {
  const LoadTrace trace = parse("t,p_kw\n0,1\n30,2\n60,0\n", of_file());
  EXPECT_EQ(trace.ticks, (std::vector<Tick>{0, 30'000'000, 60'000'000}));
  EXPECT_EQ(trace.watts, (std::vector<double>{1000.0, 2000.0, 0.0}));
  EXPECT_EQ(trace.period, 0);
}

TEST(LoadTrace, RowsThatChangeNothingAreNoChange) {
  const LoadTrace trace = parse("t,a_w,b_w\n0,1,2\n20,1,2\n40,1,3\n60,1,3\n", of_file(), 2, "2 racks");
  EXPECT_EQ(trace.ticks, (std::vector<Tick>{0, 40'000'000}));
  EXPECT_EQ(trace.watts, (std::vector<double>{1, 2, 1, 3}));
}

TEST(LoadTrace, TakesTimesAsNumbersStampsOrAnInterval) {
  LoadConfig config = of_file();
  config.time_unit = 60.0 * s;
  EXPECT_EQ(parse("minute,p_w\n5,1\n6,2\n", config).ticks, (std::vector<Tick>{0, 60'000'000}));  // from the first row on
  config = of_file();
  config.from = 15.0 * s;
  EXPECT_EQ(parse("t,p_w\n100,1\n115,2\n200,3\n", config).ticks, (std::vector<Tick>{-15'000'000, 0, 85'000'000}));
  config = of_file();  // the run starts at midnight of the site, 5 h behind UTC
  EXPECT_EQ(parse("t,p_w\n2024-04-07T04:59:00Z,1\n2024-04-07 00:00:30-05:00,2\n", config).ticks, (std::vector<Tick>{-60'000'000, 30'000'000}));
  config.zone = StampZone::site;
  EXPECT_EQ(parse("t,p_w\n2024-04-07T00:00:00,1\n2024-04-07T00:00:30,2\n", config, 1, "1 hall", 40.0 * s).ticks, (std::vector<Tick>{0, 30'000'000}));
  config.from = 0.0 * s;  // any day may be replayed on any other
  EXPECT_EQ(parse("t,p_w\n1999-01-01T00:00:00,1\n1999-01-01T00:01:00,2\n", config).ticks, (std::vector<Tick>{0, 60'000'000}));
  config = of_file();
  config.interval = 15.0 * s;
  EXPECT_EQ(parse("p_w\n1\n2\n3\n4\n", config).ticks, (std::vector<Tick>{0, 15'000'000, 30'000'000, 45'000'000}));
}

TEST(LoadTrace, FindsColumnsByNumberAndByName) {
  LoadConfig config = of_file();
  config.unit = "W";
  const std::string text = "time,power[1],power[2],wet bulb\n0,10,20,5\n60,11,21,5\n";
  config.column = "power[#]";
  EXPECT_EQ(parse(text, config, 2, "2 CDUs").watts, (std::vector<double>{10, 20, 11, 21}));
  config.column.reset();
  config.columns = {"power[2]", "power[1]"};
  EXPECT_EQ(parse(text, config, 2, "2 CDUs").watts, (std::vector<double>{20, 10, 21, 11}));
  config.columns.clear();
  config.column = "p_##";
  EXPECT_EQ(parse("t,p_00,p_01\n0,1,2\n60,3,4\n", config, 2, "2 racks").watts, (std::vector<double>{1, 2, 3, 4}));
}

TEST(LoadTrace, UnitsComeFromTheColumnOrTheScenario) {
  LoadConfig config = of_file();
  config.scale = 0.5;
  EXPECT_EQ(parse("t,total_MW\n0,3\n60,4\n", config).watts.front(), 1.5e6);
  config.unit = "kW";
  EXPECT_EQ(parse("t,total_MW\n0,3\n60,4\n", config).watts.front(), 1500.0);
}

TEST(LoadTrace, BlanksAndMissingRowsHoldAndAreCounted) {
  const LoadTrace trace = parse("t,a_w,b_w\n0,1,2\n10,,3\n20,4,NaN\n60,5,6\n", of_file(), 2, "2 racks");
  EXPECT_EQ(trace.watts, (std::vector<double>{1, 2, 1, 3, 4, 3, 5, 6}));
  EXPECT_EQ(trace.blanks_held, 2u);
  EXPECT_EQ(trace.missing_rows_held, 3u);
  LoadConfig strict = of_file();
  strict.gaps = GapRule::refuse;
  EXPECT_EQ(refusal("t,a_w,b_w\n0,1,2\n10,,3\n60,5,6\n", strict, 2, "2 racks"), "x.csv:3: a_w is blank");
  EXPECT_EQ(refusal("t,a_w\n0,1\n10,2\n20,3\n50,4\n60,5\n", strict), "x.csv:5: 30 s after the row before; rows are 10 s apart");
}

TEST(LoadTrace, EveryBadRowIsNamedWithItsLine) {
  EXPECT_EQ(refusal("t,p_w\n0,1\n10,x\n10,2\n5,3\n30,-4\nnoon,5\n60,6\n", of_file()),
            "x.csv:3: p_w 'x' is no number\n"
            "x.csv:5: 5 is earlier than the row before\n"
            "x.csv:6: p_w -4 is a negative power\n"
            "x.csv:7: 'noon' is no time");
  EXPECT_EQ(refusal("t,p_w\n0,\n10,1\n", of_file()), "x.csv:2: p_w is blank and there is no earlier value to hold");
}

TEST(LoadTrace, WrongColumnsAreToldWithTheWayOut) {
  LoadConfig config = of_file();
  config.unit = "W";
  const std::string text = "t,p[1],p[2],p[3]\n0,1,2,3\n60,1,2,3\n";
  EXPECT_EQ(refusal(text, config), "x.csv: column must say which of these are the values for 1 cluster: p[1], p[2], p[3]");
  config.column = "p[#]";
  EXPECT_EQ(refusal(text, config, 2, "2 CDUs"), "x.csv: has a column 'p[3]', but the load is for 2 CDUs only");
  EXPECT_EQ(refusal(text, config, 4, "4 CDUs"), "x.csv: no column 'p[4]'; there are: t, p[1], p[2], p[3]");
  config.column = "p[1]";
  EXPECT_EQ(refusal(text, config, 3, "3 CDUs"), "column: 'p[1]' is one column, but the load is for 3 CDUs; write # for their number, as in power_#");
  config.column.reset();
  config.columns = {"p[1]"};
  EXPECT_EQ(refusal(text, config, 3, "3 CDUs"), "columns: 1 are named, but the load is for 3 CDUs");
  EXPECT_EQ(refusal("t,p\n0,1\n60,1\n", of_file()), "x.csv: column 'p' does not say its unit; give `unit: W` (or kW, MW)");
}

TEST(LoadTrace, AFileThatDoesNotCoverTheRunIsRefusedHeldOrRepeated) {
  const std::string text = "t,p_w\n0,1\n10,2\n20,3\n";
  LoadConfig config = of_file();
  EXPECT_EQ(refusal(text, config),
            "x.csv: covers 0 s to 30 s of the run, which lasts 60 s; change `from` or the run's length, or say "
            "`outside: hold` or `outside: repeat`");
  config.outside = LoadOutside::hold;
  EXPECT_EQ(parse(text, config).period, 0);
  config.outside = LoadOutside::repeat;
  EXPECT_EQ(parse(text, config).period, 30'000'000);
}

}  // namespace
}  // namespace aifactory
