#include <cassert>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "kernels/backend.h"
#include "kernels/cuda/argmax.h"
#include "kernels/cuda/attention.h"
#include "kernels/cuda/context.h"
#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/linear.h"
#include "kernels/cuda/memory_pool.h"
#include "kernels/cuda/pictures.h"
#include "kernels/cuda/recall.h"
#include "kernels/cuda/recording.h"
#include "kernels/error.h"

namespace longtake::kernels {
namespace {

// A driver that hangs (a lost card, a suspended laptop) must not hang the program.
constexpr std::chrono::seconds kProbeTime{8};
constexpr int kOldestArchitecture = 80;
// Rows of activations at which cuBLASLt's kernels fill a large device several times over.
constexpr std::int64_t kRowsPerPass = 3136;

// All but its memory.
DeviceInfo describe(const cudaDeviceProp& properties) {
  DeviceInfo info;
  info.kind = DeviceKind::cuda;
  info.name = std::string(properties.name) + ", sm_" +
              std::to_string(properties.major * 10 + properties.minor);
  info.rows_per_pass = kRowsPerPass;
  return info;
}

class CudaTable final : public EmbeddingTable {
 public:
  explicit CudaTable(Tensor rows) : rows_(std::move(rows)) {}
  std::int64_t rows() const override { return rows_.rows(); }
  std::int64_t columns() const override { return rows_.dim(1); }
  const Tensor& tensor() const { return rows_; }

 private:
  const Tensor rows_;
};

class CudaBackend final : public Backend {
 public:
  CudaBackend(int device, const BackendOptions& options)
      : context_(device), activations_(options.activations), linear_(context_) {
    assert(activations_ == DType::bf16 || activations_ == DType::f32);
  }

  DeviceInfo info() const override {
    DeviceInfo info = describe(context_.properties());
    info.name += std::string(", ") + dtype_name(activations_);
    std::size_t free = 0, total = 0;
    check_info(cudaMemGetInfo(&free, &total));
    info.memory_total = static_cast<std::int64_t>(total);
    info.memory_free = static_cast<std::int64_t>(free);
    return info;
  }
  DType activation_dtype() const override { return activations_; }

  // --- Memory ------------------------------------------------------------------------------------
  Tensor allocate(DType dtype, Shape shape) override { return context_.allocate(dtype, shape); }
  std::shared_ptr<Buffer> allocate_host(std::size_t bytes) override {
    return context_.allocate_host(bytes);
  }
  void upload(const void* host, const Tensor& to) override {
    assert(to.dense());
    context_.upload(host, to.raw(), to.bytes());
  }
  void send(const void* host, const Tensor& to) override {
    assert(to.dense());
    context_.send(host, to.raw(), to.bytes());
  }
  void download(const Tensor& from, void* host) override {
    fetch(from, host);
    context_.synchronize();
  }
  void fetch(const Tensor& from, void* host) override {
    if (from.bytes() == 0) return;
    const std::size_t row =
        dtype_bytes(from.dtype(), static_cast<std::size_t>(from.shape().row_elements()));
    const std::size_t stride =
        dtype_bytes(from.dtype(), static_cast<std::size_t>(from.row_stride()));
    if (from.dense() || from.rows() == 1) {
      cuda::check(cudaMemcpyAsync(host, from.raw(), from.bytes(), cudaMemcpyDeviceToHost,
                                  context_.stream()),
                  "downloading");
    } else {
      cuda::check(cudaMemcpy2DAsync(host, row, from.raw(), stride, row,
                                    static_cast<std::size_t>(from.rows()), cudaMemcpyDeviceToHost,
                                    context_.stream()),
                  "downloading");
    }
  }
  void copy(const Tensor& from, const Tensor& to) override { cuda::copy(context_, from, to); }
  void synchronize() override { context_.synchronize(); }

  // --- Weights -----------------------------------------------------------------------------------
  std::unique_ptr<LinearWeights> make_linear(std::span<const Tensor> parts,
                                             std::span<const Tensor> biases,
                                             WeightFormat format) override {
    return cuda::CudaLinear::make(context_, activations_, parts, biases, format);
  }
  std::unique_ptr<EmbeddingTable> make_table(const Tensor& rows) override {
    const Tensor table = context_.allocate_lasting(rows.dtype(), rows.shape());
    context_.upload(rows.raw(), table.raw(), rows.bytes());
    return std::make_unique<CudaTable>(table);
  }

  // --- Dense algebra -----------------------------------------------------------------------------
  void linear(const Tensor& x, const LinearWeights& w, const Tensor& y, Activation activation,
              const Tensor* residual) override {
    linear_.run(x, static_cast<const cuda::CudaLinear&>(w), y, activation, residual);
  }
  void embed(std::span<const std::int32_t> ids, const EmbeddingTable& table,
             const Tensor& y) override {
    cuda::embed(context_, ids, static_cast<const CudaTable&>(table).tensor(), y);
  }
  void add(const Tensor& a, const Tensor& b, const Tensor& y) override {
    cuda::add(context_, a, b, y);
  }
  void silu_mul(const Tensor& x, const Tensor& y) override { cuda::silu_mul(context_, x, y); }
  void gated_linear(const Tensor& x, const LinearWeights& w, const Tensor& both,
                    const Tensor& y) override {
    const auto& weights = static_cast<const cuda::CudaLinear&>(w);
    const bool few = x.rows() > 0 && x.rows() <= cuda::kGemvRows;
    if (few && cuda::gated_gemv(context_, x, weights, y)) return;
    Backend::gated_linear(x, w, both, y);
  }
  void rms_norm(const Tensor& x, const Tensor& weight, float eps, const Tensor& y) override {
    cuda::rms_norm(context_, x, weight, eps, y);
  }
  void layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, float eps,
                  const Tensor& y) override {
    cuda::layer_norm(context_, x, weight, bias, eps, y);
  }
  void mean_rows(const Tensor& x, const Tensor& y) override { cuda::mean_rows(context_, x, y); }
  std::int32_t highest(const Tensor& x) override { return cuda::highest(context_, x); }

  // --- Attention ---------------------------------------------------------------------------------
  void rope(const Tensor& x, std::span<const Position> positions, const RopeTable& table,
            const Tensor& y) override {
    if (x.rows() == 0) return;
    cuda::rope(context_, x, angles_.of(context_, positions, table), y);
  }
  void rope_qkv(const Tensor& q, const KvSpan& own, std::span<const Position> positions,
                const RopeTable& table, const Tensor& turned, const KvSpan& kept) override {
    if (q.rows() == 0) return;
    cuda::rope_qkv(context_, {q, own.k, own.v}, angles_.of(context_, positions, table),
                   {turned, kept.k, kept.v});
  }
  void attention(const AttentionArgs& args) override { cuda::attention(context_, args); }

  // --- Repetition --------------------------------------------------------------------------------
  std::unique_ptr<RecordedPass> record(std::int64_t repetitions,
                                       const std::function<void()>& pass) override {
    return cuda::record(context_, repetitions, pass);
  }

  // --- The memory's operations -------------------------------------------------------------------
  void score_blocks(const Tensor& query, std::span<const Tensor> keys,
                    const Tensor& scores) override {
    // Held until the launch: making room for one stretch may drop the copy of another.
    std::vector<std::shared_ptr<const void>> held;
    std::vector<Tensor> copies;
    for (const Tensor& stretch : keys) {
      held.push_back(keys_.of(context_, stretch.raw(), stretch.bytes()));
      copies.push_back(Tensor::borrow(held.back().get(), stretch.dtype(), stretch.shape()));
    }
    cuda::score_blocks(context_, query, copies, scores);
  }
  void forget_keys() override {
    context_.synchronize();
    keys_.forget();
  }
  std::vector<std::int64_t> pick_blocks(const Tensor& scores, const PickRule& rule,
                                        const Tensor& combined) override {
    return cuda::pick_blocks(context_, scores, rule, combined);
  }
  void encode_kv(const Tensor& k, const Tensor& v, const KvLayout& layout,
                 const Tensor& payloads) override {
    cuda::encode_kv(context_, k, v, layout, payloads);
  }
  void decode_kv(std::span<const KvPiece> pieces, const RopeTable* table, const Tensor& k,
                 const Tensor& v) override {
    cuda::decode_kv(context_, pieces, table, k, v);
  }

  // --- Pictures ----------------------------------------------------------------------------------
  void yuv_to_rgb(const YuvPicture& picture, const Tensor& rgb) override {
    cuda::yuv_to_rgb(context_, picture, rgb);
  }
  void resize_bicubic(const Tensor& image, const Tensor& resized) override {
    cuda::resize_bicubic(context_, image, resized);
  }
  void patchify(const Tensor& images, const PatchSpec& spec, const Tensor& patches) override {
    cuda::patchify(context_, images, spec, patches);
  }
  void resize_bilinear(const Tensor& x, const Tensor& y) override {
    cuda::resize_bilinear(context_, x, y);
  }

 private:
  static void check_info(cudaError_t status) { cuda::check(status, "asking for free memory"); }

  mutable cuda::Context context_;
  const DType activations_;
  cuda::LinearRunner linear_;
  cuda::RopeAngles angles_;
  cuda::KeyCopies keys_;
};

struct Probe {
  int device;
  DeviceInfo info;
};

// The first device; CUDA_VISIBLE_DEVICES chooses another one. Asked for in a thread of its own that
// is left behind if the driver does not answer.
Probe probe_device() {
  struct Answer {
    cudaError_t status = cudaSuccess;
    int count = 0;
    cudaDeviceProp properties{};
    std::size_t free = 0, total = 0;
  };
  std::promise<Answer> promise;
  std::future<Answer> future = promise.get_future();
  std::thread([promise = std::move(promise)]() mutable {
    Answer answer;
    answer.status = cudaGetDeviceCount(&answer.count);
    if (answer.status == cudaSuccess && answer.count > 0) {
      answer.status = cudaGetDeviceProperties(&answer.properties, 0);
      if (answer.status == cudaSuccess) answer.status = cudaFree(nullptr);  // starts the device
      if (answer.status == cudaSuccess) {
        answer.status = cudaMemGetInfo(&answer.free, &answer.total);
      }
    }
    promise.set_value(answer);
  }).detach();
  if (future.wait_for(kProbeTime) != std::future_status::ready) {
    throw Error(ErrorCode::unsupported, "The graphics driver does not answer",
                "Restart the computer, or use --device cpu.");
  }
  const Answer answer = future.get();
  if (answer.status != cudaSuccess || answer.count == 0) {
    throw Error(ErrorCode::unsupported,
                std::string("There is no NVIDIA graphics card that answers (") +
                    cudaGetErrorString(answer.status) + ")",
                "Use --device cpu, or check the NVIDIA driver with nvidia-smi.");
  }
  const cudaDeviceProp& properties = answer.properties;
  if (properties.major * 10 + properties.minor < kOldestArchitecture) {
    throw Error(ErrorCode::unsupported,
                std::string(properties.name) + " is too old: compute capability " +
                    std::to_string(properties.major) + "." + std::to_string(properties.minor) +
                    ", 8.0 is needed",
                "Use --device cpu.");
  }
  Probe probe{0, describe(properties)};
  probe.info.memory_total = static_cast<std::int64_t>(answer.total);
  probe.info.memory_free =
      static_cast<std::int64_t>(answer.free + cuda::MemoryPool::held_on_devices());
  return probe;
}

}  // namespace
}  // namespace longtake::kernels

// What the program looks for in the plugin.
extern "C" void longtake_find_cuda_device(longtake::kernels::DeviceInfo* info) {
  *info = longtake::kernels::probe_device().info;
}
extern "C" longtake::kernels::Backend* longtake_make_cuda_backend(
    const longtake::kernels::BackendOptions* options) {
  return new longtake::kernels::CudaBackend(longtake::kernels::probe_device().device, *options);
}
