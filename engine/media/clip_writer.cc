#include "engine/media/clip_writer.h"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "engine/media/clip_encoder.h"
#include "engine/media/clip_input.h"
#include "engine/media/clip_output.h"
#include "engine/media/frame_decoder.h"

extern "C" {
#include <libavutil/mathematics.h>
#include <libavutil/timecode.h>
}

namespace longtake::media {

namespace {

constexpr AVRational kMicrosBase = {1, AV_TIME_BASE};
// How far the file is read on after the clip's end for streams that have not reached it.
constexpr Micros kPatience = 10 * kMicrosPerSecond;

const char* kind_name(AVMediaType type) {
  switch (type) {
    case AVMEDIA_TYPE_VIDEO:
      return "A further picture track";
    case AVMEDIA_TYPE_AUDIO:
      return "A sound track";
    case AVMEDIA_TYPE_SUBTITLE:
      return "A subtitle track";
    default:
      return "A data track";
  }
}

// The source's start timecode, moved on to `begin`.
void set_timecode(const ClipInput& input, Micros begin, AVStream& to) {
  const std::string own = input.start_timecode();
  if (own.empty()) return;
  const AVRational rate = input.video().avg_frame_rate.num > 0 ? input.video().avg_frame_rate
                                                               : input.video().r_frame_rate;
  AVTimecode timecode;
  if (rate.num <= 0 || av_timecode_init_from_string(&timecode, rate, own.c_str(), nullptr) < 0)
    return;
  const std::int64_t frames = av_rescale_q(begin, kMicrosBase, av_inv_q(rate));
  std::array<char, AV_TIMECODE_STR_SIZE> text{};
  av_timecode_make_string(&timecode, text.data(),
                          static_cast<int>(std::min<std::int64_t>(frames, 1 << 30)));
  av_dict_set(&to.metadata, "timecode", text.data(), 0);
}

// One stream on its way into the clip.
struct Track {
  AVStream* out = nullptr;  // null: left out
  AVMediaType type = AVMEDIA_TYPE_UNKNOWN;
  bool done = false;  // has reached the clip's end
  // Of what is encoded anew.
  std::unique_ptr<FrameDecoder> decoder;
  std::unique_ptr<AudioEncoder> audio;
};

class ClipWriter {
 public:
  ClipWriter(const std::string& source, const TimeRange& time, const std::filesystem::path& path,
             const ClipOptions& options)
      : options_(options),
        input_(source, options.cancel),
        format_(container_of(path)),
        wanted_(time) {
    refuse_source(source, path);
    if (wanted_.begin < 0 || wanted_.empty() ||
        (input_.length_known() && wanted_.begin >= input_.info().duration)) {
      throw_nothing_there();
    }
    require_turn();
    output_.emplace(path, format_);
  }

  WrittenClip write() {
    if (options_.reencode) {
      encode();
    } else {
      copy();
    }
    if (input_.has_late_tracks()) {
      result_.notes.push_back("A track that begins in the middle of the file is left out.");
    }
    result_.size = output_->finish();
    return std::move(result_);
  }

 private:
  static void refuse_source(const std::filesystem::path& source,
                            const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::equivalent(source, path, ignored)) {
      throw Error(ErrorCode::bad_argument, path.string() + " is the video itself.",
                  "Choose another name: the source is never written to.");
    }
  }

  [[noreturn]] void throw_nothing_there() const {
    throw Error(ErrorCode::bad_argument,
                input_.name() + " has nothing from " + format_time(wanted_.begin) + " to " +
                    format_time(wanted_.end) + ".",
                "Choose a range within the video.");
  }

  void require_video_codec(AVCodecID codec) const {
    if (can_hold(format_, codec)) return;
    throw Error(
        ErrorCode::unsupported,
        std::string(format_.name) + " cannot hold pictures in " + avcodec_get_name(codec) + ".",
        options_.reencode ? "Choose .mp4, .mov or .mkv."
        : std::string_view(format_.name) == "matroska"
            ? "Choose the exact kind of clip, which is encoded anew."
            : "Choose .mkv, or the exact kind of clip, which is encoded anew.");
  }

  // FFmpeg writes how a picture is to be turned into MP4 and MOV only.
  void require_turn() const {
    const std::string_view muxer = format_.name;
    const bool upright = input_.info().rotation_degrees == 0 && !input_.info().mirrored;
    if (upright || muxer == "mp4" || muxer == "mov") return;
    throw Error(ErrorCode::unsupported,
                input_.name() + " is turned when it is shown, which a " + std::string(muxer) +
                    " file written here cannot say.",
                "Choose .mp4 or .mov.");
  }

  // Streams that the clip takes over as they are; those it cannot hold are noted.
  bool takes(unsigned index) {
    const AVCodecParameters& parameters = *input_.stream(index).codecpar;
    if ((input_.stream(index).disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) return false;
    const bool known = parameters.codec_type == AVMEDIA_TYPE_VIDEO ||
                       parameters.codec_type == AVMEDIA_TYPE_AUDIO ||
                       parameters.codec_type == AVMEDIA_TYPE_SUBTITLE;
    if (!known) return false;  // timecode tracks and the like are made anew by the muxer, if at all
    if (parameters.codec_id != AV_CODEC_ID_NONE && can_hold(format_, parameters.codec_id))
      return true;
    result_.notes.push_back(std::string(kind_name(parameters.codec_type)) + " (" +
                            avcodec_get_name(parameters.codec_id) +
                            ") is left out: " + format_.name + " cannot hold it.");
    return false;
  }

  AVStream& add_copied(unsigned index) {
    const AVStream& from = input_.stream(index);
    AVStream& to = output_->add_stream();
    if (avcodec_parameters_copy(to.codecpar, from.codecpar) < 0) require_memory<void>(nullptr);
    // The source's own code word, if it means the same in this container.
    const bool same =
        format_.codec_tag != nullptr &&
        av_codec_get_id(format_.codec_tag, from.codecpar->codec_tag) == from.codecpar->codec_id;
    if (!same) to.codecpar->codec_tag = 0;
    to.time_base = from.time_base;
    copy_stream_facts(from, to);
    return to;
  }

  // --- Copying -----------------------------------------------------------------------------------

  void copy() {
    require_video_codec(input_.video().codecpar->codec_id);
    if (input_.counted()) {
      throw Error(ErrorCode::unsupported, input_.name() + " has no times to cut by.",
                  "Choose the exact kind of clip, which is encoded anew.");
    }
    start_ = input_.find_start(wanted_.begin, false);
    if (start_.time >= wanted_.end) {
      throw Error(ErrorCode::unsupported,
                  input_.name() + ": no part that can be copied begins before " +
                      format_time(wanted_.end) + ".",
                  "Choose the exact kind of clip, which is encoded anew.");
    }
    tracks_.resize(input_.streams());
    for (unsigned i = 0; i < input_.streams(); ++i) {
      tracks_[i].type = input_.stream(i).codecpar->codec_type;
      if (i == input_.video_index() || takes(i)) tracks_[i].out = &add_copied(i);
    }
    set_timecode(input_, start_.time, *tracks_[input_.video_index()].out);
    copy_metadata(input_.metadata(), &output_->context().metadata);
    output_->begin();
    result_.time = {start_.time, start_.time};
    if (start_.time < wanted_.begin) {
      result_.notes.push_back("The clip begins at " + format_time(start_.time) +
                              ": a copy can begin only at a keyframe.");
    } else if (start_.time > wanted_.begin) {
      result_.notes.push_back("The clip begins at " + format_time(start_.time) +
                              ", the first keyframe.");
    }
    input_.go_to(start_);
    const PacketPtr packet = make_packet();
    while (!all_done() && input_.read(*packet)) copy_packet(*packet);
    if (result_.time.end <= wanted_.begin) throw_nothing_there();
  }

  bool all_done() const {
    return std::all_of(tracks_.begin(), tracks_.end(), [](const Track& track) {
      return track.out == nullptr || track.done || track.type == AVMEDIA_TYPE_SUBTITLE;
    });
  }

  void copy_packet(AVPacket& packet) {
    const auto index = static_cast<unsigned>(packet.stream_index);
    Track& track = tracks_[index];
    const std::int64_t ordered = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
    if (ordered == AV_NOPTS_VALUE) return;
    const bool passed = input_.time_of(ordered, index) >= wanted_.end;
    if (index == input_.video_index() &&
        input_.time_of(ordered, index) >= wanted_.end + kPatience) {
      for (Track& other : tracks_) other.done = true;
    }
    if (passed) track.done = true;
    if (track.out == nullptr || track.done) return;
    if (index == input_.video_index()) {
      copy_video_packet(packet);
      return;
    }
    if (packet.pts == AV_NOPTS_VALUE) packet.pts = packet.dts;
    const Micros time = input_.time_of(packet.pts, index);
    // Sound that begins before the pictures would make them wait in some players.
    if (time < start_.time || time >= wanted_.end) return;
    write_copied(packet, index);
  }

  // Pictures come in the order of decoding. Those presented after the end are kept back until it
  // turns out whether an earlier one needs them.
  void copy_video_packet(AVPacket& packet) {
    if (packet.pts == AV_NOPTS_VALUE) {
      if (input_.video().codecpar->video_delay > 0) {
        throw Error(ErrorCode::unsupported,
                    input_.name() + " does not say when its pictures are shown.",
                    "Choose the exact kind of clip, which is encoded anew.");
      }
      packet.pts = packet.dts;
    }
    const Micros time = input_.time_of(packet.pts, input_.video_index());
    if (time < start_.time) return;  // it needs pictures from before the start
    if (time >= wanted_.end) {
      kept_back_.push_back(clone_packet(packet));
      return;
    }
    for (const PacketPtr& earlier : kept_back_) write_video(*earlier);
    kept_back_.clear();
    write_video(packet);
  }

  void write_video(AVPacket& packet) {
    const unsigned index = input_.video_index();
    const Micros length =
        packet.duration > 0
            ? bounded_time(av_rescale_q(packet.duration, input_.video().time_base, kMicrosBase))
            : input_.frame_period();
    result_.time.end = std::max(result_.time.end, input_.time_of(packet.pts, index) + length);
    write_copied(packet, index);
  }

  void write_copied(AVPacket& packet, unsigned index) {
    const AVRational from = input_.stream(index).time_base;
    const std::int64_t zero = av_rescale_q(start_.pts, input_.video().time_base, from);
    AVStream& out = *tracks_[index].out;
    const auto rebase = [&](std::int64_t timestamp) {
      return timestamp == AV_NOPTS_VALUE
                 ? timestamp
                 : av_rescale_q(av_sat_sub64(timestamp, zero), from, out.time_base);
    };
    packet.pts = rebase(packet.pts);
    packet.dts = packet.dts != AV_NOPTS_VALUE ? rebase(packet.dts) : packet.pts;
    packet.duration = std::max<std::int64_t>(0, av_rescale_q(packet.duration, from, out.time_base));
    packet.stream_index = out.index;
    output_->write(packet);
  }

  // --- Encoding ----------------------------------------------------------------------------------

  void encode() {
    require_video_codec(AV_CODEC_ID_H264);
    if (FrameDecoder::primer_needed(*input_.video().codecpar)) {
      primer_ = input_.first_picture_packet();
    }
    const bool headers = output_->wants_global_headers();
    start_ = input_.find_start(wanted_.begin, true);
    const AVStream& source = input_.video();  // searching may have opened the file anew
    const AVRational rate =
        source.avg_frame_rate.num > 0 ? source.avg_frame_rate : source.r_frame_rate;
    tracks_.resize(input_.streams());
    for (unsigned i = 0; i < input_.streams(); ++i) {
      Track& track = tracks_[i];
      track.type = input_.stream(i).codecpar->codec_type;
      if (i == input_.video_index()) {
        add_encoded_video(track, source, rate, headers);
      } else if (track.type == AVMEDIA_TYPE_AUDIO) {
        add_encoded_audio(track, i, headers);
      } else if (track.type == AVMEDIA_TYPE_SUBTITLE && takes(i)) {
        track.out = &add_copied(i);
      }
    }
    set_timecode(input_, wanted_.begin, *tracks_[input_.video_index()].out);
    copy_metadata(input_.metadata(), &output_->context().metadata);
    output_->begin();
    result_.time = {wanted_.begin, wanted_.begin};
    input_.go_to(start_);
    const PacketPtr packet = make_packet();
    while (!all_done() && input_.read(*packet)) encode_packet(*packet);
    finish_encoding();
  }

  void add_encoded_video(Track& track, const AVStream& source, AVRational rate, bool headers) {
    // Two threads: the encoder takes half of the cores, and watching may need the rest.
    track.decoder =
        std::make_unique<FrameDecoder>(*source.codecpar, source.time_base, 2, input_.name());
    if (primer_ != nullptr) track.decoder->prime(*primer_);
    encoder_.emplace(source, rate, headers);
    track.out = &output_->add_stream();
    copy_stream_facts(source, *track.out);
    track.out->time_base = encoder_->time_base();
    if (avcodec_parameters_from_context(track.out->codecpar, &encoder_->context()) < 0) {
      require_memory<void>(nullptr);
    }
  }

  void add_encoded_audio(Track& track, unsigned index, bool headers) {
    const AVStream& source = input_.stream(index);
    try {
      track.decoder =
          std::make_unique<FrameDecoder>(*source.codecpar, source.time_base, 1, input_.name());
      track.audio =
          std::make_unique<AudioEncoder>(source, wanted_.length(), headers, input_.name());
    } catch (const Error& error) {
      if (error.code() != ErrorCode::unsupported) throw;
      result_.notes.push_back("A sound track is left out: " + error.message());
      track.decoder.reset();
      return;
    }
    track.out = &output_->add_stream();
    copy_stream_facts(source, *track.out);
    track.out->time_base = track.audio->time_base();
    if (avcodec_parameters_from_context(track.out->codecpar, &track.audio->context()) < 0) {
      require_memory<void>(nullptr);
    }
  }

  void encode_packet(AVPacket& packet) {
    const auto index = static_cast<unsigned>(packet.stream_index);
    Track& track = tracks_[index];
    const std::int64_t ordered = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
    const Micros time = ordered == AV_NOPTS_VALUE ? 0 : input_.time_of(ordered, index);
    if (time >= wanted_.end + kPatience) {
      for (Track& other : tracks_) other.done = true;
    }
    if (track.out == nullptr || track.done) return;
    if (track.decoder == nullptr) {
      if (time >= wanted_.begin && time < wanted_.end && packet.pts != AV_NOPTS_VALUE)
        copy_subtitle(packet, index);
      return;
    }
    track.decoder->decode(packet, [&](FramePtr frame) { take_frame(index, std::move(frame)); });
  }

  void copy_subtitle(AVPacket& packet, unsigned index) {
    const AVRational from = input_.stream(index).time_base;
    AVStream& out = *tracks_[index].out;
    packet.pts = packet.dts =
        av_rescale_q(input_.time_of(packet.pts, index) - wanted_.begin, kMicrosBase, out.time_base);
    packet.duration = av_rescale_q(packet.duration, from, out.time_base);
    packet.stream_index = out.index;
    output_->write(packet);
  }

  PacketSink sink_of(unsigned index, AVRational time_base) {
    return [this, index, time_base](AVPacket& packet) {
      AVStream& out = *tracks_[index].out;
      av_packet_rescale_ts(&packet, time_base, out.time_base);
      packet.stream_index = out.index;
      output_->write(packet);
    };
  }

  void take_frame(unsigned index, FramePtr frame) {
    Track& track = tracks_[index];
    if (track.done) return;
    if (track.audio != nullptr) {
      if (frame->best_effort_timestamp == AV_NOPTS_VALUE) return;
      const Micros time = input_.time_of(frame->best_effort_timestamp, index) - wanted_.begin;
      track.audio->encode(*frame, time, sink_of(index, track.audio->time_base()));
      track.done = track.audio->full();
      return;
    }
    Micros time = 0;
    if (input_.counted()) {
      time = counted_frames_++ * input_.frame_period();
    } else if (frame->best_effort_timestamp != AV_NOPTS_VALUE) {
      time = input_.time_of(frame->best_effort_timestamp, index);
    } else {
      return;
    }
    if (is_unrecovered(*frame) && time < wanted_.begin) return;
    const Micros length =
        frame->pkt_duration > 0 && !input_.counted()
            ? bounded_time(av_rescale_q(frame->pkt_duration, input_.video().time_base, kMicrosBase))
            : input_.frame_period();
    pictures_end_ = std::max(pictures_end_, time + length);
    if (time <= wanted_.begin) {
      // The last of these is on screen when the clip begins.
      on_screen_ = std::move(frame);
      on_screen_pts_ = 0;
      return;
    }
    if (time >= wanted_.end) {
      track.done = true;
      return;
    }
    const std::int64_t pts = av_rescale_q(time - wanted_.begin, kMicrosBase, encoder_->time_base());
    if (on_screen_ != nullptr && pts <= on_screen_pts_) return;  // never on screen
    flush_frame(pts);
    on_screen_ = std::move(frame);
    on_screen_pts_ = pts;
  }

  // Encodes the frame on screen, whose end is known now.
  void flush_frame(std::int64_t until) {
    if (on_screen_ == nullptr) return;
    encoder_->encode(std::move(on_screen_), on_screen_pts_,
                     std::max<std::int64_t>(1, until - on_screen_pts_),
                     sink_of(input_.video_index(), encoder_->time_base()));
    on_screen_.reset();
    any_frame_ = true;
  }

  void finish_encoding() {
    for (unsigned i = 0; i < tracks_.size(); ++i) {
      if (tracks_[i].decoder != nullptr && !tracks_[i].done) {
        tracks_[i].decoder->drain([&](FramePtr frame) { take_frame(i, std::move(frame)); });
      }
    }
    const Micros end =
        tracks_[input_.video_index()].done ? wanted_.end : std::min(wanted_.end, pictures_end_);
    if (end <= wanted_.begin) throw_nothing_there();
    flush_frame(av_rescale_q(end - wanted_.begin, kMicrosBase, encoder_->time_base()));
    if (!any_frame_) {
      throw Error(ErrorCode::corrupt_data,
                  input_.name() + ": no picture could be decoded from " +
                      format_time(wanted_.begin) + " to " + format_time(wanted_.end) + ".",
                  "The file may be damaged there. A copied clip may still play.");
    }
    encoder_->finish(sink_of(input_.video_index(), encoder_->time_base()));
    for (unsigned i = 0; i < tracks_.size(); ++i) {
      if (tracks_[i].audio != nullptr)
        tracks_[i].audio->finish(sink_of(i, tracks_[i].audio->time_base()));
    }
    result_.time.end = end;
  }

  const ClipOptions options_;
  ClipInput input_;
  const AVOutputFormat& format_;
  TimeRange wanted_;
  std::optional<ClipOutput> output_;
  ClipStart start_;
  PacketPtr primer_;           // what the decoder of the pictures has to know, if anything
  std::vector<Track> tracks_;  // by the input's stream
  WrittenClip result_;
  std::deque<PacketPtr> kept_back_;
  // Of encoding.
  std::optional<VideoEncoder> encoder_;
  FramePtr on_screen_;
  std::int64_t on_screen_pts_ = 0;
  std::int64_t counted_frames_ = 0;
  Micros pictures_end_ = 0;  // of those decoded so far
  bool any_frame_ = false;
};

}  // namespace

WrittenClip write_clip(const std::string& source, const TimeRange& time,
                       const std::filesystem::path& path, const ClipOptions& options) {
  return ClipWriter(source, time, path, options).write();
}

}  // namespace longtake::media
