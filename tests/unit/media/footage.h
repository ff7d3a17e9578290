// Declares the media tests' footage: small videos made on the spot by the ffmpeg program, in which
// every frame carries its own number, so that a test can tell which frame it was given.
//
// The number stands in the upper third of the picture as 32 black or white blocks, least
// significant bit at the top left; below it a test pattern moves, so that predicted frames really
// predict. Thread rule: one thread; several test programs may share the folder. Lifetime rule:
// files stay in the build folder until it is removed, named by a hash of how they were made.
#ifndef LONGTAKE_TESTS_UNIT_MEDIA_FOOTAGE_H_
#define LONGTAKE_TESTS_UNIT_MEDIA_FOOTAGE_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/media/frame.h"
#include "engine/media/frame_sampler.h"

namespace longtake::media {

constexpr int kFootageWidth = 128;
constexpr int kFootageHeight = 96;

// An lavfi source: `seconds` of numbered frames at `rate` ("25", "30000/1001"). `more` is appended
// as filters (",setsar=2").
std::string numbered(const std::string& rate, double seconds, const std::string& more = {});

// A file made by `ffmpeg -f lavfi -i SOURCE ARGUMENTS FILE`; `extension` with its dot.
std::filesystem::path footage(const std::string& source, const std::string& arguments,
                              const std::string& extension);
// A file made by `ffmpeg ARGUMENTS FILE`, for what needs other inputs.
std::filesystem::path footage_from(const std::string& arguments, const std::string& extension);
// A file made by a function that writes it; `recipe` names how.
std::filesystem::path footage_by(const std::string& recipe, const std::string& extension,
                                 const std::function<void(const std::filesystem::path&)>& make);
// A copy of an MP4 with another display matrix: x' = a x + c y, y' = b x + d y, y downwards.
std::filesystem::path with_matrix(const std::filesystem::path& mp4, int a, int b, int c, int d);
// The matrices of phones: 90, 180 or 270 degrees clockwise.
std::filesystem::path turned(const std::filesystem::path& mp4, int degrees);
bool ffmpeg_has_encoder(const std::string& name);

std::string read_bytes(const std::filesystem::path& path);
void write_bytes(const std::filesystem::path& path, const std::string& bytes);

// The number in a picture of the footage's size or a multiple of it; -1 if the blocks are
// unreadable.
int frame_number(const Image& image);

// What a sampler yields until its end.
struct Take {
  std::vector<SampledFrame> frames;
  FrameSampler::Summary summary;
};
Take take_all(const std::filesystem::path& path, SamplerOptions options = {});
std::vector<int> numbers(const std::vector<SampledFrame>& frames);

// What must come out: for each instant before `end`, the last frame whose time is not after it.
// `times` are the frames' presented times. Checks numbers, pts, instants and indices.
void expect_exact(const Take& take, const SamplerOptions& options, const std::vector<Micros>& times,
                  Micros end);
// Frame n at n / rate, rounded to microseconds.
std::vector<Micros> constant_rate(int count, std::int64_t num, std::int64_t den = 1);

}  // namespace longtake::media

#endif  // LONGTAKE_TESTS_UNIT_MEDIA_FOOTAGE_H_
