#pragma once
/// @file What the scheduling policy has decided, so that it can be read, compared and repeated.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/time.h"
#include "models/units.h"
#include "models/workload/job.h"
#include "sim/results/rows.h"

namespace aifactory {

class OutputFile;

enum class DecisionKind : std::uint8_t {
  place,    ///< the first row: name of the placement, by which resized jobs get their nodes
  start,
  preempt,  ///< detail: last or on_demand, the checkpoint that is kept
  resize,
  reject,   ///< detail: why
  note,     ///< detail: KEY=VALUE, said by the policy
};
[[nodiscard]] const char* name_of(DecisionKind kind);

/// All decisions of a run in the order in which they took effect, 40 bytes each and 16 for each interval of nodes.
class DecisionLog {
 public:
  struct Row {
    Tick at;
    DecisionKind kind;
    JobId job;
    std::int32_t pool;
    std::uint32_t ranges;
    std::int32_t detail;  ///< -1: none
    std::size_t first_range;
  };
  void add(Tick at, DecisionKind kind, JobId job, const Allocation& nodes, std::string detail = {});
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  [[nodiscard]] std::span<const NodeRange> nodes(const Row& row) const {
    return std::span(ranges_).subspan(row.first_range, row.ranges);
  }
  [[nodiscard]] std::string_view detail(const Row& row) const {
    return row.detail < 0 ? std::string_view() : details_[static_cast<std::size_t>(row.detail)];
  }
  /// Names for the writer: of each job, of each pool.
  Rows<std::string> jobs;
  std::vector<std::string> pools;

 private:
  std::vector<Row> rows_;
  std::vector<NodeRange> ranges_;
  std::vector<std::string> details_;
};

/// time_s, action, job (its number, from 0), job_id (its name), pool, nodes (numbered within the pool), detail
void write_decisions_csv(const DecisionLog& log, OutputFile& file);

/// One row of decisions.csv, read back.
struct Decision {
  std::int64_t line = 0;
  Tick at = 0;
  DecisionKind kind = DecisionKind::note;
  JobId job = kNoJob;
  std::string job_id, pool, detail;
  std::vector<NodeRange> nodes;
};
/// @throws InputError `file:line: ...`
[[nodiscard]] std::vector<Decision> read_decisions_csv(const std::string& path);

/// "0-7 9" as ascending intervals that do not touch; false when it is no such list.  Overlaps are kept, as they are an
/// error of whoever wrote them.
[[nodiscard]] bool parse_nodes(std::string_view text, std::vector<NodeRange>& nodes);
/// The other way round.
void append_node_list(std::string& line, std::span<const NodeRange> nodes);

}  // namespace aifactory
