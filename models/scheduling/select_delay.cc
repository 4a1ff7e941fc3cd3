/// @file Delay: a job waits for the cheapest or cleanest time within its slack.
#include <algorithm>

#include "models/scheduling/actions.h"
#include "models/scheduling/select.h"
#include "models/scheduling/view.h"

namespace aifactory::scheduling {
namespace {

/// When a job is submitted, the start with the smallest expected mean price (or carbon intensity) over its planned
/// duration is looked for between now and the end of its slack; the job is held back until then and joins an EASY queue
/// in its rank.  Slack is `slack_min` after submission, and less for a job with a deadline, which must still be met.
/// A step of the forecast that begins later is seen with an error (Forecast); the job is looked at again when it is
/// released, and may be held again while it has slack.
///
/// A signal that does not change holds nobody back: what is left is EASY.  So is a site without the signal.
/// *Not modelled*: that jobs released together must wait for each other; a choice between sites by their prices.
class Delay final : public Policy {
 public:
  Delay(const PolicyParts& parts, std::unique_ptr<Policy> inner, bool carbon, Tick slack)
      : Policy(parts), inner_(std::move(inner)), carbon_(carbon), slack_(slack) {}
  Delay(const Delay& other)
      : Policy(other), inner_(other.inner_->clone()), carbon_(other.carbon_), slack_(other.slack_) {}
  [[nodiscard]] std::unique_ptr<Policy> clone() const override { return std::make_unique<Delay>(*this); }

  void schedule(const View& view, Actions& actions) override {
    for (const JobId id : view.fresh()) {
      const Tick start = best_start(view, id);
      if (start > view.now()) actions.hold(id, start);  // refused when it has left the queue meanwhile
    }
    inner_->schedule(view, actions);
  }

 private:
  [[nodiscard]] Tick best_start(const View& view, JobId id) const {
    const Job& job = view.job(id);
    const Tick duration = job.estimate == kNever ? job.work : job.estimate;
    Tick latest = after(std::max(job.submit, job.earliest_start), slack_);
    if (job.deadline != kNever) latest = std::min(latest, job.deadline - duration);
    if (latest <= view.now()) return view.now();
    Forecast::Window best{view.now(), 0.0};
    bool found = false;
    for (std::int32_t p = 0; p < view.pools(); ++p) {
      if (!job.runs_in(p) || job.nodes > view.pool(p).installed) continue;
      const SiteSignals& site = view.site(view.pool(p).spec.site);
      const auto& signal = carbon_ ? site.carbon : site.price;
      if (!signal) return view.now();
      const Forecast::Window here = signal->cheapest(view.now(), latest, duration);
      if (!found || here.mean < best.mean) best = here;
      found = true;
    }
    return best.start;
  }

  std::unique_ptr<Policy> inner_;
  bool carbon_;
  Tick slack_;
};

std::unique_ptr<Policy> make_delay(const PolicyParts& parts, const OptionValues& options, bool carbon) {
  OptionValues easy;
  easy.set("depth", "1");
  easy.set("reservation", "count");
  return std::make_unique<Delay>(parts, make_easy(parts, easy), carbon,
                                 options.integer("slack_min") * 60 * kTicksPerSecond);
}

}  // namespace

std::unique_ptr<Policy> make_carbon(const PolicyParts& parts, const OptionValues& options) {
  return make_delay(parts, options, true);
}
std::unique_ptr<Policy> make_price(const PolicyParts& parts, const OptionValues& options) {
  return make_delay(parts, options, false);
}

}  // namespace aifactory::scheduling
