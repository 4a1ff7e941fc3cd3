#pragma once
/// @file Verbs that read finished runs and simulate nothing.
#include "tools/aifactory/program.h"

namespace aifactory::tools {

void add_compare(Program& program);
void add_explain(Program& program);

}  // namespace aifactory::tools
