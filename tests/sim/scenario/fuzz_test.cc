// Random damage to scenario files: whatever the bytes, reading ends with a value or with an InputError.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "models/error.h"
#include "sample.h"
#include "sim/scenario/dump.h"

namespace aifactory {
namespace {

TEST(ReaderFuzz, DamagedFilesNeverCrash) {
  const std::string whole =
      "name: fuzz\ncount: 12\nshare: 80 %\nplant: &p\n  rated: 10 MW\n  supply: 20 degC\n  label: \"n\\x41\"\n"
      "spare: {<<: *p, mode: dry}\nprices:\n  a: 36 USD/MWh\n  b: {flat: 1 USD/kWh, factors: [1, 2]}\n"
      "words: [a, 'b', |\n  c]\nrack: {nodes: 18, power: 120 kW}\nstart: 2026-07-01T06:00Z\nduration: 7 d\n"
      "tree: {feeds: [{rating: 2}]}\n";
  const std::string spice = ":{}[]&*!|>%@`'\"#-?,.\n\t <=~\\0e\xc3\xa9\xff";
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937_64 random(seed);
  int read = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = whole;
    for (std::uint64_t n = 1 + random() % 6; n > 0; --n) {
      const std::size_t at = random() % text.size();
      switch (random() % 5) {
        case 0:
          text[at] = static_cast<char>(random() % 256);
          break;
        case 1:
          text[at] = spice[random() % spice.size()];
          break;
        case 2:
          text.insert(at, 1, spice[random() % spice.size()]);
          break;
        case 3:
          text.erase(at, 1 + random() % 8);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 30));
      }
      if (text.empty()) text.assign(1, 'a');
    }
    try {
      const auto value = sample::read(text);
      (void)dump(value);
      ++read;
    } catch (const InputError&) {
    } catch (const std::exception& e) {
      FAIL() << e.what() << "\n" << text;
    }
  }
  EXPECT_GT(read, 0);
}

TEST(ReaderFuzz, DeepNestingIsAnError) {
  for (const char* open : {"[", "{a: ", "- ", "&x ["}) {
    std::string text = "words: ";
    for (int i = 0; i < 20000; ++i) text += open;
    EXPECT_NE(sample::errors(text), "") << open;
  }
}

TEST(ReaderFuzz, AliasesThatNestAreAnError) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 100; ++i) {
    text += fmt::format("a{}: &a{} {}*a{}{}\n", i, i, std::string(20, '['), i - 1, std::string(20, ']'));
  }
  EXPECT_EQ(sample::errors(text), "s.yaml:26:31: aliases nest more than 500 deep");
}

}  // namespace
}  // namespace aifactory
