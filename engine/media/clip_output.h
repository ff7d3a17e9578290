// Declares ClipOutput, private to this room: the file that a clip is written to, and what its
// container can hold.
//
// Thread rule: one thread. Lifetime rule: owns the muxer; the file becomes what it was begun for in
// finish() (engine/base/replacement.h), and is gone if that is never reached.
#ifndef LONGTAKE_ENGINE_MEDIA_CLIP_OUTPUT_H_
#define LONGTAKE_ENGINE_MEDIA_CLIP_OUTPUT_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "engine/base/replacement.h"
#include "engine/media/av_handles.h"

namespace longtake::media {

// By the name's suffix; Error{bad_argument} if that is none of a container written here.
const AVOutputFormat& container_of(const std::filesystem::path& path);
// Whether a player of this container would know what a stream of this codec is.
bool can_hold(const AVOutputFormat& format, AVCodecID codec);

// What is said of a file or a stream (title, language, ...), but for what a clip makes untrue.
void copy_metadata(const AVDictionary* from, AVDictionary** to);
// The same of a stream with its aspect, its turn and what else lies beside its codec's parameters.
void copy_stream_facts(const AVStream& from, AVStream& to);

class ClipOutput {
 public:
  ClipOutput(const std::filesystem::path& path, const AVOutputFormat& format);
  ~ClipOutput();
  ClipOutput(const ClipOutput&) = delete;
  ClipOutput& operator=(const ClipOutput&) = delete;

  AVFormatContext& context() { return *context_; }
  bool wants_global_headers() const { return (context_->oformat->flags & AVFMT_GLOBALHEADER) != 0; }
  AVStream& add_stream();
  void begin();  // when all streams are there; opens the file
  // Takes the packet, in units of its stream of this file.
  void write(AVPacket& packet);
  std::int64_t finish();  // returns the file's size when it is complete and on disk

 private:
  [[noreturn]] void fail(int rc) const;

  const std::filesystem::path path_;
  std::optional<Replacement> replacement_;  // from begin() on
  AVFormatContext* context_ = nullptr;  // owned
  std::vector<std::int64_t> last_dts_;
};

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_CLIP_OUTPUT_H_
