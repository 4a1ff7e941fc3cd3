#include "models/scheduling/tenant_usage.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace aifactory::scheduling {

void TenantUsage::set_half_life(Tick half_life) {
  tau_ = static_cast<double>(half_life) / std::numbers::ln2;
}

std::int32_t TenantUsage::index(const std::string& name) {
  if (last_ >= 0 && at(last_).name == name) return last_;
  const auto [place, added] = by_name_.try_emplace(name, tenants());
  if (added) {
    Tenant tenant;
    tenant.name = name;
    give_rules(tenant);
    tenants_.push_back(std::move(tenant));
  }
  return last_ = place->second;
}

void TenantUsage::give_rules(Tenant& tenant) const {
  tenant.weight = 1;
  tenant.quota = kNoQuota;
  for (const auto& [of, weight] : weights_) {
    if (of == tenant.name) tenant.weight = weight;
  }
  for (const auto& [of, quota] : quotas_) {
    if (of == tenant.name) tenant.quota = quota;
  }
}

void TenantUsage::change_rules(Tick half_life, const std::vector<std::pair<std::string, double>>& weights,
                               const std::vector<std::pair<std::string, std::int64_t>>& quotas, Tick now) {
  weights_ = weights;
  quotas_ = quotas;
  for (Tenant& tenant : tenants_) {
    for (std::size_t r = 0; r < kResources; ++r) tenant.mean[r] = mean_of(tenant, r, now);
    tenant.since = now;
    give_rules(tenant);
  }
  set_half_life(half_life);
}

double TenantUsage::mean_of(const Tenant& tenant, std::size_t r, Tick now) const {
  if (tau_ == 0) return 0.0;
  const auto held = static_cast<double>(tenant.held[r]);
  return held + (tenant.mean[r] - held) * std::exp(-static_cast<double>(now - tenant.since) / tau_);
}

void TenantUsage::change(std::int32_t index, const Amounts& held, std::int64_t jobs, Tick now) {
  Tenant& tenant = tenants_[static_cast<std::size_t>(index)];
  if (tau_ > 0) {
    for (std::size_t r = 0; r < kResources; ++r) tenant.mean[r] = mean_of(tenant, r, now);
    tenant.since = now;
  }
  for (std::size_t r = 0; r < kResources; ++r) tenant.held[r] += held[r];
  tenant.jobs += jobs;
}

double TenantUsage::share(std::int32_t index, Tick now) const {
  const Tenant& tenant = at(index);
  double share = 0;
  for (std::size_t r = 0; r < kResources; ++r) {
    if (capacity_[r] <= 0) continue;
    const double use = static_cast<double>(tenant.held[r]) + mean_of(tenant, r, now);
    share = std::max(share, use / static_cast<double>(capacity_[r]));
  }
  return share / tenant.weight;
}

double TenantUsage::past(std::int32_t index, Tick now) const {
  const Tenant& tenant = at(index);
  double past = 0;
  for (std::size_t r = 0; r < kResources; ++r) {
    if (capacity_[r] > 0) past = std::max(past, mean_of(tenant, r, now) / static_cast<double>(capacity_[r]));
  }
  return past;
}

}  // namespace aifactory::scheduling
