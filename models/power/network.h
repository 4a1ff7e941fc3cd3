#pragma once
/// @file The electrical distribution of a site as a directed acyclic graph of named units.
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/power/loss_curve.h"
#include "models/units.h"

namespace aifactory {

enum class UnitKind { utility_feed, transformer, switchboard, ups, pdu, load, generator };
inline constexpr std::pair<const char*, UnitKind> kUnitKindNames[] = {{"utility_feed", UnitKind::utility_feed},
                                                                      {"transformer", UnitKind::transformer},
                                                                      {"switchboard", UnitKind::switchboard},
                                                                      {"ups", UnitKind::ups},
                                                                      {"pdu", UnitKind::pdu},
                                                                      {"load", UnitKind::load},
                                                                      {"generator", UnitKind::generator}};
inline constexpr int kUnitKinds = 7;

/// How a unit draws from several live sources.
enum class SourceShare {
  even,     ///< equally from all (dual cord, paralleled modules)
  primary,  ///< everything from the first live one in the order given (static switch, catcher)
};
inline constexpr std::pair<const char*, SourceShare> kSourceShareNames[] = {{"even", SourceShare::even},
                                                                            {"primary", SourceShare::primary}};

/// A load as the network holds it: the nearest multiple of 2^-10 W.  Who books the heat of a load rounds it first, so that
/// heat and electricity are the same number.
[[nodiscard]] inline Power on_load_grid(Power load) { return Power(std::nearbyint(load.si() * 1024.0) / 1024.0); }

/// Power flow from loads to feeds:
///
///     output of a unit = sum over its consumers of their share of input (a load's output is what set_load asked for)
///     input of a unit  = output + loss(output)
///     live             = available, and a root, or fed by a live source, or by a store of its own
///
/// A load without a live source is dropped: it is served nothing until a source is back.  Roots are feeds and generators;
/// a generator that stands still is not available.
///
/// **Stores.**  A unit may have a store (a UPS its battery, a rack the capacitors of its shelves).  While the store is ready
/// it carries all that the unit draws when no source is live, and a stated share of it when one is (a UPS that walks its
/// load back, or stays on battery).  What a store gives is counted apart from what roots give; what it takes to be charged
/// is added to what the unit draws from its sources:
///
///     from its store     = share output
///     loss               = (1 - share) curve(output)
///     drawn from sources = (1 - share) output + loss + charge,   roots + stores = loads + losses + charge
///
/// Each path loses for the part that it carries: what comes from the store has no loss here, since the efficiency of the
/// store covers its converter.  With share 1, or without a live source, that is all of it.
///
/// **Switches.**  A unit with `select`ed position is fed by that source only, or, open, by none.
///
/// Sums are exact, whatever their order.  Loads are rounded to 2^-10 W on entry and every loss, when it is
/// evaluated, to 2^-20 W (one microwatt; a loss curve is not known to that); from there on powers are whole numbers of
/// 2^-20 W in 64 bits.  Adding a difference to an output is then exact and reversible, a thousand years of
/// differences do not drift, the incremental solution equals the one from scratch in every bit, and the sum of the root
/// inputs equals loads plus losses without a remainder.  An odd grain of an even share goes to the first sources.
/// All results are exact doubles up to 8.5 GW.
///
/// settle() costs O(depth) for one changed load, not the size of the tree; changing availability solves the whole
/// graph. After the first settle() neither set_load() nor settle() allocates.
///
/// Copyable: a copy is a snapshot.  Validity: at most 16 sources for a unit; |power| below 8 TW.
/// *Not modelled*: voltage, reactive power, phase balance, what a store holds and how long a switch takes (the caller's
/// events), power from load to feed.
class PowerNetwork {
 public:
  using UnitId = std::int32_t;
  static constexpr int kMaxSources = 16;

  struct Unit {
    std::string name;
    UnitKind kind = UnitKind::switchboard;
    Power rating;                      ///< rated output; infinite where it does not bind
    LossCurve loss = {};                    ///< default: lossless
    std::vector<std::string> sources;  ///< names, in order of preference; none: a root
    SourceShare share = SourceShare::even;
  };
  /// What a change of availability did to the loads.
  struct SupplyChange {
    std::vector<UnitId> dropped, regained;  ///< loads, ascending
  };

  /// One thing that changes how the graph is fed.
  struct Change {
    enum class What : std::uint8_t {
      available,  ///< value 0 or 1: the unit works
      store,      ///< value 0 or 1: its store can carry it
      share,      ///< value 0..1: part of its output that the store carries beside live sources
      select,     ///< value: number of the source that its switch is on; kOpen: none; kAll: no switch
    };
    UnitId unit = 0;
    What what = What::available;
    double value = 0.0;
  };
  static constexpr int kAll = -1, kOpen = -2;

  /// Units in any order; ids are their positions.  Loads start at 0 W, everything is available, no store is ready.
  /// @throws InputError for a repeated or unknown name, a loop, a missing rating, a root that is no utility feed, a
  /// feed with sources, a load that feeds something.
  explicit PowerNetwork(std::vector<Unit> units);

  [[nodiscard]] UnitId find(const std::string& name) const;  ///< -1 when there is none
  [[nodiscard]] int size() const { return static_cast<int>(units_.size()); }
  [[nodiscard]] const Unit& unit(UnitId id) const { return units_[idx(id)]; }
  [[nodiscard]] std::span<const UnitId> sources(UnitId id) const;
  [[nodiscard]] std::span<const UnitId> consumers(UnitId id) const;
  [[nodiscard]] std::span<const UnitId> roots() const { return roots_; }
  [[nodiscard]] std::span<const UnitId> loads() const { return loads_; }

  /// Asks for `power` at a load; acts at the next settle().  @pre a load; 0 <= power < 8 TW.
  void set_load(UnitId load, Power power);
  /// Replaces a unit's losses (a UPS that changes mode); acts at the next settle().
  void set_loss(UnitId id, const LossCurve& loss);
  /// Fails or restores a unit and solves the whole graph, pending changes included.
  SupplyChange set_available(UnitId id, bool available);
  /// Several at once, as one change.
  SupplyChange set_available(std::span<const UnitId> ids, bool available);
  /// Any changes, as one.
  SupplyChange apply(std::span<const Change> changes);
  /// Charges the unit's store from its sources, while one is live; acts at the next settle().
  void set_charge(UnitId id, Power power);
  /// Carries pending changes to the roots.
  void settle();
  /// Units whose output or input moved in the last settle() or set_available(), each once.
  [[nodiscard]] std::span<const UnitId> changed() const { return changed_; }

  // After settle():
  [[nodiscard]] bool available(UnitId id) const { return flow_[idx(id)].available; }
  [[nodiscard]] bool live(UnitId id) const { return flow_[idx(id)].live; }
  [[nodiscard]] Power output(UnitId id) const { return watts(flow_[idx(id)].output); }
  [[nodiscard]] Power input(UnitId id) const { return watts(flow_[idx(id)].input); }
  [[nodiscard]] Power loss(UnitId id) const { return watts(flow_[idx(id)].loss); }
  /// From its store, and into it.
  [[nodiscard]] Power from_store(UnitId id) const { return watts(flow_[idx(id)].stored); }
  [[nodiscard]] Power into_store(UnitId id) const { return watts(flow_[idx(id)].charging); }
  /// A source of the unit is live and connected (for a root: it is available).
  [[nodiscard]] bool fed(UnitId id) const {
    return sources(id).empty() ? flow_[idx(id)].available : flow_[idx(id)].live_sources > 0;
  }
  [[nodiscard]] int selected(UnitId id) const { return flow_[idx(id)].selected; }
  [[nodiscard]] double store_share(UnitId id) const { return flow_[idx(id)].share; }
  /// Rating minus output; negative when overloaded.
  [[nodiscard]] Power headroom(UnitId id) const { return units_[idx(id)].rating - output(id); }
  /// Asked for, whether served or not.  @pre a load.
  [[nodiscard]] Power demand(UnitId load) const { return watts(flow_[idx(load)].demand); }
  /// What `id` draws from its n-th source now.
  [[nodiscard]] Power drawn_from(UnitId id, int source) const;

  [[nodiscard]] Power total_input() const { return watts(total_input_); }    ///< of the roots
  [[nodiscard]] Power total_generated() const { return watts(total_generated_); }  ///< by generators among them
  [[nodiscard]] Power total_stored_out() const { return watts(total_stored_); }    ///< from stores
  [[nodiscard]] Power total_charge() const { return watts(total_charge_); }        ///< into stores
  [[nodiscard]] Power total_served() const { return watts(total_served_); }  ///< to the loads
  [[nodiscard]] Power total_loss() const { return watts(total_input_ + total_stored_ - total_charge_ - total_served_); }
  [[nodiscard]] Power loss_of_kind(UnitKind kind) const { return watts(loss_of_kind_[static_cast<std::size_t>(kind)]); }

 private:
  using Grains = std::int64_t;  ///< powers in 2^-20 W
  struct Flow {
    Grains output = 0, input = 0, loss = 0, demand = 0;
    Grains stored = 0, charging = 0, charge_wanted = 0;
    double share = 0.0;     ///< of the output that the store carries beside live sources
    std::int32_t rank = 0;  ///< position in the order from roots to loads
    std::int32_t live_sources = 0;
    std::int32_t selected = kAll;
    bool available = true, live = true, store = false, pending = false, touched = false;
  };
  static constexpr std::size_t idx(UnitId id) { return static_cast<std::size_t>(id); }
  static constexpr double kGrain = 0x1p-20;
  static Power watts(Grains g) { return Power(static_cast<double>(g) * kGrain); }

  void mark(UnitId id);
  void touch(UnitId id);
  /// Fed from its store alone.
  [[nodiscard]] bool on_store(UnitId id) const {
    const Flow& flow = flow_[idx(id)];
    return flow.live && flow.store && !sources(id).empty() && (flow.live_sources == 0 || flow.share >= 1.0);
  }
  /// The n-th source is live and the unit's switch lets it through.
  [[nodiscard]] bool connected(UnitId id, int source) const {
    const Flow& flow = flow_[idx(id)];
    if (flow.selected != kAll && flow.selected != source) return false;
    return flow_[idx(sources(id)[idx(source)])].live;
  }
  /// Part of the unit's output that its store carries now.
  [[nodiscard]] double carried_by_store(UnitId id) const {
    const Flow& flow = flow_[idx(id)];
    if (on_store(id)) return 1.0;
    return flow.live && flow.store ? flow.share : 0.0;
  }
  /// Loss of the unit at its present output.
  [[nodiscard]] Grains loss_now(UnitId id) const;
  /// Part of `input` that falls to the n-th source of `id`.
  [[nodiscard]] Grains part(UnitId id, int source, Grains input) const;
  /// Sets the unit's input and passes the difference to its sources and to the totals.
  void pass_on(UnitId id, Grains input);
  void solve_liveness();
  /// Visits all pending units, deepest first.
  void drain();

  std::vector<Unit> units_;
  std::vector<Flow> flow_;
  std::vector<UnitId> source_ids_, consumer_ids_;  // rows of the graph, one after the other
  std::vector<std::int32_t> source_start_, consumer_start_;
  std::vector<UnitId> order_, roots_, loads_;  // order_: roots first
  std::vector<std::int32_t> pending_;          // heap of ranks, deepest first
  std::vector<UnitId> changed_;
  std::vector<std::pair<std::string, UnitId>> by_name_;  // sorted
  Grains total_input_ = 0, total_generated_ = 0, total_served_ = 0, total_stored_ = 0, total_charge_ = 0;
  std::array<Grains, kUnitKinds> loss_of_kind_{};
};

}  // namespace aifactory
