#include "tests/unit/media/footage.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace longtake::media {

namespace fs = std::filesystem;

namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

void run(const std::string& command) {
  if (std::system(command.c_str()) != 0) {
    throw std::runtime_error("the ffmpeg program is needed and must succeed: " + command);
  }
}

}  // namespace

std::string numbered(const std::string& rate, double seconds, const std::string& more) {
  std::ostringstream source;
  source << "testsrc2=s=" << kFootageWidth << "x" << kFootageHeight << ":r=" << rate
         << ":d=" << seconds
         << ",format=yuv444p,geq=lum='if(lt(Y,32),if(mod(floor(N/pow(2,floor(X/16)+8*floor(Y/"
            "8))),2),235,16),"
            "lum(X,Y))':cb='if(lt(Y,32),128,cb(X,Y))':cr='if(lt(Y,32),128,cr(X,Y))'"
         << more;
  return source.str();
}

fs::path footage_by(const std::string& recipe, const std::string& extension,
                    const std::function<void(const fs::path&)>& make) {
  const fs::path folder = LONGTAKE_FOOTAGE_DIR;
  fs::create_directories(folder);
  const std::string name = std::to_string(std::hash<std::string>{}(recipe));
  fs::path path = folder / (name + extension);
  if (fs::exists(path)) return path;
  // Several test programs may make the same file at once: each makes its own and renames it.
  const fs::path temporary = folder / (name + "." + std::to_string(::getpid()) + extension);
  make(temporary);
  fs::rename(temporary, path);
  return path;
}

fs::path footage_from(const std::string& arguments, const std::string& extension) {
  return footage_by(arguments, extension, [&](const fs::path& path) {
    run("ffmpeg -nostdin -v error -y -threads 1 " + arguments + " " + quoted(path.string()));
  });
}

fs::path footage(const std::string& source, const std::string& arguments,
                 const std::string& extension) {
  return footage_from("-f lavfi -i " + quoted(source) + " " + arguments, extension);
}

fs::path with_matrix(const fs::path& mp4, int a, int b, int c, int d) {
  const std::string recipe = mp4.string() + " turned " + std::to_string(a) + "," +
                             std::to_string(b) + "," + std::to_string(c) + "," + std::to_string(d);
  return footage_by(recipe, ".mp4", [&](const fs::path& out) {
    std::string bytes = read_bytes(mp4);
    const std::size_t header = bytes.find("tkhd");
    if (header == std::string::npos) throw std::runtime_error("no track header");
    // Version and flags, five 32-bit fields, eight reserved bytes, four 16-bit fields; then the
    // matrix a b u c d v as 16.16 numbers.
    const std::size_t matrix = header + 4 + 4 + 20 + 8 + 8;
    const auto put = [&](std::size_t position, int value) {
      const auto fixed = static_cast<std::uint32_t>(value * 65536);
      for (std::size_t i = 0; i < 4; ++i) {
        bytes[matrix + position * 4 + i] = static_cast<char>(fixed >> (24 - 8 * i));
      }
    };
    put(0, a);
    put(1, b);
    put(3, c);
    put(4, d);
    write_bytes(out, bytes);
  });
}

fs::path turned(const fs::path& mp4, int degrees) {
  if (degrees == 90) return with_matrix(mp4, 0, 1, -1, 0);
  if (degrees == 180) return with_matrix(mp4, -1, 0, 0, -1);
  return with_matrix(mp4, 0, -1, 1, 0);
}

bool ffmpeg_has_encoder(const std::string& name) {
  return std::system(("ffmpeg -v quiet -h encoder=" + name + " | grep -q ^Encoder").c_str()) == 0;
}

std::string read_bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

int frame_number(const Image& image) {
  if (image.width < 32 || image.height < 24) return -1;
  unsigned number = 0;
  for (int bit = 0; bit < 32; ++bit) {
    const int x = ((bit % 8) * 2 + 1) * image.width / 16;
    const int y = ((bit / 8) * 2 + 1) * image.height / 24;
    const std::uint8_t* pixel = image.pixel(x, y);
    const int level = (pixel[0] + pixel[1] + pixel[2]) / 3;
    if (level > 90 && level < 165) return -1;
    if (level > 128) number |= 1U << bit;
  }
  return static_cast<int>(number);
}

Take take_all(const fs::path& path, SamplerOptions options) {
  Take take;
  options.threads = options.threads == 0 ? 2 : options.threads;
  FrameSampler sampler(path.string(), options);
  while (std::optional<SampledFrame> frame = sampler.next())
    take.frames.push_back(std::move(*frame));
  take.summary = sampler.summary();
  return take;
}

std::vector<int> numbers(const std::vector<SampledFrame>& frames) {
  std::vector<int> all;
  all.reserve(frames.size());
  for (const SampledFrame& frame : frames) all.push_back(frame_number(frame.image));
  return all;
}

void expect_exact(const Take& take, const SamplerOptions& options, const std::vector<Micros>& times,
                  Micros end) {
  std::size_t position = 0;
  for (std::int64_t index = options.first_index;; ++index) {
    const Micros instant = index * options.interval;
    if (instant >= end) break;
    ASSERT_LT(position, take.frames.size()) << "missing instant " << index;
    const SampledFrame& frame = take.frames[position++];
    const auto after = std::upper_bound(times.begin(), times.end(), instant);
    const auto expected = std::max<std::ptrdiff_t>(0, after - times.begin() - 1);
    EXPECT_EQ(frame.index, index);
    EXPECT_EQ(frame.instant, instant);
    EXPECT_EQ(frame_number(frame.image), expected) << "at instant " << instant;
    EXPECT_EQ(frame.pts, times[static_cast<std::size_t>(expected)]) << "at instant " << instant;
  }
  EXPECT_EQ(position, take.frames.size()) << "more frames than instants";
  EXPECT_TRUE(take.summary.reached_end);
  EXPECT_FALSE(take.summary.truncated);
  EXPECT_EQ(take.summary.errors, 0);
  EXPECT_TRUE(take.summary.damaged.empty());
}

std::vector<Micros> constant_rate(int count, std::int64_t num, std::int64_t den) {
  std::vector<Micros> times;
  for (std::int64_t n = 0; n < count; ++n) {
    times.push_back((n * kMicrosPerSecond * den * 2 + num) / (2 * num));
  }
  return times;
}

}  // namespace longtake::media
