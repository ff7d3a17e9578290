// Declares TensorMap: the tensors of an f32 checkpoint in memory, to be edited and written back, so
// that a test can make a model with the property that it needs.
//
// Thread rule: one thread. Lifetime rule: a value; the checkpoint's folder is the caller's.
#ifndef LONGTAKE_TESTS_PARITY_TENSOR_MAP_H_
#define LONGTAKE_TESTS_PARITY_TENSOR_MAP_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/parity/reference_file.h"

namespace longtake::parity {

struct HostTensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

class TensorMap : public std::map<std::string, HostTensor> {
 public:
  static TensorMap read(const std::filesystem::path& path) {
    const ReferenceFile file(path);
    TensorMap tensors;
    for (const std::string& name : file.names()) {
      tensors[name] = {file.shape(name), file.read<float>(name)};
    }
    return tensors;
  }
  void write(const std::filesystem::path& path) const {
    nlohmann::json header = nlohmann::json::object();
    std::size_t offset = 0;
    for (const auto& [name, tensor] : *this) {
      const std::size_t end = offset + tensor.values.size() * sizeof(float);
      header[name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
      offset = end;
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    std::ofstream file(path, std::ios::binary);
    const std::uint64_t length = text.size();
    file.write(reinterpret_cast<const char*>(&length), sizeof length);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    for (const auto& [name, tensor] : *this) {
      file.write(reinterpret_cast<const char*>(tensor.values.data()),
                 static_cast<std::streamsize>(tensor.values.size() * sizeof(float)));
    }
  }
};

}  // namespace longtake::parity

#endif  // LONGTAKE_TESTS_PARITY_TENSOR_MAP_H_
