#pragma once
/// @file One line of sources.csv: a number that the scenario took from the catalogue, and where it is from.
#include <string>
#include <vector>

#include "sim/results/result_directory.h"

namespace aifactory {

struct SourceRecord {
  std::string key;          ///< in the scenario: sites.a.halls.h1.clusters.c.rack.nodes
  std::string value;        ///< as the catalogue writes it
  std::string kind, entry;  ///< of the catalogue
  std::string source;
  std::string confidence;  ///< verified, computed, secondary or assumed
};

/// key, value, kind, entry, source, confidence
void write_sources_csv(const std::vector<SourceRecord>& sources, OutputFile& file);

}  // namespace aifactory
