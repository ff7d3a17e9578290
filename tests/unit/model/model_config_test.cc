// Tests of model_config.h: the published LLaVA-OneVision folders, the reference library's defaults,
// and values that make no sense.
#include "engine/model/model_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <string>

#include "engine/model/model.h"
#include "kernels/error.h"
#include "tests/unit/base/temp_folder.h"

namespace longtake::model {
namespace {

using kernels::Activation;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// config.json of llava-hf/llava-onevision-qwen2-0.5b-ov-hf, less the list of image grids.
constexpr const char* kSmall = R"({
  "architectures": ["LlavaOnevisionForConditionalGeneration"],
  "ignore_index": -100,
  "image_grid_pinpoints": [[384, 384], [384, 768], [2304, 2304]],
  "image_token_index": 151646,
  "model_type": "llava_onevision",
  "projector_hidden_act": "gelu",
  "text_config": {
    "_name_or_path": "Qwen/Qwen2-0.5B-Instruct",
    "architectures": ["Qwen2ForCausalLM"],
    "bos_token_id": 151643,
    "eos_token_id": 151645,
    "hidden_size": 896,
    "intermediate_size": 4864,
    "max_window_layers": 24,
    "model_type": "qwen2",
    "num_attention_heads": 14,
    "num_hidden_layers": 24,
    "num_key_value_heads": 2,
    "rope_theta": 1000000.0,
    "sliding_window": 131072,
    "tie_word_embeddings": true,
    "torch_dtype": "bfloat16",
    "use_sliding_window": false,
    "vocab_size": 152000
  },
  "tie_word_embeddings": false,
  "torch_dtype": "float16",
  "transformers_version": "4.45.0.dev0",
  "use_image_newline_parameter": true,
  "video_token_index": 151647,
  "vision_aspect_ratio": "anyres_max_9",
  "vision_config": {
    "hidden_size": 1152,
    "image_size": 384,
    "intermediate_size": 4304,
    "model_type": "siglip_vision_model",
    "num_attention_heads": 16,
    "num_hidden_layers": 26,
    "patch_size": 14,
    "vision_use_head": false
  },
  "vision_feature_layer": -1,
  "vision_feature_select_strategy": "full"
})";

// The same of llava-hf/llava-onevision-qwen2-7b-ov-hf.
constexpr const char* kLarge = R"({
  "architectures": ["LlavaOnevisionForConditionalGeneration"],
  "image_token_index": 151646,
  "model_type": "llava_onevision",
  "projector_hidden_act": "gelu",
  "text_config": {
    "_name_or_path": "Qwen/Qwen2-7B-Instruct",
    "architectures": ["Qwen2ForCausalLM"],
    "bos_token_id": 151643,
    "eos_token_id": 151645,
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "model_type": "qwen2",
    "num_attention_heads": 28,
    "num_hidden_layers": 28,
    "num_key_value_heads": 4,
    "rope_theta": 1000000.0,
    "sliding_window": 131072,
    "torch_dtype": "bfloat16",
    "use_sliding_window": false,
    "vocab_size": 152128
  },
  "tie_word_embeddings": false,
  "torch_dtype": "float16",
  "video_token_index": 151647,
  "vision_aspect_ratio": "anyres_max_9",
  "vision_config": {
    "hidden_size": 1152,
    "image_size": 384,
    "intermediate_size": 4304,
    "model_type": "siglip_vision_model",
    "num_attention_heads": 16,
    "num_hidden_layers": 26,
    "patch_size": 14,
    "vision_use_head": false
  },
  "vision_feature_layer": -1,
  "vision_feature_select_strategy": "full"
})";

void expect_error(const std::function<void()>& action, ErrorCode code, const std::string& key) {
  try {
    action();
    ADD_FAILURE() << "no error about " << key;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.message();
    EXPECT_THAT(error.message(), HasSubstr(key));
    EXPECT_FALSE(error.hint().empty());
  }
}
void expect_config_error(const std::string& json, ErrorCode code, const std::string& key) {
  SCOPED_TRACE(json);
  expect_error([&] { parse_llava_onevision(json); }, code, key);
}
LlavaOnevisionConfig text_config(const std::string& fields) {
  return parse_llava_onevision(R"({"text_config":{)" + fields + "}}");
}

TEST(ModelConfig, ReadsThePublishedSmallModel) {
  const auto config = parse_llava_onevision(kSmall);
  EXPECT_EQ(parse_model_type(kSmall), "llava_onevision");
  EXPECT_EQ(config.text.layers, 24);
  EXPECT_EQ(config.text.width, 896);
  EXPECT_EQ(config.text.heads, 14);
  EXPECT_EQ(config.text.kv_heads, 2);
  EXPECT_EQ(config.text.head_dim, 64);
  EXPECT_EQ(config.text.ffn, 4864);
  EXPECT_EQ(config.text.vocabulary, 152000);
  EXPECT_FLOAT_EQ(config.text.rms_eps, 1e-6F);
  EXPECT_TRUE(config.text.qkv_bias);
  EXPECT_FALSE(config.text.qk_norm);
  EXPECT_TRUE(config.text.tied_embeddings);
  ASSERT_EQ(config.text.rope.head_dim(), 64);
  EXPECT_NEAR(config.text.rope.inv_freq[1], std::pow(1e6, -2.0 / 64), 1e-15);
  EXPECT_EQ(config.vision.layers, 26);
  EXPECT_EQ(config.vision.width, 1152);
  EXPECT_EQ(config.vision.heads, 16);
  EXPECT_EQ(config.vision.ffn, 4304);
  EXPECT_EQ(config.vision.patch, 14);
  EXPECT_EQ(config.vision.image, 384);
  EXPECT_EQ(config.vision.side(), 27);
  EXPECT_FLOAT_EQ(config.vision.eps, 1e-6F);
  EXPECT_EQ(config.vision.activation, Activation::gelu_tanh);
  EXPECT_FALSE(config.vision.post_norm);
  EXPECT_EQ(config.projector_activation, Activation::gelu);
  EXPECT_TRUE(config.projector_bias);
  EXPECT_THAT(config.eos, ElementsAre(151645));
}

TEST(ModelConfig, ReadsThePublishedLargeModel) {
  const auto config = parse_llava_onevision(kLarge);
  EXPECT_EQ(config.text.layers, 28);
  EXPECT_EQ(config.text.width, 3584);
  EXPECT_EQ(config.text.heads, 28);
  EXPECT_EQ(config.text.kv_heads, 4);
  EXPECT_EQ(config.text.head_dim, 128);
  EXPECT_EQ(config.text.ffn, 18944);
  EXPECT_EQ(config.text.vocabulary, 152128);
  EXPECT_FALSE(config.text.tied_embeddings);
}

TEST(ModelConfig, TakesTheReferenceDefaults) {
  const auto config = parse_llava_onevision("{}");
  EXPECT_EQ(config.text.layers, 32);
  EXPECT_EQ(config.text.width, 4096);
  EXPECT_EQ(config.text.heads, 32);
  EXPECT_EQ(config.text.kv_heads, 32);
  EXPECT_EQ(config.text.ffn, 22016);
  EXPECT_EQ(config.text.vocabulary, 151936);
  EXPECT_NEAR(config.text.rope.inv_freq[1], std::pow(1e4, -2.0 / 128), 1e-15);
  EXPECT_FALSE(config.text.tied_embeddings);
  EXPECT_EQ(config.vision.layers, 26);  // so400m where there is no vision_config
  EXPECT_EQ(config.vision.width, 1152);
  EXPECT_THAT(config.eos, IsEmpty());

  const auto base =
      parse_llava_onevision(R"({"vision_config":{}})");  // SigLIP base where it is empty
  EXPECT_EQ(base.vision.layers, 12);
  EXPECT_EQ(base.vision.width, 768);
  EXPECT_EQ(base.vision.patch, 16);
  EXPECT_EQ(base.vision.image, 224);

  // null is "not set", except that null key/value heads mean as many as query heads.
  EXPECT_EQ(text_config(R"("num_attention_heads":8,"num_key_value_heads":null)").text.kv_heads, 8);
  EXPECT_EQ(text_config(R"("num_attention_heads":64)").text.kv_heads, 32);
  EXPECT_EQ(text_config(R"("head_dim":64)").text.head_dim, 64);
  EXPECT_EQ(text_config(R"("head_dim":null)").text.head_dim, 128);
}

TEST(ModelConfig, FindsThetaInOldAndNewPlaces) {
  const auto theta = [](const std::string& fields) {
    const auto rope = text_config(fields).text.rope;
    return std::pow(rope.inv_freq[1], -static_cast<double>(rope.head_dim()) / 2.0);
  };
  EXPECT_NEAR(theta(R"("rope_theta":500)"), 500, 1e-6);
  EXPECT_NEAR(theta(R"("rope_parameters":{"rope_theta":700,"rope_type":"default"})"), 700, 1e-6);
  EXPECT_NEAR(theta(R"("rope_parameters":{"rope_type":"default"},"rope_theta":5)"), 5, 1e-9);
  EXPECT_NEAR(theta(R"("rope_parameters":{"full_attention":{"rope_theta":800}},"rope_theta":5)"),
              800, 1e-6);
  EXPECT_NEAR(theta(R"("rope_scaling":{"type":"default"},"rope_theta":900)"), 900, 1e-6);
  EXPECT_NEAR(theta(R"("rope_scaling":{},"rope_parameters":{"rope_theta":30})"), 30, 1e-9);
  EXPECT_NEAR(theta(R"("rope_scaling":null,"rope_theta":40)"), 40, 1e-9);
  expect_config_error(R"({"text_config":{"rope_scaling":{"type":"yarn","factor":4}}})",
                      ErrorCode::unsupported, "rope_scaling");
  expect_config_error(R"({"text_config":{"rope_parameters":{"rope_type":"linear","factor":4}}})",
                      ErrorCode::unsupported, "rope_parameters");
  expect_config_error(R"({"text_config":{"rope_parameters":{"partial_rotary_factor":0.5}}})",
                      ErrorCode::unsupported, "partial_rotary_factor");
  expect_config_error(R"({"text_config":{"rope_theta":0}})", ErrorCode::corrupt_data, "rope_theta");
}

TEST(ModelConfig, TiesEmbeddingsAtEitherLevel) {
  EXPECT_TRUE(parse_llava_onevision(R"({"tie_word_embeddings":true})").text.tied_embeddings);
  EXPECT_TRUE(text_config(R"("tie_word_embeddings":true)").text.tied_embeddings);
  EXPECT_FALSE(text_config(R"("tie_word_embeddings":false)").text.tied_embeddings);
}

TEST(ModelConfig, CountsVisionLayersToRun) {
  const auto layers = [](const std::string& value) {
    return parse_llava_onevision(R"({"vision_feature_layer":)" + value + "}").vision.layers;
  };
  EXPECT_EQ(layers("-1"), 26);
  EXPECT_EQ(layers("-2"), 25);
  EXPECT_EQ(layers("-27"), 0);
  EXPECT_EQ(layers("26"), 26);
  EXPECT_EQ(layers("3"), 3);
  EXPECT_EQ(layers("[-2]"), 25);
  expect_config_error(R"({"vision_feature_layer":-28})", ErrorCode::corrupt_data,
                      "vision_feature_layer");
  expect_config_error(R"({"vision_feature_layer":27})", ErrorCode::corrupt_data,
                      "vision_feature_layer");
  expect_config_error(R"({"vision_feature_layer":[-1,-2]})", ErrorCode::unsupported,
                      "vision_feature_layer");
  expect_config_error(R"({"vision_feature_layer":[]})", ErrorCode::unsupported,
                      "vision_feature_layer");
}

TEST(ModelConfig, FindsTheEndOfAnAnswerAtEitherLevel) {
  EXPECT_THAT(text_config(R"("eos_token_id":[1,2])").eos, ElementsAre(1, 2));
  EXPECT_THAT(parse_llava_onevision(R"({"eos_token_id":3})").eos, ElementsAre(3));
}

TEST(ModelConfig, RefusesNonsenseAndNamesTheKey) {
  const auto corrupt = ErrorCode::corrupt_data;
  const auto text = [&](const std::string& field, const std::string& key) {
    expect_config_error(R"({"text_config":{)" + field + "}}", corrupt,
                        "text_config: \"" + key + "\"");
  };
  text(R"("num_hidden_layers":0)", "num_hidden_layers");
  text(R"("num_hidden_layers":1001)", "num_hidden_layers");
  text(R"("num_hidden_layers":-3)", "num_hidden_layers");
  text(R"("num_hidden_layers":2.5)", "num_hidden_layers");
  text(R"("num_hidden_layers":"2")", "num_hidden_layers");
  text(R"("num_hidden_layers":18446744073709551615)", "num_hidden_layers");
  text(R"("hidden_size":65537)", "hidden_size");
  text(R"("hidden_size":[1])", "hidden_size");
  text(R"("hidden_size":32)", "hidden_size");  // head_dim 1 cannot be rotated
  text(R"("num_attention_heads":0)", "num_attention_heads");
  text(R"("num_attention_heads":7)", "num_key_value_heads");
  text(R"("num_attention_heads":7,"num_key_value_heads":7)", "num_attention_heads");
  text(R"("num_attention_heads":1,"num_key_value_heads":1)", "num_attention_heads");
  text(R"("num_key_value_heads":5)", "num_key_value_heads");
  text(R"("head_dim":0)", "head_dim");
  text(R"("vocab_size":0)", "vocab_size");
  text(R"("rms_norm_eps":-1)", "rms_norm_eps");
  text(R"("rms_norm_eps":"1")", "rms_norm_eps");
  text(R"("eos_token_id":-1)", "eos_token_id");
  text(R"("tie_word_embeddings":1)", "tie_word_embeddings");
  text(R"("layer_types":["full_attention"])", "layer_types");
  text(R"("layer_types":7)", "layer_types");

  const auto vision = [&](const std::string& field, const std::string& key) {
    expect_config_error(R"({"vision_config":{)" + field + "}}", corrupt,
                        "vision_config: \"" + key + "\"");
  };
  vision(R"("patch_size":0)", "patch_size");
  vision(R"("patch_size":225)", "patch_size");
  vision(R"("patch_size":1,"image_size":16384)", "patch_size");
  vision(R"("image_size":20000)", "image_size");
  vision(R"("image_size":[1,2,3])", "image_size");
  vision(R"("num_attention_heads":7)", "num_attention_heads");

  expect_config_error("[]", corrupt, "config.json");
  expect_config_error(R"({"text_config":[]})", corrupt, "text_config");
  expect_config_error(R"({"model_type":"llava_onevision","model_type":"x"})", corrupt,
                      "model_type");
  expect_config_error("{", corrupt, "byte");
  expect_config_error(std::string(100000, '['), corrupt, "nested");
  expect_error([] { parse_model_type("{}"); }, corrupt, "model_type");
}

TEST(ModelConfig, SaysWhatItCannotRun) {
  const auto no = ErrorCode::unsupported;
  expect_config_error(R"({"model_type":"llava_next"})", no, "llava_next");
  expect_config_error(R"({"text_config":{"model_type":"llama"}})", no, "llama");
  expect_config_error(R"({"text_config":{"hidden_act":"relu"}})", no, "hidden_act");
  expect_config_error(R"({"text_config":{"use_sliding_window":true,"max_window_layers":3}})", no,
                      "use_sliding_window");
  EXPECT_NO_THROW(text_config(R"("use_sliding_window":true,"max_window_layers":32)"));
  EXPECT_NO_THROW(
      text_config(R"("use_sliding_window":true,"sliding_window":null,"max_window_layers":3)"));
  EXPECT_NO_THROW(
      text_config(R"("num_hidden_layers":2,"layer_types":["full_attention","full_attention"])"));
  expect_config_error(
      R"({"text_config":{"num_hidden_layers":1,"layer_types":["sliding_attention"]}})", no,
      "layer_types");
  expect_config_error(R"({"vision_config":{"model_type":"clip_vision_model"}})", no,
                      "clip_vision_model");
  expect_config_error(R"({"vision_config":{"num_channels":1}})", no, "num_channels");
  expect_config_error(R"({"vision_config":{"image_size":[224,336]}})", no, "image_size");
  EXPECT_EQ(parse_llava_onevision(R"({"vision_config":{"image_size":[64,64]}})").vision.image, 64);
  expect_config_error(R"({"vision_feature_select_strategy":"default"})", no,
                      "vision_feature_select_strategy");
  expect_config_error(R"({"projector_hidden_act":"relu"})", no, "projector_hidden_act");
}

TEST(Preprocessing, ReadsThePublishedValues) {
  const auto p = parse_preprocessing(R"({
    "do_convert_rgb": true, "do_normalize": true, "do_pad": true, "do_rescale": true, "do_resize": true,
    "image_grid_pinpoints": [[384, 384]], "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
    "image_processor_type": "LlavaOnevisionImageProcessor", "processor_class": "LlavaOnevisionProcessor",
    "resample": 3, "rescale_factor": 0.00392156862745098, "size": {"height": 384, "width": 384}})");
  EXPECT_EQ(p.height, 384);
  EXPECT_EQ(p.width, 384);
  EXPECT_EQ(p.resample, Resample::bicubic);
  EXPECT_THAT(p.mean, ElementsAre(0.5F, 0.5F, 0.5F));
  EXPECT_THAT(p.std, ElementsAre(0.5F, 0.5F, 0.5F));
}

TEST(Preprocessing, TakesDefaultsAndFoldsTheFactor) {
  const auto defaults = parse_preprocessing("{}");  // the class's own, which are CLIP's
  EXPECT_FLOAT_EQ(defaults.mean[0], 0.48145466F);
  EXPECT_FLOAT_EQ(defaults.std[2], 0.27577711F);
  const auto edge = parse_preprocessing(R"({"size":{"shortest_edge":224},"resample":2})");
  EXPECT_EQ(edge.height, 224);
  EXPECT_EQ(edge.width, 224);
  EXPECT_EQ(edge.resample, Resample::bilinear);
  EXPECT_EQ(parse_preprocessing(R"({"size":96})").width, 96);
  EXPECT_EQ(parse_preprocessing(R"({"size":[96,64]})").width, 64);

  const auto raw = parse_preprocessing(R"({"do_normalize":false})");  // p / 255
  EXPECT_THAT(raw.mean, ElementsAre(0.0F, 0.0F, 0.0F));
  EXPECT_THAT(raw.std, ElementsAre(1.0F, 1.0F, 1.0F));
  // p / 127.5 - 1 is (p / 255 - 0.5) / 0.5.
  const auto doubled = parse_preprocessing(
      R"({"rescale_factor":0.00784313725490196,"image_mean":[1,1,1],"image_std":[1,1,1]})");
  EXPECT_NEAR(doubled.mean[1], 0.5, 1e-6);
  EXPECT_NEAR(doubled.std[1], 0.5, 1e-6);
  const auto bytes =
      parse_preprocessing(R"({"do_rescale":false,"image_mean":127.5,"image_std":127.5})");
  EXPECT_NEAR(bytes.mean[0], 0.5, 1e-6);
  EXPECT_NEAR(bytes.std[0], 0.5, 1e-6);
}

TEST(Preprocessing, RefusesNonsense) {
  const auto bad = [](const std::string& json, ErrorCode code, const std::string& key) {
    SCOPED_TRACE(json);
    expect_error([&] { parse_preprocessing(json); }, code, key);
  };
  bad(R"({"size":{"height":0,"width":384}})", ErrorCode::corrupt_data, "height");
  bad(R"({"size":{"height":384}})", ErrorCode::corrupt_data, "width");
  bad(R"({"size":{"longest_edge":384}})", ErrorCode::unsupported, "size");
  bad(R"({"size":"big"})", ErrorCode::corrupt_data, "size");
  bad(R"({"image_std":[0,1,1]})", ErrorCode::corrupt_data, "image_std");
  bad(R"({"image_mean":[1,1]})", ErrorCode::corrupt_data, "image_mean");
  bad(R"({"resample":9})", ErrorCode::corrupt_data, "resample");
  bad(R"({"rescale_factor":0})", ErrorCode::corrupt_data, "rescale_factor");
  bad(R"({"do_resize":false})", ErrorCode::unsupported, "do_resize");

  VisionConfig vision;
  vision.image = 384;
  EXPECT_NO_THROW(check_picture_size({}, vision));
  vision.image = 224;
  expect_error([&] { check_picture_size({}, vision); }, ErrorCode::corrupt_data, "224");
}

TEST(ModelFolder, ReadsTheFilesInTheReferencesOrder) {
  TempFolder folder;
  const auto put = [&](const char* name, const std::string& text) {
    std::ofstream(folder / name) << text;
  };
  const auto side = [&] { return read_video_preprocessing(folder.path()).height; };
  expect_error([&] { side(); }, ErrorCode::not_found, "preprocessor_config.json");
  put("processor_config.json", R"({"image_processor":{"size":{"height":1,"width":1}}})");
  EXPECT_EQ(side(), 1);
  put("preprocessor_config.json", R"({"size":{"height":2,"width":2}})");
  EXPECT_EQ(side(), 2);
  put("video_preprocessor_config.json", R"({"size":{"height":3,"width":3}})");
  EXPECT_EQ(side(), 3);
  put("processor_config.json", R"({"video_processor":{"size":{"height":4,"width":4}}})");
  EXPECT_EQ(side(), 4);

  expect_error([&] { read_model_type(folder.path()); }, ErrorCode::not_found, "config.json");
  put("config.json", kSmall);
  EXPECT_EQ(read_model_type(folder.path()), "llava_onevision");
  EXPECT_EQ(read_llava_onevision(folder.path()).text.width, 896);
}

TEST(ModelFolder, ReadsOptionalFiles) {
  TempFolder folder;
  EXPECT_THAT(read_generation_config(folder.path()).eos, IsEmpty());
  EXPECT_FALSE(read_tokenizer_config(folder.path()).eos_token);
  EXPECT_EQ(read_model_hints(folder.path()).sampling_fps, 0);

  EXPECT_THAT(parse_generation_config(R"({"eos_token_id":[151645,151643],"do_sample":true})").eos,
              ElementsAre(151645, 151643));
  const auto tokenizer = parse_tokenizer_config(
      R"({"bos_token":null,"eos_token":{"content":"<|im_end|>","lstrip":false},"pad_token":"<|endoftext|>",)"
      R"("model_max_length":1000000000000000019884624838656,"chat_template":"{% for %}"})");
  EXPECT_EQ(tokenizer.eos_token, "<|im_end|>");

  const auto hints = parse_model_hints(
      R"({"demonstration":true,"sampling_fps":2.5,"window_tokens":4096,"recall_blocks":16,"recent_blocks":4})");
  ModelInfo info;
  hints.apply_to(info);
  EXPECT_TRUE(info.demonstration);
  EXPECT_EQ(info.sampling_fps, 2.5);
  EXPECT_EQ(info.window_tokens, 4096);
  EXPECT_EQ(info.recall_blocks, 16);
  EXPECT_EQ(info.recent_blocks, 4);
  expect_error([] { parse_model_hints(R"({"sampling_fps":-1})"); }, ErrorCode::corrupt_data,
               "sampling_fps");
  expect_error([] { parse_model_hints(R"({"window_tokens":1e9})"); }, ErrorCode::corrupt_data,
               "window_tokens");
}

}  // namespace
}  // namespace longtake::model
