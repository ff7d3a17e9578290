// Tests of what a Backend does element by element: embeddings, sums, gates, norms, means, rotation.
#include <cmath>
#include <numeric>
#include <vector>

#include "tests/unit/kernels/backend_fixture.h"

namespace longtake::kernels {
namespace {

class ElementwiseTest : public BackendTest {};
LONGTAKE_ON_BOTH_DEVICES(ElementwiseTest);

TEST_P(ElementwiseTest, Embed) {
  for (DType type : {DType::f32, DType::bf16, DType::f16}) {
    const std::int64_t rows = 50, columns = 33;
    const Values table = random(rows * columns, type);
    const auto bytes = encode(table, type);
    const auto made = backend_->make_table(
        Tensor::borrow(static_cast<const void*>(bytes.data()), type, {rows, columns}));
    EXPECT_EQ(made->rows(), rows);
    EXPECT_EQ(made->columns(), columns);
    const std::vector<std::int32_t> ids = {49, 0, 7, 7, 31};
    const Tensor y = output({5, columns});
    backend_->embed(ids, *made, y);
    Values want;
    for (std::int32_t id : ids) {
      want.insert(want.end(), table.begin() + id * columns, table.begin() + (id + 1) * columns);
    }
    expect_within(download(y), want, relative(want), dtype_name(type));
  }
}

TEST_P(ElementwiseTest, Add) {
  for (std::int64_t columns : {1, 24, 333}) {
    const Values a = random(6 * columns), b = random(2 * columns);
    Values want = a;
    for (std::size_t i = 0; i < want.size(); ++i) want[i] += b[i % b.size()];
    const Tensor y = output({6, columns});
    backend_->add(upload(a, {6, columns}), upload(b, {2, columns}), y);
    expect_within(download(y), want, relative(want), "repeated");
    const Tensor in_place = upload_strided(a, {6, columns});
    backend_->add(in_place, upload(b, {2, columns}), in_place);
    expect_within(download(in_place), want, relative(want), "in place");
  }
}

TEST_P(ElementwiseTest, SiluMul) {
  for (std::int64_t columns : {1, 20, 515}) {
    const Values x = random(3 * 2 * columns, 3.0);
    const Tensor y = output({3, columns});
    backend_->silu_mul(upload(x, {3, 2 * columns}), y);
    const Values want = reference::silu_mul(x, columns);
    expect_within(download(y), want, relative(want), std::to_string(columns));
  }
}

// The two products and their gate in one, of few rows and of many, at any alignment.

TEST_P(ElementwiseTest, Norms) {
  for (std::int64_t columns : {1, 8, 72, 896, 1027}) {
    Values x = random(5 * columns, 4.0);
    for (double& value : x) value += 1.0;
    x = decode(encode(x, activation_), activation_);
    const Values weight = random(columns, DType::f32), bias = random(columns, DType::f32);
    const Tensor w = upload(weight, DType::f32, {columns});
    const Tensor b = upload(bias, DType::f32, {columns});
    const double eps = columns == 1 ? 1.0 : 1e-6;  // the variance of one element is 0

    Tensor y = output({5, columns});
    backend_->rms_norm(upload(x, {5, columns}), w, static_cast<float>(eps), y);
    Values want = reference::rms_norm(x, weight, static_cast<float>(eps));
    expect_within(download(y), want, relative(want), "rms " + std::to_string(columns));

    y = output({5, columns});
    backend_->layer_norm(upload_strided(x, {5, columns}), w, b, static_cast<float>(eps), y);
    want = reference::layer_norm(x, weight, bias, static_cast<float>(eps));
    expect_within(download(y), want, relative(want, 2.0), "layer " + std::to_string(columns));
  }
}

TEST_P(ElementwiseTest, NormsPerHeadInPlace) {
  const Values x = random(4 * 3 * 16), weight = random(16, DType::f32);
  const Tensor view = upload_strided(x, {4, 3, 16});
  backend_->rms_norm(view, upload(weight, DType::f32, {16}), 1e-6F, view);
  const Values want = reference::rms_norm(x, weight, 1e-6);
  expect_within(download(view), want, relative(want), "per head");
}

TEST_P(ElementwiseTest, MeanRows) {
  for (std::int64_t rows : {1, 7, 1000}) {
    const Values x = random(rows * 3 * 11);
    const Tensor y = poisoned(DType::f32, {1, 3, 11});
    backend_->mean_rows(upload_strided(x, {rows, 3, 11}), y);
    const Values want = reference::mean_rows(x, rows);
    expect_within(
        download(y), want, [](std::size_t) { return kSlack * kEpsF32 * 4; }, "mean");
  }
  // Of several units at once, into columns of a wider f16 matrix.
  const Values x = random(3 * 50 * 2 * 8);
  const Tensor wide = poisoned(DType::f16, {3, 40});
  const Tensor means = wide.columns(16, 32);
  backend_->mean_rows(upload_strided(x, {150, 2, 8}), means.reshaped({3, 2, 8}));
  const Values got = download(means);
  for (std::int64_t unit = 0; unit < 3; ++unit) {
    const Values part(x.begin() + unit * 800, x.begin() + (unit + 1) * 800);
    const Values want = reference::mean_rows(part, 50);
    for (std::size_t i = 0; i < 16; ++i) {
      EXPECT_NEAR(got[static_cast<std::size_t>(unit) * 16 + i], want[i], 0x1p-10);
    }
  }
}

TEST_P(ElementwiseTest, Rope) {
  for (std::int64_t head_dim : {2, 16, 64, 80, 128}) {
    RopeTable table = RopeTable::plain(head_dim, 1e6);
    for (std::size_t j = 0; j < table.component.size(); ++j) {
      table.component[j] = static_cast<std::uint8_t>(j % 3);
    }
    const std::vector<Position> positions = {
        {0, 0, 0}, {1, 5, 9}, {70000, 12, 3}, {2147483647, 1 << 30, 123456789}, {-3, 7, 1}};
    const Values x = random(5 * 2 * head_dim);
    const Values want = reference::rope(x, positions, table, 2);
    const Tensor y = output({5, 2, head_dim});
    backend_->rope(upload_strided(x, {5, 2, head_dim}), positions, table, y);
    // The angle itself is rounded to 2^-53 of at most 2^31.
    const auto bound = [&](std::size_t) { return kSlack * (eps_ + 0x1p-22 / 8) * 4.0; };
    expect_within(download(y), want, bound, "rope " + std::to_string(head_dim));
    const Tensor single = upload(x, {5, 2, head_dim});
    for (std::int64_t t = 0; t < 5; ++t) {
      const Tensor row = single.rows(t, t + 1);
      backend_->rope(row, {&positions[static_cast<std::size_t>(t)], 1}, table, row);
    }
    EXPECT_EQ(download(single), download(y)) << "token by token";
    const Tensor in_place = upload(x, {5, 2, head_dim});
    backend_->rope(in_place, positions, table, in_place);
    EXPECT_EQ(download(in_place), download(y));
    // A window keeps its keys as bf16.
    const Tensor narrow = poisoned(DType::bf16, {5, 2, head_dim});
    backend_->rope(upload(x, {5, 2, head_dim}), positions, table, narrow);
    expect_within(
        download(narrow), want,
        [&](std::size_t i) { return bound(i) + kEpsBf16 * std::fabs(want[i]); }, "to bf16");
  }
}

// In one call what three do, bit for bit.
TEST_P(ElementwiseTest, RopeQkv) {
  for (const std::int64_t head_dim : {2, 24, 64, 128}) {
    for (const DType kept_type : {DType::f32, DType::bf16}) {
      const RopeTable table = RopeTable::plain(head_dim, 1e4);
      const std::vector<Position> positions = {{3, 3, 3}, {4, 4, 4}, {100000, 7, 1}};
      // The three stand side by side, as a product leaves them.
      const Values values = random(3 * (6 + 2 + 2) * head_dim);
      const Tensor qkv = upload(values, {3, 10 * head_dim});
      const Tensor q = qkv.columns(0, 6 * head_dim).reshaped({3, 6, head_dim});
      const KvSpan own{qkv.columns(6 * head_dim, 8 * head_dim).reshaped({3, 2, head_dim}),
                       qkv.columns(8 * head_dim, 10 * head_dim).reshaped({3, 2, head_dim})};
      const auto kept = [&] { return poisoned(kept_type, {3, 2, head_dim}); };
      const Tensor turned = output({3, 6, head_dim}), want_turned = output({3, 6, head_dim});
      const KvSpan got{kept(), kept()}, want{kept(), kept()};
      backend_->rope_qkv(q, own, positions, table, turned, got);
      backend_->rope(q, positions, table, want_turned);
      backend_->rope(own.k, positions, table, want.k);
      backend_->copy(own.v, want.v);
      EXPECT_EQ(download(turned), download(want_turned)) << head_dim;
      EXPECT_EQ(download(got.k), download(want.k)) << head_dim;
      EXPECT_EQ(download(got.v), download(want.v)) << head_dim;
    }
  }
}

}  // namespace
}  // namespace longtake::kernels
