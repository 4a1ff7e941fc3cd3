#pragma once
/// @file fork RUN --at TIME.

namespace aifactory::tools {

struct Program;
void add_fork(Program& program);

}  // namespace aifactory::tools
