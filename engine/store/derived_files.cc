#include "engine/store/derived_files.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <system_error>

#include "engine/base/file.h"
#include "engine/base/hash.h"
#include "engine/base/log.h"
#include "kernels/error.h"

namespace longtake::store {

namespace {

static_assert(std::endian::native == std::endian::little, "the header below is the file's bytes");

// To be raised whenever a payload changes, or the way in which it is worked out.
constexpr std::uint32_t kVersion = 1;
constexpr std::int64_t kMaxBytes = 64 << 20;  // far above any; bounds what is read
constexpr std::array kKinds = {DerivedKind::waveform, DerivedKind::cuts};

struct Header {
  std::array<char, 8> magic;  // "LTKDRVD\0"
  std::uint32_t version;
  std::uint32_t byte_order;  // 0x01020304
  std::uint32_t kind;        // DerivedKind
  std::uint32_t reserved;    // zero
  std::uint64_t payload_bytes;
  std::array<char, 32> content_id;
  std::array<std::byte, 28> zeros;
  std::uint32_t crc;  // CRC-32C of everything before it, then of the payload
};
static_assert(sizeof(Header) == 96);

std::uint32_t checksum(const Header& header, std::span<const std::byte> payload) {
  const auto head = std::as_bytes(std::span(&header, 1)).first(offsetof(Header, crc));
  return crc32c(payload, crc32c(head));
}

Header header_for(std::string_view content_id, DerivedKind kind,
                  std::span<const std::byte> payload) {
  Header header{};
  header.magic = {'L', 'T', 'K', 'D', 'R', 'V', 'D', '\0'};
  header.version = kVersion;
  header.byte_order = 0x01020304;
  header.kind = static_cast<std::uint32_t>(kind);
  header.payload_bytes = payload.size();
  std::copy_n(content_id.begin(), std::min(content_id.size(), header.content_id.size()),
              header.content_id.begin());
  header.crc = checksum(header, payload);
  return header;
}

std::string_view suffix_of(DerivedKind kind) {
  return kind == DerivedKind::waveform ? ".waveform" : ".cuts";
}

// An id comes from the database and becomes part of a path.
bool may_be_a_name(std::string_view content_id) {
  return !content_id.empty() && content_id.size() <= 32 &&
         std::all_of(content_id.begin(), content_id.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

}  // namespace

std::filesystem::path DerivedFiles::path_of(std::string_view content_id, DerivedKind kind) const {
  return folder_ / (std::string(content_id) + std::string(suffix_of(kind)));
}

std::optional<std::vector<std::byte>> DerivedFiles::load(std::string_view content_id,
                                                         DerivedKind kind) const {
  if (!may_be_a_name(content_id)) return std::nullopt;
  const std::filesystem::path path = path_of(content_id, kind);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
  try {
    const File file = File::open(path, File::Mode::read);
    const std::int64_t size = file.size();
    Header header{};
    if (size >= static_cast<std::int64_t>(sizeof header) && size <= kMaxBytes) {
      std::vector<std::byte> payload(static_cast<std::size_t>(size) - sizeof header);
      file.read_at(0, std::as_writable_bytes(std::span(&header, 1)), payload);
      const Header expected = header_for(content_id, kind, payload);
      if (std::memcmp(&header, &expected, sizeof header) == 0) return payload;
    }
    log("store").info("{}: damaged or of another version; it is made anew", path.string());
  } catch (const Error& error) {
    log("store").info("{}; it is made anew", error.message());
  }
  return std::nullopt;
}

void DerivedFiles::save(std::string_view content_id, DerivedKind kind,
                        std::span<const std::byte> payload) const {
  if (!may_be_a_name(content_id)) {
    throw Error(ErrorCode::internal, "a video's content has an impossible name",
                "This is a bug in Longtake: please report it.");
  }
  make_directories(folder_);
  const Header header = header_for(content_id, kind, payload);
  std::vector<std::byte> bytes(sizeof header + payload.size());
  std::memcpy(bytes.data(), &header, sizeof header);
  std::copy(payload.begin(), payload.end(), bytes.begin() + sizeof header);
  write_file_atomically(path_of(content_id, kind), bytes);
}

void DerivedFiles::remove(std::string_view content_id) const {
  if (!may_be_a_name(content_id)) return;
  for (const DerivedKind kind : kKinds) {
    std::error_code error;
    std::filesystem::remove(path_of(content_id, kind), error);
    if (error) {
      log("store").warn("{}: cannot remove: {}", path_of(content_id, kind).string(),
                        error.message());
    }
  }
}

void DerivedFiles::keep_only(const std::set<std::string>& content_ids) const {
  std::vector<std::filesystem::path> paths;
  try {
    paths = list_directory(folder_);
  } catch (const Error& error) {
    // No file has been saved yet; or none can be read, and then they are made anew each time.
    if (error.code() != ErrorCode::not_found) log("store").warn("{}", error.message());
  }
  for (const std::filesystem::path& path : paths) {
    const bool whole = std::any_of(kKinds.begin(), kKinds.end(), [&](DerivedKind kind) {
      return path.extension() == suffix_of(kind);
    });
    const bool half = path.extension().string().starts_with(".tmp");
    if (half || (whole && !content_ids.contains(path.stem().string()))) {
      std::error_code ignored;
      std::filesystem::remove(path, ignored);
    }
  }
}

}  // namespace longtake::store
