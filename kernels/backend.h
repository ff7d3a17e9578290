// Declares Backend: every numeric operation that the model and the memory need, on one device. The
// CPU (kernels/cpu, oneDNN and Highway) and CUDA (kernels/cuda, a plugin) implement it; the code
// above is written once against this page, which is its manual.
//
// Conventions. Tensors live on the backend's device unless a comment says "host". Activations have
// the type activation_dtype() (f32 on the CPU, BackendOptions::activations on CUDA) unless a comment says
// otherwise; sums are taken in f32 at least. Shapes stand in comments as [rows, columns]; T = tokens, H = query
// heads, G = key/value heads (H is a multiple of G: query head h reads key head h / (H/G)), D = head
// dimension. Outputs are allocated by the caller, may not alias inputs unless a comment allows it,
// and every element of them is written. Wrong shapes are bugs of the caller (asserts). Operations
// may be asynchronous: their results are visible to later operations of the same backend and, on
// the host, after download() or synchronize().
//
// Errors: Error{out_of_memory} from whatever takes memory; Error{device_lost} from anything.
// Thread rule: one thread at a time. Lifetime rule: a Backend outlives its tensors and weights.
#ifndef LONGTAKE_KERNELS_BACKEND_H_
#define LONGTAKE_KERNELS_BACKEND_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/kv_codec.h"
#include "kernels/rope.h"
#include "kernels/tensor.h"
#include "kernels/yuv.h"

namespace longtake::kernels {

enum class DeviceKind : std::uint8_t { cpu, cuda };

struct DeviceInfo {
  DeviceKind kind = DeviceKind::cpu;
  std::string name;          // "AMD EPYC, 2 threads, avx512_bf16"
  std::int64_t memory_total = 0;  // bytes
  std::int64_t memory_free = 0;   // bytes, measured at the call
  int threads = 1;
  // Rows of activations at which matrix products run at full speed: whoever cuts work into passes makes
  // them about so long.
  std::int64_t rows_per_pass = 1024;
};

// How a linear layer's weights are kept. `automatic` takes what is fastest on the device at no more than
// bf16's loss: bf16 where the device multiplies it natively, else f32. i4 (kernels/four_bits.h) is the smallest.
// f8 (OCP e4m3) is for CUDA from capability 8.9 on; make_linear() refuses what is lacking: Error{unsupported}.
enum class WeightFormat : std::uint8_t { automatic, f32, bf16, i8, i4, f8 };

enum class Activation : std::uint8_t {
  none,
  gelu,       // exact: x * Phi(x)
  gelu_tanh,  // 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
  quick_gelu,  // x * sigmoid(1.702 x)
  silu,       // x * sigmoid(x)
};

// Weights of y = x W^T + b, packed for the device. Made by Backend::make_linear().
class LinearWeights {
 public:
  virtual ~LinearWeights() = default;
  virtual std::int64_t in_features() const = 0;
  virtual std::int64_t out_features() const = 0;
  virtual WeightFormat format() const = 0;  // never `automatic`
  virtual std::size_t bytes() const = 0;    // device memory held
};

// Rows that are looked up by token id. Made by Backend::make_table().
class EmbeddingTable {
 public:
  virtual ~EmbeddingTable() = default;
  virtual std::int64_t rows() const = 0;
  virtual std::int64_t columns() const = 0;
};

// Keys and values of consecutive tokens, keys rotated: each [tokens, G, D].
struct KvSpan {
  Tensor k;
  Tensor v;
};

struct AttentionArgs {
  Tensor q;                      // [T, H, D], rotated
  std::span<const KvSpan> past;  // wholly visible to every query, in order; spans may be empty
  KvSpan fresh;                  // the queries' own tokens [T, G, D]; may be absent
  bool causal = true;            // query i sees fresh tokens 0..i; otherwise all of them
  std::int64_t sequences = 1;    // q and fresh are this many independent sequences of T/sequences
                                 // tokens (frames of a vision tower); only without past
  float scale = 1.0F;            // usually 1/sqrt(D)
  Tensor out;                    // [T, H, D]
  // Attention mass, on request: the context [past..., fresh] is cut into groups that end before
  // the given token indices (ascending, the last one the context's length); mass[h][g] is set to
  // the softmax weight that head h puts on group g, summed over the queries.
  std::span<const std::int64_t> group_ends;
  Tensor mass;  // f32 [H, groups], absent when not wanted
  bool add_to_mass = false;  // mass is added to what the tensor holds
};

// One block's payload at one layer, and where its tokens go.
struct KvPiece {
  // layout.bytes() bytes: in host memory, which is fastest where allocate_host() gave it, or in a tensor
  // of this device.
  const std::byte* payload = nullptr;
  bool on_device = false;
  KvLayout layout;
  std::span<const Position> positions;  // host, one per token; unused without a table
  std::int32_t shift = 0;               // added to each component of the positions
  std::int64_t row = 0;                 // of k and v for the first token
};

// What a block counts in the mass by which recall stops picking. Scores count in parts of the best one
// (`top`): in long quiet footage the few eventful blocks stand out by ever more deviations, and a softmax
// over plain scores would stop at the first of them.
inline double pick_weight(double score, double top, double sharpness) {
  return top > 0 ? std::exp(sharpness * (score / top - 1)) : 1;
}

// How recall chooses among blocks.
struct PickRule {
  std::span<const float> weights;  // [G], what each key head's standardised scores count
  bool afresh = true;              // forget what `combined` holds
  std::int64_t among = 0;          // only the first so many blocks can be picked
  std::int64_t budget = 0;         // at most so many
  // Picking stops early when this share of all pick_weight()s is covered; with a sharpness of 0 it takes
  // the whole budget.
  float mass = 1.0F;
  float sharpness = 0.0F;
};

// Which pixels become patches, and how they are normalised.
struct PatchSpec {
  std::int64_t patch = 14;        // side in pixels
  float mean[3] = {0.5F, 0.5F, 0.5F};
  float std[3] = {0.5F, 0.5F, 0.5F};
};

// A pass over one token that was recorded, by Backend::record(). The backend outlives it.
class RecordedPass {
 public:
  virtual ~RecordedPass() = default;
  // Does the pass again, one token further on, and returns what its highest() finds.
  virtual std::int32_t repeat() = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual DeviceInfo info() const = 0;
  virtual DType activation_dtype() const = 0;

  // --- Memory -------------------------------------------------------------------------------------
  virtual Tensor allocate(DType dtype, Shape shape) = 0;               // contents undefined
  virtual void upload(const void* host, const Tensor& to) = 0;         // to is dense
  // As upload(), but host must stay as it is until synchronize(), or any download(); with memory of
  // allocate_host() the host goes on meanwhile.
  virtual void send(const void* host, const Tensor& to) { upload(host, to); }
  virtual void download(const Tensor& from, void* host) = 0;           // from may have a row stride
  virtual void copy(const Tensor& from, const Tensor& to) = 0;         // same shape; converts types
  // As download(), but host is valid only after synchronize(); with memory of allocate_host() the device
  // goes on meanwhile.
  virtual void fetch(const Tensor& from, void* host) = 0;
  // Host memory that the device reads and writes at full speed, contents undefined. The one function that
  // may be called from any thread.
  virtual std::shared_ptr<Buffer> allocate_host(std::size_t bytes) = 0;
  virtual void synchronize() = 0;

  // --- Weights ------------------------------------------------------------------------------------
  // Packs the parts (host, [N_i, K] each, f32, f16 or bf16) stacked along N into one layer. biases is
  // empty or has one (host, [N_i], possibly absent = zeros) per part. i8, f8: symmetric per output channel,
  // activations quantised per row at run time to the same codes. The host memory is not needed afterwards.
  virtual std::unique_ptr<LinearWeights> make_linear(std::span<const Tensor> parts,
                                                     std::span<const Tensor> biases,
                                                     WeightFormat format) = 0;
  // rows: host [V, C]; the CPU keeps a reference to it (a memory-mapped file), so it must stay.
  virtual std::unique_ptr<EmbeddingTable> make_table(const Tensor& rows) = 0;

  // --- Dense algebra ------------------------------------------------------------------------------
  // y[T, N] = activation(x[T, K] W^T + b) (+ residual[T, N], which may be y itself). y has the activations'
  // type or, where rounding would make equals of what must be told apart (logits), f32.
  virtual void linear(const Tensor& x, const LinearWeights& w, const Tensor& y,
                      Activation activation = Activation::none, const Tensor* residual = nullptr) = 0;
  // y[T, C] = rows of the table; ids (host) must be inside it.
  virtual void embed(std::span<const std::int32_t> ids, const EmbeddingTable& table,
                     const Tensor& y) = 0;
  // y = a + b, same shapes; y may be a or b. If b has fewer rows, it repeats (positions per frame).
  virtual void add(const Tensor& a, const Tensor& b, const Tensor& y) = 0;
  // y[T, F] = silu(x[T, 0:F]) * x[T, F:2F].
  virtual void silu_mul(const Tensor& x, const Tensor& y) = 0;
  // y[T, F] = silu(x Wg^T) * (x Wu^T), where w has 2F outputs, Wg's and then Wu's. `both` [T, 2F] is
  // scratch of the activations' type.
  virtual void gated_linear(const Tensor& x, const LinearWeights& w, const Tensor& both,
                            const Tensor& y) {
    linear(x, w, both);
    silu_mul(both, y);
  }
  // Over the last dimension; weight and bias f32 [C]. y may be x. x, y: [T, C], or [T, H, C] whose
  // rows may be strided (per-head norms).
  virtual void rms_norm(const Tensor& x, const Tensor& weight, float eps, const Tensor& y) = 0;
  virtual void layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, float eps,
                          const Tensor& y) = 0;
  // y[u, ...] = mean of the u-th T/U rows of x[T, ...]; y [U, ...] is f32 or f16, its rows may be strided.
  virtual void mean_rows(const Tensor& x, const Tensor& y) = 0;

  // The index of the largest element of x f32 [C], the first one of equals: greedy decoding.
  virtual std::int32_t highest(const Tensor& x) = 0;

  // --- Attention ----------------------------------------------------------------------------------
  // y[T, H, D] = x rotated by positions (host, one per token); angles in f64 reduced before f32, so
  // that positions up to 2^31 stay exact. y may be x.
  virtual void rope(const Tensor& x, std::span<const Position> positions, const RopeTable& table,
                    const Tensor& y) = 0;
  // What a pass does with its own q [T, H, D], k and v [T, G, D] before it attends: turned = q rotated;
  // kept = k rotated and v. The outputs may not be the inputs; `kept` may have a type of its own.
  virtual void rope_qkv(const Tensor& q, const KvSpan& own, std::span<const Position> positions,
                        const RopeTable& table, const Tensor& turned, const KvSpan& kept) {
    rope(q, positions, table, turned);
    rope(own.k, positions, table, kept.k);
    copy(own.v, kept.v);
  }
  virtual void attention(const AttentionArgs& args) = 0;

  // --- Repetition ---------------------------------------------------------------------------------
  // What an answer does for one token and for the next is the same but for the token and its place. Here
  // `pass` says it once, for one token; it is kept instead of done, and then done by each repeat(), of which
  // there are at most `repetitions`: the host makes one call instead of hundreds. The n-th of them (from 0)
  // differs from what was said in this:
  //   embed()      takes the id that the highest() before it found; the first one takes the id that was said;
  //   rope_qkv()   adds n to the positions, and writes n rows further on in `kept`;
  //   attention()  sees n tokens more: `fresh`, which follows the last span of `past` in memory, is n rows
  //                further on, and so is the end of the last group of tokens;
  //   highest()    ends the pass.
  // Results are those of passes that are not recorded, bit for bit. Tensors that `pass` uses must stay.
  // Null, and nothing done, where the device gains nothing by it or cannot: then passes go on as before. It
  // may be that only after calling `pass`; tensors' contents are as they were all the same. (CUDA graphs.)
  virtual std::unique_ptr<RecordedPass> record(std::int64_t repetitions,
                                               const std::function<void()>& pass) {
    static_cast<void>(repetitions);
    static_cast<void>(pass);
    return nullptr;
  }

  // --- The memory's operations --------------------------------------------------------------------
  // scores[g][b] = sum over the query heads h of group g of <query[h], keys[b][g]> / sqrt(D).
  // query: f32 [H, D], mean query before RoPE; keys: consecutive stretches f16 [blocks_i, G, D] of mean keys
  // before RoPE, in HOST memory (pages of the mapped index: once written they never change, so a device may
  // keep a copy of them); scores: f32 [G, all blocks], rows may be strided. (ReKV's in-context retrieval, per
  // KV head.)
  virtual void score_blocks(const Tensor& query, std::span<const Tensor> keys, const Tensor& scores) = 0;
  // Drops whatever copies of index memory there are: some of it is about to be unmapped.
  virtual void forget_keys() = 0;
  // combined[b] (+)= sum over g of weights[g] * (scores[g][b] - mean_g) / deviation_g, heads without
  // deviation not counted; then picks the blocks with the highest combined scores (the earlier one of
  // equals). scores: f32 [G, blocks]; combined: f32 [blocks]. Returns their numbers, ascending. (Mass
  // instead of a fixed count: after V-Rex.)
  virtual std::vector<std::int64_t> pick_blocks(const Tensor& scores, const PickRule& rule,
                                                const Tensor& combined) = 0;
  // Encodes consecutive units: k, v [units * layout.tokens, G, D] -> payloads u8 [units, layout.bytes()],
  // on the device, rows may be strided.
  virtual void encode_kv(const Tensor& k, const Tensor& v, const KvLayout& layout,
                         const Tensor& payloads) = 0;
  // Decodes pieces into rows of k, v [rows, G, D]; with a table, k comes out rotated. The gather of
  // recall: decode + rotate + place in one pass. Pieces must not overlap in rows. Payloads in host memory
  // must stay until synchronize(), or any download().
  virtual void decode_kv(std::span<const KvPiece> pieces, const RopeTable* table, const Tensor& k,
                         const Tensor& v) = 0;

  // --- Pictures -----------------------------------------------------------------------------------
  // A decoder's picture (host, may go afterwards) -> u8 [upright height, upright width, 3], dense: the same
  // bytes on every device (kernels/yuv.h).
  virtual void yuv_to_rgb(const YuvPicture& picture, const Tensor& rgb) = 0;
  // u8 [height, width, 3] -> u8 [h, w, 3], bicubic (a = -0.5) with antialiasing when it shrinks,
  // rounded and clamped per pass as Pillow does (horizontal pass first; the newest Pillow sometimes
  // takes the vertical one first, which differs by a rounding).
  virtual void resize_bicubic(const Tensor& image, const Tensor& resized) = 0;
  // u8 [frames, h, w, 3] -> [frames * (h/patch) * (w/patch), 3 * patch * patch], each row ordered
  // (channel, y, x), value (pixel/255 - mean) / std: the im2col of a convolution with stride = size.
  virtual void patchify(const Tensor& images, const PatchSpec& spec, const Tensor& patches) = 0;
  // x [frames, h, w, C] -> y [frames, h2, w2, C], bilinear without antialiasing, half-pixel centres
  // (align_corners = false), edges clamped.
  virtual void resize_bilinear(const Tensor& x, const Tensor& y) = 0;
};

struct BackendOptions {
  int threads = 0;  // CPU worker threads; 0 = one per core that this process may run on
  // The ISA to use at most: "sse4", "avx2", "avx512", "avx512_vnni", "avx512_bf16"; empty = the best
  // that the CPU has. The environment variable LONGTAKE_ISA overrides it (for tests).
  std::string isa;
  // CPU: attention multiplies bf16-rounded queries, keys, weights and values (sums stay f32) where the
  // CPU does so natively. Off, it computes in f32; model loaders turn it on when the weights are not
  // f32 either, because the loss is of the same size.
  bool bf16_attention = false;
  // CUDA: the type of activations. f32 multiplies in true f32, so that answers do not depend on the
  // device; everything but small models wants bf16.
  DType activations = DType::bf16;
};

// Throws Error{unsupported} if the CPU lacks SSE4.
std::unique_ptr<Backend> make_cpu_backend(const BackendOptions& options = {});
// Loads the plugin liblongtake_cuda.so; throws Error{unsupported} saying why, when there is none or no
// GPU answers within a few seconds.
std::unique_ptr<Backend> make_cuda_backend(const BackendOptions& options = {});
// The GPU that make_cuda_backend() takes, without a backend on it; throws as that does. What backends of this
// process hold counts as free. Any thread.
DeviceInfo find_cuda_device();

}  // namespace longtake::kernels

#endif  // LONGTAKE_KERNELS_BACKEND_H_
