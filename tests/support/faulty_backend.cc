#include "tests/support/faulty_backend.h"

#include <utility>

#include "kernels/error.h"

namespace longtake::tests {

using namespace kernels;

namespace {

constexpr std::int64_t kRowsPerPass = 3136;  // of kernels/cuda/cuda_backend.cc

// Counts down; true once, when it comes to zero.
bool comes_due(std::atomic<std::int64_t>& counter) {
  std::int64_t left = counter;
  while (left > 0) {
    if (counter.compare_exchange_weak(left, left - 1)) return left == 1;
  }
  return false;
}

class FaultyBackend final : public Backend {
 public:
  FaultyBackend(std::unique_ptr<Backend> inner, std::shared_ptr<Faults> faults)
      : inner_(std::move(inner)), faults_(std::move(faults)) {
    ++faults_->made;
  }
  ~FaultyBackend() override {
    if (faults_->on_gone) faults_->on_gone();
  }

  DeviceInfo info() const override {
    DeviceInfo info = inner_->info();
    info.kind = DeviceKind::cuda;
    info.name = "a faulty graphics card";
    info.rows_per_pass = kRowsPerPass;
    return info;
  }
  DType activation_dtype() const override { return inner_->activation_dtype(); }

  // --- Memory
  Tensor allocate(DType dtype, Shape shape) override {
    room_for(checked_bytes(dtype, shape));
    return inner_->allocate(dtype, shape);
  }
  void upload(const void* host, const Tensor& to) override {
    operate();
    inner_->upload(host, to);
  }
  void download(const Tensor& from, void* host) override {
    operate();
    inner_->download(from, host);
  }
  void copy(const Tensor& from, const Tensor& to) override {
    operate();
    inner_->copy(from, to);
  }
  void fetch(const Tensor& from, void* host) override {
    operate();
    inner_->fetch(from, host);
  }
  std::shared_ptr<Buffer> allocate_host(std::size_t bytes) override {
    return inner_->allocate_host(bytes);
  }
  void synchronize() override {
    operate();
    inner_->synchronize();
  }

  // --- Weights
  std::unique_ptr<LinearWeights> make_linear(std::span<const Tensor> parts,
                                             std::span<const Tensor> biases,
                                             WeightFormat format) override {
    room_for(0);
    return inner_->make_linear(parts, biases, format);
  }
  std::unique_ptr<EmbeddingTable> make_table(const Tensor& rows) override {
    room_for(0);
    return inner_->make_table(rows);
  }

  // --- Dense algebra
  void linear(const Tensor& x, const LinearWeights& w, const Tensor& y, Activation activation,
              const Tensor* residual) override {
    operate();
    inner_->linear(x, w, y, activation, residual);
  }
  void embed(std::span<const std::int32_t> ids, const EmbeddingTable& table,
             const Tensor& y) override {
    operate();
    inner_->embed(ids, table, y);
  }
  void add(const Tensor& a, const Tensor& b, const Tensor& y) override {
    operate();
    inner_->add(a, b, y);
  }
  void silu_mul(const Tensor& x, const Tensor& y) override {
    operate();
    inner_->silu_mul(x, y);
  }
  void rms_norm(const Tensor& x, const Tensor& weight, float eps, const Tensor& y) override {
    operate();
    inner_->rms_norm(x, weight, eps, y);
  }
  void layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, float eps,
                  const Tensor& y) override {
    operate();
    inner_->layer_norm(x, weight, bias, eps, y);
  }
  void mean_rows(const Tensor& x, const Tensor& y) override {
    operate();
    inner_->mean_rows(x, y);
  }
  std::int32_t highest(const Tensor& x) override {
    operate();
    return inner_->highest(x);
  }

  // --- Attention
  void rope(const Tensor& x, std::span<const Position> positions, const RopeTable& table,
            const Tensor& y) override {
    operate();
    inner_->rope(x, positions, table, y);
  }
  void attention(const AttentionArgs& args) override {
    operate();
    inner_->attention(args);
  }
  std::unique_ptr<RecordedPass> record(std::int64_t, const std::function<void()>&) override {
    ++faults_->recordings;
    return nullptr;
  }

  // --- The memory's operations
  void score_blocks(const Tensor& query, std::span<const Tensor> keys,
                    const Tensor& scores) override {
    operate();
    inner_->score_blocks(query, keys, scores);
  }
  void forget_keys() override {
    operate();
    inner_->forget_keys();
  }
  std::vector<std::int64_t> pick_blocks(const Tensor& scores, const PickRule& rule,
                                        const Tensor& combined) override {
    operate();
    return inner_->pick_blocks(scores, rule, combined);
  }
  void encode_kv(const Tensor& k, const Tensor& v, const KvLayout& layout,
                 const Tensor& payloads) override {
    operate();
    inner_->encode_kv(k, v, layout, payloads);
  }
  void decode_kv(std::span<const KvPiece> pieces, const RopeTable* table, const Tensor& k,
                 const Tensor& v) override {
    operate();
    inner_->decode_kv(pieces, table, k, v);
  }

  // --- Pictures
  void yuv_to_rgb(const YuvPicture& picture, const Tensor& rgb) override {
    operate();
    inner_->yuv_to_rgb(picture, rgb);
  }
  void resize_bicubic(const Tensor& image, const Tensor& resized) override {
    operate();
    inner_->resize_bicubic(image, resized);
  }
  void patchify(const Tensor& images, const PatchSpec& spec, const Tensor& patches) override {
    operate();
    inner_->patchify(images, spec, patches);
  }
  void resize_bilinear(const Tensor& x, const Tensor& y) override {
    operate();
    inner_->resize_bilinear(x, y);
  }

 private:
  void operate() {
    if (comes_due(faults_->lost_in)) lost_ = true;
    if (!lost_) return;
    ++faults_->thrown;
    throw Error(ErrorCode::device_lost, "The graphics card stopped working (a test wants it so)",
                "Start Longtake again.");
  }
  void room_for(std::size_t bytes) {
    operate();
    if (!comes_due(faults_->full_in) && bytes <= faults_->largest) return;
    ++faults_->thrown;
    throw Error(ErrorCode::out_of_memory,
                "The graphics card has no memory left (a test wants it so)",
                "Close other programs.");
  }

  const std::unique_ptr<Backend> inner_;
  const std::shared_ptr<Faults> faults_;
  bool lost_ = false;
};

}  // namespace

std::unique_ptr<Backend> make_faulty_backend(std::shared_ptr<Faults> faults,
                                             const BackendOptions& options) {
  return std::make_unique<FaultyBackend>(make_cpu_backend(options), std::move(faults));
}

}  // namespace longtake::tests
