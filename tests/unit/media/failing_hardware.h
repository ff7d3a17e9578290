// Declares FailingHardware: for tests, a device that decodes as the processor does until it fails.
//
// Thread rule: used by one sampler at a time; read its counts when that is gone. Lifetime rule:
// must outlive the decoders attached to it.
#ifndef LONGTAKE_TESTS_UNIT_MEDIA_FAILING_HARDWARE_H_
#define LONGTAKE_TESTS_UNIT_MEDIA_FAILING_HARDWARE_H_

#include <memory>

#include "engine/media/hardware.h"

namespace longtake::media {

class FailingHardware : public Hardware {
 public:
  enum class Fault {
    none,
    attaching,  // the device is lost before anything is decoded
    opening,    // the stream is refused when its headers have been read
    surface,    // memory for one picture is refused, and given again
    surfaces,   // memory for every picture from then on is refused
    copying,    // a picture cannot be fetched
  };
  // `after` surfaces or copies that go well.
  explicit FailingHardware(Fault fault, int after = 0) : fault_(fault), after_(after) {}

  void attach(AVCodecContext& context, const AVCodecParameters& /*parameters*/) override {
    if (fault_ == Fault::attaching) lose();
    context.opaque = this;
    context.thread_count = 1;
    context.get_buffer2 = get_buffer;
    if (fault_ == Fault::opening) context.get_format = refuse;
  }
  std::shared_ptr<const AVFrame> on_host(std::shared_ptr<const AVFrame> frame) override {
    if (fault_ == Fault::copying && copies_ >= after_) lose();
    ++copies_;
    return frame;
  }

  int surfaces() const { return surfaces_; }
  int copies() const { return copies_; }

 private:
  [[noreturn]] static void lose() { throw Error(ErrorCode::device_lost, "The device is lost."); }
  static int get_buffer(AVCodecContext* context, AVFrame* frame, int flags) {
    auto& self = *static_cast<FailingHardware*>(context->opaque);
    const int number = self.surfaces_++;
    const bool fails = (self.fault_ == Fault::surface && number == self.after_) ||
                       (self.fault_ == Fault::surfaces && number >= self.after_);
    return fails ? AVERROR(ENOMEM) : avcodec_default_get_buffer2(context, frame, flags);
  }
  static AVPixelFormat refuse(AVCodecContext* /*context*/, const AVPixelFormat* /*offered*/) {
    return AV_PIX_FMT_NONE;
  }

  const Fault fault_;
  const int after_;
  int surfaces_ = 0;
  int copies_ = 0;
};

}  // namespace longtake::media

#endif  // LONGTAKE_TESTS_UNIT_MEDIA_FAILING_HARDWARE_H_
