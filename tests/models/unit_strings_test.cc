#include "models/unit_strings.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "models/suggest.h"

namespace aifactory {
namespace {

struct Row {
  const char* text;
  const char* symbol;
  double si;
};

// Exact by definition of the prefixes and of min, h, d; each must be the double nearest to the decimal result.
constexpr Row kExact[] = {
    {"120 kW", "W", 120e3},
    {"120kW", "W", 120e3},
    {"1.2 GW", "W", 1.2e9},
    {"-3 MW", "W", -3e6},
    {"500 MVA", "W", 500e6},
    {"5 mW", "W", 0.005},
    {"45 degC", "degC", 45.0},
    {"45 \u00b0C", "degC", 45.0},
    {"113 degF", "degC", 45.0},
    {"5 degC", "K", 5.0},
    {"9 degF", "K", 5.0},
    {"5 K", "K", 5.0},
    {"1.5 L/min/kW", "m3/s/W", 2.5e-8},
    {"360 g/kWh", "kg/J", 1e-7},
    {"360 gCO2/kWh", "kg/J", 1e-7},
    {"36 USD/MWh", "USD/J", 1e-8},
    {"0.36 USD/kWh", "USD/J", 1e-7},
    {"12 USD/kW", "USD/W", 0.012},
    {"3 MUSD", "USD", 3e6},
    {"2 W/K", "W/K", 2.0},
    {"2 kW/degC", "W/K", 2000.0},
    {"20 K/kW", "K/W", 0.02},
    {"4186 J/kg/K", "J/kg/K", 4186.0},
    {"4.186 kJ/(kg K)", "J/kg/K", 4186.0},
    {"4.186 kJ/(kg*K)", "J/kg/K", 4186.0},
    {"72 t/h", "kg/s", 20.0},
    {"4 1/h", "1/s", 4.0 / 3600.0},
    {"4/h", "1/s", 4.0 / 3600.0},
    {"7 s-1", "1/s", 7.0},
    {"7 s^-1", "1/s", 7.0},
    {"3 ms", "s", 0.003},
    {"3 us", "s", 3e-6},
    {"3 \u00b5s", "s", 3e-6},
    {"2 week", "s", 1209600.0},
    {"1 year", "s", 31536000.0},
    {"30 min", "s", 1800.0},
    {"1e3 h", "s", 3.6e6},
    {"50 MWh", "J", 1.8e11},
    {"150 kPa", "Pa", 150e3},
    {"1.5 bar", "Pa", 150e3},
    {"40 m^2", "m2", 40.0},
    {"40 m\u00b2", "m2", 40.0},
    {"250 L", "m3", 0.25},
    {"1 m3/h", "m3/s", 1.0 / 3600.0},
    {"80 GB", "B", 80e9},
    {"2 GiB", "B", 2147483648.0},
    {"400 Gbit/s", "B/s", 50e9},
    {"400 Gbps", "B/s", 50e9},
    {"2.5 PFLOP/s", "FLOP/s", 2.5e15},
    {"9 PFLOPS", "FLOP/s", 9e15},
    {"3 Mtoken/s", "token/s", 3e6},
    {"5 MW/min", "W/s", 5e6 / 60.0},
    {"2 EB", "B", 2e18},
    {"2EB", "B", 2e18},
    {"0.8", "", 0.8},
    {"80 %", "", 0.8},
    {"80%", "", 0.8},
    {"+.5", "", 0.5},
};

TEST(UnitStrings, ReadsTheNearestDouble) {
  for (const Row& row : kExact) {
    const auto read = parse_quantity(row.text, Wanted::by_symbol(row.symbol));
    EXPECT_EQ(read.error, "") << row.text;
    EXPECT_EQ(read.value, row.si) << row.text;
  }
}

// NIST Special Publication 811 (2008), appendix B.8, "To convert from ... to ... multiply by", as printed there
// (seven digits, hence the relative tolerance).
constexpr Row kNist[] = {
    {"1 ton", "W", 3.516853e3},              // ton of refrigeration (12 000 Btu_IT/h)
    {"1 BTU/h", "W", 2.930711e-1},           // British thermal unit_IT per hour
    {"1 BTU", "J", 1.055056e3},              //
    {"1 gpm", "m3/s", 6.309020e-5},          // gallon (U.S.) per minute
    {"1 gal", "m3", 3.785412e-3},            //
    {"1 cfm", "m3/s", 4.719474e-4},          // cubic foot per minute
    {"1 ft3/min", "m3/s", 4.719474e-4},      //
    {"1 psi", "Pa", 6.894757e3},             //
    {"1 ft", "m", 3.048e-1},                 //
    {"1 in", "m", 2.54e-2},                  //
    {"1 lb", "kg", 4.535924e-1},             //
    {"1 hp", "W", 7.456999e2},               // horsepower (550 ft lbf/s)
    {"1 inH2O", "Pa", 2.490889e2},           // conventional
    {"1 ftH2O", "Pa", 2.989067e3},           // conventional
    {"1 BTU/lb", "J/kg", 2.326e3},           //
    {"1 BTU/lb/degF", "J/kg/K", 4.1868e3},   //
    {"1 BTU/(h degF)", "W/K", 5.275279e-1},  // Btu_IT/h over 5/9 K
    {"1 lb/ft3", "kg/m3", 1.601846e1},       //
};
TEST(UnitStrings, AgreesWithNist811) {
  for (const Row& row : kNist) {
    const auto read = parse_quantity(row.text, Wanted::by_symbol(row.symbol));
    EXPECT_EQ(read.error, "") << row.text;
    EXPECT_NEAR(read.value / row.si, 1.0, 5e-7) << row.text;
  }
}

TEST(UnitStrings, TemperaturePointsKeepTheirBits) {
  EXPECT_EQ(parse_temperature("45 degC").value, Temperature::celsius(45.0));
  EXPECT_EQ(parse_temperature("318.15 K").value, Temperature::kelvin(318.15));
  EXPECT_EQ(parse_temperature("32 degF").value, Temperature::celsius(0.0));
}

struct Refusal {
  const char* text;
  const char* symbol;
  const char* error;
};
constexpr Refusal kRefusals[] = {
    {"120", "W", "has no unit; wants a power, e.g. 120 kW"},
    {"0", "W", "has no unit; wants a power, e.g. 120 kW"},
    {"120 kJ", "W", "is an energy; wants a power, e.g. 120 kW"},
    {"45 degC", "W", "is a temperature; wants a power, e.g. 120 kW"},
    {"5 K", "W", "is a temperature difference; wants a power, e.g. 120 kW"},
    {"120 kw", "W", "has the unknown unit \"kw\" (did you mean kW?); wants a power, e.g. 120 kW"},
    {"120 mwh", "J", "has the unknown unit \"mwh\" (did you mean mWh or MWh?); wants an energy, e.g. 50 kWh"},
    {"3 minuts", "s", "has the unknown unit \"minuts\" (did you mean minute?); wants a duration, e.g. 30 min"},
    {"3 months", "s",
     "has the unknown unit \"months\" (months differ in length; write days, e.g. 30 d); wants a duration, e.g. 30 min"},
    {"12 EUR/kW", "USD/W", "has the unknown unit \"EUR\" (money is in USD); wants a price per power, e.g. 12 USD/kW"},
    {"high", "W", "is not a number; wants a power, e.g. 120 kW"},
    {"", "W", "is not a number; wants a power, e.g. 120 kW"},
    {"nan W", "W", "is not a number; wants a power, e.g. 120 kW"},
    {".inf", "", "is not a number; wants a plain number, e.g. 0.8 or 80 %"},
    {"010 W", "W",
     "has a leading zero, which some readers take for octal; write it without; wants a power, e.g. 120 kW"},
    {"1,000 W", "W",
     "is not a number; write it without separators between the digits, with a point for the decimals; wants a "
     "power, e.g. 120 kW"},
    {"1e999 W", "W", "is outside the range of numbers; wants a power, e.g. 120 kW"},
    {"1e300 GW", "W", "is outside the range of numbers; wants a power, e.g. 120 kW"},
    {"12 W/", "W", "has the unreadable unit \"W/\"; wants a power, e.g. 120 kW"},
    {"12 (W", "W", "has the unreadable unit \"(W\"; wants a power, e.g. 120 kW"},
    {"12 W^", "W", "has the unreadable unit \"W^\"; wants a power, e.g. 120 kW"},
    {"12 W!", "W", "has the unreadable unit \"W!\"; wants a power, e.g. 120 kW"},
    {"0.6 kW/ton", "", "has a unit; wants a plain number, e.g. 0.8 or 80 %"},
    {"5", "degC", "has no unit; wants a temperature, e.g. 45 degC"},
    {"5 K/m", "degC", "is a quantity in m-1*K; wants a temperature, e.g. 45 degC"},
    {"20 degC*m/m", "degC", "is not a point on a temperature scale; wants a temperature, e.g. 45 degC"},
    {"80 %", "W", "is a plain number; wants a power, e.g. 120 kW"},
};
TEST(UnitStrings, RefusalsNameTheWantedUnit) {
  for (const Refusal& row : kRefusals) {
    EXPECT_EQ(parse_quantity(row.text, Wanted::by_symbol(row.symbol)).error, row.error) << row.text;
  }
}

TEST(UnitStrings, EveryQuantityHasANounAndAnExampleThatReads) {
  for (const char* symbol :
       {"m",     "m2",    "m3",     "s",     "1/s",  "kg",     "kg/s", "m3/s",   "m3/s/W",  "m3/W", "kg/m3",
        "Pa",    "J",     "W",      "W/s",   "K",    "J/kg/K", "J/kg", "J/K",    "W/K",     "K/W",  "USD",
        "USD/J", "USD/W", "USD/m3", "USD/s", "kg/J", "B",      "B/s",  "FLOP/s", "token/s", "degC"}) {
    const Wanted wanted = Wanted::by_symbol(symbol);
    EXPECT_EQ(parse_quantity(wanted.example(), wanted).error, "") << symbol;
    EXPECT_THAT(wanted.noun(), testing::Not(testing::HasSubstr("quantity"))) << symbol;
    EXPECT_NE(key_suffix(symbol), "") << symbol;
  }
}

TEST(UnitStrings, WritesReadableUnits) {
  EXPECT_EQ(to_text(120.0 * kW), "120 kW");
  EXPECT_EQ(to_text(1.2 * MW), "1.2 MW");
  EXPECT_EQ(to_text(0.0 * W), "0 W");
  EXPECT_EQ(to_text(30.0 * minute), "30 min");
  EXPECT_EQ(to_text(7.0 * day), "7 d");
  EXPECT_EQ(to_text(100.0 * usd_per_MWh), "100 USD/MWh");
  EXPECT_EQ(to_text(Temperature::celsius(45.1)), "45.1 degC");
  EXPECT_EQ(to_text(4.0 * K), "4 K");
  EXPECT_EQ(to_text(0.1), "0.1");
  EXPECT_EQ(to_text(Quantity<Dim<1, 0, 0, -2>>(3.0)), "3 kg*K-2");
}

template <class Q>
void round_trip(std::mt19937_64& random) {
  for (int i = 0; i < 2000; ++i) {
    // Half of them round numbers, half of them any bits.
    double si = static_cast<double>(static_cast<std::int64_t>(random() % 200000) - 100000) *
                std::pow(10.0, static_cast<int>(random() % 19) - 9);
    if (i % 2 == 1) {
      const std::uint64_t bits = random();
      std::memcpy(&si, &bits, sizeof si);
      if (!std::isfinite(si) || std::abs(si) < 1e-300 || std::abs(si) > 1e300) continue;
    }
    const Q q(si);
    const auto back = parse_as<Q>(to_text(q));
    ASSERT_EQ(back.error, "") << to_text(q);
    ASSERT_EQ(std::memcmp(&back.value, &q, sizeof q), 0) << to_text(q) << fmt::format(" {}", si);
  }
}
TEST(UnitStrings, TextReadsBackToTheSameBits) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937_64 random(seed);
  round_trip<Power>(random);
  round_trip<Energy>(random);
  round_trip<Duration>(random);
  round_trip<CarbonIntensity>(random);
  round_trip<VolumeFlowPerPower>(random);
  round_trip<DataRate>(random);
  round_trip<Quantity<Dim<-1, 2, -1, 1>>>(random);
  for (int i = 0; i < 20000; ++i) {
    const double c = static_cast<double>(static_cast<std::int64_t>(random() % 200000) - 100000) / 997.0;
    const Temperature t = i % 2 ? Temperature::kelvin(300.0 + c) : Temperature::celsius(c);
    ASSERT_EQ(parse_temperature(to_text(t)).value, t) << to_text(t);
  }
}

TEST(UnitStrings, KeySuffixes) {
  EXPECT_EQ(key_suffix("W"), "_w");
  EXPECT_EQ(key_suffix("degC"), "_c");
  EXPECT_EQ(key_suffix("K"), "_k");
  EXPECT_EQ(key_suffix("kg/s"), "_kg_s");
  EXPECT_EQ(key_suffix(""), "");
  for (const KeySuffix& row : key_suffixes()) {
    EXPECT_TRUE(*row.unit == '\0' || parse_unit(row.unit)) << row.unit;
  }
  const auto readings = split_key_suffix("flow_kg_s");
  ASSERT_EQ(readings.size(), 2u);
  EXPECT_EQ(readings[0].key, "flow");
  EXPECT_EQ(readings[0].unit, "kg/s");
  EXPECT_EQ(readings[1].key, "flow_kg");
}

TEST(UnitStrings, NoTextCrashes) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937_64 random(seed);
  const std::string alphabet = "0123456789.eE+-/*^()% kKmMWhJsgdegCF1LBTUbit\xc2\xb2\xb0";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (std::size_t n = random() % 14; n > 0; --n) text += alphabet[random() % alphabet.size()];
    const auto power = parse_as<Power>(text);
    EXPECT_TRUE(!power.error.empty() || std::isfinite(power.value.si())) << text;
    (void)parse_temperature(text);
    (void)parse_as<double>(text);
  }
}

// Distances by hand; "ca" to "abc" is the textbook case that tells this distance (3) from the unrestricted one (2).
TEST(Suggest, EditDistance) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("ca", "abc"), 3u);
  EXPECT_EQ(edit_distance("rakcs", "racks"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}
TEST(Suggest, OnlyWhatIsNear) {
  const std::vector<std::string> names = {"racks", "rated_heat", "power"};
  EXPECT_EQ(did_you_mean("rakcs", names), " (did you mean \"racks\"?)");
  EXPECT_EQ(did_you_mean("colour", names), "");
  EXPECT_EQ(join_or(names), "racks, rated_heat or power");
}

}  // namespace
}  // namespace aifactory
