#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/results/unit_record.h"

namespace aifactory {

/// Keeps the time that every named unit was in service, degraded, maintained or down; the rows of units.csv.
///
/// Several marks may be on a unit at once; it is down while a failure or a trip is, maintained while only maintenance is,
/// degraded while only that is.  A group is down while fewer of its members are in service than it needs.
class UnitBook {
 public:
  /// away: it is not there (yet, or any more), which is neither time in service nor an outage.
  enum class Mark : std::uint8_t { fail, trip, maintain, degrade, away };

  /// Adds a unit, in service from 0 on; the same name again gives the same number.
  std::size_t track(const std::string& name, const std::string& kind);
  /// Adds a group of units that are tracked.  @pre 1 <= need <= members
  void track_group(const std::string& name, const std::vector<std::size_t>& members, std::int64_t need);
  [[nodiscard]] bool knows(const std::string& name) const { return by_name_.contains(name); }

  void change(std::size_t unit, Tick now, Mark mark, bool begins);
  /// There, and neither failed, tripped nor maintained.
  [[nodiscard]] bool in_service(std::size_t unit) const { return units_[unit].in_service(); }
  [[nodiscard]] bool is_away(std::size_t unit) const { return units_[unit].count(Mark::away) > 0; }
  /// Whether every group of the unit has what it needs without it.
  [[nodiscard]] bool spared(std::size_t unit) const;

  /// Rows in the order of tracking, groups last.
  [[nodiscard]] std::vector<UnitRecord> records(Tick now) const;

 private:
  struct Unit {
    UnitRecord record;
    Tick since = 0;
    std::array<std::int32_t, 5> open{};
    std::vector<std::size_t> groups = {};
    [[nodiscard]] std::int32_t count(Mark mark) const { return open[static_cast<std::size_t>(mark)]; }
    [[nodiscard]] bool down() const { return count(Mark::fail) + count(Mark::trip) > 0; }
    [[nodiscard]] bool in_service() const { return !down() && count(Mark::maintain) == 0 && count(Mark::away) == 0; }
    void advance(Tick now);
  };
  struct Group {
    UnitRecord record = {};
    Tick since = 0;
    std::int64_t need = 1, in_service = 0;
    void advance(Tick now);
  };
  std::vector<Unit> units_;
  std::vector<Group> groups_;
  std::map<std::string, std::size_t> by_name_;
};

}  // namespace aifactory
