#include "engine/store/check.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "engine/base/file.h"
#include "engine/base/log.h"
#include "engine/store/memory_store.h"
#include "kernels/error.h"

namespace longtake::store {

namespace {

constexpr const char* kRestore =
    "Put back a backup of the library, or remove the videos concerned and watch them again.";
constexpr const char* kRemove = "Remove the video from the library and watch it again.";

class Checker {
 public:
  Checker(Library& library, const CheckOptions& options) : library_(library), options_(options) {}

  std::vector<Finding> run() {
    guarded("library.db", kRestore, [this] { check_database(); });
    guarded("library.db", kRestore, [this] { check_search(); });
    std::vector<std::pair<std::string, std::int64_t>> memories;  // name of the video, id
    guarded("library.db", kRestore, [&] {
      auto db = library_.connections().reader();
      Statement rows = db->query(
          "SELECT videos.name, memories.id, memories.blocks FROM memories JOIN videos "
          "ON videos.id = memories.video_id ORDER BY memories.id");
      while (rows.step()) {
        memories.emplace_back(rows.text(0), rows.integer(1));
        total_ += rows.integer(2);
      }
    });
    for (const auto& [name, id] : memories) {
      if (stopped_) break;
      known_.insert(std::to_string(id));
      const std::string where = name + ", memory " + std::to_string(id);
      const std::size_t before = findings_.size();
      memory_ = id;
      guarded(where, kRemove, [&, id = id] { check_memory(where, id); });
      memory_ = 0;
      // It may have been removed meanwhile.
      if (findings_.size() > before && is_gone(id)) findings_.resize(before);
    }
    if (!stopped_) guarded("memories", kRestore, [this] { check_folders(); });
    if (!stopped_ && library_.writable()) keep();
    return std::move(findings_);
  }

 private:
  // Runs one part; an Error becomes a finding and the next part runs all the same.
  template <typename Part>
  void guarded(const std::string& where, const char* hint, Part part) {
    try {
      part();
    } catch (const Error& error) {
      add(where, error.message(), error.hint().empty() ? hint : error.hint());
    }
  }

  void add(std::string where, std::string what, std::string hint, bool lasting = true) {
    Finding& finding = findings_.emplace_back();
    finding.where = std::move(where);
    finding.what = std::move(what);
    finding.hint = std::move(hint);
    finding.memory_id = memory_;
    finding.lasting = lasting;
  }

  // So that it is known after a restart.
  void keep() {
    try {
      library_.keep_findings(findings_);
    } catch (const Error& error) {
      // On a full disk, or in a damaged database: whoever asked is told all the same.
      log("store").warn("what the check found cannot be kept: {}", error.message());
    }
  }

  void check_database() {
    auto db = library_.connections().reader();
    for (std::string& damage : db->damages()) add("library.db", std::move(damage), kRestore);
    Statement tables = db->query(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND name NOT LIKE 'search%' ORDER BY name");
    while (tables.step()) check_rows(*db, tables.text(0));
  }

  // The checksum at the end of each row, over the other columns in their order.
  void check_rows(Database& db, const std::string& table) {
    Statement names = db.query("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", table);
    std::string columns;
    while (names.step()) columns += (columns.empty() ? "" : ", ") + names.text(0);
    Statement rows =
        db.query("SELECT * FROM " + table + " WHERE crc IS NOT row_crc(" + columns + ")");
    while (rows.step()) {
      add("library.db", "row " + rows.text(0) + " of the table " + table + " is damaged", kRestore);
    }
  }

  void check_search() {
    {
      auto db = library_.connections().reader();
      Statement wrong = db->query(
          "WITH texts (id, body) AS ("
          "  SELECT 4 * id, text FROM questions"
          "  UNION ALL SELECT 4 * id + 1, text FROM answers WHERE state <> 0"
          "  UNION ALL SELECT 4 * id + 2, label FROM markers"
          "  UNION ALL SELECT 4 * id + 3, note FROM markers) "
          "SELECT (SELECT count(*) FROM texts LEFT JOIN search ON search.rowid = texts.id "
          "        WHERE search.body IS NOT texts.body) "
          "     + (SELECT count(*) FROM search WHERE rowid NOT IN (SELECT id FROM texts))");
      if (wrong.step() && wrong.integer(0) != 0) {
        add("library.db",
            std::to_string(wrong.integer(0)) +
                " entries of the search index differ "
                "from their texts",
            kRestore);
      }
    }
    if (!library_.writable()) return;
    auto db = library_.connections().writer();
    db->run("INSERT INTO search (search) VALUES ('integrity-check')");
  }

  void check_memory(const std::string& where, std::int64_t id) {
    const std::shared_ptr<MemoryStore> memory = library_.open_memory(id);
    if (const auto lost = memory->lost()) {
      add(where,
          "the blocks from " + format_time(lost->begin) + " to " + format_time(lost->end) +
              " did not reach the disk",
          "Watch the video again from there.", false);
    }
    for (memory::BlockId block = 0; block < memory->count() && !stopped_; ++block) {
      guarded(where, kRemove, [&] { memory->verify(block); });
      ++done_;
      if (options_.progress && !options_.progress(done_, std::max(done_, total_))) stopped_ = true;
    }
  }

  bool is_gone(std::int64_t memory) {
    auto db = library_.connections().reader();
    return !db->query("SELECT 1 FROM memories WHERE id = ?", memory).step();
  }

  void check_folders() {
    for (const std::filesystem::path& path : list_directory(library_.folder() / "memories")) {
      const std::string name = path.filename().string();
      auto db = library_.connections().reader();
      Statement row = db->query(
          "SELECT id FROM memories WHERE CAST(id AS TEXT) = ?1 "
          "UNION SELECT memory_id FROM removals WHERE CAST(memory_id AS TEXT) = ?1",
          name);
      // One that had a row when the check began is just being removed.
      if (!row.step() && !known_.contains(name)) {
        add("memories", path.string() + ": no video of the library owns this",
            "It may be a memory of another library.db, which can be put back. Otherwise look at it "
            "and delete it.",
            false);
      }
    }
  }

  Library& library_;
  const CheckOptions& options_;
  std::vector<Finding> findings_;
  std::int64_t done_ = 0;
  std::int64_t total_ = 0;
  bool stopped_ = false;
  std::int64_t memory_ = 0;      // that is being looked at
  std::set<std::string> known_;  // names of the folders of memories that have been looked at
};

}  // namespace

std::vector<Finding> check_library(Library& library, const CheckOptions& options) {
  return Checker(library, options).run();
}

}  // namespace longtake::store
