// aifactory schema: what a scenario file may hold.
#include "sim/scenario/schema.h"

#include <fmt/format.h>

#include <memory>

#include "sim/scenario/reference.h"
#include "tools/aifactory/program.h"

namespace aifactory::tools {
namespace {

constexpr const char* kPreface =
    R"(# Scenario files

Every key of `scenario.yaml`, printed by `aifactory schema --markdown`.

A scenario is YAML with `format: 1`. Every quantity carries its unit (`120 kW`, `45 degC`, `1.5 L/min/kW`); a number with
the wrong unit or none is an error, as are unknown and duplicate keys. `include: part.yaml` in any mapping stands for the
mapping of that file, and what is written beside it wins. Paths are relative to the file that names them. Where a
catalogue entry is wanted, write its name, `{base: NAME, key: value}` to change it, or all of its keys.

)";

int print(bool markdown) {
  if (markdown) {
    fmt::print("{}{}", kPreface, markdown_reference<ScenarioConfig>("The scenario"));
    return kOk;
  }
  const Catalog catalog = Catalog::standard();
  fmt::print("{}\n", json_schema<ScenarioConfig>("aifactory scenario", &catalog).dump(2));
  return kOk;
}

}  // namespace

void add_schema(Program& program) {
  CLI::App& verb = program.verb("schema", "JSON Schema of scenario files, for editors");
  const auto markdown = std::make_shared<bool>(false);
  verb.add_flag("--markdown", *markdown, "print the reference page instead");
  program.runs([markdown] { return print(*markdown); });
}

}  // namespace aifactory::tools
