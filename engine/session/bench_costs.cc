#include "engine/session/bench_costs.h"

namespace longtake::session {

double ModelCosts::prefill(double tokens, double context) const {
  return tokens * (token + attention * (context + (tokens + 1) / 2));
}

double vision_operations(const model::LlavaOnevisionConfig& config) {
  const model::VisionConfig& vision = config.vision;
  const auto patches = static_cast<double>(vision.patches());
  const auto width = static_cast<double>(vision.width);
  const auto text_width = static_cast<double>(config.text.width);
  const double pixels = 3.0 * static_cast<double>(vision.patch * vision.patch);
  const double block = 4 * width * width + 2 * width * static_cast<double>(vision.ffn) +
                       2 * patches * width;  // products, then attention over all patches
  const double projector = width * text_width + text_width * text_width;
  return 2 * patches * (pixels * width + static_cast<double>(vision.layers) * block + projector);
}

ModelCosts costs_of(model::Model& model, const std::filesystem::path& folder) {
  const model::DecoderConfig& decoder = model.decoder().config();
  const auto width = static_cast<double>(decoder.width);
  const auto layers = static_cast<double>(decoder.layers);
  const auto query = static_cast<double>(decoder.heads * decoder.head_dim);
  const auto keys = static_cast<double>(decoder.kv_heads * decoder.head_dim);
  ModelCosts costs;
  costs.token =
      2 * layers *
      (width * (query + 2 * keys) + query * width + 3 * width * static_cast<double>(decoder.ffn));
  costs.attention = 4 * layers * query;
  costs.head = 2 * width * static_cast<double>(decoder.vocabulary);
  costs.weight_bytes = static_cast<double>(model.decoder().weight_bytes());
  if (model.info().family == "llava_onevision") {
    costs.vision = vision_operations(model::read_llava_onevision(folder));
  }
  return costs;
}

}  // namespace longtake::session
