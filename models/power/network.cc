#include "models/power/network.h"

#include <algorithm>
#include <cmath>

namespace aifactory {
namespace {

constexpr std::int64_t kGrainsPerLoadStep = 1024;  // 2^-10 W in grains of 2^-20 W
constexpr double kHighestWatts = 8e12;

void require(bool good, const std::string& message) {
  if (!good) throw InputError("power network: " + message);
}

}  // namespace

PowerNetwork::PowerNetwork(std::vector<Unit> units) : units_(std::move(units)) {
  const auto count = static_cast<UnitId>(units_.size());
  for (UnitId id = 0; id < count; ++id) by_name_.emplace_back(units_[idx(id)].name, id);
  std::sort(by_name_.begin(), by_name_.end());
  for (std::size_t i = 0; i < by_name_.size(); ++i) {
    require(!by_name_[i].first.empty(), "a unit has no name");
    require(i == 0 || by_name_[i].first != by_name_[i - 1].first, fmt::format("{} is there twice", by_name_[i].first));
  }

  flow_.resize(units_.size());
  source_start_.push_back(0);
  std::vector<std::vector<UnitId>> consumers(units_.size());
  for (UnitId id = 0; id < count; ++id) {
    const Unit& u = units_[idx(id)];
    require(u.rating.si() > 0.0, std::isnan(u.rating.si())
                                     ? fmt::format("{}: rating is not set", u.name)
                                     : fmt::format("{}: rating = {:g} W must be > 0 W", u.name, u.rating.si()));
    if (u.kind == UnitKind::utility_feed) {
      require(u.sources.empty(), fmt::format("{}: a utility feed has no sources", u.name));
      roots_.push_back(id);
    } else if (u.kind == UnitKind::generator) {
      require(u.sources.empty(), fmt::format("{}: a generator has no sources", u.name));
      roots_.push_back(id);
    } else {
      require(!u.sources.empty(), fmt::format("{}: has no source; only a utility feed or a generator may stand alone", u.name));
    }
    require(u.sources.size() <= kMaxSources,
            fmt::format("{}: {} sources must be in 1..{}", u.name, u.sources.size(), kMaxSources));
    if (u.kind == UnitKind::load) loads_.push_back(id);
    for (std::size_t i = 0; i < u.sources.size(); ++i) {
      const UnitId source = find(u.sources[i]);
      require(source >= 0, fmt::format("{}: source {} is not a unit", u.name, u.sources[i]));
      require(units_[idx(source)].kind != UnitKind::load, fmt::format("{}: source {} is a load", u.name, u.sources[i]));
      require(std::find(u.sources.begin(), u.sources.begin() + static_cast<std::ptrdiff_t>(i), u.sources[i]) ==
                  u.sources.begin() + static_cast<std::ptrdiff_t>(i),
              fmt::format("{}: source {} is named twice", u.name, u.sources[i]));
      source_ids_.push_back(source);
      consumers[idx(source)].push_back(id);
    }
    source_start_.push_back(static_cast<std::int32_t>(source_ids_.size()));
  }
  consumer_start_.push_back(0);
  for (const auto& row : consumers) {
    consumer_ids_.insert(consumer_ids_.end(), row.begin(), row.end());
    consumer_start_.push_back(static_cast<std::int32_t>(consumer_ids_.size()));
  }

  // Roots first (Kahn); whatever is never freed of its sources lies on a loop or behind one.
  std::vector<std::int32_t> waiting(units_.size());
  for (UnitId id = 0; id < count; ++id) {
    waiting[idx(id)] = static_cast<std::int32_t>(sources(id).size());
    if (waiting[idx(id)] == 0) order_.push_back(id);
  }
  for (std::size_t next = 0; next < order_.size(); ++next) {
    flow_[idx(order_[next])].rank = static_cast<std::int32_t>(next);
    for (const UnitId consumer : this->consumers(order_[next])) {
      if (--waiting[idx(consumer)] == 0) order_.push_back(consumer);
    }
  }
  for (UnitId id = 0; id < count; ++id) {
    require(waiting[idx(id)] == 0, fmt::format("{}: is fed in a loop", units_[idx(id)].name));
  }

  pending_.reserve(units_.size());
  changed_.reserve(units_.size());
  solve_liveness();
  for (UnitId id = 0; id < count; ++id) mark(id);  // the no-load losses
  settle();
}

PowerNetwork::UnitId PowerNetwork::find(const std::string& name) const {
  const auto at = std::lower_bound(by_name_.begin(), by_name_.end(), name,
                                   [](const auto& entry, const std::string& wanted) { return entry.first < wanted; });
  return at != by_name_.end() && at->first == name ? at->second : -1;
}

std::span<const PowerNetwork::UnitId> PowerNetwork::sources(UnitId id) const {
  const auto first = idx(source_start_[idx(id)]), last = idx(source_start_[idx(id) + 1]);
  return std::span(source_ids_).subspan(first, last - first);
}

std::span<const PowerNetwork::UnitId> PowerNetwork::consumers(UnitId id) const {
  const auto first = idx(consumer_start_[idx(id)]), last = idx(consumer_start_[idx(id) + 1]);
  return std::span(consumer_ids_).subspan(first, last - first);
}

void PowerNetwork::mark(UnitId id) {
  Flow& flow = flow_[idx(id)];
  if (flow.pending) return;
  flow.pending = true;
  pending_.push_back(flow.rank);
  std::push_heap(pending_.begin(), pending_.end());
}

void PowerNetwork::touch(UnitId id) {
  if (flow_[idx(id)].touched) return;
  flow_[idx(id)].touched = true;
  changed_.push_back(id);
}

void PowerNetwork::set_load(UnitId load, Power power) {
  AIF_CHECK(units_[idx(load)].kind == UnitKind::load, units_[idx(load)].name + " is not a load");
  AIF_CHECK(power.si() >= 0.0 && power.si() < kHighestWatts,
            fmt::format("{}: {} W", units_[idx(load)].name, power.si()));
  const Grains demand = std::llround(power.si() * 1024.0) * kGrainsPerLoadStep;
  Flow& flow = flow_[idx(load)];
  if (demand == flow.demand) return;
  flow.demand = demand;
  if (flow.live) mark(load);
}

void PowerNetwork::set_loss(UnitId id, const LossCurve& loss) {
  units_[idx(id)].loss = loss;
  mark(id);
}

PowerNetwork::Grains PowerNetwork::loss_now(UnitId id) const {
  const Flow& flow = flow_[idx(id)];
  const double share = carried_by_store(id);
  if (!flow.live || share >= 1.0) return 0;
  const double loss_w = (1.0 - share) * units_[idx(id)].loss.loss(watts(flow.output)).si();
  AIF_CHECK(loss_w >= 0.0 && loss_w < kHighestWatts, fmt::format("{}: loss {} W", units_[idx(id)].name, loss_w));
  return std::llround(loss_w / kGrain);
}

PowerNetwork::Grains PowerNetwork::part(UnitId id, int source, Grains input) const {
  if (!connected(id, source)) return 0;
  std::int32_t before = 0;
  for (int i = 0; i < source; ++i) before += connected(id, i) ? 1 : 0;
  if (units_[idx(id)].share == SourceShare::primary) return before == 0 ? input : 0;
  const Grains live = flow_[idx(id)].live_sources;
  return input / live + (before < input % live ? 1 : 0);
}

Power PowerNetwork::drawn_from(UnitId id, int source) const {
  return flow_[idx(id)].live ? watts(part(id, source, flow_[idx(id)].input)) : 0.0 * W;
}

void PowerNetwork::pass_on(UnitId id, Grains input) {
  Flow& flow = flow_[idx(id)];
  const Grains before = flow.input;
  flow.input = input;
  if (input == before) return;
  touch(id);
  const auto all = sources(id);
  if (all.empty()) {
    total_input_ += input - before;
    if (units_[idx(id)].kind == UnitKind::generator) total_generated_ += input - before;
    return;
  }
  for (int i = 0; i < static_cast<int>(all.size()); ++i) {
    const Grains difference = part(id, i, input) - part(id, i, before);
    if (difference == 0) continue;
    flow_[idx(all[idx(i)])].output += difference;
    touch(all[idx(i)]);
    mark(all[idx(i)]);
  }
}

void PowerNetwork::settle() {
  for (const UnitId id : changed_) flow_[idx(id)].touched = false;
  changed_.clear();
  drain();
}

void PowerNetwork::drain() {
  // Deepest first, so that each unit is visited once, after all of its consumers.
  while (!pending_.empty()) {
    std::pop_heap(pending_.begin(), pending_.end());
    const UnitId id = order_[idx(pending_.back())];
    pending_.pop_back();
    Flow& flow = flow_[idx(id)];
    flow.pending = false;
    if (units_[idx(id)].kind == UnitKind::load) {
      const Grains served = flow.live ? flow.demand : 0;
      if (served != flow.output) touch(id);
      total_served_ += served - flow.output;
      flow.output = served;
    }
    const Grains loss = loss_now(id);
    loss_of_kind_[static_cast<std::size_t>(units_[idx(id)].kind)] += loss - flow.loss;
    flow.loss = loss;
    const auto stored = static_cast<Grains>(std::llround(carried_by_store(id) * static_cast<double>(flow.output)));
    const Grains charging = flow.live && flow.live_sources > 0 && !on_store(id) ? flow.charge_wanted : 0;
    if (stored != flow.stored || charging != flow.charging) {
      total_stored_ += stored - flow.stored;
      total_charge_ += charging - flow.charging;
      flow.stored = stored;
      flow.charging = charging;
      touch(id);
    }
    pass_on(id, flow.output + loss - stored + charging);
  }
}

void PowerNetwork::set_charge(UnitId id, Power power) {
  AIF_CHECK(power.si() >= 0.0 && power.si() < kHighestWatts && !sources(id).empty(), units_[idx(id)].name + ": charge");
  const Grains wanted = std::llround(power.si() * 1024.0) * kGrainsPerLoadStep;
  Flow& flow = flow_[idx(id)];
  if (wanted == flow.charge_wanted) return;
  flow.charge_wanted = wanted;
  mark(id);
}

void PowerNetwork::solve_liveness() {
  for (const UnitId id : order_) {
    Flow& flow = flow_[idx(id)];
    flow.live_sources = 0;
    const int count = static_cast<int>(sources(id).size());
    for (int i = 0; i < count; ++i) flow.live_sources += connected(id, i) ? 1 : 0;
    flow.live = flow.available && (count == 0 || flow.live_sources > 0 || flow.store);
  }
}

PowerNetwork::SupplyChange PowerNetwork::set_available(UnitId id, bool available) {
  return set_available(std::span<const UnitId>(&id, 1), available);
}

PowerNetwork::SupplyChange PowerNetwork::set_available(std::span<const UnitId> ids, bool available) {
  std::vector<Change> changes;
  for (const UnitId id : ids) changes.push_back({id, Change::What::available, available ? 1.0 : 0.0});
  return apply(changes);
}

PowerNetwork::SupplyChange PowerNetwork::apply(std::span<const Change> changes) {
  const std::vector<Flow> before = flow_;
  for (const Change& change : changes) {
    Flow& flow = flow_[idx(change.unit)];
    switch (change.what) {
      case Change::What::available: flow.available = change.value != 0.0; break;
      case Change::What::store: flow.store = change.value != 0.0; break;
      case Change::What::share: flow.share = change.value; break;
      case Change::What::select: flow.selected = static_cast<std::int32_t>(change.value); break;
    }
  }
  solve_liveness();
  // From scratch: shares of every unit below the change may differ, and the result must not depend on the way here.
  for (Flow& flow : flow_) flow.output = flow.input = flow.loss = flow.stored = flow.charging = 0;
  total_input_ = total_generated_ = total_served_ = total_stored_ = total_charge_ = 0;
  loss_of_kind_.fill(0);
  for (UnitId id = 0; id < size(); ++id) mark(id);
  drain();
  changed_.clear();
  SupplyChange change;
  for (UnitId id = 0; id < size(); ++id) {
    Flow& now = flow_[idx(id)];
    const Flow& was = before[idx(id)];
    now.touched = false;
    if (now.output != was.output || now.input != was.input || now.stored != was.stored || now.charging != was.charging) touch(id);
    if (units_[idx(id)].kind != UnitKind::load || now.live == was.live) continue;
    (now.live ? change.regained : change.dropped).push_back(id);
  }
  return change;
}

}  // namespace aifactory
