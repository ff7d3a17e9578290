#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <fstream>

#include "kernels/backend.h"
#include "kernels/cpu/attention.h"
#include "kernels/cpu/convert.h"
#include "kernels/cpu/cpu_isa.h"
#include "kernels/cpu/kv_coding.h"
#include "kernels/cpu/linear.h"
#include "kernels/cpu/memory.h"
#include "kernels/cpu/norms.h"
#include "kernels/cpu/pictures.h"
#include "kernels/cpu/rotary.h"
#include "kernels/cpu/scoring.h"
#include "kernels/cpu/thread_pool.h"

namespace longtake::kernels {
namespace {

// Cores that this process may run on.
int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

// What the system could give without swapping.
std::int64_t available_memory() {
  std::ifstream info("/proc/meminfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("MemAvailable:")) return std::stoll(line.substr(13)) * 1024;
  }
  return 0;
}

class CpuTable final : public EmbeddingTable {
 public:
  explicit CpuTable(Tensor rows) : rows_(std::move(rows)) {}
  std::int64_t rows() const override { return rows_.rows(); }
  std::int64_t columns() const override { return rows_.dim(1); }
  const Tensor& tensor() const { return rows_; }

 private:
  const Tensor rows_;
};

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(const BackendOptions& options)
      : isa_(cpu::select_isa(options.isa)),
        pool_(options.threads > 0 ? options.threads : usable_cores()),
        linear_(pool_),
        attention_(pool_, options.bf16_attention && isa_ >= cpu::Isa::avx512_bf16) {}

  DeviceInfo info() const override {
    DeviceInfo info;
    info.kind = DeviceKind::cpu;
    info.threads = pool_.threads();
    info.name = cpu::cpu_name() + ", " + std::to_string(info.threads) +
                (info.threads == 1 ? " thread, " : " threads, ") + std::string(isa_name(isa_));
    info.memory_total = static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
    info.memory_free = available_memory();
    return info;
  }
  DType activation_dtype() const override { return DType::f32; }

  Tensor allocate(DType dtype, Shape shape) override { return cpu::allocate_host(dtype, shape); }
  void upload(const void* host, const Tensor& to) override {
    assert(to.dense());
    if (to.bytes() > 0) std::memcpy(to.raw(), host, to.bytes());
  }
  void download(const Tensor& from, void* host) override {
    cpu::copy(pool_, from, Tensor::borrow(host, from.dtype(), from.shape()));
  }
  void copy(const Tensor& from, const Tensor& to) override { cpu::copy(pool_, from, to); }
  void fetch(const Tensor& from, void* host) override { download(from, host); }
  std::shared_ptr<Buffer> allocate_host(std::size_t bytes) override {
    return std::make_shared<cpu::HostBuffer>(bytes);
  }
  void synchronize() override {}

  std::unique_ptr<LinearWeights> make_linear(std::span<const Tensor> parts,
                                             std::span<const Tensor> biases,
                                             WeightFormat format) override {
    return cpu::CpuLinear::make(pool_, isa_, parts, biases, format);
  }
  std::unique_ptr<EmbeddingTable> make_table(const Tensor& rows) override {
    return std::make_unique<CpuTable>(rows);
  }

  void linear(const Tensor& x, const LinearWeights& w, const Tensor& y, Activation activation,
              const Tensor* residual) override {
    linear_.run(x, static_cast<const cpu::CpuLinear&>(w), y, activation, residual);
  }
  void embed(std::span<const std::int32_t> ids, const EmbeddingTable& table,
             const Tensor& y) override {
    cpu::embed(pool_, ids, static_cast<const CpuTable&>(table).tensor(), y);
  }
  void add(const Tensor& a, const Tensor& b, const Tensor& y) override { cpu::add(pool_, a, b, y); }
  void silu_mul(const Tensor& x, const Tensor& y) override { cpu::silu_mul(pool_, x, y); }
  void rms_norm(const Tensor& x, const Tensor& weight, float eps, const Tensor& y) override {
    cpu::rms_norm(pool_, x, weight, eps, y);
  }
  void layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, float eps,
                  const Tensor& y) override {
    cpu::layer_norm(pool_, x, weight, bias, eps, y);
  }
  void mean_rows(const Tensor& x, const Tensor& y) override { cpu::mean_rows(pool_, x, y); }

  std::int32_t highest(const Tensor& x) override {
    const float* values = x.data<float>();
    // max_element keeps the first of equals.
    return static_cast<std::int32_t>(std::max_element(values, values + x.rows()) - values);
  }

  void rope(const Tensor& x, std::span<const Position> positions, const RopeTable& table,
            const Tensor& y) override {
    cpu::rope(pool_, x, positions, table, y);
  }
  void attention(const AttentionArgs& args) override { attention_.run(args); }

  void score_blocks(const Tensor& query, std::span<const Tensor> keys,
                    const Tensor& scores) override {
    std::int64_t begin = 0;
    for (const Tensor& stretch : keys) {
      cpu::score_blocks(pool_, query, stretch, scores.columns(begin, begin + stretch.rows()));
      begin += stretch.rows();
    }
  }
  void forget_keys() override {}
  std::vector<std::int64_t> pick_blocks(const Tensor& scores, const PickRule& rule,
                                        const Tensor& combined) override {
    return cpu::pick_blocks(scores, rule, combined);
  }
  void encode_kv(const Tensor& k, const Tensor& v, const KvLayout& layout,
                 const Tensor& payloads) override {
    cpu::encode_kv(pool_, k, v, layout, payloads);
  }
  void decode_kv(std::span<const KvPiece> pieces, const RopeTable* table, const Tensor& k,
                 const Tensor& v) override {
    cpu::decode_kv(pool_, pieces, table, k, v);
  }

  void yuv_to_rgb(const YuvPicture& picture, const Tensor& rgb) override {
    cpu::yuv_to_rgb(pool_, picture, rgb);
  }
  void resize_bicubic(const Tensor& image, const Tensor& resized) override {
    cpu::resize_bicubic(pool_, image, resized);
  }
  void patchify(const Tensor& images, const PatchSpec& spec, const Tensor& patches) override {
    cpu::patchify(pool_, images, spec, patches);
  }
  void resize_bilinear(const Tensor& x, const Tensor& y) override {
    cpu::resize_bilinear(pool_, x, y);
  }

 private:
  const cpu::Isa isa_;
  cpu::ThreadPool pool_;
  cpu::LinearRunner linear_;
  cpu::AttentionRunner attention_;
};

}  // namespace

std::unique_ptr<Backend> make_cpu_backend(const BackendOptions& options) {
  return std::make_unique<CpuBackend>(options);
}

}  // namespace longtake::kernels
