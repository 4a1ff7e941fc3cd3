#pragma once
/// @file Chiller curves out of a CSV file of records, one machine a row.
///
/// Columns: name, condenser (WaterCooled, AirCooled), q_ref_W, cop_ref, t_evap_leaving_ref_C, t_cond_entering_ref_C, plr_min,
/// plr_min_unload, plr_max, motor_heat_frac, t_evap_min_C, t_evap_max_C, t_cond_min_C, t_cond_max_C, capft_a1..a6, eirft_b1..b6,
/// eirfplr_c1..c3; others are not read.  The words are those of EnergyPlus' Chiller:Electric:EIR.
#include <string>
#include <vector>

#include "models/cooling/chiller_eir.h"
#include "sim/facility/plant_config.h"

namespace aifactory {

struct ChillerRecord {
  std::string name;
  bool air_cooled = false;
  ChillerEir::Params params;       ///< renormalised if it misses its reference point by more than 3 %
  double off_reference = 0.0;      ///< how far its curves are from 1 there, the larger of the two
};

/// All records of a file.  @throws InputError with a line for each row that is no chiller.
std::vector<ChillerRecord> read_chiller_records(const std::string& path);

/// The record that a scenario names, with or without the words before the maker's name.
/// @throws InputError for a name that is not there, with the nearest, or curves off their reference where they are refused.
ChillerRecord find_chiller_record(const ChillerRecordConfig& config);

}  // namespace aifactory
