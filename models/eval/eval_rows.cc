#include "models/eval/eval_rows.h"

#include "models/suggest.h"

namespace aifactory::eval_rows {

EvalKey number(const char* key, const char* unit, const Range& range, const char* doc, double fallback) {
  EvalKey out;
  out.key = key;
  out.unit = unit;
  out.range = range;
  out.fallback = fallback;
  out.optional = fallback == range.low && (fallback == kNoTemperature_c || fallback == kNone);
  out.doc = doc;
  return out;
}

EvalKey output(const char* key, const char* unit, const char* doc) { return number(key, unit, kAny, doc); }

EvalKey text(const char* key, const char* doc, const char* fallback) {
  EvalKey out = number(key, "", kAny, doc);
  out.text = true;
  out.text_fallback = fallback;
  return out;
}

std::size_t choice(const EvalArgs& args, const char* key, const std::vector<std::string>& words) {
  const std::string& text = args.text(key);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == text) return i;
  }
  throw InputError(fmt::format("{}: \"{}\" must be {}{}", key, text, join_or(words), did_you_mean(text, words)));
}

}  // namespace aifactory::eval_rows
