// Declares RandomModel: a model of the LLaVA-OneVision family with the shape of a real one and
// random weights. It says nothing sensible, and takes exactly the time, memory and disk of the real
// one: so a machine can be measured before anything has been downloaded.
//
// Thread rule: one thread. Lifetime rule: plain values; write_random_model() leaves files behind.
#ifndef LONGTAKE_ENGINE_SESSION_BENCH_MODEL_H_
#define LONGTAKE_ENGINE_SESSION_BENCH_MODEL_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

namespace longtake::session {

// The defaults are llava-onevision-qwen2-0.5b-ov.
struct RandomModel {
  std::int64_t layers = 24;
  std::int64_t width = 896;
  std::int64_t heads = 14;
  std::int64_t kv_heads = 2;
  std::int64_t ffn = 4864;
  std::int64_t vocabulary = 152'000;
  bool tied_embeddings = true;
  double rope_theta = 1e6;
  std::int64_t vision_layers = 26;  // SigLIP so400m without its last layer, as published
  std::int64_t vision_width = 1152;
  std::int64_t vision_heads = 16;
  std::int64_t vision_ffn = 4304;
  std::int64_t image = 384;
  std::int64_t patch = 14;
  std::int64_t window_tokens = 0;  // said in longtake.json; 0 = nothing said
};

// "0.5b" or "7b"; empty for anything else.
std::optional<RandomModel> random_model(std::string_view size);

// Writes a Hugging Face folder: bf16 weights, configs and a byte-level tokenizer with as many
// tokens as the model has. Errors: what File throws; cancelled when `cancelled` says so.
void write_random_model(const RandomModel& model, const std::filesystem::path& folder,
                        const std::function<bool()>& cancelled);

}  // namespace longtake::session

#endif  // LONGTAKE_ENGINE_SESSION_BENCH_MODEL_H_
