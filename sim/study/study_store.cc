#include "sim/study/study_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "models/error.h"
#include "sim/results/result_directory.h"

namespace aifactory {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kLockTries = 60;
constexpr std::chrono::milliseconds kLockPause{50};

std::string read_all(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

std::string read_part(const std::string& file, std::size_t offset, std::size_t length) {
  if (length == 0) return "";
  std::ifstream in(file, std::ios::binary);
  std::string text(length, '\0');
  in.seekg(static_cast<std::streamoff>(offset));
  in.read(text.data(), static_cast<std::streamsize>(length));
  if (!in) throw InputError(fmt::format("{}: cannot be read", file));
  return text;
}

/// Whole lines of a text as offset and length; what follows the last line end is none.
std::vector<std::pair<std::size_t, std::size_t>> line_places(std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> places;
  std::size_t start = 0;
  for (std::size_t end; (end = text.find('\n', start)) != std::string_view::npos; start = end + 1) places.emplace_back(start, end - start);
  return places;
}

/// Left behind by a process that was ended while it wrote.
bool is_partial(const fs::path& path) {
  return path.filename().string().starts_with('.') && path.filename().string().find(".partial-") != std::string::npos;
}

Json head_json(const StudyHead& head, const StudyState& state) {
  Json axes = Json::array(), metrics = Json::object();
  for (const auto& [name, path] : head.axes) axes.push_back({{"name", name}, {"path", path}});
  for (const auto& [name, expression] : head.metrics) metrics[name] = expression;
  return {{"format", 1},           {"kind", "study"},       {"name", head.name},       {"status", state.all() ? "complete" : "incomplete"},
          {"identity", head.identity}, {"build", head.build}, {"keep", name_of(head.keep)}, {"shard", shard_text(head.shard)},
          {"axes", axes},          {"metrics", metrics},    {"variants", head.variants}, {"points", head.points},
          {"wanted", state.wanted}, {"complete", state.complete}, {"failed", state.failed}};
}

StudyHead parse_head(const std::string& text, const std::string& file) {
  try {
    const Json json = Json::parse(text);
    StudyHead head;
    head.name = json.at("name").get<std::string>();
    head.identity = json.at("identity").get<std::string>();
    head.build = json.at("build").get<std::string>();
    for (const Keep keep : {Keep::series, Keep::all}) {
      if (json.at("keep") == name_of(keep)) head.keep = keep;
    }
    for (const Json& axis : json.at("axes")) head.axes.emplace_back(axis.at("name").get<std::string>(), axis.at("path").get<std::string>());
    for (const auto& [name, expression] : json.at("metrics").items()) head.metrics.emplace_back(name, expression.get<std::string>());
    head.points = json.at("points").get<std::int64_t>();
    head.variants = json.at("variants").get<std::int64_t>();
    const std::string shard = json.at("shard").get<std::string>();
    head.shard = {.k = std::stoll(shard), .n = std::stoll(shard.substr(shard.find('/') + 1))};
    return head;
  } catch (const std::exception& error) {
    throw InputError(fmt::format("{}: is no study of this program: {}", file, error.what()));
  }
}

}  // namespace

std::string shard_text(const Shard& shard) { return fmt::format("{}/{}", shard.k, shard.n); }

StudyStore::StudyStore(fs::path folder, StudyHead head, bool force) : folder_(std::move(folder)), head_(std::move(head)) {
  std::error_code error;
  const fs::path file = folder_ / "study.json";
  const bool known = fs::exists(file, error);
  // A process may end between making the folder and study.json: what it leaves holds only names of ours.
  static const std::set<std::string> kOurs{".lock", "spool", "packs"};
  if (!known && fs::exists(folder_, error)) {
    if (!fs::is_directory(folder_, error)) throw InputError(fmt::format("{}: is no folder; give another --out", folder_.string()));
    for (const auto& entry : fs::directory_iterator(folder_, error)) {
      if (kOurs.contains(entry.path().filename().string()) || is_partial(entry.path())) continue;
      throw InputError(fmt::format("{}: exists already and holds no study; give another --out", folder_.string()));
    }
  }
  fs::create_directories(folder_, error);
  if (error) throw InputError(fmt::format("{}: cannot be written: {}", folder_.string(), error.message()));
  lock();
  if (known) {
    const StudyHead before = parse_head(read_all(file), file.string());
    const bool same = before.identity == head_.identity && shard_text(before.shard) == shard_text(head_.shard);
    if (!same && !force) {
      const std::string why = before.build != head_.build ? fmt::format("was begun by another build of the program ({}; this is {})", before.build, head_.build)
                              : before.identity != head_.identity ? std::string("was begun with another study, scenario or input")
                                                                  : fmt::format("holds shard {}", shard_text(before.shard));
      throw InputError(fmt::format("{}: {}; give another --out, or --force to begin anew", folder_.string(), why));
    }
    if (force) {
      for (const char* name : {"study.json", "spool", "packs", "runs", "points.csv", "statistics.csv", "failed.csv", "study.sqlite", "report.html", "shards", "slurm"}) {
        fs::remove_all(folder_ / name, error);
      }
    }
  }
  clean();
  for (const char* name : {"spool", "packs"}) {
    fs::create_directories(folder_ / name, error);
    if (error) throw OutputError(fmt::format("{}: cannot be written: {}", (folder_ / name).string(), error.message()));
  }
  load();
  write_head();
}

StudyStore::StudyStore(fs::path folder) : folder_(std::move(folder)) {
  const fs::path file = folder_ / "study.json";
  std::error_code error;
  if (!fs::is_regular_file(file, error)) throw InputError(fmt::format("{}: holds no study (no study.json)", folder_.string()));
  head_ = parse_head(read_all(file), file.string());
  load();
}

StudyStore::~StudyStore() {
  if (lock_ >= 0) ::close(lock_);
}

/// A lock of the file system, which a child does not inherit and the end of the process releases.
void StudyStore::lock() {
  const fs::path file = folder_ / ".lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) throw OutputError(fmt::format("{}: cannot be written: {}", file.string(), std::strerror(errno)));
  for (int i = 0; i < kLockTries; ++i) {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (::fcntl(lock_, F_SETLK, &whole) == 0) return;
    if (errno != EACCES && errno != EAGAIN) return;  // a file system without locks: nobody can be kept out
    std::this_thread::sleep_for(kLockPause);
  }
  throw InputError(fmt::format("{}: another process works on this study", folder_.string()));
}

void StudyStore::clean() const {
  std::error_code error;
  std::vector<fs::path> left;
  for (const char* name : {"", "spool", "packs", "runs"}) {
    for (const auto& entry : fs::directory_iterator(folder_ / name, error)) {
      if (is_partial(entry.path())) left.push_back(entry.path());
    }
  }
  for (const fs::path& path : left) fs::remove_all(path, error);
}

void StudyStore::load() {
  std::error_code error;
  std::vector<fs::path> packs;
  for (const auto& entry : fs::directory_iterator(folder_ / "packs", error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("results_") && name.ends_with(".jsonl")) packs.push_back(entry.path());
  }
  std::sort(packs.begin(), packs.end());
  for (const fs::path& pack : packs) {
    load_pack(pack.string(), (pack.parent_path() / ("circumstances_" + pack.filename().string().substr(8))).string());
  }
  for (const auto& entry : fs::directory_iterator(folder_ / "spool", error)) {
    if (entry.path().extension() == ".run") note(std::strtoll(entry.path().stem().c_str(), nullptr, 10));
  }
}

void StudyStore::load_pack(const std::string& results, const std::string& circumstances) {
  const std::string text = read_all(results), other = read_all(circumstances);
  std::map<std::int64_t, std::pair<std::size_t, std::size_t>> known;
  for (const auto& [offset, length] : line_places(other)) {
    known[Circumstances::parse(std::string_view(other).substr(offset, length)).point] = {offset, length};
  }
  for (const auto& [offset, length] : line_places(text)) {
    const RecordHead head = record_head(std::string_view(text).substr(offset, length));
    if (head.point == 0) continue;
    Place place{.file = results, .other = circumstances, .offset = offset, .length = length, .other_offset = 0, .other_length = 0, .complete = head.complete};
    if (const auto found = known.find(head.point); found != known.end()) std::tie(place.other_offset, place.other_length) = found->second;
    places_[head.point] = std::move(place);
  }
}

std::string StudyStore::spool_file(std::int64_t point) const { return (folder_ / "spool" / fmt::format("{:06}.run", point)).string(); }
fs::path StudyStore::run_folder(std::int64_t point) const { return folder_ / "runs" / fmt::format("{:06}", point); }

bool StudyStore::note(std::int64_t point) {
  const std::string file = spool_file(point);
  const std::string text = read_all(file);
  const auto lines = line_places(text);
  if (lines.size() != 2) return false;
  const RecordHead head = record_head(std::string_view(text).substr(lines[0].first, lines[0].second));
  if (head.point != point) return false;
  places_[point] = {.file = file, .other = file, .offset = lines[0].first, .length = lines[0].second, .other_offset = lines[1].first,
                    .other_length = lines[1].second, .complete = head.complete, .spooled = true};
  return true;
}

void StudyStore::spool(std::int64_t point, const std::string& record, const std::string& circumstances) const {
  replace(fmt::format("spool/{:06}.run", point), [&](OutputFile& file) {
    file.write(record);
    file.write("\n");
    file.write(circumstances);
    file.write("\n");
  });
}

void StudyStore::replace(const std::string& name, const std::function<void(OutputFile&)>& content) const {
  const fs::path path = folder_ / name;
  const fs::path partial = path.parent_path() / fmt::format(".{}.partial-{}", path.filename().string(), ::getpid());
  std::error_code error;
  fs::remove(partial, error);
  try {
    OutputFile file(partial, path.string());
    content(file);
    file.close();
  } catch (...) {
    fs::remove(partial, error);
    throw;
  }
  if (::rename(partial.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    fs::remove(partial, error);
    throw OutputError(fmt::format("{}: cannot be written: {}", path.string(), std::strerror(reason)));
  }
}

std::int64_t StudyStore::wanted() const {
  return head_.points < head_.shard.k ? 0 : (head_.points - head_.shard.k) / head_.shard.n + 1;
}

std::vector<std::int64_t> StudyStore::group_points(std::int64_t group) const {
  std::vector<std::int64_t> points;
  for (std::int64_t i = group * kPackSize; i < std::min(wanted(), (group + 1) * kPackSize); ++i) points.push_back(head_.shard.k + i * head_.shard.n);
  return points;
}

StudyState StudyStore::state() const {
  StudyState state{.complete = 0, .failed = 0, .wanted = wanted()};
  for (const auto& [point, place] : places_) ++(place.complete ? state.complete : state.failed);
  return state;
}

bool StudyStore::complete(std::int64_t point) const {
  const auto found = places_.find(point);
  return found != places_.end() && found->second.complete;
}

std::vector<std::int64_t> StudyStore::stored() const {
  std::vector<std::int64_t> points;
  for (const auto& [point, place] : places_) points.push_back(point);
  return points;
}

std::pair<std::string, std::string> StudyStore::lines(std::int64_t point) const {
  const Place& place = places_.at(point);
  return {read_part(place.file, place.offset, place.length), read_part(place.other, place.other_offset, place.other_length)};
}

void StudyStore::adopt(std::int64_t point, const StudyStore& from) {
  Place place = from.places_.at(point);
  place.spooled = true;
  places_[point] = std::move(place);
}

void StudyStore::pack(bool all) {
  if (all) clean();  // of children that were ended while they wrote
  const std::int64_t groups = (wanted() + kPackSize - 1) / kPackSize;
  for (std::int64_t group = 0; group < groups; ++group) {
    std::vector<std::int64_t> there;
    bool spooled = false, ready = true;
    for (const std::int64_t point : group_points(group)) {
      const auto found = places_.find(point);
      ready = ready && found != places_.end() && found->second.complete;
      if (found == places_.end()) continue;
      there.push_back(point);
      spooled = spooled || found->second.spooled;
    }
    if (!spooled || (!all && !ready)) continue;
    std::string results, circumstances;
    std::vector<Place> fresh;
    const auto file = [&](const char* what) { return fmt::format("packs/{}_{:04}.jsonl", what, group + 1); };
    for (const std::int64_t point : there) {
      const auto [record, other] = lines(point);
      fresh.push_back({.file = (folder_ / file("results")).string(), .other = (folder_ / file("circumstances")).string(), .offset = results.size(),
                       .length = record.size(), .other_offset = circumstances.size(), .other_length = other.size(), .complete = places_[point].complete});
      results += record + "\n";
      circumstances += other + "\n";
    }
    replace(file("circumstances"), [&](OutputFile& out) { out.write(circumstances); });
    replace(file("results"), [&](OutputFile& out) { out.write(results); });
    std::error_code ignored;
    for (std::size_t i = 0; i < there.size(); ++i) {
      fs::remove(spool_file(there[i]), ignored);
      places_[there[i]] = std::move(fresh[i]);
    }
  }
}

void StudyStore::write_head() const {
  replace("study.json", [&](OutputFile& file) { file.write(head_json(head_, state()).dump(2) + "\n"); });
}

}  // namespace aifactory
