// Whoever fits starts, until somebody ahead has waited long enough: nobody overtakes that one any more.
#include <models/scheduling/actions.h>
#include <models/scheduling/plugin.h>

namespace {
using namespace aifactory;
using namespace aifactory::scheduling;

class Patient final : public Policy {
 public:
  Patient(const PolicyParts& parts, Tick patience) : Policy(parts), patience_(patience) {}
  std::unique_ptr<Policy> clone() const override { return std::make_unique<Patient>(*this); }

  void schedule(const View& view, Actions& actions) override {
    const WaitingQueue& queue = view.queue();
    for (std::size_t i = queue.begin(); i != queue.end(); i = queue.next(i)) {
      const WaitingQueue::Entry job = queue[i];
      bool started = false;
      for (std::int32_t pool = 0; pool < view.pools() && !started; ++pool) {
        started = view.eligible(job, pool) && actions.start(job.job, {.pool = pool}) == Refusal::none;
      }
      if (!started && view.now() - view.job(job.job).submit >= patience_) return;
    }
  }

 private:
  Tick patience_;
};

std::unique_ptr<Policy> make(const PolicyParts& parts, const OptionValues& options) {
  return std::make_unique<Patient>(parts, options.integer("patience_min") * 60 * kTicksPerSecond);
}

constexpr OptionInfo kOptions[] = {
    {"patience_min", "60", "", 0, 1'000'000, "minutes within which a job lets others overtake it"}};
}  // namespace

AIFACTORY_POLICY_PLUGIN(.name = "patient", .summary = "who fits goes first, for a while", .make = make, .options = kOptions);
