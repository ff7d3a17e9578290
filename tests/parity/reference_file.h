// Declares ReferenceFile: the tensors that make_fixtures.py wrote, read into vectors. A reader for
// files of our own making: it trusts them.
//
// Thread rule: one thread. Lifetime rule: holds what it has read; the file is closed again.
#ifndef LONGTAKE_TESTS_PARITY_REFERENCE_FILE_H_
#define LONGTAKE_TESTS_PARITY_REFERENCE_FILE_H_

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace longtake::parity {

class ReferenceFile {
 public:
  explicit ReferenceFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
    std::uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), sizeof length);
    header_ = nlohmann::json::parse(bytes_.begin() + 8,
                                    bytes_.begin() + 8 + static_cast<std::ptrdiff_t>(length));
    data_ = 8 + length;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : header_.items()) {
      if (name != "__metadata__") names.push_back(name);
    }
    return names;
  }
  std::vector<std::int64_t> shape(const std::string& name) const {
    return header_.at(name).at("shape").get<std::vector<std::int64_t>>();
  }
  template <typename T>
  std::vector<T> read(const std::string& name) const {
    const auto& entry = header_.at(name);
    const auto expected = sizeof(T) == 1 ? "U8" : std::is_floating_point_v<T> ? "F32" : "I32";
    if (entry.at("dtype") != expected) throw std::runtime_error(name + " has another type");
    const auto begin = entry.at("data_offsets")[0].get<std::size_t>();
    const auto end = entry.at("data_offsets")[1].get<std::size_t>();
    std::vector<T> values((end - begin) / sizeof(T));
    std::memcpy(values.data(), bytes_.data() + data_ + begin, end - begin);
    return values;
  }

 private:
  std::vector<char> bytes_;
  nlohmann::json header_;
  std::size_t data_ = 0;
};

// ||a - b|| / ||b||
inline double relative_error(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return INFINITY;
  double difference = 0;
  double norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - b[i];
    difference += d * d;
    norm += static_cast<double>(b[i]) * b[i];
  }
  return std::sqrt(difference / norm);
}

}  // namespace longtake::parity

#endif  // LONGTAKE_TESTS_PARITY_REFERENCE_FILE_H_
