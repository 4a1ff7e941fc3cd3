#pragma once
/// @file Evaluates a row of an eval table with its fallbacks filled in, as the program does.
#include <gtest/gtest.h>

#include "models/eval/eval.h"

namespace aifactory {

inline std::vector<EvalOutput> evaluate(const std::vector<EvalModel>& table, const std::string& name,
                                        const std::map<std::string, double>& numbers,
                                        const std::map<std::string, std::string>& texts = {}) {
  for (const EvalModel& model : table) {
    if (model.name != name) continue;
    EvalArgs args{numbers, texts};
    for (const EvalKey& key : model.inputs) {
      if (key.text) {
        EXPECT_TRUE(args.texts.contains(key.key) || key.text_optional || !key.text_fallback.empty()) << key.key;
        args.texts.emplace(key.key, key.text_fallback);
      } else {
        args.numbers.emplace(key.key, key.fallback);
        EXPECT_TRUE(key.range.contains(args.numbers.at(key.key))) << key.key;
      }
    }
    for (const auto& [key, value] : numbers) {
      EXPECT_TRUE(std::any_of(model.inputs.begin(), model.inputs.end(), [&](const auto& k) { return k.key == key; }))
          << key;
    }
    auto out = model.evaluate(args);
    EXPECT_EQ(out.size(), model.outputs.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      EXPECT_EQ(out[i].key, model.outputs[i].key);
      EXPECT_EQ(out[i].unit, model.outputs[i].unit);
    }
    return out;
  }
  ADD_FAILURE() << "no model " << name;
  return {};
}

inline EvalValue value_of(const std::vector<EvalOutput>& outputs, const std::string& key) {
  for (const EvalOutput& out : outputs) {
    if (out.key == key) return out.value;
  }
  ADD_FAILURE() << "no output " << key;
  return 0.0;
}
inline double number_of(const std::vector<EvalOutput>& outputs, const std::string& key) {
  return std::get<double>(value_of(outputs, key));
}

}  // namespace aifactory
