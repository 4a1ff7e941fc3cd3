#include "models/training/collectives.h"

#include <algorithm>
#include <cmath>

namespace aifactory {
namespace {

double real(std::int64_t count) {
  return static_cast<double>(count);
}

/// Passes of `steps` messages and `share` of the vector over a link.
Duration passes(double steps, double share, DataSize size, const Link& link) {
  return steps * link.latency + share * (size / link.bandwidth);
}

/// Domains that the group spans; not whole when they are not evenly filled.
double domains(const GroupLayout& group) {
  return real(group.members) / real(group.per_domain);
}

}  // namespace

Duration ring_all_reduce(std::int64_t members, DataSize size, const Link& link) {
  return 2.0 * ring_reduce_scatter(members, size, link);
}

Duration ring_reduce_scatter(std::int64_t members, DataSize size, const Link& link) {
  if (members <= 1) return Duration(0.0);
  const double n = real(members);
  return passes(n - 1.0, (n - 1.0) / n, size, link);
}

Duration double_tree_all_reduce(std::int64_t members, DataSize size, const Link& link) {
  if (members <= 1) return Duration(0.0);
  return passes(2.0 * std::log2(real(members)), 2.0, size, link);
}

Duration in_network_all_reduce(std::int64_t members, DataSize size, const Link& link) {
  if (members <= 1) return Duration(0.0);
  return passes(std::log2(real(members)), 1.0, size, link);
}

Duration all_to_all(std::int64_t members, DataSize size, const Link& link) {
  return ring_reduce_scatter(members, size, link);
}

GroupLayout group_layout(std::int64_t members, std::int64_t stride, std::int64_t domain) {
  return {members, std::clamp<std::int64_t>(domain / stride, 1, members)};
}

Duration hierarchical_reduce_scatter(const Fabric& fabric, const GroupLayout& group, DataSize size) {
  const double g = real(group.per_domain), k = domains(group);
  Duration time = ring_reduce_scatter(group.per_domain, size, fabric.scale_up);
  if (k > 1.0) time += passes(std::ceil(k) - 1.0, (k - 1.0) / k, size / g, fabric.scale_out);
  return time;
}

Duration hierarchical_all_reduce(const Fabric& fabric, const GroupLayout& group, DataSize size) {
  return 2.0 * hierarchical_reduce_scatter(fabric, group, size);
}

Duration hierarchical_all_to_all(const Fabric& fabric, const GroupLayout& group, DataSize size) {
  const double n = real(group.members), g = real(group.per_domain);
  const Duration inside = passes(g - 1.0, (g - 1.0) / n, size, fabric.scale_up);
  const Duration outside = passes(n - g, (n - g) / n, size, fabric.scale_out);
  return std::max(inside, outside);
}

}  // namespace aifactory
