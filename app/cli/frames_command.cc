// frames: exact pictures of a video as PNG files, with their presentation times.
#include <charconv>
#include <cmath>
#include <string_view>

#include "app/cli/context.h"
#include "engine/base/file.h"
#include "engine/media/frame_reader.h"
#include "engine/media/frame_sampler.h"
#include "engine/media/image_file.h"

namespace longtake::cli {

namespace {

struct FramesArguments {
  std::string file;
  std::string fps;
  std::string at;
  std::string folder = ".";
};

// What exports call a rate, or any number to thousandths. Most have no whole microsecond from frame to frame.
media::Rational parse_rate(const std::string& text) {
  if (const auto named = report::parse_frame_rate(text)) {
    return {static_cast<int>(named->numerator), static_cast<int>(named->denominator)};
  }
  double rate = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (error != std::errc() || end != text.data() + text.size() ||
      !(rate >= 0.001 && rate <= 1000)) {
    throw Error(ErrorCode::bad_argument, "'" + text + "' is not a number of frames per second",
                "Write 0.001 to 1000, or a fraction: --fps 30, --fps 0.5, --fps 30000/1001");
  }
  return {static_cast<int>(std::lround(rate * 1000)), 1000};
}

std::vector<Micros> parse_times(const std::string& list) {
  std::vector<Micros> times;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t comma = std::min(list.find(',', begin), list.size());
    const auto time = parse_time(std::string_view(list).substr(begin, comma - begin));
    if (!time) {
      throw Error(ErrorCode::bad_argument,
                  "'" + list.substr(begin, comma - begin) + "' is not a time",
                  "Write seconds or h:mm:ss, separated by commas: --at 90,1:30.5");
    }
    times.push_back(*time);
    begin = comma + 1;
  }
  return times;
}

void frames(Context& context, const FramesArguments& arguments) {
  if (arguments.fps.empty() == arguments.at.empty()) {
    throw Error(ErrorCode::bad_argument, "frames needs either --fps or --at",
                "E.g. --fps 1, or --at 90,1:30.5");
  }
  auto list = Json::array();
  std::string text;
  const auto write = [&](const media::SampledFrame& frame) {
    char name[64];
    std::snprintf(name, sizeof name, "%06lld-%.3fs.png", static_cast<long long>(frame.index),
                  to_seconds(frame.pts));
    const std::filesystem::path path = std::filesystem::path(arguments.folder) / name;
    media::write_png(path, frame.image);
    list.push_back({{"pts_s", to_seconds(frame.pts)}, {"file", path.string()}});
    text += path.string() + "\n";
  };
  if (!arguments.fps.empty()) {
    media::SamplerOptions options;
    options.rate = parse_rate(arguments.fps);
    make_directories(arguments.folder);
    media::FrameSampler sampler(arguments.file, options);
    while (const auto frame = sampler.next()) write(*frame);
  } else {
    const std::vector<Micros> times = parse_times(arguments.at);
    make_directories(arguments.folder);
    for (const media::SampledFrame& frame : media::read_at(arguments.file, times)) {
      write(frame);
    }
  }
  context.print({{"frames", list}}, text);
}

}  // namespace

void add_frames_command(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("frames", "Write exact frames as PNG");
  auto arguments = std::make_shared<FramesArguments>();
  context.add_common_options(*command);
  command->add_option("file", arguments->file, "File or address")->required();
  command->add_option("--fps", arguments->fps, "So many frames per second: 30, 0.5, 30000/1001")
      ->type_name("RATE");
  command->add_option("--at", arguments->at, "The frames on screen at these times")
      ->type_name("T,T,...");
  command->add_option("-o,--output", arguments->folder, "Folder to write to");
  command->callback([&context, arguments] { frames(context, *arguments); });
}

}  // namespace longtake::cli
