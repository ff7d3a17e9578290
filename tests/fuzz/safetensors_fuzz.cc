// Fuzzes Checkpoint. An input that begins with '{' is a model.safetensors.index.json beside one
// good shard, a.safetensors; any other is a safetensors file. Every tensor of what is accepted is
// read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "engine/model/checkpoint.h"
#include "kernels/error.h"
#include "tests/unit/base/temp_folder.h"

namespace {

namespace fs = std::filesystem;

const fs::path& folder() {
  static const longtake::TempFolder temp(fs::exists("/dev/shm") ? "/dev/shm"
                                                                : fs::temp_directory_path());
  return temp.path();
}

void put(const char* name, std::span<const std::byte> bytes) {
  std::ofstream(folder() / name, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

void put_good_shard() {
  const std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   )";
  const std::uint64_t length = header.size();
  std::string file(8, '\0');
  std::memcpy(file.data(), &length, 8);
  file += header + std::string(4, '\0');
  put("a.safetensors", std::as_bytes(std::span(file)));
}

// Sums every byte, so that a sanitizer sees a tensor that leaves its file.
unsigned touch(const longtake::kernels::Tensor& tensor) {
  unsigned sum = 0;
  const auto* bytes = tensor.data<unsigned char>();
  for (std::size_t i = 0; i < tensor.bytes(); ++i) sum += bytes[i];
  return sum;
}

void read_folder() {
  const auto checkpoint = longtake::model::Checkpoint::open(folder());
  for (const std::string& name : checkpoint.names()) {
    if (!checkpoint.has(name)) std::abort();
    try {
      const auto dims = checkpoint.dims(name);
      longtake::kernels::Tensor tensor;
      switch (dims.size()) {
        case 0:
          tensor = checkpoint.tensor(name, {});
          break;
        case 1:
          tensor = checkpoint.tensor(name, {-1});
          break;
        case 2:
          tensor = checkpoint.tensor(name, {-1, dims[1]});
          break;
        case 3:
          tensor = checkpoint.tensor(name, {-1, -1, -1});
          break;
        case 4:
          tensor = checkpoint.tensor(name, {-1, -1, -1, -1});
          break;
        case 5:
          tensor = checkpoint.tensor(name, {-1, -1, -1, -1, -1});
          break;
        default:
          continue;
      }
      [[maybe_unused]] static volatile unsigned sink;
      sink = touch(tensor);
    } catch (const longtake::Error& error) {
      if (error.code() != longtake::ErrorCode::unsupported) throw;
    }
  }
  if (checkpoint.content_hash().size() != 32 || checkpoint.bytes() < 0 ||
      checkpoint.elements() < 0) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  try {
    if (size > 0 && data[0] == '{') {
      fs::remove(folder() / "model.safetensors");
      put_good_shard();
      put("model.safetensors.index.json", bytes);
      read_folder();
    } else {
      longtake::model::read_safetensors_header(bytes,
                                               "fuzz");  // most inputs end here, without a file
      put("model.safetensors", bytes);
      read_folder();
    }
  } catch (const longtake::Error&) {  // the one way to refuse
  }
  return 0;
}
