// Declares Checkpoint: the tensors of a Hugging Face folder (model.safetensors, or shards listed in
// model.safetensors.index.json), memory-mapped. Every size and offset in the files is checked
// before it is used; a lying file is Error{corrupt_data} naming the file and the tensor.
//
// What the checks cannot cover: the files stay mapped, so a program that truncates one of them
// while it is in use makes the next read fail with SIGBUS. Replace model files by renaming new ones
// over them (as every downloader does), never by writing into them.
//
// Thread rule: immutable after open(). Lifetime rule: tensors are borrowed from the mapping and
// live as long as the Checkpoint.
#ifndef LONGTAKE_ENGINE_MODEL_CHECKPOINT_H_
#define LONGTAKE_ENGINE_MODEL_CHECKPOINT_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/file.h"
#include "engine/model/tensor_source.h"
#include "kernels/tensor.h"

namespace longtake::model {

// One entry of a safetensors header, checked against the size of its file.
struct TensorEntry {
  std::string type;                     // as written in the file: "BF16", "F8_E4M3", ...
  std::optional<kernels::DType> dtype;  // f32, f16, bf16; empty: listed, but not readable here
  std::vector<std::int64_t> dims;       // any rank; a scalar has none
  std::size_t offset = 0;               // within the file
  std::size_t bytes = 0;
};

// Reads and checks the header of a safetensors file. `file_name` is only for errors.
std::map<std::string, TensorEntry, std::less<>> read_safetensors_header(
    std::span<const std::byte> file, const std::string& file_name);

class Checkpoint : public TensorSource {
 public:
  static Checkpoint open(const std::filesystem::path& folder);

  bool has(std::string_view name) const override;
  // A scalar comes as [1]; of more than four dimensions the last ones come as one (`expected` names
  // them all). Where the file does not align the data to its type, the tensor is a copy that owns
  // its memory.
  kernels::Tensor tensor(std::string_view name,
                         std::initializer_list<std::int64_t> expected) const override;
  void drop_pages() const override;
  // All names with type and shape, sorted by name; and a hash over names, types, shapes and
  // contents samples, the weights' part of the model fingerprint. Neither depends on how tensors
  // are sharded.
  std::vector<std::string> names() const;
  std::string content_hash() const;
  std::int64_t bytes() const;     // of all tensors
  std::int64_t elements() const;  // of all tensors: the model's parameters
  // The dimensions in the file; empty if there is no such tensor.
  std::vector<std::int64_t> dims(std::string_view name) const;

 private:
  struct Entry : TensorEntry {
    std::size_t shard = 0;
  };
  const Entry& entry(std::string_view name) const;

  std::filesystem::path folder_;
  std::vector<std::string> shard_names_;
  std::vector<MappedFile> shards_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace longtake::model

#endif  // LONGTAKE_ENGINE_MODEL_CHECKPOINT_H_
