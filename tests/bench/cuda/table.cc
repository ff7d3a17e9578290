#include "tests/bench/cuda/table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "kernels/error.h"

namespace longtake::bench {

namespace {

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else {
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out + "\"";
}

std::string number(double value) {
  char text[40];
  if (!std::isfinite(value)) return "0";
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

// Three digits that mean something.
std::string short_number(double value) {
  char text[40];
  const char* form = std::abs(value) >= 100   ? "%.0f"
                     : std::abs(value) >= 10  ? "%.1f"
                     : std::abs(value) >= 1   ? "%.2f"
                     : std::abs(value) >= 0.1 ? "%.3f"
                                              : "%.2g";
  std::snprintf(text, sizeof text, form, value);
  return text;
}

double as_number(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

bool low_is_good(std::string_view unit) {
  return unit == "us" || unit == "ms" || unit == "s";
}

std::string padded(std::string text, std::size_t width, bool right = false) {
  if (text.size() >= width) return text;
  const std::string space(width - text.size(), ' ');
  return right ? space + text : text + space;
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw Error(ErrorCode::io_error, file.string() + ": cannot be read");
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace

std::string Row::to_json() const {
  return "{\"part\": " + json_string(part) + ", \"key\": " + json_string(key) +
         ", \"name\": " + json_string(name) + ", \"value\": " + number(value) +
         ", \"unit\": " + json_string(unit) + ", \"share\": " + number(share) +
         ", \"limit\": " + json_string(limit) + ", \"note\": " + json_string(note) +
         ", \"error\": " + json_string(error) + "}";
}

std::map<std::string, std::string> parse_flat_json(std::string_view text) {
  std::map<std::string, std::string> members;
  std::size_t at = 0;
  const auto skip = [&](std::string_view which) {
    while (at < text.size() && which.find(text[at]) != std::string_view::npos) ++at;
  };
  const auto string = [&] {
    std::string out;
    for (++at; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      out += text[at];
    }
    ++at;
    return out;
  };
  skip(" \n\r\t{");
  while (at < text.size() && text[at] == '"') {
    const std::string key = string();
    skip(" \n\r\t:");
    if (at >= text.size()) break;
    if (text[at] == '"') {
      members[key] = string();
    } else {
      const std::size_t end = std::min(text.find_first_of(",}\n", at), text.size());
      members[key] = std::string(text.substr(at, end - at));
      at = end;
    }
    skip(" \n\r\t,");
  }
  return members;
}

Row row_from_json(std::string_view line) {
  std::map<std::string, std::string> members = parse_flat_json(line);
  Row row;
  row.part = members["part"];
  row.key = members["key"];
  row.name = members["name"];
  row.value = as_number(members["value"]);
  row.unit = members["unit"];
  row.share = as_number(members["share"]);
  row.limit = members["limit"];
  row.note = members["note"];
  row.error = members["error"];
  return row;
}

double Table::value(std::string_view key) const {
  for (const Row& row : rows_) {
    if (row.key == key && row.error.empty()) return row.value;
  }
  return 0;
}

bool Table::failed() const {
  return std::any_of(rows_.begin(), rows_.end(), [](const Row& row) { return !row.error.empty(); });
}

void Table::add_reference(const std::filesystem::path& file) {
  for (const auto& [key, value] : parse_flat_json(read_file(file))) {
    char* end = nullptr;
    const double parsed = std::strtod(value.c_str(), &end);
    if (end != value.c_str() && *end == '\0') {
      reference_[key] = parsed;
    } else {
      reference_name_ += (reference_name_.empty() ? "" : "; ") + key + ": " + value;
    }
  }
}

Table Table::load(const std::filesystem::path& file) {
  Table table;
  std::istringstream lines(read_file(file));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("{\"part\"")) table.add(row_from_json(line));
  }
  return table;
}

void Table::save(const std::filesystem::path& file) const {
  std::ofstream stream(file, std::ios::binary);
  stream << "{\"rows\": [\n";
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    stream << rows_[i].to_json() << (i + 1 < rows_.size() ? ",\n" : "\n");
  }
  stream << "]}\n";
  if (!stream.flush()) throw Error(ErrorCode::io_error, file.string() + ": cannot be written");
}

std::string Table::line(const Row& row) const {
  constexpr std::size_t kName = 46;
  std::string text = "  " + padded(row.name, kName);
  if (!row.error.empty()) return text + "FAILED: " + row.error;
  text += padded(short_number(row.value), 9, true) + " " + padded(row.unit, 10);
  std::string share;
  if (row.share > 0) share = short_number(std::round(100 * row.share)) + " %";
  text += padded(share, 6, true) + " " + padded(row.share > 0 ? row.limit : "", 8);
  const auto reference = reference_.find(row.key);
  if (reference != reference_.end() && reference->second > 0 && row.value > 0) {
    const double theirs = reference->second;
    const double ratio = low_is_good(row.unit) ? theirs / row.value : row.value / theirs;
    text += padded(short_number(theirs), 9, true) + padded(short_number(ratio) + "x", 8, true);
  } else if (!reference_.empty()) {
    text += std::string(17, ' ');
  }
  if (!row.note.empty()) text += "  " + row.note;
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string Table::text() const {
  std::string text;
  std::string part;
  for (const Row& row : rows_) {
    if (row.part != part) {
      std::string head = padded(row.part, 69) + padded("share of", 15);
      if (!reference_.empty()) head += padded("PyTorch", 9, true) + padded("ours", 8, true);
      head.erase(head.find_last_not_of(' ') + 1);
      text += (part.empty() ? "" : "\n") + head + "\n";
      part = row.part;
    }
    text += line(row) + "\n";
  }
  if (!reference_name_.empty()) text += "\nThe reference: " + reference_name_ + "\n";
  return text;
}

}  // namespace longtake::bench
