#include "sim/actors/grid_feed.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace aifactory {
namespace {
constexpr Tick kRelaxPeriod = 60 * kTicksPerSecond;
/// Caps are set in steps of 1/1024 of full speed, downwards.
double step_down(double speed) { return std::floor(speed * 1024.0) / 1024.0; }
}  // namespace

GridFeed::GridFeed(engine::Kernel& kernel, std::uint32_t rank, Params params,
                   std::optional<StepSeries<EnergyPrice>> price, std::optional<StepSeries<CarbonIntensity>> carbon,
                   SitePower& power, EventLog& log, Ports ports)
    : kernel_(kernel), params_(std::move(params)), price_(std::move(price)), carbon_(std::move(carbon)), power_(power),
      log_(log), ports_(std::move(ports)), inbox_(kernel, rank) {
  if (price_) inbox_.post_at(0, engine::Phase::signal, {.kind = Kind::price});
  if (carbon_) inbox_.post_at(0, engine::Phase::signal, {.kind = Kind::carbon});
}

void GridFeed::operator()() {
  while (true) {
    for (const Message& message : inbox_.take()) {
      const Tick now = kernel_.now();
      switch (message.kind) {
        case Kind::price:
          if (message.version != version_) break;
          ports_.before_change();
          power_.set_price(now, price_->value_at(now));
          if (const Tick next = price_->next_change_after(now); next != kNever) inbox_.post_at(next, engine::Phase::signal, {.kind = Kind::price, .version = version_});
          break;
        case Kind::carbon:
          if (message.version != version_) break;
          ports_.before_change();
          power_.set_carbon(now, carbon_->value_at(now));
          if (const Tick next = carbon_->next_change_after(now); next != kNever) inbox_.post_at(next, engine::Phase::signal, {.kind = Kind::carbon, .version = version_});
          break;
        case Kind::curtail:
          if (message.on) {
            curtailments_.push_back(message.limit);
          } else {
            curtailments_.erase(std::find(curtailments_.begin(), curtailments_.end(), message.limit));
          }
          log_.add(now, "curtailment", params_.name, message.on ? "limit_mw" : "lifted, limit_mw", limit().in(MW), message.cause);
          check();
          if (ports_.limit_changed) ports_.limit_changed();
          break;
        case Kind::check:
          checking_ = false;
          check();
          break;
        case Kind::changed:
          check();
          if (ports_.limit_changed) ports_.limit_changed();
          break;
        case Kind::relax:
          relaxing_ = false;
          check();
          break;
      }
    }
  }
}

void GridFeed::change(Power limit, std::optional<StepSeries<EnergyPrice>> price, std::optional<StepSeries<CarbonIntensity>> carbon) {
  params_.limit = limit;
  price_ = std::move(price);
  carbon_ = std::move(carbon);
  ++version_;
  if (price_) inbox_.post({.kind = Kind::price, .version = version_});
  if (carbon_) inbox_.post({.kind = Kind::carbon, .version = version_});
  inbox_.post({.kind = Kind::changed});
}

Power GridFeed::limit() const {
  Power least = params_.limit;
  for (const Power p : curtailments_) least = std::min(least, p);
  return least;
}

void GridFeed::book() {
  const Tick now = kernel_.now();
  withheld_j_ += withheld_w_ * to_seconds(now - last_);
  last_ = now;
  withheld_w_ = speed_ < 1.0 ? ports_.withheld_power().si() : 0.0;
}

Energy GridFeed::curtailed(Tick now) const { return Energy(withheld_j_ + withheld_w_ * to_seconds(now - last_)); }

void GridFeed::settled(Power facility) {
  if (speed_ < 1.0 || withheld_w_ > 0.0) book();
  const bool over = facility > limit();
  if (!over && violated_) {
    violated_ = false;
    log_.add(kernel_.now(), "limit", params_.name, "back below the limit, facility_mw", facility.in(MW));
  }
  if (!checking_ && over && (speed_ > params_.least_speed || !violated_)) {
    checking_ = true;
    inbox_.post({.kind = Kind::check});
  }
}

void GridFeed::set_speed(double speed, const std::string& cause) {
  if (speed == speed_) return;
  book();
  speed_ = speed;
  ports_.cap(speed);
  log_.add_final(kernel_.now(), "cap", params_.name, "speed_frac", speed, cause);
}

void GridFeed::check() {
  const Power facility = power_.grid(), dynamic = ports_.dynamic_power(), most = limit();
  if (facility > most) {
    if (speed_ <= params_.least_speed) {
      if (!violated_) {
        violated_ = true;
        ++violations_;
        log_.add(kernel_.now(), "violation", params_.name, "facility_mw", facility.in(MW),
                 fmt::format("limit {:g} MW, clusters at their least speed", most.in(MW)));
      }
    } else {
      // Shelf and conversion losses shrink with the load, so removing the excess from the dynamic part is enough or
      // a little more; what is left over is asked for again when the change has settled.
      const double keep = dynamic > 0.0 * W ? std::max(0.0, 1.0 - (facility - most) / dynamic) : 0.0;
      const double speed = step_down(speed_ * std::pow(keep, 1.0 / params_.exponent));
      set_speed(std::max(params_.least_speed, std::min(speed, speed_ - 1.0 / 1024.0)), fmt::format("limit {:g} MW", most.in(MW)));
    }
  } else if (speed_ < 1.0) {
    // Raise towards 98 % of the limit, so that raising and lowering do not chase each other.
    const Power room = most * 0.98 - facility;
    if (room > 0.0 * W) {
      const double more = dynamic > 0.0 * W ? std::pow(1.0 + room / (dynamic * 1.15), 1.0 / params_.exponent) : 2.0;
      const double speed = std::min(1.0, step_down(speed_ * more));
      if (speed > speed_) set_speed(speed, "room below the limit");
    }
  }
  if (speed_ < 1.0 && !relaxing_) {
    relaxing_ = true;
    inbox_.post_at(kernel_.now() + kRelaxPeriod, engine::Phase::signal, {.kind = Kind::relax});
  }
}

}  // namespace aifactory
