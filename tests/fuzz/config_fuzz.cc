// Fuzzes the readers of a model folder's small JSON files: the first byte picks the reader, the
// rest is the document. What they accept must be inside the ranges that the model code relies on.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/memory/calibration.h"
#include "engine/model/model.h"
#include "engine/model/model_config.h"
#include "kernels/error.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void read(unsigned reader, std::string_view json) {
  using namespace longtake::model;
  switch (reader % 7) {
    case 0: {
      const LlavaOnevisionConfig config = parse_llava_onevision(json);
      const DecoderConfig& text = config.text;
      require(text.layers > 0 && text.width > 0 && text.ffn > 0 && text.vocabulary > 0);
      require(text.kv_heads > 0 && text.heads % text.kv_heads == 0 && text.head_dim > 0);
      require(text.rope.head_dim() == text.head_dim);
      const VisionConfig& vision = config.vision;
      require(vision.layers >= 0);
      require(vision.width % vision.heads == 0 && vision.patches() > 0);
      break;
    }
    case 1: {
      const Preprocessing preprocessing = parse_preprocessing(json);
      require(preprocessing.height > 0 && preprocessing.width > 0);
      for (const float std : preprocessing.std) require(std > 0);
      break;
    }
    case 2:
      parse_generation_config(json);
      break;
    case 3:
      parse_tokenizer_config(json);
      break;
    case 4: {
      ModelInfo info;
      parse_model_hints(json).apply_to(info);
      require(info.sampling_fps >= 0 && info.window_tokens >= 0);
      break;
    }
    case 5:
      require(!parse_model_type(json).empty());
      break;
    default: {
      const longtake::memory::Calibration calibration =
          longtake::memory::Calibration::from_json(json);
      require(calibration.find.size() ==
              static_cast<std::size_t>(calibration.layers * calibration.kv_heads));
      for (const float weight : calibration.cite) require(weight >= 0);
      for (const float number :
           {calibration.sharpness, calibration.support_floor, calibration.confirm_floor}) {
        require(std::isfinite(number));
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  try {
    read(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  } catch (const longtake::Error&) {  // the one way to refuse
  }
  return 0;
}
