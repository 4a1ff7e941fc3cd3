#pragma once
/// @file `aifactory eval transport_line`.
#include "models/eval/eval.h"

namespace aifactory {

/// The row of the table of models.
EvalModel transport_line_eval();

}  // namespace aifactory
