#include "sim/scenario/describe.h"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <memory>

namespace aifactory {

std::vector<const TypeInfo*> Description::mappings() const {
  std::vector<const TypeInfo*> found;
  for (const TypeInfo& type : types_) {
    if (type.kind == TypeInfo::Kind::mapping) found.push_back(&type);
  }
  return found;
}

std::string Description::type_name(const char* mangled) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(abi::__cxa_demangle(mangled, nullptr, nullptr, &status),
                                                    &std::free);
  std::string name = status == 0 ? text.get() : mangled;
  for (const std::string_view drop : {"aifactory::", "(anonymous namespace)::"}) {
    for (std::size_t at = name.find(drop); at != std::string::npos; at = name.find(drop)) name.erase(at, drop.size());
  }
  for (std::size_t at = name.find("::"); at != std::string::npos; at = name.find("::")) {
    name.erase(at, 1);
    name[at] = '.';
  }
  const std::string base = name;
  for (int n = 2;; ++n) {
    bool taken = false;
    for (const TypeInfo& type : types_) taken = taken || type.name == name;
    if (!taken) return name;
    name = fmt::format("{}{}", base, n);
  }
}

std::string Description::one_line(const Doc& doc) {
  if (doc.kind == Doc::Kind::map) {
    std::string text;
    for (const Doc::Entry& entry : doc.entries) {
      text += (text.empty() ? "" : ", ") + yaml_string(entry.key) + ": " + one_line(entry.value);
    }
    return fmt::format("{{{}}}", text);
  }
  if (doc.kind == Doc::Kind::list) {
    std::string text;
    for (const Doc& item : doc.items) text += (text.empty() ? "" : ", ") + one_line(item);
    return fmt::format("[{}]", text);
  }
  if (doc.kind == Doc::Kind::null) return "~";
  return doc.quoted ? yaml_string(doc.scalar) : doc.scalar;
}

}  // namespace aifactory
