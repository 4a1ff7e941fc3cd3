#include "sim/scenario/dump.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "sample.h"

namespace aifactory {
namespace {
using sample::Folder;
using sample::Mode;
using sample::read;
using sample::Whole;

TEST(Dump, WritesEverythingOut) {
  EXPECT_EQ(dump(read(sample::kLeast)),
            "name: least\n"
            "count: 3\n"
            "small: 1\n"
            "share: 0.5\n"
            "plant:\n"
            "  rated: 10 MW\n"
            "  supply: 20 degC\n"
            "  mode: tower\n"
            "  economizer: true\n"
            "  label: north\n"
            "prices: {}\n"
            "words: []\n"
            "rack:\n"
            "  nodes: 18\n"
            "  power: 120 kW\n"
            "  curve: []\n"
            "tree:\n"
            "  rating: 1\n"
            "  feeds: []\n");
}

TEST(Dump, FilesAreAbsoluteOrRelativeToAFolder) {
  const Folder folder;
  const std::string file = folder.write("in/w.epw", "x");
  folder.write("out/here", "");
  const Whole whole = read(std::string(sample::kLeast) + "weather: " + file + "\n");
  EXPECT_THAT(dump(whole), testing::HasSubstr("weather: " + file + "\n"));
  EXPECT_THAT(dump(whole, {folder.path() + "/out"}), testing::HasSubstr("weather: \"../in/w.epw\"\n"));
}

TEST(Dump, TheCatalogueIsNotNeededToReadADumpAgain) {
  Whole whole = read(sample::kLeast);
  whole.rack.base = "big";
  const Whole again = read(dump(whole));  // with an empty catalogue
  EXPECT_EQ(again.rack.base, "big");
  EXPECT_EQ(again.rack.value.nodes, 18);
}

class RandomWhole {
 public:
  explicit RandomWhole(std::uint64_t seed) : random_(seed) {}
  Whole make() {
    Whole w;
    w.name = word();
    w.count = 1 + static_cast<std::int64_t>(random_() % 1000);
    w.small = static_cast<std::uint8_t>(random_() % 256);
    w.share = real(0, 1);
    w.plant = plant();
    if (coin()) w.spare = plant();
    if (coin()) w.limit = real(1e-9, 1e9);
    for (int i = random(4); i > 0; --i) {
      const std::string name = fmt::format("{}{}", word(), i);
      w.prices.items.emplace_back(name, sample::Price{EnergyPrice(real(-1e-7, 1e-7)), {real(0, 9), 0.1}});
    }
    for (int i = random(4); i > 0; --i) w.words.push_back(word());
    w.rack.value = {7, Power(real(1, 1e6)), std::nullopt, {}};
    if (coin()) w.rack.value.rise = TemperatureDelta(real(0.1, 30));
    if (coin()) w.rack.base = "some_rack";
    for (int i = random(3); i > 0; --i) w.rack.value.curve.push_back({real(0, 1), Power(real(0, 1e5))});
    if (coin()) w.start = Timestamp{random(2'000'000'000), coin()};
    if (coin()) w.duration = coin() ? RunLength{Duration{}, true} : RunLength{Duration(real(1, 1e8)), false};
    w.tree.feeds.resize(2);
    w.tree.feeds[1].feeds.push_back({real(0.1, 5), {}});
    return w;
  }

 private:
  bool coin() { return random_() % 2 == 0; }
  int random(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  double real(double low, double high) { return low + (high - low) * static_cast<double>(random_() >> 11) * 0x1p-53; }
  std::string word() {
    static const std::vector<std::string> kPieces = {"a",  "B c", "true", "#", ": ", "\"",  "\\", "\n", "\u00e9",
                                                     "- ", "010", "~",    "{", "'",  "<<x", " ",  "\t"};
    std::string text = "x";
    if (coin()) text.clear();
    for (int i = 1 + random(4); i > 0; --i)
      text += kPieces[static_cast<std::size_t>(random(static_cast<int>(kPieces.size())))];
    return text;
  }
  sample::Plant plant() {
    return {Power(real(1, 1e8)), coin() ? Temperature::celsius(real(-40, 60)) : Temperature::kelvin(real(250, 330)),
            static_cast<Mode>(random(3)), coin(), word()};
  }
  std::mt19937_64 random_;
};

TEST(Dump, ReadsBackToTheSameBits) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  RandomWhole random(seed);
  const auto same = [](double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; };
  for (int i = 0; i < 300; ++i) {
    const Whole a = random.make();
    const std::string text = dump(a);
    Whole b;
    try {
      b = read(text);
    } catch (const InputError& e) {
      FAIL() << e.what() << "\n" << text;
    }
    ASSERT_EQ(dump(b), text);
    ASSERT_TRUE(same(a.share, b.share) && same(a.plant.rated.si(), b.plant.rated.si()) &&
                same(a.plant.supply.in_kelvin(), b.plant.supply.in_kelvin()) &&
                same(a.rack.value.power.si(), b.rack.value.power.si()) &&
                same(a.tree.feeds[1].feeds[0].rating, b.tree.feeds[1].feeds[0].rating))
        << text;
    ASSERT_EQ(a.name, b.name);
    ASSERT_EQ(a.plant.label, b.plant.label);
    ASSERT_EQ(a.words, b.words);
    ASSERT_EQ(a.rack.base, b.rack.base);
    ASSERT_EQ(a.prices.size(), b.prices.size());
    for (std::size_t k = 0; k < a.prices.size(); ++k) {
      ASSERT_EQ(a.prices.items[k].first, b.prices.items[k].first);
      ASSERT_TRUE(same(a.prices.items[k].second.flat.si(), b.prices.items[k].second.flat.si()));
    }
    ASSERT_EQ(a.start ? a.start->seconds : 0, b.start ? b.start->seconds : 0);
    ASSERT_EQ(a.spare.has_value(), b.spare.has_value());
  }
}

}  // namespace
}  // namespace aifactory
