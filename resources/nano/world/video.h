// encode_mp4(): a scene as an ordinary video file (H.264 in MP4), through FFmpeg's libraries.
// Thread rule: reentrant. Lifetime: writes the whole file before it returns; throws std::runtime_error, and leaves no file
// behind, where FFmpeg fails.
#pragma once

#include <string>

#include "scene.h"

namespace longtake::world {

struct VideoOptions {
  int width = 640, height = 360;
  int fps_num = 25, fps_den = 1;
  int crf = 28;              // x264's quality: noise is most of a plain scene's bits
  int keyframe_s = 4;        // seconds between key frames
  bool b_frames = true;
};

void encode_mp4(const Scene& scene, const std::string& path, const VideoOptions& options = {});

}  // namespace longtake::world
