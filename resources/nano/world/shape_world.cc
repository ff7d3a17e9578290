// shape_world: makes shape-world footage and the questions to ask about it.
//
//   shape_world --seed S --duration SECONDS --events N [--size 640x360] [--fps 25] [--crf 28] [--noise X]
//               [-o out.mp4] [--questions q.json] [--count N]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

#include "questions.h"
#include "video.h"

using namespace longtake::world;

namespace {

std::string quoted(std::string_view s) {  // the world's words need no escapes
  return '"' + std::string(s) + '"';
}

std::string seconds(std::int64_t us) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", static_cast<double>(us) / kSecond);
  return text;
}

void write_json(std::ostream& out, const Scene& scene, int count) {
  out << "{\n  \"seed\": " << scene.seed << ",\n  \"duration_s\": " << seconds(scene.duration_us) << ",\n  \"events\": [";
  const char* comma = "\n";
  for (const Event& e : scene.events) {
    out << comma << "    {\"start_s\": " << seconds(e.time.t0) << ", \"end_s\": " << seconds(e.time.t1) << ", \"color\": " << quoted(name(e.colour))
        << ", \"shape\": " << quoted(name(e.shape)) << ", \"direction\": " << quoted(name(e.direction));
    if (e.number) out << ", \"number\": " << *e.number;
    if (e.turns_into) out << ", \"turns_into\": " << quoted(name(*e.turns_into)) << ", \"turns_at_s\": " << seconds(e.turn_us);
    out << "}";
    comma = ",\n";
  }
  out << "\n  ],\n  \"questions\": [";
  comma = "\n";
  for (const Question& q : questions(scene, {0, scene.duration_us}, scene.seed, count)) {
    out << comma << "    {\"type\": " << quoted(name(q.type)) << ", \"question\": " << quoted(q.text) << ", \"answer\": " << quoted(q.answer)
        << ", \"answerable\": " << (q.answerable ? "true" : "false") << ", \"ranges\": [";
    for (std::size_t i = 0; i < q.ranges.size(); ++i)
      out << (i ? ", " : "") << "[" << seconds(q.ranges[i].t0) << ", " << seconds(q.ranges[i].t1) << "]";
    out << "]}";
    comma = ",\n";
  }
  out << "\n  ]\n}\n";
}

int run(int argc, char** argv) {
  std::uint64_t seed = 1;
  SceneOptions scene_options;
  scene_options.duration_us = 120 * kSecond;
  scene_options.events = 10;
  VideoOptions video;
  std::string mp4, json;
  int count = 40;
  double noise = -1;
  for (int i = 1; i < argc; ++i) {
    const std::string key = argv[i];
    if (i + 1 == argc) throw std::invalid_argument(key + " needs a value");
    const std::string value = argv[++i];
    if (key == "--seed") seed = std::stoull(value);
    else if (key == "--duration") scene_options.duration_us = static_cast<std::int64_t>(std::stod(value) * kSecond);
    else if (key == "--events") scene_options.events = std::stoi(value);
    else if (key == "--fps") video.fps_num = std::stoi(value);
    else if (key == "--crf") video.crf = std::stoi(value);
    else if (key == "--noise") noise = std::stod(value);
    else if (key == "--count") count = std::stoi(value);
    else if (key == "-o") mp4 = value;
    else if (key == "--questions") json = value;
    else if (key == "--size" && std::sscanf(value.c_str(), "%dx%d", &video.width, &video.height) == 2) continue;
    else throw std::invalid_argument("unknown option " + key + " " + value);
  }
  Scene scene = make_scene(seed, scene_options);
  if (noise >= 0) scene.noise = noise;
  if (!mp4.empty()) encode_mp4(scene, mp4, video);
  if (!json.empty()) {
    std::ofstream out(json);
    write_json(out, scene, count);
    if (!out.flush()) throw std::runtime_error("cannot write " + json);
  }
  if (mp4.empty() && json.empty()) write_json(std::cout, scene, count);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::invalid_argument& e) {
    std::cerr << "shape_world: " << e.what() << "\n";
    return 2;
  } catch (const std::exception& e) {
    std::cerr << "shape_world: " << e.what() << "\n";
    return 1;
  }
}
