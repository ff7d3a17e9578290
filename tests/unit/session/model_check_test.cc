// check_model(): the numbers are those of the real thing.
#include "engine/session/model_check.h"

#include <gtest/gtest.h>

#include "kernels/error.h"
#include "tests/unit/session/engine_fixture.h"

namespace longtake {
namespace {

namespace fs = std::filesystem;
using kernels::KvCodec;
using kernels::WeightFormat;

class ModelCheckTest : public EngineFixture {
 protected:
  const fs::path nano_ = kResources / "nano/model";
};

TEST_F(ModelCheckTest, ThroughTheEngine) {
  const auto engine = open();
  const session::ModelCheck check = call<ModelChecked>(*engine, CheckModel{nano_.string()}).check;
  const auto described = call<EngineDescribed>(*engine, DescribeEngine{});
  EXPECT_EQ(check.folder, nano_.string());
  EXPECT_EQ(check.info.name, "nano");
  EXPECT_EQ(check.info.fingerprint, described.model.fingerprint);
  EXPECT_EQ(check.disk_bytes,
            static_cast<std::int64_t>(fs::file_size(nano_ / "model.safetensors")));
  EXPECT_EQ(check.weights, WeightFormat::f32);
  EXPECT_NEAR(static_cast<double>(check.info.weight_bytes),
              static_cast<double>(described.model.weight_bytes), 0.03 * 13.4e6);
  EXPECT_GT(check.memory_needed, static_cast<std::int64_t>(check.info.weight_bytes));
  EXPECT_LT(check.memory_needed, 400 << 20);
  EXPECT_GT(check.memory_available, 100 << 20);
  EXPECT_EQ(fail(*engine, CheckModel{(folder_ / "nothing").string()}).code, ErrorCode::not_found);
  EXPECT_EQ(fail(*engine, CheckModel{folder_.string()}).code, ErrorCode::not_found);
}

TEST_F(ModelCheckTest, BytesPerHourAreThoseOfAWatch) {
  const auto engine = open();
  const auto ended = call<WatchEnded>(*engine, WatchVideo{.video = add(*engine)});
  const session::ModelCheck check = session::check_model(nano_, WeightFormat::automatic);
  const double hours =
      static_cast<double>(ended.memory.blocks) * to_seconds(ended.memory.interval) / 3600;
  // The index is written in pages, most of which is not filled yet: only the records are compared.
  EXPECT_NEAR(check.bytes_per_hour(ended.memory.shape.codec) * hours,
              static_cast<double>(ended.memory.bytes),
              0.1 * static_cast<double>(ended.memory.bytes));
}

TEST_F(ModelCheckTest, TheCardCountsWhereThereIsOne) {
  const auto on = [&](Device device, WeightFormat weights, std::int64_t free) {
    kernels::DeviceInfo card;
    card.kind = kernels::DeviceKind::cuda;
    card.memory_free = free;
    card.rows_per_pass = 3136;
    return session::check_model(nano_, weights, device, card);
  };
  const auto roomy = on(Device::automatic, WeightFormat::automatic, std::int64_t{8} << 30);
  EXPECT_EQ(roomy.device, kernels::DeviceKind::cuda);
  EXPECT_EQ(roomy.fit, session::Fit::fits);
  EXPECT_EQ(roomy.memory_available, std::int64_t{8} << 30);
  EXPECT_EQ(roomy.weights, WeightFormat::f32) << "small models stay exact";
  EXPECT_EQ(on(Device::automatic, WeightFormat::f8, std::int64_t{8} << 30).weights,
            WeightFormat::f8);
  EXPECT_EQ(on(Device::automatic, WeightFormat::automatic, roomy.memory_needed * 5 / 4).fit,
            session::Fit::tight);
  // Too small a card leaves it to the processor, unless it was insisted on.
  const auto small = on(Device::automatic, WeightFormat::f8, 1 << 20);
  EXPECT_EQ(small.device, kernels::DeviceKind::cpu);
  EXPECT_TRUE(small.too_big_for_card);
  EXPECT_EQ(small.fit, session::Fit::fits);
  EXPECT_EQ(small.weights, WeightFormat::i8) << "fp8 is for cards";
  const auto insisted = on(Device::cuda, WeightFormat::automatic, 1 << 20);
  EXPECT_EQ(insisted.device, kernels::DeviceKind::cuda);
  EXPECT_EQ(insisted.fit, session::Fit::too_big);
}

TEST_F(ModelCheckTest, FormatsAndCodecsCount) {
  const auto full = session::check_model(nano_, WeightFormat::f32);
  const auto half = session::check_model(nano_, WeightFormat::bf16);
  const auto small = session::check_model(nano_, WeightFormat::i8);
  const auto smallest = session::check_model(nano_, WeightFormat::i4);
  EXPECT_EQ(full.info.weight_bytes, 2 * half.info.weight_bytes);
  EXPECT_EQ(half.info.weight_bytes, 2 * small.info.weight_bytes);
  EXPECT_GT(full.memory_needed, half.memory_needed);
  EXPECT_GT(half.memory_needed, small.memory_needed);
  EXPECT_GT(small.memory_needed, smallest.memory_needed);
  // Four bits are for the decoder's layers.
  EXPECT_GT(smallest.info.weight_bytes, small.info.weight_bytes * 5 / 8);
  const auto loaded = kernels::make_cpu_backend();
  const auto kept = model::Model::load(nano_, *loaded, {WeightFormat::i4})->info().weight_bytes;
  EXPECT_NEAR(static_cast<double>(smallest.info.weight_bytes), static_cast<double>(kept),
              0.1 * static_cast<double>(kept));
  EXPECT_GT(full.bytes_per_hour(KvCodec::bf16), full.bytes_per_hour(KvCodec::i8));
  EXPECT_GT(full.bytes_per_hour(KvCodec::i8), full.bytes_per_hour(KvCodec::i4));
}

}  // namespace
}  // namespace longtake
