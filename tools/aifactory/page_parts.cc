#include "tools/aifactory/page_parts.h"

namespace aifactory::tools {

// Written by cmake/embed.cmake.
std::string_view page_style();
std::string_view page_library();
std::string_view page_script();

PageParts run_page_parts() { return {.style = page_style(), .scripts = {page_library(), page_script()}}; }

}  // namespace aifactory::tools
