#pragma once
/// @file Verbs that read finished runs and simulate nothing.
#include "tools/aifactory/program.h"

namespace aifactory {
struct Comparison;
}

namespace aifactory::tools {

/// The table of `compare`, for people, on standard output.
void print_text(const Comparison& comparison);

void add_compare(Program& program);
void add_explain(Program& program);

}  // namespace aifactory::tools
