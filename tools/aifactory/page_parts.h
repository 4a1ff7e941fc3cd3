#pragma once
/// @file The style and scripts of report.html, which the build has put into the program.
#include "sim/report/run_page.h"

namespace aifactory::tools {

/// Views into the program itself.
[[nodiscard]] PageParts run_page_parts();

}  // namespace aifactory::tools
