/// @file What the scheduler made of the room that it had.
#include "sim/results/job_metrics.h"
#include "sim/run/summarize_parts.h"

namespace aifactory {

void summarize_scheduling(World& world, Summary& summary, Tick now) {
  struct Sum {
    double free_node_s = 0.0, stranded_node_s = 0.0;
    void add(const FragmentationMeter& meter, Tick at) {
      free_node_s += meter.free_node_s(at);
      stranded_node_s += meter.stranded_node_s(at);
    }
  };
  const auto& meters = world.scheduler->fragmentation();
  Sum whole;
  for (const SiteWorld& site : world.sites) {
    Sum of_site;
    for (const ClusterWorld& cluster : site.clusters) {
      if (cluster.pool < 0) continue;
      Sum own;
      for (Sum* sum : {&own, &of_site, &whole}) sum->add(meters[static_cast<std::size_t>(cluster.pool)], now);
      put_fragmentation(own.free_node_s, own.stranded_node_s, summary.cluster(cluster.plan->name));
    }
    put_fragmentation(of_site.free_node_s, of_site.stranded_node_s, summary.site(site.site->plan.name));
  }
  put_fragmentation(whole.free_node_s, whole.stranded_node_s, summary.whole());
}

}  // namespace aifactory
