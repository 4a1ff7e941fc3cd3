#include "sim/facility/chiller_records.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/suggest.h"
#include "sim/weather/text.h"

namespace aifactory {
namespace {

/// Where all machines of EnergyPlus' data set begin their name.
constexpr std::string_view kClass = "ElectricEIRChiller ";
constexpr double kReferenceTolerance = 0.03;

std::string short_name(const std::string& name) {
  return name.rfind(kClass, 0) == 0 ? name.substr(kClass.size()) : name;
}

}  // namespace

std::vector<ChillerRecord> read_chiller_records(const std::string& path) {
  const CsvTable table(path, read_text_file(path));
  Troubles troubles(path);
  const std::size_t name = table.column("name"), condenser = table.column("condenser");
  std::vector<ChillerRecord> records;
  using P = ChillerEir::Params;
  const std::vector<std::pair<const char*, void (*)(P&, double)>> columns = {
      {"q_ref_W", [](P& p, double v) { p.design_capacity = Power(v); }},
      {"cop_ref", [](P& p, double v) { p.cop = v; }},
      {"t_evap_leaving_ref_C", [](P& p, double v) { p.design_evaporator_leaving = Temperature::celsius(v); }},
      {"t_cond_entering_ref_C", [](P& p, double v) { p.design_condenser_entering = Temperature::celsius(v); }},
      {"t_evap_min_C", [](P& p, double v) { p.min_evaporator_leaving = Temperature::celsius(v); }},
      {"t_evap_max_C", [](P& p, double v) { p.max_evaporator_leaving = Temperature::celsius(v); }},
      {"t_cond_min_C", [](P& p, double v) { p.min_condenser_entering = Temperature::celsius(v); }},
      {"t_cond_max_C", [](P& p, double v) { p.max_condenser_entering = Temperature::celsius(v); }},
      {"plr_min", [](P& p, double v) { p.min_part_load = v; }},
      {"plr_max", [](P& p, double v) { p.max_part_load = v; }},
      {"plr_min_unload", [](P& p, double v) { p.min_unloading = v; }},
      {"motor_heat_frac", [](P& p, double v) { p.motor_heat_frac = v; }},
      {"capft_a1", [](P& p, double v) { p.f1_a1 = v; }}, {"capft_a2", [](P& p, double v) { p.f1_a2 = v; }},
      {"capft_a3", [](P& p, double v) { p.f1_a3 = v; }}, {"capft_a4", [](P& p, double v) { p.f1_a4 = v; }},
      {"capft_a5", [](P& p, double v) { p.f1_a5 = v; }}, {"capft_a6", [](P& p, double v) { p.f1_a6 = v; }},
      {"eirft_b1", [](P& p, double v) { p.f2_a1 = v; }}, {"eirft_b2", [](P& p, double v) { p.f2_a2 = v; }},
      {"eirft_b3", [](P& p, double v) { p.f2_a3 = v; }}, {"eirft_b4", [](P& p, double v) { p.f2_a4 = v; }},
      {"eirft_b5", [](P& p, double v) { p.f2_a5 = v; }}, {"eirft_b6", [](P& p, double v) { p.f2_a6 = v; }},
      {"eirfplr_c1", [](P& p, double v) { p.f3_c1 = v; }}, {"eirfplr_c2", [](P& p, double v) { p.f3_c2 = v; }},
      {"eirfplr_c3", [](P& p, double v) { p.f3_c3 = v; }}};
  std::vector<std::size_t> places;
  for (const auto& [column, set] : columns) places.push_back(table.column(column));
  for (const CsvTable::Row& row : table.rows()) {
    ChillerRecord record{.name = std::string(row.cells[name]), .air_cooled = row.cells[condenser] == "AirCooled", .params = {}};
    if (!record.air_cooled && row.cells[condenser] != "WaterCooled") {
      troubles.add(row.line, fmt::format("condenser: {} must be WaterCooled or AirCooled", row.cells[condenser]));
      continue;
    }
    bool read = true;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto value = number_of(row.cells[places[c]]);
      if (value) {
        columns[c].second(record.params, *value);
      } else {
        troubles.add(row.line, fmt::format("{}: {} must be a number", columns[c].first, row.cells[places[c]]));
        read = false;
      }
    }
    if (!read) continue;
    try {
      record.params.renormalise = true;
      const ChillerEir chiller(record.params);
      record.off_reference = std::max(std::fabs(chiller.reference_f1() - 1.0), std::fabs(chiller.reference_f2() - 1.0));
      record.params.renormalise = record.off_reference > kReferenceTolerance;
      records.push_back(std::move(record));
    } catch (const InputError& e) {
      troubles.add(row.line, fmt::format("{}: {}", row.cells[name], e.what()));
    }
  }
  troubles.throw_if_any();
  return records;
}

ChillerRecord find_chiller_record(const ChillerRecordConfig& config) {
  const auto records = read_chiller_records(config.records.path);
  std::vector<std::string> names;
  for (const ChillerRecord& record : records) {
    if (record.name == config.name || short_name(record.name) == config.name) {
      if (record.params.renormalise && config.off_reference == OffReference::refuse) {
        throw InputError(fmt::format("{}: {}: its curves are {:.1f} % off 1 at their own reference point; take another machine, or `off_reference: renormalise`",
                                     config.records.as_written, config.name, record.off_reference * 100.0));
      }
      return record;
    }
    names.push_back(short_name(record.name));
  }
  throw InputError(fmt::format("{}: has no chiller {}{}", config.records.as_written, config.name, did_you_mean(config.name, names)));
}

}  // namespace aifactory
