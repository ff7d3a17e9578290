// Declares the owners of FFmpeg's objects, private to this room. Every AV* object that this room
// makes is held by one of these from the line on which it is made.
//
// Thread rule: as the objects themselves: one thread at a time. Lifetime rule: unique owners.
#ifndef LONGTAKE_ENGINE_MEDIA_AV_HANDLES_H_
#define LONGTAKE_ENGINE_MEDIA_AV_HANDLES_H_

#include <memory>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/dict.h>
#include <libavutil/frame.h>
#include <libavutil/mem.h>
#include <libswscale/swscale.h>
}

#include "kernels/error.h"

namespace longtake::media {

struct FormatContextDeleter {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct CodecContextDeleter {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct PacketDeleter {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FrameDeleter {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
// For frames that are shared and no longer written to.
struct FrameDeleterConst {
  void operator()(const AVFrame* frame) const {
    auto* owned = const_cast<AVFrame*>(frame);
    av_frame_free(&owned);
  }
};
struct SwsContextDeleter {
  void operator()(SwsContext* context) const { sws_freeContext(context); }
};
struct AvBufferDeleter {
  void operator()(void* memory) const { av_free(memory); }
};

using FormatContextPtr = std::unique_ptr<AVFormatContext, FormatContextDeleter>;
using CodecContextPtr = std::unique_ptr<AVCodecContext, CodecContextDeleter>;
using PacketPtr = std::unique_ptr<AVPacket, PacketDeleter>;
using FramePtr = std::unique_ptr<AVFrame, FrameDeleter>;
using SwsContextPtr = std::unique_ptr<SwsContext, SwsContextDeleter>;
using AvBytes = std::unique_ptr<std::uint8_t[], AvBufferDeleter>;

// AVDictionary's functions replace the pointer that they are given, hence no unique_ptr.
class Dictionary {
 public:
  Dictionary() = default;
  ~Dictionary() { av_dict_free(&dictionary_); }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  void set(const char* key, const std::string& value) {
    av_dict_set(&dictionary_, key, value.c_str(), 0);
  }
  AVDictionary** address() { return &dictionary_; }

 private:
  AVDictionary* dictionary_ = nullptr;
};

// FFmpeg's allocators return null; this turns it into the one error type.
template <typename T>
T* require_memory(T* object) {
  if (object == nullptr)
    throw Error(ErrorCode::out_of_memory, "There is not enough memory to decode.");
  return object;
}

inline PacketPtr make_packet() {
  return PacketPtr(require_memory(av_packet_alloc()));
}
inline FramePtr make_frame() {
  return FramePtr(require_memory(av_frame_alloc()));
}
inline PacketPtr clone_packet(const AVPacket& packet) {
  return PacketPtr(require_memory(av_packet_clone(&packet)));
}

// FFmpeg's words for an error number.
std::string av_error_text(int error);

// For a local file from which nothing more comes: throws Error{io_error} if that is the system's
// doing (a drive that was unplugged, a bad sector), which must not pass for the end of the video.
void require_readable(const AVFormatContext& format, const std::string& name);

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_AV_HANDLES_H_
