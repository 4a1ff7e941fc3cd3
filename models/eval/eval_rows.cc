#include "models/eval/eval_rows.h"

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

}  // namespace aifactory::eval_rows
