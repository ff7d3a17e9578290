#include "engine/model/checkpoint.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>

#include "engine/base/hash.h"
#include "engine/model/json_reader.h"
#include "kernels/error.h"

namespace longtake::model {

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian");

namespace {

using kernels::DType;
using kernels::Shape;
using kernels::Tensor;

// The format's own limit on the header, which keeps a forged length from costing memory.
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr std::int64_t kMaxIndexBytes = 100'000'000;
constexpr std::size_t kMaxRank = 16;
constexpr const char* kSingleFile = "model.safetensors";
constexpr const char* kIndexFile = "model.safetensors.index.json";
constexpr const char* kDamaged = "The file is damaged or incomplete. Download the model again.";

struct TypeInfo {
  std::string_view name;
  unsigned bits;
  std::optional<DType> dtype;
};
constexpr TypeInfo kTypes[] = {
    {"F32", 32, DType::f32},      {"F16", 16, DType::f16},      {"BF16", 16, DType::bf16},
    {"F64", 64, std::nullopt},    {"I64", 64, std::nullopt},    {"U64", 64, std::nullopt},
    {"C64", 64, std::nullopt},    {"I32", 32, std::nullopt},    {"U32", 32, std::nullopt},
    {"I16", 16, std::nullopt},    {"U16", 16, std::nullopt},    {"I8", 8, std::nullopt},
    {"U8", 8, std::nullopt},      {"BOOL", 8, std::nullopt},    {"F8_E4M3", 8, std::nullopt},
    {"F8_E5M2", 8, std::nullopt}, {"F8_E8M0", 8, std::nullopt}, {"F6_E2M3", 6, std::nullopt},
    {"F6_E3M2", 6, std::nullopt}, {"F4", 4, std::nullopt},
};

const TypeInfo* find_type(std::string_view name) {
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [&](const TypeInfo& type) { return type.name == name; });
  return found == std::end(kTypes) ? nullptr : found;
}

// Names come from the file: they are shortened before they stand in a message.
std::string in_quotes(std::string_view name) {
  return "\"" + std::string(name.substr(0, 120)) + (name.size() > 120 ? "...\"" : "\"");
}

[[noreturn]] void corrupt(const std::string& file, const std::string& why) {
  throw Error(ErrorCode::corrupt_data, file + ": " + why, kDamaged);
}

std::string dims_text(std::span<const std::int64_t> dims) {
  std::string text = "[";
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (i > 0) text += ", ";
    text += dims[i] < 0 ? "?" : std::to_string(dims[i]);
  }
  return text + "]";
}

std::uint64_t unsigned_value(const Json& value, const std::string& file, const std::string& what) {
  if (!value.is_number_unsigned()) corrupt(file, what + " is not a non-negative whole number");
  return value.get<std::uint64_t>();
}

// Elements of a shape; an overflow is refused even where a zero dimension would hide it, because
// others multiply only some of the dimensions.
std::uint64_t checked_elements(std::span<const std::int64_t> dims, const std::string& file,
                               const std::string& tensor) {
  std::int64_t nonzero = 1;
  bool empty = false;
  for (const std::int64_t dim : dims) {
    if (dim == 0) {
      empty = true;
    } else if (__builtin_mul_overflow(nonzero, dim, &nonzero)) {
      corrupt(file, "tensor " + in_quotes(tensor) + " is impossibly large: " + dims_text(dims));
    }
  }
  return empty ? 0 : static_cast<std::uint64_t>(nonzero);
}

TensorEntry read_entry(const Json& value, const std::string& name, std::size_t data_begin,
                       std::size_t file_bytes, const std::string& file) {
  const std::string tensor = "tensor " + in_quotes(name);
  if (!value.is_object()) corrupt(file, tensor + " is not described by an object");
  const auto type = value.find("dtype");
  const auto shape = value.find("shape");
  const auto offsets = value.find("data_offsets");
  if (type == value.end() || !type->is_string()) corrupt(file, tensor + " has no dtype");
  if (shape == value.end() || !shape->is_array() || shape->size() > kMaxRank) {
    corrupt(file, tensor + " has no valid shape");
  }
  if (offsets == value.end() || !offsets->is_array() || offsets->size() != 2) {
    corrupt(file, tensor + " has no valid data_offsets");
  }

  TensorEntry entry;
  entry.type = type->get<std::string>();
  if (entry.type.size() > 32) corrupt(file, tensor + " has no valid dtype");
  for (const Json& dim : *shape) {
    const std::uint64_t n = unsigned_value(dim, file, "a dimension of " + tensor);
    if (n > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      corrupt(file, tensor + " is impossibly large");
    }
    entry.dims.push_back(static_cast<std::int64_t>(n));
  }
  const std::uint64_t elements = checked_elements(entry.dims, file, name);

  const std::uint64_t begin = unsigned_value((*offsets)[0], file, "an offset of " + tensor);
  const std::uint64_t end = unsigned_value((*offsets)[1], file, "an offset of " + tensor);
  const std::uint64_t data_bytes = file_bytes - data_begin;
  if (begin > end || end > data_bytes) {
    corrupt(file, tensor + " lies at bytes " + std::to_string(begin) + " to " +
                      std::to_string(end) + ", but the file has " + std::to_string(data_bytes) +
                      " bytes of data");
  }
  entry.offset = data_begin + static_cast<std::size_t>(begin);
  entry.bytes = static_cast<std::size_t>(end - begin);

  if (const TypeInfo* info = find_type(entry.type)) {
    entry.dtype = info->dtype;
    std::uint64_t bits = 0;
    if (__builtin_mul_overflow(elements, static_cast<std::uint64_t>(info->bits), &bits) ||
        bits % 8 != 0 || bits / 8 != entry.bytes) {
      corrupt(file, tensor + " (" + entry.type + " " + dims_text(entry.dims) +
                        ") does not fit its " + std::to_string(entry.bytes) + " bytes");
    }
  }
  return entry;
}

// Two tensors over the same bytes are never written by an honest program.
void check_overlaps(const std::map<std::string, TensorEntry, std::less<>>& entries,
                    const std::string& file) {
  std::vector<const std::pair<const std::string, TensorEntry>*> by_offset;
  by_offset.reserve(entries.size());
  for (const auto& item : entries) {
    if (item.second.bytes > 0) by_offset.push_back(&item);
  }
  std::sort(by_offset.begin(), by_offset.end(),
            [](const auto* a, const auto* b) { return a->second.offset < b->second.offset; });
  for (std::size_t i = 1; i < by_offset.size(); ++i) {
    const auto& before = *by_offset[i - 1];
    if (before.second.offset + before.second.bytes > by_offset[i]->second.offset) {
      corrupt(file, "tensors " + in_quotes(before.first) + " and " +
                        in_quotes(by_offset[i]->first) + " overlap");
    }
  }
}

// Shard names come from the index; only a plain file name may be opened.
void check_shard_name(const std::string& name, const std::string& index) {
  constexpr std::string_view kSuffix = ".safetensors";
  const bool plain = !name.empty() && name.size() <= 255 && name[0] != '.' &&
                     name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
  const bool suffix = name.size() > kSuffix.size() && std::string_view(name).ends_with(kSuffix);
  if (!plain || !suffix) {
    corrupt(index, "weight_map names " + in_quotes(name) +
                       ", which is not a plain .safetensors file name");
  }
}

bool is_aligned(const std::byte* data, DType type) {
  return reinterpret_cast<std::uintptr_t>(data) % kernels::dtype_bytes(type, 1) == 0;
}

// Memory of a tensor that had to be copied.
class HostBuffer : public kernels::Buffer {
 public:
  static std::shared_ptr<HostBuffer> copy_of(std::span<const std::byte> bytes) {
    auto storage = std::make_unique<std::byte[]>(bytes.size());  // aligned for any scalar type
    std::memcpy(storage.get(), bytes.data(), bytes.size());
    return std::make_shared<HostBuffer>(std::move(storage), bytes.size());
  }
  HostBuffer(std::unique_ptr<std::byte[]> storage, std::size_t bytes)
      : Buffer(storage.get(), bytes), storage_(std::move(storage)) {}

 private:
  std::unique_ptr<std::byte[]> storage_;
};

Shape view_shape(std::span<const std::int64_t> dims) {
  const auto at = [&](std::size_t i) { return dims[i]; };
  switch (dims.size()) {
    case 0:
      return {1};
    case 1:
      return {at(0)};
    case 2:
      return {at(0), at(1)};
    case 3:
      return {at(0), at(1), at(2)};
    default:
      break;
  }
  std::int64_t rest = 1;
  for (std::size_t i = 3; i < dims.size(); ++i) rest *= dims[i];
  return {at(0), at(1), at(2), rest};
}

}  // namespace

std::map<std::string, TensorEntry, std::less<>> read_safetensors_header(
    std::span<const std::byte> file, const std::string& file_name) {
  if (file.size() < 8) corrupt(file_name, "too short to be a safetensors file");
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, file.data(), 8);
  if (header_bytes > kMaxHeaderBytes || header_bytes > file.size() - 8) {
    corrupt(file_name, "claims a header of " + std::to_string(header_bytes) +
                           " bytes in a file of " + std::to_string(file.size()));
  }
  const std::string_view text(reinterpret_cast<const char*>(file.data()) + 8,
                              static_cast<std::size_t>(header_bytes));
  const Json header = parse_json(text, file_name, 8);
  if (!header.is_object()) corrupt(file_name, "its header is not a JSON object");

  const std::size_t data_begin = 8 + static_cast<std::size_t>(header_bytes);
  std::map<std::string, TensorEntry, std::less<>> entries;
  for (const auto& [name, value] : header.get_ref<const Json::object_t&>()) {
    if (name == "__metadata__") continue;  // free text about the file's origin
    entries.emplace_hint(entries.end(), name,
                         read_entry(value, name, data_begin, file.size(), file_name));
  }
  check_overlaps(entries, file_name);
  return entries;
}

Checkpoint Checkpoint::open(const std::filesystem::path& folder) {
  Checkpoint checkpoint;
  checkpoint.folder_ = folder;

  const auto add_shard = [&](const std::string& name) {
    checkpoint.shards_.push_back(MappedFile::open(folder / name));
    checkpoint.shard_names_.push_back(name);
    return read_safetensors_header(checkpoint.shards_.back().bytes(), (folder / name).string());
  };
  const auto add_entry = [&](const std::string& name, TensorEntry&& found, std::size_t shard) {
    Entry entry;
    static_cast<TensorEntry&>(entry) = std::move(found);
    entry.shard = shard;
    checkpoint.entries_.emplace(name, std::move(entry));
  };

  // One file goes before an index, as in the reference loader.
  std::error_code ignored;
  if (std::filesystem::exists(folder / kSingleFile, ignored)) {
    for (auto& [name, entry] : add_shard(kSingleFile)) add_entry(name, std::move(entry), 0);
    return checkpoint;
  }
  const std::filesystem::path index_path = folder / kIndexFile;
  if (!std::filesystem::exists(index_path, ignored)) {
    throw Error(ErrorCode::not_found,
                folder.string() + ": no " + kSingleFile + " and no " + kIndexFile,
                "Choose a folder that holds a complete model in safetensors format.");
  }

  const std::string index_name = index_path.string();
  const Json index = parse_json(read_text_file(index_path, kMaxIndexBytes), index_name, 8);
  const auto map = index.is_object() ? index.find("weight_map") : index.end();
  if (!index.is_object() || map == index.end() || !map->is_object()) {
    corrupt(index_name, "has no weight_map");
  }
  std::map<std::string, std::vector<std::string>> tensors_by_shard;
  for (const auto& [name, shard] : map->get_ref<const Json::object_t&>()) {
    if (!shard.is_string())
      corrupt(index_name, "weight_map of " + in_quotes(name) + " is not a file name");
    const auto& shard_name = shard.get_ref<const std::string&>();
    check_shard_name(shard_name, index_name);
    tensors_by_shard[shard_name].push_back(name);
  }
  for (const auto& [shard_name, tensors] : tensors_by_shard) {
    if (!std::filesystem::exists(folder / shard_name, ignored)) {
      throw Error(ErrorCode::not_found,
                  (folder / shard_name).string() + ": this part of the model is missing",
                  "Download the missing file into the folder, or the whole model again.");
    }
    auto found = add_shard(shard_name);
    for (const std::string& name : tensors) {
      const auto it = found.find(name);
      if (it == found.end()) {
        corrupt((folder / shard_name).string(), "does not hold tensor " + in_quotes(name) +
                                                    ", which " + kIndexFile + " places there");
      }
      add_entry(name, std::move(it->second), checkpoint.shards_.size() - 1);
    }
  }
  return checkpoint;
}

bool Checkpoint::has(std::string_view name) const {
  return entries_.find(name) != entries_.end();
}

const Checkpoint::Entry& Checkpoint::entry(std::string_view name) const {
  const auto it = entries_.find(name);
  if (it == entries_.end()) {
    throw Error(ErrorCode::corrupt_data,
                folder_.string() + ": the model has no tensor " + in_quotes(name),
                "The weights do not belong to this config.json, or the download is incomplete.");
  }
  return it->second;
}

Tensor Checkpoint::tensor(std::string_view name,
                          std::initializer_list<std::int64_t> expected) const {
  const Entry& found = entry(name);
  const std::string where =
      (folder_ / shard_names_[found.shard]).string() + ": tensor " + in_quotes(name);
  if (!found.dtype) {
    throw Error(ErrorCode::unsupported, where + " has type " + found.type,
                "Longtake reads F32, F16 and BF16 weights. Choose an unquantised model.");
  }
  const bool same =
      std::equal(expected.begin(), expected.end(), found.dims.begin(), found.dims.end(),
                 [](std::int64_t want, std::int64_t is) { return want < 0 || want == is; });
  if (!same) {
    throw Error(ErrorCode::corrupt_data,
                where + " has shape " + dims_text(found.dims) + ", but config.json asks for " +
                    dims_text({expected.begin(), expected.size()}),
                "The weights do not belong to this config.json.");
  }
  const auto data = shards_[found.shard].bytes().subspan(found.offset, found.bytes);
  const Shape shape = view_shape(found.dims);
  if (is_aligned(data.data(), *found.dtype)) {
    return Tensor::borrow(static_cast<const void*>(data.data()), *found.dtype, shape);
  }
  return {HostBuffer::copy_of(data), *found.dtype, shape};
}

std::vector<std::string> Checkpoint::names() const {
  std::vector<std::string> names;
  names.reserve(entries_.size());
  for (const auto& [name, found] : entries_) names.push_back(name);
  return names;
}

std::string Checkpoint::content_hash() const {
  // Three samples per tensor find every retrained or requantised model; reading all of a 15 GB
  // checkpoint would cost more than loading it.
  constexpr std::size_t kSample = std::size_t{64} * 1024;
  Hasher hasher;
  hasher.add(std::string_view("longtake checkpoint 1"));
  hasher.add(static_cast<std::int64_t>(entries_.size()));
  for (const auto& [name, found] : entries_) {
    hasher.add(std::string_view(name)).add(std::string_view(found.type));
    hasher.add(static_cast<std::int64_t>(found.dims.size()));
    for (const std::int64_t dim : found.dims) hasher.add(dim);
    hasher.add(static_cast<std::int64_t>(found.bytes));
    const auto data = shards_[found.shard].bytes().subspan(found.offset, found.bytes);
    if (data.size() <= 3 * kSample) {
      hasher.add(data);
    } else {
      hasher.add(data.first(kSample));
      hasher.add(data.subspan((data.size() - kSample) / 2, kSample));
      hasher.add(data.last(kSample));
    }
  }
  return hasher.finish().to_hex();
}

std::int64_t Checkpoint::bytes() const {
  std::int64_t total = 0;
  for (const auto& [name, found] : entries_) total += static_cast<std::int64_t>(found.bytes);
  return total;
}

std::int64_t Checkpoint::elements() const {
  std::int64_t total = 0;
  for (const auto& [name, found] : entries_) {
    if (find_type(found.type) == nullptr) continue;  // its shape was not checked against its bytes
    std::int64_t n = 1;
    for (const std::int64_t dim : found.dims) n *= dim;
    total += n;
  }
  return total;
}

std::vector<std::int64_t> Checkpoint::dims(std::string_view name) const {
  const auto it = entries_.find(name);
  return it == entries_.end() ? std::vector<std::int64_t>{} : it->second.dims;
}

void Checkpoint::drop_pages() const {
  for (const MappedFile& shard : shards_) shard.drop_pages();
}

}  // namespace longtake::model
