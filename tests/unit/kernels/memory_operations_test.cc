// Tests of the memory's operations: scoring and choosing blocks, coding keys and values.
#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "tests/unit/kernels/backend_fixture.h"

namespace longtake::kernels {
namespace {

class MemoryOperationsTest : public BackendTest {};
LONGTAKE_ON_BOTH_DEVICES(MemoryOperationsTest);

TEST_P(MemoryOperationsTest, ScoreBlocks) {
  for (std::int64_t n : {8, 64, 72}) {
    for (std::int64_t blocks : {1, 3, 1000}) {
      const Values query = random(14 * n, DType::f32), keys = random(blocks * 2 * n, DType::f16);
      const Tensor wide = poisoned(DType::f32, {2, blocks + 5});
      const Tensor scores = wide.columns(2, blocks + 2);
      const std::vector<std::byte> index = encode(keys, DType::f16);  // stays in host memory
      // In one stretch, or in two.
      const Tensor all =
          Tensor::borrow(static_cast<const void*>(index.data()), DType::f16, {blocks, 2, n});
      const std::vector<Tensor> keys_of = blocks == 3
                                              ? std::vector<Tensor>{all.rows(0, 1), all.rows(1, 3)}
                                              : std::vector<Tensor>{all};
      backend_->score_blocks(upload(query, DType::f32, {14, n}), keys_of, scores);
      const reference::Sums want = reference::score_blocks(query, keys, 2, n);
      expect_within(
          download(scores), want.value,
          [&](std::size_t i) { return kSlack * kEpsF32 * want.magnitude[i] + 1e-30; }, "scores");
      backend_->forget_keys();  // `index` goes
    }
  }
}

TEST_P(MemoryOperationsTest, ScoresFollowAGrowingIndex) {
  std::vector<std::byte> index = encode(random(300 * 2 * 16, DType::f16), DType::f16);
  const Values query = random(4 * 16, DType::f32);
  const Tensor q = upload(query, DType::f32, {4, 16});
  for (const std::int64_t blocks : {1, 100, 300, 7}) {
    const Tensor scores = poisoned(DType::f32, {2, blocks});
    const Tensor stretch =
        Tensor::borrow(static_cast<const void*>(index.data()), DType::f16, {blocks, 2, 16});
    backend_->score_blocks(q, {&stretch, 1}, scores);
    Values keys = decode(index, DType::f16);
    keys.resize(static_cast<std::size_t>(blocks * 2 * 16));
    const reference::Sums want = reference::score_blocks(query, keys, 2, 16);
    expect_within(
        download(scores), want.value,
        [&](std::size_t i) { return kSlack * kEpsF32 * want.magnitude[i] + 1e-30; }, "scores");
  }
  backend_->forget_keys();
}

// As PickRule says it, in double precision.
std::vector<std::int64_t> pick_by_hand(const std::vector<Values>& rows, const PickRule& rule,
                                       Values& combined) {
  if (rule.afresh) std::fill(combined.begin(), combined.end(), 0.0);
  for (std::size_t g = 0; g < rows.size(); ++g) {
    double mean = 0, square = 0;
    for (const double x : rows[g]) mean += x;
    mean /= static_cast<double>(rows[g].size());
    for (const double x : rows[g]) square += (x - mean) * (x - mean);
    const double deviation = std::sqrt(square / static_cast<double>(rows[g].size()));
    if (deviation < 1e-6 || rule.weights[g] <= 0) continue;
    for (std::size_t b = 0; b < combined.size(); ++b) {
      combined[b] += static_cast<double>(rule.weights[g]) * (rows[g][b] - mean) / deviation;
    }
  }
  std::vector<std::int64_t> order(static_cast<std::size_t>(rule.among));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return combined[static_cast<std::size_t>(a)] > combined[static_cast<std::size_t>(b)];
  });
  const auto weight = [&](std::int64_t b) {
    return pick_weight(combined[static_cast<std::size_t>(b)],
                       combined[static_cast<std::size_t>(order[0])],
                       static_cast<double>(rule.sharpness));
  };
  double all = 0, covered = 0;
  for (const std::int64_t b : order) all += weight(b);
  std::vector<std::int64_t> picked;
  for (const std::int64_t b : order) {
    if (static_cast<std::int64_t>(picked.size()) >= rule.budget) break;
    if (rule.sharpness > 0 && covered >= static_cast<double>(rule.mass) * all) break;
    covered += weight(b);
    picked.push_back(b);
  }
  std::sort(picked.begin(), picked.end());
  return picked;
}

TEST_P(MemoryOperationsTest, PickBlocks) {
  for (const std::int64_t blocks : {1, 7, 1000, 20'000}) {
    const std::vector<float> weights = {0.7F, 0.0F, 1.5F};
    const Tensor combined = poisoned(DType::f32, {blocks});
    Values want(static_cast<std::size_t>(blocks));
    for (int layer = 0; layer < 3; ++layer) {
      std::vector<Values> rows;
      Values all;
      for (int g = 0; g < 3; ++g) {
        Values row = random(blocks, DType::f32, 1.0 + g);
        if (layer == 1 && g == 0) std::fill(row.begin(), row.end(), 3.0);  // says nothing
        if (blocks > 10) row[5] += 20;
        rows.push_back(row);
        all.insert(all.end(), row.begin(), row.end());
      }
      const Tensor scores = upload(all, DType::f32, {3, blocks});
      PickRule rule;
      rule.weights = weights;
      rule.afresh = layer == 0;
      rule.among = std::max<std::int64_t>(0, blocks - 3);
      rule.budget = 40;
      rule.mass = 0.6F;
      rule.sharpness = layer == 0 ? 0.0F : 8.0F;
      const auto picked = backend_->pick_blocks(scores, rule, combined);
      EXPECT_EQ(picked, pick_by_hand(rows, rule, want)) << blocks << " blocks, layer " << layer;
      if (blocks == 1) continue;  // one block has no deviation
      expect_within(
          download(combined), want, [](std::size_t) { return 1e-4; }, "combined");
    }
  }
}

TEST_P(MemoryOperationsTest, PickBlocksTakesTheEarlierOfEquals) {
  const Tensor combined = poisoned(DType::f32, {100});
  Values row(100, 0.0);
  for (std::size_t i = 10; i < 60; ++i) row[i] = 1.0;
  const std::vector<float> one = {1.0F};
  PickRule rule;
  rule.weights = one;
  rule.among = 100;
  rule.budget = 5;
  EXPECT_THAT(backend_->pick_blocks(upload(row, DType::f32, {1, 100}), rule, combined),
              testing::ElementsAre(10, 11, 12, 13, 14));
  rule.budget = 0;
  EXPECT_TRUE(backend_->pick_blocks(upload(row, DType::f32, {1, 100}), rule, combined).empty());
}

// The payload is a file format: compared byte by byte with a plain rendering of kv_codec.h.
std::vector<std::byte> encode_by_hand(const Values& k, const Values& v, const KvLayout& layout) {
  std::vector<std::byte> payload(layout.bytes());
  const std::int64_t tokens = layout.tokens, heads = layout.kv_heads, dim = layout.head_dim;
  const auto value = [&](const Values& values, std::int64_t h, std::int64_t t, std::int64_t d) {
    return static_cast<float>(values[static_cast<std::size_t>((t * heads + h) * dim + d)]);
  };
  const bool i8 = layout.codec == KvCodec::i8;
  const float step = 1.0F / (i8 ? 127.0F : 7.0F);
  for (const bool is_key : {true, false}) {
    const Values& values = is_key ? k : v;
    std::byte* codes = payload.data() + (is_key ? layout.k_codes() : layout.v_codes());
    std::byte* scales = payload.data() + (is_key ? layout.k_scales() : layout.v_scales());
    for (std::int64_t h = 0; h < heads; ++h) {
      for (std::int64_t t = 0; t < tokens; ++t) {
        for (std::int64_t d = 0; d < dim; ++d) {
          const std::int64_t index = (h * tokens + t) * dim + d;
          const float x = value(values, h, t, d);
          if (layout.codec == KvCodec::f32) {
            std::memcpy(codes + 4 * index, &x, 4);
            continue;
          }
          if (layout.codec == KvCodec::bf16) {
            const std::uint16_t bits = float_to_bf16(x);
            std::memcpy(codes + 2 * index, &bits, 2);
            continue;
          }
          float largest = 0.0F;
          for (std::int64_t i = 0; i < (is_key ? tokens : dim); ++i) {
            largest = std::max(largest,
                               std::fabs(is_key ? value(values, h, i, d) : value(values, h, t, i)));
          }
          const float scale = largest * step;
          std::memcpy(scales + 4 * (is_key ? h * dim + d : h * tokens + t), &scale, 4);
          const auto code =
              static_cast<int>(scale == 0.0F ? 0.0F : std::nearbyint(x * (1.0F / scale)));
          if (i8) {
            codes[index] = static_cast<std::byte>(code);
          } else {
            codes[index / 2] |= static_cast<std::byte>((code + 8) << (index % 2 * 4));
          }
        }
      }
    }
  }
  return payload;
}

TEST_P(MemoryOperationsTest, KvCodecs) {
  for (KvCodec codec : {KvCodec::f32, KvCodec::bf16, KvCodec::i8, KvCodec::i4}) {
    for (std::int64_t head_dim : {2, 18, 64}) {
      for (std::int64_t tokens : {1, 7, 196}) {
        const KvLayout layout{tokens, 2, head_dim, codec};
        const Shape shape{tokens, 2, head_dim};
        Values k = random(shape.elements());
        const Values v = random(shape.elements());
        for (std::int64_t t = 0; t < tokens; ++t)
          k[static_cast<std::size_t>(t * 2 * head_dim)] = 0.0;
        const std::string what = std::string(kv_codec_name(codec)) + " " + shape.to_string();
        // Two units at once, the second the first one upside down, in columns of a wider matrix.
        const auto mirrored = [](Values values) {
          const Values forward = values;
          values.insert(values.end(), forward.rbegin(), forward.rend());
          return values;
        };
        const auto bytes = static_cast<std::int64_t>(layout.bytes());
        const Tensor wide = backend_->allocate(DType::u8, {2, bytes + 32});
        const Tensor coded = wide.columns(16, 16 + bytes);
        const Shape both{2 * tokens, 2, head_dim};
        backend_->encode_kv(upload_strided(mirrored(k), both), upload(mirrored(v), both), layout,
                            coded);
        std::vector<std::byte> payload(2 * layout.bytes());
        backend_->download(coded, payload.data());
        const Values k_mirrored = mirrored(k), v_mirrored = mirrored(v);
        const auto half = static_cast<std::ptrdiff_t>(k.size());
        std::vector<std::byte> by_hand = encode_by_hand(k, v, layout);
        const std::vector<std::byte> second =
            encode_by_hand(Values(k_mirrored.begin() + half, k_mirrored.end()),
                           Values(v_mirrored.begin() + half, v_mirrored.end()), layout);
        by_hand.insert(by_hand.end(), second.begin(), second.end());
        EXPECT_EQ(payload, by_hand) << what;
        payload.resize(layout.bytes());

        // Half a step of the channel or the token; bf16 is exact to its eps.
        const Tensor k2 = output(shape), v2 = poisoned(DType::bf16, shape);
        KvPiece piece;
        piece.payload = payload.data();
        piece.layout = layout;
        backend_->decode_kv({&piece, 1}, nullptr, k2, v2);
        const double step = codec == KvCodec::i8 ? 4.5 / 127 : codec == KvCodec::i4 ? 4.5 / 7 : 0.0;
        const auto bound = [&](std::size_t) { return step / 2 + 4.5 * kEpsBf16 * 2; };
        expect_within(download(k2), k, bound, what + " k");
        expect_within(download(v2), v, bound, what + " v");

        // Rotated on the way: the same as decoding and rotating.
        std::vector<Position> positions(static_cast<std::size_t>(tokens));
        for (std::int32_t t = 0; t < tokens; ++t)
          positions[static_cast<std::size_t>(t)] = {3 * t, t, 1000 + t};
        const RopeTable table = RopeTable::plain(head_dim, 1e4);
        const Tensor rotated = output(shape);
        // Three times: from ordinary memory, from memory of the backend, and from the device.
        const std::shared_ptr<Buffer> host = backend_->allocate_host(layout.bytes());
        std::memcpy(host->data(), payload.data(), payload.size());
        const Tensor places = output({3 * tokens + 2, 2, head_dim});
        const Tensor values = poisoned(DType::bf16, places.shape());
        std::vector<KvPiece> pieces(3, piece);
        pieces[1].payload = static_cast<const std::byte*>(host->data());
        pieces[2].payload = coded.data<std::byte>();
        pieces[2].on_device = true;
        for (std::size_t i = 0; i < 3; ++i) {
          pieces[i].positions = positions;
          pieces[i].shift = static_cast<std::int32_t>(500 * i);
          pieces[i].row = (2 - static_cast<std::int64_t>(i)) * (tokens + 1);
        }
        backend_->decode_kv(pieces, &table, places, values);
        // What was decoded is rounded to the activations' type before the reference rotates it.
        const Values plain = download(k2);
        for (const KvPiece& each : pieces) {
          std::vector<Position> moved = positions;
          for (Position& position : moved) {
            for (std::int32_t& component : position) component += each.shift;
          }
          const Values want = reference::rope(plain, moved, table, 2);
          expect_within(download(places.rows(each.row, each.row + tokens)), want, relative(want),
                        what + " rotated");
          EXPECT_EQ(download(values.rows(each.row, each.row + tokens)), download(v2)) << what;
        }
      }
    }
  }
}

}  // namespace
}  // namespace longtake::kernels
