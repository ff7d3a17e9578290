// The memory's operations: coding K and V of new units, gathering recalled blocks, looking for
// them.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/cuda/bench.h"

namespace longtake::bench {

using kernels::DType;
using kernels::KvCodec;
using kernels::KvLayout;
using kernels::Tensor;

namespace {

constexpr std::int64_t kUnitTokens = 196;
constexpr std::int64_t kUnits = 16;   // of a chunk
constexpr std::int64_t kBlocks = 72;  // that a question takes at a layer
constexpr std::int64_t kHeads = 28;
constexpr std::int64_t kKeyHeads = 4;
constexpr std::int64_t kDim = 128;

std::vector<kernels::Position> unit_positions() {
  std::vector<kernels::Position> positions;
  for (std::int32_t i = 0; i < kUnitTokens; ++i) positions.push_back({i, i, i});
  return positions;
}

void encode(Bench& bench, KvCodec codec) {
  kernels::Backend& backend = bench.backend();
  const std::string name(kernels::kv_codec_name(codec));
  bench.measure("encode_kv_" + name, "encode 16 units to " + name, "GB/s", [&](Row& row) {
    const KvLayout layout{kUnitTokens, kKeyHeads, kDim, codec};
    const DType type = backend.activation_dtype();
    // K and V are columns of one product, as in the decoder.
    const std::int64_t kv = kKeyHeads * kDim;
    const std::int64_t rows = kUnits * kUnitTokens;
    const Ring qkv(bench, type, {rows, 4608});
    const Tensor payloads =
        backend.allocate(DType::u8, {kUnits, static_cast<std::int64_t>(layout.bytes())});
    const double seconds =
        bench
            .time([&](std::int64_t call) {
              const Tensor all = qkv.at(call);
              backend.encode_kv(
                  all.columns(4608 - 2 * kv, 4608 - kv).reshaped({rows, kKeyHeads, kDim}),
                  all.columns(4608 - kv, 4608).reshaped({rows, kKeyHeads, kDim}), layout, payloads);
            })
            .median;
    const double bytes =
        2.0 * static_cast<double>(rows * kv) * static_cast<double>(kernels::dtype_bytes(type, 1)) +
        static_cast<double>(payloads.bytes());
    bench.bytes(row, bytes, seconds);
    row.note = "one layer, " + std::to_string(static_cast<int>(seconds * 1e6)) + " us";
  });
}

void decode(Bench& bench, KvCodec codec, bool on_device) {
  kernels::Backend& backend = bench.backend();
  const std::string codec_name(kernels::kv_codec_name(codec));
  const std::string key = "decode_kv_" + codec_name + (on_device ? "" : "_pinned");
  const std::string name =
      "decode 72 blocks of " + codec_name + (on_device ? " on the device" : " from pinned memory");
  bench.measure(key, name, "GB/s", [&](Row& row) {
    const KvLayout layout{kUnitTokens, kKeyHeads, kDim, codec};
    const kernels::RopeTable rope = kernels::RopeTable::plain(kDim, 1e6);
    const std::vector<kernels::Position> positions = unit_positions();
    const DType type = backend.activation_dtype();
    const Tensor k = backend.allocate(DType::bf16, {kBlocks * kUnitTokens, kKeyHeads, kDim});
    const Tensor v = backend.allocate(DType::bf16, k.shape());
    // Payloads are whatever the tape holds, scales made by encoding one block.
    const auto bytes = static_cast<std::int64_t>(layout.bytes());
    const Tensor unit = bench.tensor(type, {kUnitTokens, kKeyHeads, kDim});
    const Tensor payload = backend.allocate(DType::u8, {1, bytes});
    backend.encode_kv(unit, unit, layout, payload);
    // 16-byte aligned, more of them than caches hold.
    const std::int64_t stride = (bytes + 255) / 256 * 256;
    const std::int64_t copies = 8;
    const Tensor device = backend.allocate(DType::u8, {copies * kBlocks * stride});
    std::shared_ptr<kernels::Buffer> host;
    if (!on_device)
      host = backend.allocate_host(static_cast<std::size_t>(copies * kBlocks * stride));
    std::vector<std::byte> one(layout.bytes());
    backend.download(payload, one.data());
    std::byte* base = on_device ? device.data<std::byte>() : static_cast<std::byte*>(host->data());
    std::vector<std::vector<kernels::KvPiece>> rounds(static_cast<std::size_t>(copies));
    for (std::int64_t copy = 0; copy < copies; ++copy) {
      for (std::int64_t block = 0; block < kBlocks; ++block) {
        const std::int64_t offset = (copy * kBlocks + block) * stride;
        if (on_device) {
          backend.copy(payload.reshaped({bytes}), device.rows(offset, offset + bytes));
        } else {
          std::memcpy(base + offset, one.data(), one.size());
        }
        kernels::KvPiece piece;
        piece.payload = base + offset;
        piece.on_device = on_device;
        piece.layout = layout;
        piece.positions = positions;
        piece.shift = static_cast<std::int32_t>(block * kUnitTokens);
        piece.row = block * kUnitTokens;
        rounds[static_cast<std::size_t>(copy)].push_back(piece);
      }
    }
    const double seconds = bench
                               .time([&](std::int64_t call) {
                                 const auto round = static_cast<std::size_t>(call % copies);
                                 backend.decode_kv(rounds[round], &rope, k, v);
                               })
                               .median;
    const double read = static_cast<double>(kBlocks * bytes);
    if (on_device) {
      bench.bytes(row, read + static_cast<double>(k.bytes() + v.bytes()), seconds);
    } else {
      bench.bus(row, read, seconds);
    }
    row.note = "one layer, " + std::to_string(static_cast<int>(seconds * 1e6)) + " us";
  });
}

void look(Bench& bench, std::int64_t blocks) {
  kernels::Backend& backend = bench.backend();
  const std::int64_t per_block = kKeyHeads * kDim;
  std::vector<std::uint16_t> keys(static_cast<std::size_t>(blocks * per_block));
  // bf16 bits of small numbers are f16 bits of other ordinary ones.
  std::memcpy(keys.data(), bench.random().values(11, keys.size() * 2), keys.size() * 2);
  for (std::uint16_t& key : keys) key &= 0xbfff;  // neither infinite nor not a number
  const Tensor host =
      Tensor::borrow(static_cast<const void*>(keys.data()), DType::f16, {blocks, kKeyHeads, kDim});
  const std::string count = std::to_string(blocks);
  const std::string name = count + " blocks, one layer";
  const auto prepare = [&](Tensor& query, Tensor& scores, Tensor& combined) {
    query = bench.tensor(DType::f32, {kHeads, kDim});
    scores = backend.allocate(DType::f32, {kKeyHeads, blocks});
    combined = backend.allocate(DType::f32, {blocks});
  };
  bench.measure("score_" + count, "score " + name, "us", [&](Row& row) {
    Tensor query, scores, combined;
    prepare(query, scores, combined);
    const double seconds =
        bench.time([&](std::int64_t) {
               backend.score_blocks(query, {&host, 1}, scores);
             })
            .median;
    row.value = 1e6 * seconds;
    row.limit = "memory";
    if (bench.limits().memory > 0) {
      row.share = static_cast<double>(host.bytes()) / seconds / bench.limits().memory;
    }
  });
  bench.measure("pick_" + count, "score and pick among " + name, "us", [&](Row& row) {
    Tensor query, scores, combined;
    prepare(query, scores, combined);
    const std::vector<float> weights(kKeyHeads, 1.0F);
    kernels::PickRule rule;
    rule.weights = weights;
    rule.among = blocks - 8;
    rule.budget = 64;
    row.value = 1e6 * bench.wait(
                          [&] {
                            backend.score_blocks(query, {&host, 1}, scores);
                            if (backend.pick_blocks(scores, rule, combined).empty()) {
                              row.note = "nothing was picked";
                            }
                          },
                          bench.options().quick ? 20 : 100);
  });
  backend.forget_keys();
}

}  // namespace

void run_memory(Bench& bench) {
  for (const KvCodec codec : {KvCodec::i8, KvCodec::i4}) {
    encode(bench, codec);
    decode(bench, codec, true);
    decode(bench, codec, false);
  }
  for (const std::int64_t blocks : {1'800, 18'000}) look(bench, blocks);
}

}  // namespace longtake::bench
