#pragma once
/// @file Who holds how much, and how much they held before.
#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/time.h"

namespace aifactory::scheduling {

/// Tenants' use of three resources (nodes, accelerators, power) now and in the past, and their dominant shares.
///
///     du_r/dt = h_r - u_r / tau,   tau = half-life / ln 2
///     share   = max over r of (h_r + u_r / tau) / C_r / weight
///
/// h is what is held now, u past use (exactly integrated, forgotten with the half-life), C what there is.  Whoever has held
/// a fraction f for long has a past of f, and holds f: 2 f.  Without a half-life only h counts, which is dominant
/// resource fairness as it was published.  A resource that is not there (C = 0) counts nothing.
/// Source: A. Ghodsi et al., "Dominant Resource Fairness", NSDI 2011, section 4; decay as in Slurm's multifactor priority.
class TenantUsage {
 public:
  enum Resource : std::size_t { nodes, accelerators, power, kResources };
  static constexpr std::int64_t kNoQuota = INT64_MAX;
  using Amounts = std::array<std::int64_t, kResources>;  ///< nodes, thousandths of accelerators, milliwatts

  void set_half_life(Tick half_life);
  void set_capacity(const Amounts& capacity) { capacity_ = capacity; }
  void set_weight(const std::string& name, double weight) { weights_.emplace_back(name, weight); }  ///< before index()

  void set_quota(const std::string& name, std::int64_t most) { quotas_.emplace_back(name, most); }  ///< before index()
  /// Other rules from `now` on, for tenants that are known as well; what they hold and have used stays.
  void change_rules(Tick half_life, const std::vector<std::pair<std::string, double>>& weights,
                    const std::vector<std::pair<std::string, std::int64_t>>& quotas, Tick now);

  std::int32_t index(const std::string& name);  ///< a new tenant when the name is new
  [[nodiscard]] std::int32_t tenants() const { return static_cast<std::int32_t>(tenants_.size()); }
  void change(std::int32_t tenant, const Amounts& held, std::int64_t jobs, Tick now);

  [[nodiscard]] double share(std::int32_t tenant, Tick now) const;
  /// Past use alone, as a fraction of what there is.
  [[nodiscard]] double past(std::int32_t tenant, Tick now) const;
  [[nodiscard]] std::int64_t held_nodes(std::int32_t tenant) const { return at(tenant).held[nodes]; }
  [[nodiscard]] std::int64_t running_jobs(std::int32_t tenant) const { return at(tenant).jobs; }
  [[nodiscard]] const std::string& name(std::int32_t tenant) const { return at(tenant).name; }
  /// Nodes that it may hold at a time; kNoQuota: all.
  [[nodiscard]] std::int64_t quota(std::int32_t tenant) const { return at(tenant).quota; }
  [[nodiscard]] double weight(std::int32_t tenant) const { return at(tenant).weight; }

 private:
  struct Tenant {
    std::string name;
    double weight = 1;
    Amounts held{};
    std::array<double, kResources> mean{};  ///< u / tau as of `since`
    Tick since = 0;
    std::int64_t jobs = 0, quota = kNoQuota;
  };
  [[nodiscard]] const Tenant& at(std::int32_t tenant) const { return tenants_[static_cast<std::size_t>(tenant)]; }
  void give_rules(Tenant& tenant) const;  ///< its weight and quota
  [[nodiscard]] double mean_of(const Tenant& tenant, std::size_t r, Tick now) const;

  std::vector<Tenant> tenants_;
  std::unordered_map<std::string, std::int32_t> by_name_;
  std::vector<std::pair<std::string, double>> weights_;
  std::vector<std::pair<std::string, std::int64_t>> quotas_;
  Amounts capacity_{};
  std::int32_t last_ = -1;  ///< the tenant last asked for: jobs of one often come together
  double tau_ = 0;          ///< ticks; 0: the past does not count
};

}  // namespace aifactory::scheduling
