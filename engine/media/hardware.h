// Declares Hardware, private to this room: what decodes in the processor's place; and
// find_hardware(), which asks for NVIDIA's decoder (NVDEC) through FFmpeg.
//
// Only streams of which both must make the same bytes go there: codecs and profiles whose standard
// fixes every bit of a picture. Whatever goes wrong there is an error of the decoder or thrown, and
// FrameSampler then goes on in software; what FFmpeg would hide is looked for here. One thing stays
// hidden: damage within a picture's own data, which the device paints over without a word.
//
// Thread rule: one thread per object; find_hardware() may run in any. Lifetime rule: must outlive
// the decoders attached to it; their frames keep the device by themselves.
#ifndef LONGTAKE_ENGINE_MEDIA_HARDWARE_H_
#define LONGTAKE_ENGINE_MEDIA_HARDWARE_H_

#include <memory>

#include "engine/media/av_handles.h"

namespace longtake::media {

class Hardware {
 public:
  virtual ~Hardware() = default;
  // Makes a context that is not open yet decode here; `parameters` must outlive it.
  virtual void attach(AVCodecContext& context, const AVCodecParameters& parameters) = 0;
  // A decoded picture in the host's memory, of which FrameConverter makes the bytes that it makes of
  // software's. Throws Error{device_lost} if it cannot be had.
  virtual std::shared_ptr<const AVFrame> on_host(std::shared_ptr<const AVFrame> frame) = 0;
};

// Null: the stream is none for the device, or there is no device. No device costs next to nothing:
// its answer is believed for a minute.
std::shared_ptr<Hardware> find_hardware(const AVCodecParameters& parameters);
// Test hook: is found in the device's place. Set it only while no video is open; null: no more.
void set_hardware_for_tests(std::shared_ptr<Hardware> hardware);

// The parts of NVDEC that need no device, for tests too.

// AVCodecContext::get_format: AV_PIX_FMT_CUDA for what find_hardware() would take, else none.
// context->opaque points to the stream's parameters.
AVPixelFormat choose_cuda(AVCodecContext* context, const AVPixelFormat* offered);
// NV12 or P010 as devices give them, cropped as software crops. How far that is to the left depends on
// the layout: a picture that needs it is taken apart into the planes of software decoders.
FramePtr cropped(FramePtr frame);
// A copy from the device that fails may say nothing (FFmpeg 5.1): what it should have overwritten
// tells. has_mark(): a plane still bears the mark.
void set_mark(AVFrame& frame);
bool has_mark(const AVFrame& frame);

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_HARDWARE_H_
