#include "models/training/parallelism.h"

namespace aifactory {

std::string split_problem(const ModelShape& shape, const Parallelism& split) {
  const auto divides = [](const char* part, std::int64_t a, const char* whole, std::int64_t b) {
    return b % a == 0 ? std::string() : fmt::format("{} = {} must divide {} = {}", part, a, whole, b);
  };
  std::string problem = divides("tensor", split.tensor, "heads", shape.heads);
  if (problem.empty()) problem = divides("context", split.context, "sequence", shape.sequence);
  if (problem.empty()) {
    problem = divides("data x micro_batch", split.data * split.micro_batch, "global_batch", split.global_batch);
  }
  if (problem.empty() && split.expert > 1) {
    problem = shape.experts == 0 ? "expert > 1 needs a model with experts"
                                 : divides("expert", split.expert, "experts", shape.experts);
    if (problem.empty()) problem = divides("expert", split.expert, "data", split.data);
  }
  if (!problem.empty()) return problem;
  if (split.pipeline * split.virtual_stages > shape.layers + 2) {
    return fmt::format("pipeline x virtual_stages = {} must be at most layers = {}, with embedding and logits {}",
                       split.pipeline * split.virtual_stages, shape.layers, shape.layers + 2);
  }
  if (split.virtual_stages > 1 && split.pipeline == 1) return "virtual_stages > 1 needs pipeline > 1";
  if (split.sequence_parallel && split.tensor == 1) return "sequence_parallel needs tensor > 1";
  return "";
}

const Parallelism& checked_split(const ModelShape& shape, const Parallelism& split) {
  checked("parallelism", split);
  const std::string problem = split_problem(shape, split);
  if (!problem.empty()) throw InputError("parallelism: " + problem);
  return split;
}

}  // namespace aifactory
