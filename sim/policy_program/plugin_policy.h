#pragma once
/// @file A policy in a shared library.
#include <memory>
#include <string>
#include <vector>

#include "models/scheduling/plugin.h"
#include "sim/policy_program/outside_policy.h"

namespace aifactory {

/// A shared library with a policy, loaded and found to fit this program.  It stays loaded as long as a copy is alive.
class PluginLibrary {
 public:
  /// @throws InputError when the file cannot be loaded, is no plug-in, or was built for another program.
  explicit PluginLibrary(const std::string& path);
  [[nodiscard]] const scheduling::PluginPolicy& policy() const;
  [[nodiscard]] const std::string& path() const;

 private:
  struct Loaded;
  std::shared_ptr<const Loaded> loaded_;
};

/// The policy of a library, and a fence around it: what it throws ends the run with one sentence.  *Not fenced*: memory
/// that it writes over, calls that do not return.
class PluginPolicyRun final : public OutsidePolicy {
 public:
  /// @throws InputError for an unknown option, and with what the library throws.
  PluginPolicyRun(const PluginLibrary& library, const scheduling::PolicyChoice& choice);
  void schedule(const scheduling::View& view, scheduling::Actions& actions) override;

 private:
  PluginPolicyRun(const PluginLibrary& library, std::unique_ptr<scheduling::Policy> policy);

  PluginLibrary library_;  // outlives the policy, whose code it holds
  std::unique_ptr<scheduling::Policy> policy_;
  bool failed_ = false;
};

}  // namespace aifactory
