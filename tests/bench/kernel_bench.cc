// kernel_bench [--json] [--seconds S] [--threads N] [linear|decode|attention|other]: how fast the
// CPU backend is, each operation as a share of its own limit measured in the same run: one oneDNN
// product of the same shape and format on the same number of threads (products), reading memory
// with all threads (matrix-vector products), the bf16 product rate (attention), swscale (decoded
// pictures). Machines are noisy: trust the shares, and each is the best of several runs.
#include <emmintrin.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

extern "C" {
#include <libswscale/swscale.h>
}

#include "kernels/backend.h"

extern "C" void omp_set_num_threads(int);

namespace longtake::kernels {
namespace {

double g_seconds = 0.4;  // for each measurement

bool g_cpu_time = false;  // with one thread: what others do on the machine does not count then

double now() {
  timespec time;
  clock_gettime(g_cpu_time ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// The best time of one call.
double best_time(const std::function<void()>& call) {
  call();
  double best = 1e9;
  const double end = now() + g_seconds;
  for (int i = 0; i < 5 || now() < end; ++i) {
    const double begin = now();
    call();
    best = std::min(best, now() - begin);
  }
  return best;
}

// The same work on every thread at once: what the machine gives all of them together.
double best_time_of_all(int threads, const std::function<std::function<void()>(int)>& make) {
  std::atomic<int> ready{0};
  std::vector<double> times(static_cast<std::size_t>(threads));
  std::vector<std::thread> workers;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      omp_set_num_threads(1);
      const std::function<void()> call = make(t);
      ready.fetch_add(1);
      while (ready.load() < threads) {
      }
      times[static_cast<std::size_t>(t)] = best_time(call);
    });
  }
  for (std::thread& worker : workers) worker.join();
  return *std::max_element(times.begin(), times.end());
}

// --- Limits --------------------------------------------------------------------------------------

// Operations per second of one oneDNN product [m, k] x [k, n] per thread, in `format`, or in f32
// where oneDNN does not have it for this processor.
double dnnl_rate(int threads, WeightFormat format, std::int64_t m, std::int64_t k, std::int64_t n) {
  if (format == WeightFormat::i4) format = WeightFormat::bf16;  // what it is widened to
  if (format == WeightFormat::bf16 &&
      dnnl::get_effective_cpu_isa() < dnnl::cpu_isa::avx512_core_bf16) {
    format = WeightFormat::f32;
  }
  using dnnl::memory;
  const auto type = format == WeightFormat::f32    ? memory::data_type::f32
                    : format == WeightFormat::bf16 ? memory::data_type::bf16
                                                   : memory::data_type::s8;
  const auto input = format == WeightFormat::i8 ? memory::data_type::u8 : type;
  const auto output = format == WeightFormat::i8 ? memory::data_type::s32 : memory::data_type::f32;
  const double time = best_time_of_all(threads, [=](int) -> std::function<void()> {
    const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    const memory::desc a({m, k}, input, memory::format_tag::ab);
    const memory::desc w({k, n}, type, memory::format_tag::any);
    const memory::desc c({m, n}, output, memory::format_tag::ab);
    const dnnl::matmul::primitive_desc desc({a, w, c}, engine);
    const memory a_memory(a, engine), w_memory(desc.weights_desc(), engine), c_memory(c, engine);
    for (const memory& part : {a_memory, w_memory, c_memory}) {
      std::memset(part.get_data_handle(), 0, part.get_desc().get_size());
    }
    return [product = dnnl::matmul(desc), stream = dnnl::stream(engine), a_memory, w_memory,
            c_memory] {
      product.execute(
          stream,
          {{DNNL_ARG_SRC, a_memory}, {DNNL_ARG_WEIGHTS, w_memory}, {DNNL_ARG_DST, c_memory}});
    };
  });
  return 2.0 * static_cast<double>(m * k * n) * threads / time;
}

// Bytes per second of reading far more than the caches hold.
double read_bandwidth(Backend& backend, int threads) {
  static constexpr std::int64_t kBytes = std::int64_t{128} << 20;  // per thread
  static std::atomic<std::int64_t> sink{0};
  const Tensor memory = backend.allocate(DType::u8, {threads, kBytes});
  std::memset(memory.raw(), 1, memory.bytes());
  const double time = best_time_of_all(threads, [&](int thread) -> std::function<void()> {
    const auto* begin =
        reinterpret_cast<const __m128i*>(memory.data<std::byte>() + thread * kBytes);
    return [begin] {
      __m128i sums[8] = {};
      for (const __m128i* at = begin; at < begin + kBytes / 16; at += 8) {
#pragma GCC unroll 8
        for (int j = 0; j < 8; ++j) sums[j] = _mm_or_si128(sums[j], _mm_load_si128(at + j));
      }
      for (const __m128i& sum : sums) sink += _mm_cvtsi128_si32(sum);
    };
  });
  return static_cast<double>(kBytes) * threads / time;
}

// --- The table -----------------------------------------------------------------------------------

class Table {
 public:
  explicit Table(bool json) : json_(json) {
    if (!json_) std::printf("%-44s %10s %9s %9s %7s\n", "", "time", "rate", "limit", "share");
  }
  void add(const std::string& name, double seconds, double rate, double limit, const char* unit) {
    if (json_) {
      json_text_ += (json_text_.empty() ? "" : ",") + std::string("{\"name\":\"") + name +
                    "\",\"ms\":" + std::to_string(seconds * 1e3) +
                    ",\"rate\":" + std::to_string(rate / 1e9) +
                    ",\"limit\":" + std::to_string(limit / 1e9) + ",\"unit\":\"" + unit + "\"}";
      return;
    }
    std::printf("%-44s %7.3f ms %9.1f", name.c_str(), seconds * 1e3, rate / 1e9);
    if (limit > 0) {
      std::printf(" %9.1f %6.0f%%", limit / 1e9, 100 * rate / limit);
    } else {
      std::printf(" %9s %7s", "", "");
    }
    std::printf("  %s\n", unit);
    std::fflush(stdout);
  }
  void finish() const {
    if (json_) std::printf("{\"kernels\":[%s]}\n", json_text_.c_str());
  }

 private:
  const bool json_;
  std::string json_text_;
};

class Bench {
 public:
  Bench(bool json, int threads) : table_(json) {
    BackendOptions options;
    options.threads = threads;
    exact_ = make_cpu_backend(options);
    options.bf16_attention = true;
    backend_ = make_cpu_backend(options);
    threads_ = backend_->info().threads;
    g_cpu_time = threads_ == 1;
    if (!json) std::printf("%s\n\n", backend_->info().name.c_str());
  }

  void run(const std::string& what) {
    const auto wanted = [&](const char* part) { return what.empty() || what == part; };
    if (wanted("linear")) linear();
    if (wanted("decode")) decode();
    if (wanted("attention")) attention();
    if (wanted("other")) other();
    table_.finish();
  }

 private:
  Tensor tensor(DType type, const Shape& shape) {
    const Tensor values = backend_->allocate(DType::f32, shape);
    auto* data = values.data<float>();
    for (std::int64_t i = 0; i < shape.elements(); ++i) {
      data[i] = static_cast<float>(random_() >> 8) * 0x1p-23F - 1.0F;
    }
    if (type == DType::f32) return values;
    const Tensor converted = backend_->allocate(type, shape);
    backend_->copy(values, converted);
    return converted;
  }

  static const char* format_name(WeightFormat format) {
    return format == WeightFormat::f32    ? "f32"
           : format == WeightFormat::bf16 ? "bf16"
           : format == WeightFormat::i8   ? "int8"
                                          : "int4";
  }

  void linear() {
    struct Layer {
      const char* name;
      std::int64_t m, k, n;
      Activation activation;
      bool residual;
    };
    // LLaVA-OneVision 0.5B: one frame of prefill, and one frame of the vision tower.
    const Layer layers[] = {{"prefill qkv", 196, 896, 1152, Activation::none, false},
                            {"prefill gate+up", 196, 896, 9728, Activation::none, false},
                            {"prefill down + residual", 196, 4864, 896, Activation::none, true},
                            {"vision fc1 + gelu", 729, 1152, 4304, Activation::gelu_tanh, false},
                            {"vision fc2 + residual", 729, 4304, 1152, Activation::none, true}};
    for (const Layer& layer : layers) {
      const Tensor w = tensor(DType::f32, {layer.n, layer.k});
      const Tensor bias = tensor(DType::f32, {layer.n});
      const Tensor x = tensor(DType::f32, {layer.m, layer.k});
      const Tensor y = tensor(DType::f32, {layer.m, layer.n});
      for (WeightFormat format :
           {WeightFormat::f32, WeightFormat::bf16, WeightFormat::i8, WeightFormat::i4}) {
        const auto weights = backend_->make_linear({&w, 1}, {&bias, 1}, format);
        const double time = best_time([&] {
          backend_->linear(x, *weights, y, layer.activation, layer.residual ? &y : nullptr);
        });
        const double work = 2.0 * static_cast<double>(layer.m * layer.k * layer.n);
        table_.add(std::string(layer.name) + " " + format_name(format), time, work / time,
                   dnnl_rate(threads_, format, layer.m, layer.k, layer.n), "GFLOP/s");
      }
    }
  }

  void decode() {
    const double bandwidth = read_bandwidth(*backend_, threads_);
    struct Layer {
      const char* name;
      std::int64_t k, n;
    };
    const Layer layers[] = {{"gate+up 896x9728", 896, 9728},
                            {"down 4864x896", 4864, 896},
                            {"head 896x151936", 896, 151936},
                            {"7B gate+up 3584x37888", 3584, 37888}};
    for (const Layer& layer : layers) {
      const Tensor w = tensor(DType::f32, {layer.n, layer.k});
      for (WeightFormat format :
           {WeightFormat::f32, WeightFormat::bf16, WeightFormat::i8, WeightFormat::i4}) {
        const auto weights = backend_->make_linear({&w, 1}, {}, format);
        for (std::int64_t rows : {1, 4}) {
          const Tensor x = tensor(DType::f32, {rows, layer.k});
          const Tensor y = tensor(DType::f32, {rows, layer.n});
          const double time = best_time([&] { backend_->linear(x, *weights, y); });
          table_.add("decode " + std::string(layer.name) + " " + format_name(format) + " rows " +
                         std::to_string(rows),
                     time, static_cast<double>(weights->bytes()) / time, bandwidth, "GB/s");
        }
      }
    }
  }

  void attention() {
    const double peak = dnnl_rate(threads_, WeightFormat::bf16, 768, 768, 768);
    const double exact_peak = dnnl_rate(threads_, WeightFormat::f32, 768, 768, 768);
    const std::int64_t heads = 14, key_heads = 2, dim = 64;
    for (DType type : {DType::bf16, DType::f32}) {
      for (std::int64_t past : {0, 2048, 8192, 16384}) {
        const KvSpan span{tensor(type, {past, key_heads, dim}),
                          tensor(type, {past, key_heads, dim})};
        for (std::int64_t queries : {196, 1}) {
          AttentionArgs args;
          args.q = tensor(DType::f32, {queries, heads, dim});
          if (past > 0) args.past = {&span, 1};
          args.fresh = {tensor(DType::f32, {queries, key_heads, dim}),
                        tensor(DType::f32, {queries, key_heads, dim})};
          args.scale = 0.125F;
          args.out = tensor(DType::f32, {queries, heads, dim});
          const double time = best_time([&] { backend_->attention(args); });
          const std::string name = "attention " + std::to_string(queries) + " over " +
                                   std::to_string(past) + " " + dtype_name(type);
          if (queries == 1) {
            const auto bytes = static_cast<double>(span.k.bytes() + span.v.bytes());
            if (past > 0) table_.add(name, time, bytes / time, read_limit(), "GB/s");
            continue;
          }
          // A causal query sees half of the fresh tokens.
          const double seen = static_cast<double>(past) + 0.5 * static_cast<double>(queries + 1);
          const double work = 4.0 * static_cast<double>(queries * heads * dim) * seen;
          table_.add(name, time, work / time, peak, "GFLOP/s");
          if (type == DType::bf16) continue;
          const double exact_time = best_time([&] { exact_->attention(args); });
          table_.add(name + ", exact", exact_time, work / exact_time, exact_peak, "GFLOP/s");
        }
      }
    }
    const std::int64_t frames = 4, patches = 729, width = 72;
    AttentionArgs args;
    args.q = tensor(DType::f32, {frames * patches, 16, width});
    args.fresh = {tensor(DType::f32, {frames * patches, 16, width}),
                  tensor(DType::f32, {frames * patches, 16, width})};
    args.causal = false;
    args.sequences = frames;
    args.scale = 0.118F;
    args.out = tensor(DType::f32, {frames * patches, 16, width});
    const double time = best_time([&] { backend_->attention(args); });
    const double work = 4.0 * static_cast<double>(frames * patches * 16 * width * patches);
    table_.add("vision attention, 4 frames", time, work / time, peak, "GFLOP/s");
    const double exact_time = best_time([&] { exact_->attention(args); });
    table_.add("vision attention, 4 frames, exact", exact_time, work / exact_time, exact_peak,
               "GFLOP/s");
  }

  void other() {
    const double bandwidth = read_limit();
    const Tensor head = tensor(DType::bf16, {32768, 896});
    for (WeightFormat format : {WeightFormat::bf16, WeightFormat::i8, WeightFormat::i4}) {
      const double pack_time = best_time([&] { backend_->make_linear({&head, 1}, {}, format); });
      table_.add(std::string("pack 32768x896 bf16 as ") + format_name(format), pack_time,
                 static_cast<double>(head.bytes()) / pack_time, bandwidth, "GB/s of source");
    }
    const std::int64_t blocks = 360000;  // 100 h at one block per second
    const Tensor keys = tensor(DType::f16, {blocks, 2, 64});
    const Tensor query = tensor(DType::f32, {14, 64});
    const Tensor scores = tensor(DType::f32, {2, blocks});
    double time = best_time([&] { backend_->score_blocks(query, {&keys, 1}, scores); });
    table_.add("score 360000 blocks", time, static_cast<double>(keys.bytes()) / time, bandwidth,
               "GB/s");

    const KvLayout layout{196, 2, 64, KvCodec::i4};
    const Tensor k = tensor(DType::f32, {196, 2, 64}), v = tensor(DType::f32, {196, 2, 64});
    const Tensor payload =
        backend_->allocate(DType::u8, {1, static_cast<std::int64_t>(layout.bytes())});
    const auto bytes = static_cast<double>(k.bytes() + v.bytes());
    time = best_time([&] { backend_->encode_kv(k, v, layout, payload); });
    table_.add("encode a block to int4", time, bytes / time, 0, "GB/s of f32");
    std::vector<Position> positions(196);
    for (std::int32_t i = 0; i < 196; ++i) positions[static_cast<std::size_t>(i)] = {i, i, i};
    const RopeTable rope = RopeTable::plain(64, 1e6);
    const KvPiece piece{payload.data<std::byte>(), true, layout, positions};
    time = best_time([&] { backend_->decode_kv({&piece, 1}, &rope, k, v); });
    table_.add("decode and rotate a block from int4", time, bytes / time, 0, "GB/s of f32");
    const Tensor q = tensor(DType::f32, {196, 14, 64});
    time = best_time([&] { backend_->rope(q, positions, rope, q); });
    table_.add("rope 196 x 14 x 64", time, 2 * static_cast<double>(q.bytes()) / time, bandwidth,
               "GB/s");
    const Tensor x = tensor(DType::f32, {196, 896}), w = tensor(DType::f32, {896});
    const Tensor y = tensor(DType::f32, {196, 896});
    time = best_time([&] { backend_->rms_norm(x, w, 1e-6F, y); });
    table_.add("rms_norm 196 x 896", time, 2 * static_cast<double>(x.bytes()) / time, bandwidth,
               "GB/s");
    const Tensor gate_up = tensor(DType::f32, {196, 9728}), gated = tensor(DType::f32, {196, 4864});
    time = best_time([&] { backend_->silu_mul(gate_up, gated); });
    table_.add("silu_mul 196 x 4864", time,
               static_cast<double>(gate_up.bytes() + gated.bytes()) / time, bandwidth, "GB/s");
    yuv_to_rgb();
    const Tensor picture = backend_->allocate(DType::u8, {720, 1280, 3});
    std::memset(picture.raw(), 77, picture.bytes());
    const Tensor small = backend_->allocate(DType::u8, {384, 384, 3});
    time = best_time([&] { backend_->resize_bicubic(picture, small); });
    table_.add("bicubic 1280x720 to 384x384", time, static_cast<double>(picture.bytes()) / time, 0,
               "GB/s of source");
    const Tensor patches = tensor(DType::f32, {729, 588});
    const Tensor frame = backend_->allocate(DType::u8, {1, 378, 378, 3});
    time = best_time([&] { backend_->patchify(frame, {}, patches); });
    table_.add("patchify 378x378", time, static_cast<double>(patches.bytes()) / time, 0,
               "GB/s written");
  }

  // A decoder's picture against swscale, which makes the same bytes, on as many threads.
  void yuv_to_rgb() {
    static constexpr int kWidth = 1920, kHeight = 1080, kSamples = kWidth * kHeight;
    const std::vector<std::uint8_t> planes(kSamples + kSamples / 2, 90);
    const double peer = best_time_of_all(threads_, [&](int) -> std::function<void()> {
      const std::shared_ptr<SwsContext> context(
          sws_getContext(kWidth, kHeight, AV_PIX_FMT_YUV420P, kWidth, kHeight, AV_PIX_FMT_RGB24,
                         SWS_BILINEAR | SWS_FULL_CHR_H_INT | SWS_ACCURATE_RND | SWS_BITEXACT,
                         nullptr, nullptr, nullptr),
          sws_freeContext);
      auto rgb = std::make_shared<std::vector<std::uint8_t>>(3 * kSamples + 64);
      return [&planes, context, rgb] {
        const std::uint8_t* from[] = {planes.data(), planes.data() + kSamples,
                                      planes.data() + kSamples * 5 / 4};
        const int from_strides[] = {kWidth, kWidth / 2, kWidth / 2};
        std::uint8_t* to[] = {rgb->data()};
        const int to_strides[] = {3 * kWidth};
        sws_scale(context.get(), from, from_strides, 0, kHeight, to, to_strides);
      };
    });
    YuvPicture picture;
    picture.width = kWidth;
    picture.height = kHeight;
    const auto* begin = reinterpret_cast<const std::byte*>(planes.data());
    picture.planes = {begin, begin + kSamples, begin + kSamples * 5 / 4};
    picture.strides = {kWidth, kWidth / 2, kWidth / 2};
    picture.colours = yuv_colours({104597, 132201, 25675, 53279}, false);
    const Tensor rgb = backend_->allocate(DType::u8, {kHeight, kWidth, 3});
    const double time = best_time([&] { backend_->yuv_to_rgb(picture, rgb); });
    table_.add("decoded picture 1920x1080 to RGB; swscale", time, 3.0 * kSamples / time,
               3.0 * kSamples * threads_ / peer, "GB/s written");
  }

  double read_limit() {
    if (bandwidth_ == 0.0) bandwidth_ = read_bandwidth(*backend_, threads_);
    return bandwidth_;
  }

  std::unique_ptr<Backend> backend_;
  std::unique_ptr<Backend> exact_;  // attention in f32
  int threads_ = 1;
  double bandwidth_ = 0.0;
  std::mt19937 random_{1};
  Table table_;
};

}  // namespace
}  // namespace longtake::kernels

int main(int argc, char** argv) {
  bool json = false;
  int threads = 0;
  std::string what;  // linear, decode, attention, other; all when empty
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--json") {
      json = true;
    } else if (argument == "--seconds" && i + 1 < argc) {
      longtake::kernels::g_seconds = std::atof(argv[++i]);
    } else if (argument == "--threads" && i + 1 < argc) {
      threads = std::atoi(argv[++i]);
    } else {
      what = argument;
    }
  }
  longtake::kernels::Bench(json, threads).run(what);
  return 0;
}
