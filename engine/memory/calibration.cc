#include "engine/memory/calibration.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "kernels/error.h"

namespace longtake::memory {

Calibration Calibration::uniform(std::int64_t layers, std::int64_t kv_heads) {
  Calibration calibration;
  calibration.layers = layers;
  calibration.kv_heads = kv_heads;
  calibration.find.assign(static_cast<std::size_t>(layers * kv_heads), 1.0F);
  calibration.cite = calibration.find;
  return calibration;
}

std::string Calibration::to_json() const {
  const nlohmann::ordered_json json = {{"format", "longtake-calibration"},
                                       {"version", 1},
                                       {"fingerprint", fingerprint},
                                       {"layers", layers},
                                       {"kv_heads", kv_heads},
                                       {"find", find},
                                       {"cite", cite},
                                       {"sharpness", sharpness},
                                       {"support_floor", support_floor},
                                       {"confirm_floor", confirm_floor}};
  return json.dump(2) + "\n";
}

Calibration Calibration::from_json(std::string_view text) {
  const auto damaged = [](const std::string& what) {
    return Error(ErrorCode::corrupt_data, "The model's calibration is damaged: " + what,
                 "Run `longtake-cli models verify` on the model to measure it again.");
  };
  Calibration calibration;
  try {
    const auto json = nlohmann::json::parse(text);
    if (json.at("format") != "longtake-calibration" || json.at("version") != 1) {
      throw damaged("it has another format");
    }
    json.at("fingerprint").get_to(calibration.fingerprint);
    json.at("layers").get_to(calibration.layers);
    json.at("kv_heads").get_to(calibration.kv_heads);
    json.at("find").get_to(calibration.find);
    json.at("cite").get_to(calibration.cite);
    json.at("sharpness").get_to(calibration.sharpness);
    json.at("support_floor").get_to(calibration.support_floor);
    json.at("confirm_floor").get_to(calibration.confirm_floor);
  } catch (const nlohmann::json::exception& error) {
    throw damaged(error.what());
  }
  const bool sized = calibration.layers > 0 && calibration.layers <= 1000 &&
                     calibration.kv_heads > 0 && calibration.kv_heads <= 1000;
  const auto heads = static_cast<std::size_t>(sized ? calibration.layers * calibration.kv_heads : 0);
  if (!sized || calibration.find.size() != heads || calibration.cite.size() != heads) {
    throw damaged("the number of weights does not match its layers and heads");
  }
  for (const std::vector<float>* weights : {&calibration.find, &calibration.cite}) {
    for (const float weight : *weights) {
      if (!std::isfinite(weight) || weight < 0) throw damaged("a weight is not a number >= 0");
    }
  }
  if (!std::isfinite(calibration.sharpness) || calibration.sharpness < 0 ||
      !std::isfinite(calibration.support_floor) || !std::isfinite(calibration.confirm_floor)) {
    throw damaged("its sharpness or a floor is out of range");
  }
  return calibration;
}

}  // namespace longtake::memory
