#pragma once
/// @file One value put into a document, as `--set` does it.
#include <string>
#include <string_view>

#include "sim/scenario/document.h"

namespace aifactory {

/// Puts `value` at `path` (written as for `--set`, see load_document()) of the document; the value keeps its place.
/// @returns what is wrong, a sentence without a place; "" when nothing is.
[[nodiscard]] std::string set_value(Doc& root, std::string_view path, const Doc& value);

}  // namespace aifactory
