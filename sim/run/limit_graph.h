#pragma once
/// @file The limits of a site and how they bind each other.
#include <span>
#include <string>
#include <vector>

#include "sim/run/site.h"

namespace aifactory {

/// All power units, loads and cooling units of a site with their limits, what they carry with every rack at full load, and how much
/// of their headroom can be used:
///
///     usable_u = g_u D_uu,  g_u = min over v of (C_v - k_v L_v) / (k_v D_uv),  stranded_u = C_u - L_u - usable_u, at least 0
///
/// The racks below u grow together by the factor 1 + g.  C_v limit for continuous loads, L_v load, D_uv what v carries for the racks
/// below u (in proportion to L_v over its design load), k_v load of v after the worst single failure over its load before it.  So a unit
/// of a redundant pair is half stranded by the failure of the other, and headroom above a full busway is stranded by the busway.
///
/// *Not modelled*: losses that grow with the square of the load, failures of cooling units, two failures at once.
class LimitGraph {
 public:
  struct Node {
    std::string name = {}, kind = {};
    bool heat = false;         ///< a cooling unit
    bool load = false;         ///< racks, pumps or fans: carries no other unit
    std::int32_t bank = -1;    ///< racks: number of the bank over all clusters of the site
    Power rating = {}, site_rating = {}, continuous = {};  ///< cooling units: heat on the design day is no limit of other days
    Power design = 0.0 * W;    ///< every rack at full load, everything available
    Power nameplate = 0.0 * W; ///< power shelves of all racks at their rating
    Power worst = 0.0 * W;     ///< after the worst single failure of a power unit
    std::string worst_failure = {};  ///< empty: none makes it carry more
    std::vector<std::size_t> fed_by = {};     ///< nodes that it draws its power from
    std::vector<std::size_t> cooled_by = {};  ///< nodes that it gives its heat to
  };
  struct Use {
    Power usable = 0.0 * W, stranded = 0.0 * W;
    std::string binds;  ///< empty: nothing but the unit itself
  };

  explicit LimitGraph(const SitePlan& plan);

  /// Units of the power network first, with their ids, then the plan's cooling units, then the air handlers of its rooms.
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  [[nodiscard]] std::size_t power_units() const { return power_units_; }
  /// Single failures were tried (they are not beyond a size of network).
  [[nodiscard]] bool failures_known() const { return failures_known_; }
  /// @param loads one for each node; unset: as designed.
  [[nodiscard]] std::vector<Use> uses(std::span<const Power> loads) const;

 private:
  struct Part {
    std::size_t node;
    double w;  ///< what the node carries for this bank at full load
  };
  void add_power(const SitePlan& plan);
  void add_cooling(const SitePlan& plan);
  void join_cooling(const SitePlan& plan);
  void try_failures(PowerNetwork network);

  std::vector<Node> nodes_;
  std::vector<std::vector<Part>> banks_;  ///< of each bank of racks: all nodes that carry it
  std::size_t power_units_ = 0;
  bool failures_known_ = false;
};

}  // namespace aifactory
