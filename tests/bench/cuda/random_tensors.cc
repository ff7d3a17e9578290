#include "tests/bench/cuda/random_tensors.h"

#include <sys/mman.h>
#include <unistd.h>

#include <bit>
#include <string>

#include "kernels/error.h"

namespace longtake::bench {

using kernels::DType;
using kernels::Shape;
using kernels::Tensor;

namespace {

constexpr std::size_t kTape = std::size_t{64} << 20;
constexpr std::size_t kTimes = 20;
constexpr std::size_t kLongest = kTape * (kTimes - 1);
constexpr std::size_t kMostOnes = 65536;

std::uint64_t mixed(std::uint64_t x) {  // the finaliser of MurmurHash3
  x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdULL;
  x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return x ^ (x >> 33);
}

// Sums of four uniform numbers are as good as normal here; their deviation is 1/sqrt(3).
void fill(std::uint16_t* values, std::size_t count) {
  constexpr float kScale = 0.02F * 1.7320508F / 65536.0F;
  std::uint64_t state = 0x9e3779b97f4a7c15ULL;
  for (std::size_t i = 0; i < count; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    const auto sum = static_cast<std::int64_t>((state & 0xffff) + ((state >> 16) & 0xffff) +
                                               ((state >> 32) & 0xffff) + (state >> 48));
    const float value = kScale * static_cast<float>(sum - 2 * 65535);
    values[i] = static_cast<std::uint16_t>((std::bit_cast<std::uint32_t>(value) + 0x8000U) >> 16);
  }
}

}  // namespace

RandomTensors::RandomTensors() : ones_(kMostOnes, 1.0F) {
  const auto refuse = [] {
    return Error(ErrorCode::io_error, "no memory for random weights can be mapped");
  };
  const int file = memfd_create("longtake-random", 0);
  if (file < 0) throw refuse();
  if (ftruncate(file, kTape) != 0) {
    close(file);
    throw refuse();
  }
  void* space =
      mmap(nullptr, kTape * kTimes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  bool mapped = space != MAP_FAILED;
  for (std::size_t i = 0; mapped && i < kTimes; ++i) {
    void* at = static_cast<std::byte*>(space) + i * kTape;
    mapped = mmap(at, kTape, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) == at;
  }
  close(file);
  if (!mapped) throw refuse();
  tape_ = static_cast<std::byte*>(space);
  fill(reinterpret_cast<std::uint16_t*>(tape_), kTape / sizeof(std::uint16_t));
}

RandomTensors::~RandomTensors() {
  munmap(tape_, kTape * kTimes);
}

const void* RandomTensors::values(std::uint64_t seed, std::size_t bytes) const {
  if (bytes > kLongest) {
    throw Error(ErrorCode::bad_argument,
                "no tensor of " + std::to_string(bytes >> 20) + " MB can be made up");
  }
  constexpr std::size_t kAlign = 64;
  return tape_ + mixed(seed) % (kTape / kAlign) * kAlign;
}

Tensor RandomTensors::tensor(std::string_view name,
                             std::initializer_list<std::int64_t> expected) const {
  Shape shape;
  const auto* dim = expected.begin();
  switch (expected.size()) {
    case 1:
      shape = {dim[0]};
      break;
    case 2:
      shape = {dim[0], dim[1]};
      break;
    case 3:
      shape = {dim[0], dim[1], dim[2]};
      break;
    case 4:
      shape = {dim[0], dim[1], dim[2], dim[3]};
      break;
    default:
      throw Error(ErrorCode::bad_argument, "a tensor has one to four dimensions");
  }
  if (name.find("norm") != std::string_view::npos && name.ends_with(".weight")) {
    if (static_cast<std::size_t>(shape.elements()) > ones_.size()) {
      throw Error(ErrorCode::bad_argument, std::string(name) + " is too long for a norm");
    }
    return Tensor::borrow(static_cast<const void*>(ones_.data()), DType::f32, shape);
  }
  std::uint64_t seed = 0;
  for (const char c : name) seed = seed * 31 + static_cast<unsigned char>(c);
  const auto bytes = kernels::dtype_bytes(DType::bf16, static_cast<std::size_t>(shape.elements()));
  return Tensor::borrow(values(seed, bytes), DType::bf16, shape);
}

}  // namespace longtake::bench
