#pragma once
/// @file Which units of a run are alike, so that one of them can be broken for all.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/run/prepared.h"

namespace aifactory {

/// Named units of a run as the nodes of a graph: who supplies, cools and serves whom.
///
/// Units are called alike when colour refinement cannot tell them apart: same class and data, and the same numbers of
/// neighbours of each colour on every kind of edge, again and again until nothing splits.  Units that some symmetry of the
/// layout exchanges are always alike; the reverse holds for layouts that are trees or rings of redundancy groups, which is
/// what data centers build, and is not true of every graph.  What a unit carries at the moment (which racks have jobs) is
/// not looked at: the first of each group stands for it, and with first-fit placement that is the busiest.
/// Source: Weisfeiler and Leman, 1968 (colour refinement; here on directed edges with labels).
class AlikeUnits {
 public:
  explicit AlikeUnits(const PreparedRun& run);

  struct Class {
    NamedUnit unit;                   ///< the first of them
    std::vector<std::string> names;   ///< all, in the order of the directory; racks and shelves: first and last of each bank
    std::int64_t count = 1;           ///< how many units
  };
  /// Units that can be disturbed, in classes.  @param racks with one class for each kind of bank, and one for its shelves.
  [[nodiscard]] std::vector<Class> classes(bool racks) const;
  /// Classes when one unit is told from all others (it is out for maintenance); without that unit.
  [[nodiscard]] std::vector<Class> classes_beside(const NamedUnit& unit) const;

 private:
  using Colours = std::vector<std::int32_t>;
  struct Edge {
    std::int32_t to = 0, label = 0;
  };
  struct Node {
    NamedUnit unit;
    std::int64_t count = 1;  ///< racks of a bank, or their shelves
    std::string last = {};   ///< racks: "7", number of the bank's last one; shelves: the last one's name
    std::vector<Edge> edges = {};
  };
  std::int32_t add(Node node, const std::string& signature);
  void connect(std::int32_t from, std::int32_t to, const std::string& label);
  void add_site(const PreparedRun& run, std::size_t site);
  [[nodiscard]] Colours refine(Colours colours) const;
  [[nodiscard]] std::vector<Class> gather(const Colours& colours, bool racks, std::int32_t without) const;

  std::vector<Node> nodes_;
  std::vector<std::string> signatures_, labels_;
  Colours colours_;
};

}  // namespace aifactory
