/// @file Where jobs were started, how late after a promise, and how long what had been repaired was tested.
#include "sim/run/summarize_parts.h"

namespace aifactory {
namespace {

void put_blocks(const BlockMeter& meter, bool has_blocks, Summary::Block block) {
  if (!has_blocks) return;
  block.set("scheduling.starts_across_blocks", meter.across);
  block.set("scheduling.mean_blocks_spanned", meter.starts > 0 ? static_cast<double>(meter.blocks) / static_cast<double>(meter.starts) : kUnset);
}

}  // namespace

void summarize_placement(World& world, Summary& summary, Tick now) {
  BlockMeter whole;
  bool any = false;
  double burn_in_s = 0.0;
  for (const SiteWorld& site : world.sites) {
    BlockMeter of_site;
    bool any_here = false;
    double site_s = 0.0;
    for (const ClusterWorld& cluster : site.clusters) {
      site_s += cluster.actor->burn_in_accelerator_s(now);
      if (cluster.pool < 0) continue;
      const auto pool = static_cast<std::size_t>(cluster.pool);
      const bool has_blocks = world.run.pools[pool].has_blocks();
      const BlockMeter& own = world.blocks[pool];
      put_blocks(own, has_blocks, summary.cluster(cluster.plan->name));
      if (!has_blocks) continue;
      of_site.add(own);
      whole.add(own);
      any = any_here = true;
    }
    put_blocks(of_site, any_here, summary.site(site.site->plan.name));
    summary.site(site.site->plan.name).set("reliability.burn_in_accelerator_h", site_s / 3600.0);
    burn_in_s += site_s;
  }
  put_blocks(whole, any, summary.whole());
  Summary::Block all = summary.whole();
  all.set("scheduling.slips_fault", world.slips.fault);
  all.set("scheduling.slips_cap", world.slips.cap);
  all.set("scheduling.slips_overrun", world.slips.overrun);
  all.set("scheduling.slipped_s", world.slips.seconds);
  all.set("reliability.burn_in_accelerator_h", burn_in_s / 3600.0);
}

}  // namespace aifactory
