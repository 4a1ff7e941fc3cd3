#pragma once
/// @file The keys of a struct with fields() as Markdown tables, for the reference page of the documentation.
#include <string>

#include "sim/scenario/describe.h"

namespace aifactory {

/// One table for the root and one for each mapping below it, in the order in which they are met; rows are
/// key, what it takes, default, meaning.  `root_title` heads the first.
[[nodiscard]] std::string markdown_reference(const Description& description, const std::string& root_title);

template <class T>
[[nodiscard]] std::string markdown_reference(const std::string& root_title) {
  return markdown_reference(Description::of<T>(), root_title);
}

}  // namespace aifactory
