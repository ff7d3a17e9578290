// models list | info | verify | tokenize.
#include <iostream>
#include <iterator>

#include "app/cli/context.h"

namespace longtake::cli {

namespace {

Json info_json(const model::ModelInfo& info) {
  return {{"name", info.name},
          {"family", info.family},
          {"fingerprint", info.fingerprint},
          {"parameters", info.parameters},
          {"tokens_per_unit", info.tokens_per_unit},
          {"frames_per_unit", info.frames_per_unit},
          {"demonstration", info.demonstration}};
}

std::string info_text(const model::ModelInfo& info) {
  char size[32];
  std::snprintf(size, sizeof size, "%.1f M", static_cast<double>(info.parameters) / 1e6);
  return info.name + "  " + info.family + ", " + size + " parameters, " +
         std::to_string(info.tokens_per_unit) + " tokens per " +
         (info.frames_per_unit == 1 ? "frame" : std::to_string(info.frames_per_unit) + " frames") +
         (info.demonstration ? ", the demonstration model" : "") + "\n";
}

const char* fit_name(session::Fit fit) {
  switch (fit) {
    case session::Fit::fits:
      return "fits";
    case session::Fit::tight:
      return "tight";
    case session::Fit::too_big:
      break;
  }
  return "too_big";
}

const char* fit_words(session::Fit fit) {
  switch (fit) {
    case session::Fit::fits:
      return "it fits";
    case session::Fit::tight:
      return "it fits, with little left for other programs";
    case session::Fit::too_big:
      break;
  }
  return "too much: close other programs, or keep its weights smaller with --weights int8";
}

void list(Context& context) {
  std::vector<std::filesystem::path> folders = {context.embedded_model()};
  if (context.model_folder() != folders.front()) folders.push_back(context.model_folder());
  auto models = Json::array();
  std::string text;
  for (const std::filesystem::path& folder : folders) {
    const model::ModelInfo info = model::Model::inspect(folder);
    models.push_back(info_json(info));
    text += info_text(info);
  }
  context.print({{"models", models}}, text);
}

void inspect(Context& context, const std::string& folder) {
  const EngineOptions options = context.engine_options();
  const session::ModelCheck check =
      session::check_model(Context::model_named(folder), options.weights, options.device,
                           session::card_for(options.device));
  const bool on_card = check.device == kernels::DeviceKind::cuda;
  Json object = info_json(check.info);
  object["disk_bytes"] = check.disk_bytes;
  object["device"] = on_card ? "cuda" : "cpu";
  object["weights"] = session::weight_format_name(check.weights);
  object["memory_needed_bytes"] = check.memory_needed;
  object["memory_available_bytes"] = check.memory_available;
  object["fit"] = fit_name(check.fit);
  object["bytes_per_hour"] = check.bytes_per_hour(options.codec);
  std::string text = info_text(check.info);
  text += "  on disk   " + format_bytes(check.disk_bytes) + "\n";
  text += "  memory    " + format_bytes(check.memory_needed) + " with weights as " +
          std::string(session::weight_format_name(check.weights)) + ", " +
          format_bytes(check.memory_available) +
          (on_card ? " free on the graphics card: " : " free: ") + fit_words(check.fit) + "\n";
  if (check.too_big_for_card && !on_card) {
    text += "            too much for the graphics card: the processor will do the work\n";
  }
  text += "  memories  " +
          format_bytes(static_cast<std::int64_t>(check.bytes_per_hour(options.codec))) +
          " per hour of video\n";
  context.print(object, text);
}

void tokenize(Context& context, const std::string& folder) {
  const auto tokenizer = model::Tokenizer::load(Context::model_named(folder));
  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  const std::vector<model::TokenId> ids = tokenizer.encode(text, true);
  std::string line;
  for (const model::TokenId id : ids) line += (line.empty() ? "" : " ") + std::to_string(id);
  context.print({{"ids", ids}}, line + "\n");
}

void verify(Context& context) {
  const auto described = context.call<EngineDescribed>(DescribeEngine{});
  context.progress(described.model.name + ": measuring on synthetic footage", false);
  const auto measured = context.call<ModelCalibrated>(CalibrateModel{}).calibration;
  context.progress(described.model.name + ": measured", true);
  Json object = info_json(described.model);
  object["support_floor"] = measured.support_floor;
  object["confirm_floor"] = measured.confirm_floor;
  object["find"] = measured.find;
  object["cite"] = measured.cite;
  std::string text = info_text(described.model) + "  weights of (layer, head) for finding:\n";
  for (std::int64_t layer = 0; layer < measured.layers; ++layer) {
    text += "    layer " + std::to_string(layer) + ":";
    for (std::int64_t g = 0; g < measured.kv_heads; ++g) {
      char weight[32];
      std::snprintf(weight, sizeof weight, " %.3f",
                    static_cast<double>(
                        measured.find[static_cast<std::size_t>(layer * measured.kv_heads + g)]));
      text += weight;
    }
    text += "\n";
  }
  context.print(object, text);
}

}  // namespace

void add_models_commands(CLI::App& app, Context& context) {
  CLI::App* models = app.add_subcommand("models", "Models that can watch and answer");
  models->require_subcommand(1);
  const auto add = [&](const char* name, const char* what) {
    CLI::App* command = models->add_subcommand(name, what);
    context.add_common_options(*command);
    return command;
  };
  add("list", "The embedded model, and the one named by --model")->callback([&context] {
    list(context);
  });
  auto folder = std::make_shared<std::string>();
  CLI::App* command =
      add("info", "What a folder holds and whether it fits here, without loading it");
  command->add_option("dir", *folder, "A folder, or nano")->required();
  command->callback([&context, folder] { inspect(context, *folder); });
  command = add("verify", "Load a model and measure it by a self-test (minutes)");
  command->add_option("dir", *folder, "A folder, or nano");
  command->callback([&context, folder, command] {
    if (command->count("dir") > 0) context.set_model(*folder);
    verify(context);
  });
  command = add("tokenize", "Text on stdin, token ids on stdout");
  command->add_option("dir", *folder, "A folder, or nano")->required();
  command->callback([&context, folder] { tokenize(context, *folder); });
}

}  // namespace longtake::cli
