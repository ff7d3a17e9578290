// Declares Row and Table: what cuda_bench has measured, as lines of JSON and as one table for
// people, with a reference's numbers beside its own.
//
// Thread rule and lifetime rule: plain values.
#ifndef LONGTAKE_TESTS_BENCH_CUDA_TABLE_H_
#define LONGTAKE_TESTS_BENCH_CUDA_TABLE_H_

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace longtake::bench {

struct Row {
  std::string part;  // "limits", "linear", ...
  std::string key;   // the same in every version, and in a reference's file
  std::string name;  // for people
  double value = 0;  // times (s, ms, us) are better low, everything else is better high
  std::string unit;
  double share = 0;   // of the limit; 0 = has none
  std::string limit;  // its name: "gemm", "memory", "bus", "disk"
  std::string note;
  std::string error;  // why there is no value

  std::string to_json() const;  // one line, flat
};

// The members of a flat JSON object, strings and numbers alike as text; empty if it is not one. It
// reads what this program and its reference write, not all of JSON.
std::map<std::string, std::string> parse_flat_json(std::string_view text);

Row row_from_json(std::string_view line);

class Table {
 public:
  void add(Row row) { rows_.push_back(std::move(row)); }
  const std::vector<Row>& rows() const { return rows_; }
  // 0 if there is no such row or it failed.
  double value(std::string_view key) const;
  bool failed() const;

  // A reference's numbers by key; what is not a number is its description.
  void add_reference(const std::filesystem::path& file);
  // Rows that save() wrote. Error{io_error} if the file cannot be read.
  static Table load(const std::filesystem::path& file);
  void save(const std::filesystem::path& file) const;

  std::string line(const Row& row) const;
  std::string text() const;

 private:
  std::vector<Row> rows_;
  std::map<std::string, double> reference_;
  std::string reference_name_;
};

}  // namespace longtake::bench

#endif  // LONGTAKE_TESTS_BENCH_CUDA_TABLE_H_
