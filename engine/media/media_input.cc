#include "engine/media/media_input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "engine/base/log.h"
#include "engine/media/frame_converter.h"
#include "engine/media/frame_decoder.h"

extern "C" {
#include <libavutil/avstring.h>
#include <libavutil/display.h>
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
}

namespace longtake::media {

namespace {

constexpr std::int64_t kUrlSilenceLimit = 30 * kMicrosPerSecond;
// The first picture of an honest file is among its first packets; a recording that starts within a
// long group of pictures needs more.
constexpr int kMaxPacketsToFirstPicture = 3000;
constexpr std::int64_t kMaxBytesToFirstPicture = 256LL << 20;
constexpr int kMaxConsecutiveReadErrors = 256;

// Demuxers that a dropped file must not reach: they open other files that the file names, or make a
// "video" of any text.
constexpr std::array<std::string_view, 15> kRefusedDemuxers = {
    "concat", "concatf", "hls", "dash",        "imf",      "image2", "tty", "bin",
    "xbin",   "adf",     "idf", "vapoursynth", "avisynth", "rtsp",   "sdp"};

bool opens_other_files(std::string_view name) {
  return std::find(kRefusedDemuxers.begin(), kRefusedDemuxers.end(), name) !=
         kRefusedDemuxers.end();
}

std::string demuxers_for_files() {
  std::string list;
  void* state = nullptr;
  while (const AVInputFormat* format = av_demuxer_iterate(&state)) {
    const std::string_view names = format->name;
    // A demuxer with several names is allowed by any of them, and is refused by its first.
    const std::string_view first = names.substr(0, names.find(','));
    if (opens_other_files(first)) continue;
    if (!list.empty()) list += ',';
    list += names;
  }
  return list;
}

void forward_log(void* object, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_WARNING) return;
  spdlog::logger& logger = log("media");
  if (!logger.should_log(spdlog::level::debug)) return;
  std::array<char, 512> line{};
  int prefix = 1;
  av_log_format_line2(object, level, format, arguments, line.data(), static_cast<int>(line.size()),
                      &prefix);
  std::string_view text(line.data());
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  logger.debug("ffmpeg: {}", text);
}

void quiet_ffmpeg_once() {
  // The one process-wide setting: FFmpeg would otherwise write its remarks about damaged streams to
  // stderr, which belongs to the program's own messages.
  static std::once_flag once;
  std::call_once(once, [] { av_log_set_callback(forward_log); });
}

std::string display_name(const std::string& path_or_url) {
  if (is_url(path_or_url)) return path_or_url;
  const std::string name = std::filesystem::path(path_or_url).filename().string();
  return name.empty() ? path_or_url : name;
}

// Everything that can be said of a local path before FFmpeg sees it.
std::int64_t check_local_file(const std::string& path, const std::string& name) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw Error(ErrorCode::not_found, path + ": no such file.", "Check the path.");
  }
  if (code) {
    const bool forbidden = code == std::errc::permission_denied;
    throw Error(forbidden ? ErrorCode::no_permission : ErrorCode::io_error,
                path + ": " + code.message() + ".");
  }
  if (std::filesystem::is_directory(status)) {
    throw Error(ErrorCode::bad_argument, path + " is a folder, not a video.", "Name a file in it.");
  }
  if (!std::filesystem::is_regular_file(status)) {
    // Opening a pipe waits for its writer, and nothing could end that wait.
    throw Error(ErrorCode::bad_argument, path + " is not a file.", "Name a video file.");
  }
  if (::access(path.c_str(), R_OK) != 0) {
    throw Error(ErrorCode::no_permission, path + ": you may not read this file.",
                "Check the file's permissions.");
  }
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path, code));
  if (!code && size == 0) {
    throw Error(ErrorCode::corrupt_data, name + " is empty: it holds no bytes at all.",
                "The copy or the recording probably failed; get the file again.");
  }
  return code ? 0 : size;
}

// MP4 and QuickTime begin with a box of one of these kinds.
bool begins_like_mp4(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  std::array<char, 12> head{};
  const ssize_t got = ::read(fd, head.data(), head.size());
  ::close(fd);
  if (got < 8) return false;
  const std::string_view kind(head.data() + 4, 4);
  return kind == "ftyp" || kind == "moov" || kind == "mdat" || kind == "wide" || kind == "free";
}

[[noreturn]] void throw_open_error(int rc, const std::string& path, const std::string& name,
                                   bool url, bool stopped) {
  if (rc == AVERROR_EXIT) {
    if (url && !stopped) {
      throw Error(ErrorCode::io_error, name + ": no answer within 30 seconds.",
                  "Check the address and the network.");
    }
    throw Error(ErrorCode::cancelled, name + ": opening was stopped.");
  }
  if (rc == AVERROR(ENOMEM))
    throw Error(ErrorCode::out_of_memory, name + ": not enough memory to open it.");
  if (rc == AVERROR(ENOENT) || rc == AVERROR_HTTP_NOT_FOUND) {
    throw Error(ErrorCode::not_found, path + ": not found.", "Check the address.");
  }
  if (url && rc != AVERROR_INVALIDDATA) {
    throw Error(ErrorCode::io_error, name + ": cannot be read (" + av_error_text(rc) + ").",
                "Check the address and the network.");
  }
  if (!url && begins_like_mp4(path)) {
    throw Error(
        ErrorCode::corrupt_data,
        name +
            " is cut off or damaged: it begins like an MP4 or MOV video, but the index (moov) "
            "that says where its pictures are is missing or unreadable.",
        "Copy it again from the source, or repair it with a tool such as untrunc.");
  }
  throw Error(
      ErrorCode::unsupported, name + " is not a video file that can be read.",
      "Longtake reads what FFmpeg reads: MP4, MOV, MKV, WebM, AVI, MPEG-TS, GIF and others.");
}

bool is_encrypted(const AVStream& stream) {
  const std::uint32_t tag = stream.codecpar->codec_tag;
  return tag == MKTAG('e', 'n', 'c', 'v') || tag == MKTAG('d', 'r', 'm', 'i') ||
         av_stream_get_side_data(&stream, AV_PKT_DATA_ENCRYPTION_INIT_INFO, nullptr) != nullptr;
}

std::string lower_codec_name(const AVCodecParameters& parameters) {
  return avcodec_get_name(parameters.codec_id);
}

}  // namespace

namespace {
std::atomic<std::int64_t> lowered_max_pixels{kMaxPixels};
}  // namespace

std::int64_t max_pixels() {
  return lowered_max_pixels.load(std::memory_order_relaxed);
}
void set_max_pixels_for_tests(std::int64_t pixels) {
  lowered_max_pixels = pixels;
}

int MediaInput::interrupted(void* self) {
  const auto& input = *static_cast<const MediaInput*>(self);
  if (input.stopped()) return 1;
  return input.deadline_us_ != 0 && monotonic_us() > input.deadline_us_ ? 1 : 0;
}

MediaInput::MediaInput(const std::string& path_or_url, const std::atomic<bool>* stop,
                       const std::atomic<bool>* cancel)
    : stop_(stop), cancel_(cancel) {
  quiet_ffmpeg_once();
  info_.path = path_or_url;
  open(path_or_url);
  choose_stream();
  find_first_picture();
}

void MediaInput::open(const std::string& path_or_url) {
  const std::string name = display_name(path_or_url);
  is_url_ = is_url(path_or_url);
  std::string address = path_or_url;
  Dictionary options;
  if (is_url_) {
    options.set("protocol_whitelist",
                "http,https,tls,tcp,udp,rtp,rtsp,rtmp,rtmps,srt,crypto,data,httpproxy,ftp,sftp");
    options.set("rw_timeout", std::to_string(kUrlSilenceLimit));
  } else {
    info_.size_bytes = check_local_file(path_or_url, name);
    static const std::string allowed = demuxers_for_files();
    options.set("protocol_whitelist", "file");
    options.set("format_whitelist", allowed);
    // "file:" keeps a colon in a file's name from being taken for a protocol.
    address = "file:" + path_or_url;
  }
  AVFormatContext* context = require_memory(avformat_alloc_context());
  context->interrupt_callback = {&MediaInput::interrupted, this};
  context->max_streams = 256;
  deadline_us_ = is_url_ ? monotonic_us() + kUrlSilenceLimit : 0;
  int rc = avformat_open_input(&context, address.c_str(), nullptr, options.address());
  if (rc < 0)
    throw_open_error(rc, path_or_url, name, is_url_, stopped());  // FFmpeg has freed the context
  format_.reset(context);

  // The streams' trial decoders get the same limit on sizes as ours, and no threads of their own.
  std::vector<AVDictionary*> stream_options(format_->nb_streams, nullptr);
  for (AVDictionary*& entry : stream_options) {
    av_dict_set_int(&entry, "max_pixels", max_pixels(), 0);
    av_dict_set_int(&entry, "threads", 1, 0);
  }
  deadline_us_ = is_url_ ? monotonic_us() + kUrlSilenceLimit : 0;
  rc = avformat_find_stream_info(format_.get(),
                                 stream_options.empty() ? nullptr : stream_options.data());
  for (AVDictionary*& entry : stream_options) av_dict_free(&entry);
  if (rc < 0 || format_->nb_streams == 0) {
    throw_open_error(rc < 0 ? rc : AVERROR_INVALIDDATA, path_or_url, name, is_url_, stopped());
  }
}

void MediaInput::choose_stream() {
  const std::string name = display_name(info_.path);
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    if (format_->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) info_.has_audio = true;
  }
  const int index = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (index < 0 || (format_->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
    if (info_.has_audio) {
      throw Error(ErrorCode::unsupported, name + " has sound but no picture.",
                  "Longtake watches video; audio-only files cannot be added.");
    }
    throw Error(ErrorCode::unsupported, name + " holds no video.",
                "Longtake watches video; this file has none that can be recognised.");
  }
  stream_ = format_->streams[index];
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    if (static_cast<int>(i) != index) format_->streams[i]->discard = AVDISCARD_ALL;
  }
  AVCodecParameters& parameters = *stream_->codecpar;
  if (is_encrypted(*stream_)) {
    throw Error(ErrorCode::unsupported,
                name + " is encrypted (copy protected); its pictures cannot be decoded.",
                "Use a copy without protection.");
  }
  if (parameters.codec_id == AV_CODEC_ID_NONE) {
    throw Error(ErrorCode::unsupported, name + " uses a video codec that is not known here.",
                "Convert the file to H.264, for example with ffmpeg -i FILE -c:v libx264 OUT.mp4.");
  }
  if (parameters.width > kMaxSide || parameters.height > kMaxSide ||
      static_cast<std::int64_t>(parameters.width) * parameters.height > max_pixels()) {
    throw Error(ErrorCode::unsupported,
                name + ": pictures of " + std::to_string(parameters.width) + " x " +
                    std::to_string(parameters.height) + " pixels are beyond the limit of " +
                    std::to_string(kMaxSide) + " a side.",
                "The file is probably damaged.");
  }
  if (stream_->time_base.num <= 0 || stream_->time_base.den <= 0) stream_->time_base = {1, 90'000};

  const int flags = format_->iformat->flags;
  if ((flags & AVFMT_NOTIMESTAMPS) != 0) {
    timeline_ = TimelineKind::counted;
  } else if ((flags & AVFMT_TS_DISCONT) != 0) {
    timeline_ = TimelineKind::continuous;
  }
  const AVRational rate = stream_->avg_frame_rate.num > 0 && stream_->avg_frame_rate.den > 0
                              ? stream_->avg_frame_rate
                              : stream_->r_frame_rate;
  const double per_second = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 25.0;
  frame_period_ = std::clamp<Micros>(from_seconds(1.0 / per_second), 1, 3600 * kMicrosPerSecond);
}

void MediaInput::find_first_picture() {
  const std::string name = display_name(info_.path);
  FrameDecoder decoder(*stream_->codecpar, stream_->time_base, 1, name);
  FramePtr first;
  const FrameDecoder::Sink keep_first = [&](FramePtr frame) {
    if (first == nullptr && !is_unrecovered(*frame)) first = std::move(frame);
  };
  std::deque<PacketPtr> kept;
  std::int64_t bytes = 0;
  bool encrypted = false;
  while (first == nullptr && kept.size() < kMaxPacketsToFirstPicture &&
         bytes < kMaxBytesToFirstPicture) {
    PacketPtr packet = make_packet();
    if (!read(*packet)) {
      decoder.drain(keep_first);
      break;
    }
    encrypted = encrypted || av_packet_get_side_data(packet.get(), AV_PKT_DATA_ENCRYPTION_INFO,
                                                     nullptr) != nullptr;
    bytes += packet->size;
    decoder.decode(*packet, keep_first);
    kept.push_back(std::move(packet));
  }
  // Raw streams: not one packet carries a time.
  if (!kept.empty() && std::all_of(kept.begin(), kept.end(), [](const PacketPtr& packet) {
        return packet->pts == AV_NOPTS_VALUE && packet->dts == AV_NOPTS_VALUE;
      })) {
    timeline_ = TimelineKind::counted;
  }
  if (!kept.empty() && FrameDecoder::primer_needed(*stream_->codecpar)) {
    primer_ = clone_packet(*kept.front());
  }
  replay_ = std::move(kept);
  if (stopped()) throw Error(ErrorCode::cancelled, name + ": opening was stopped.");
  if (encrypted) {
    throw Error(ErrorCode::unsupported,
                name + " is encrypted (copy protected); its pictures cannot be decoded.",
                "Use a copy without protection.");
  }
  if (first == nullptr) {
    throw Error(ErrorCode::corrupt_data,
                name + ": no picture could be decoded (" + lower_codec_name(*stream_->codecpar) +
                    ", " + std::to_string(replay_.size()) + " packets read).",
                "The file is damaged or cut off, or encrypted. Does another player show it?");
  }
  std::int64_t timestamp = first->best_effort_timestamp;
  if (timestamp == AV_NOPTS_VALUE) {
    timestamp = stream_->start_time != AV_NOPTS_VALUE ? stream_->start_time : 0;
  }
  first_timestamp_ = timeline_ == TimelineKind::counted ? 0 : timestamp;
  describe(*first);
}

void MediaInput::describe(const AVFrame& first) {
  const AVCodecParameters& parameters = *stream_->codecpar;
  info_.container = format_->iformat->name;
  info_.codec = avcodec_get_name(parameters.codec_id);
  info_.coded_width = first.width;
  info_.coded_height = first.height;
  const auto format = static_cast<AVPixelFormat>(first.format);
  if (const char* pixel_format = av_get_pix_fmt_name(format)) info_.pixel_format = pixel_format;
  if (const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(format)) {
    info_.bit_depth = descriptor->comp[0].depth;
    const bool rgb = (descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
    info_.colour_matrix = rgb ? "rgb" : av_color_space_name(resolve_matrix(first));
    info_.colour_range = rgb || resolve_full_range(first) ? "pc" : "tv";
  }
  info_.high_dynamic_range =
      first.color_trc == AVCOL_TRC_SMPTE2084 || first.color_trc == AVCOL_TRC_ARIB_STD_B67;

  const std::uint8_t* matrix = av_stream_get_side_data(stream_, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
  if (matrix == nullptr) {
    const AVFrameSideData* side = av_frame_get_side_data(&first, AV_FRAME_DATA_DISPLAYMATRIX);
    if (side != nullptr && side->size >= 9 * sizeof(std::int32_t)) matrix = side->data;
  }
  Orientation orientation;
  if (matrix != nullptr) {
    std::array<std::int32_t, 9> numbers{};
    std::copy_n(matrix, sizeof(numbers), reinterpret_cast<std::uint8_t*>(numbers.data()));
    orientation = orientation_from_matrix(numbers.data());
  }
  info_.rotation_degrees = orientation.rotation_degrees;
  info_.mirrored = orientation.mirrored;
  AVRational aspect =
      av_guess_sample_aspect_ratio(format_.get(), stream_, const_cast<AVFrame*>(&first));
  if (aspect.num <= 0 || aspect.den <= 0) aspect = {1, 1};
  info_.sample_aspect = av_q2d(aspect);
  const Size shown = display_size(first.width, first.height, aspect);
  info_.width = orientation.swaps_sides() ? shown.height : shown.width;
  info_.height = orientation.swaps_sides() ? shown.width : shown.height;

  const AVRational nominal = stream_->r_frame_rate;
  const AVRational average = stream_->avg_frame_rate;
  if (nominal.num > 0 && nominal.den > 0) info_.nominal_rate = {nominal.num, nominal.den};
  if (average.num > 0 && average.den > 0) info_.average_rate = {average.num, average.den};
  if (info_.nominal_rate.known() && info_.average_rate.known()) {
    const double ratio = info_.nominal_rate.value() / info_.average_rate.value();
    info_.variable_frame_rate_suspected = ratio > 1.01 || ratio < 0.99;
  }

  constexpr AVRational kMicrosBase = {1, AV_TIME_BASE};
  const Micros first_us = timeline_ == TimelineKind::counted
                              ? 0
                              : av_rescale_q(first_timestamp_, stream_->time_base, kMicrosBase);
  info_.start_offset = first_us;
  info_.container_start = format_->start_time != AV_NOPTS_VALUE ? format_->start_time : first_us;
  const bool matroska = info_.container.find("matroska") != std::string::npos;
  Micros end = 0;
  if (stream_->duration != AV_NOPTS_VALUE && stream_->duration > 0) {
    const std::int64_t start = stream_->start_time != AV_NOPTS_VALUE ? stream_->start_time : 0;
    end = av_rescale_q(av_sat_add64(start, stream_->duration), stream_->time_base, kMicrosBase);
  } else if (format_->duration != AV_NOPTS_VALUE && format_->duration > 0) {
    // Matroska's duration counts from the zero of its clock, others' from their first packet.
    const Micros start = format_->start_time != AV_NOPTS_VALUE ? format_->start_time : 0;
    const bool from_zero = matroska && format_->duration > start;
    end = av_sat_add64(format_->duration, from_zero ? 0 : start);
  }
  info_.duration =
      std::max<Micros>(0, av_sat_sub64(end, timeline_ == TimelineKind::counted ? 0 : first_us));
  if (info_.duration > kLongestVideo) info_.duration = 0;
  if (stream_->duration != AV_NOPTS_VALUE && stream_->duration > 0 &&
      timeline_ == TimelineKind::trusted) {
    stated_end_ = info_.duration;
  }
  info_.duration_estimated =
      info_.duration == 0 || format_->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE;

  const bool seekable =
      format_->pb != nullptr && (format_->pb->seekable & AVIO_SEEKABLE_NORMAL) != 0;
  // Matroska loads its index when it is first asked to seek.
  info_.fast_seek = timeline_ == TimelineKind::trusted && seekable &&
                    (matroska || avformat_index_get_entries_count(stream_) > 1);
  index_loaded_ = !matroska;
}

AVRational MediaInput::sample_aspect(AVFrame* frame) const {
  return av_guess_sample_aspect_ratio(format_.get(), stream_, frame);
}

void MediaInput::prime(FrameDecoder& decoder) const {
  if (primer_ != nullptr) decoder.prime(*primer_);
}

Micros MediaInput::time_of(std::int64_t timestamp) const {
  return bounded_time(av_rescale_q(av_sat_sub64(timestamp, first_timestamp_), stream_->time_base,
                                   {1, AV_TIME_BASE}));
}

Micros MediaInput::duration_of(std::int64_t units) const {
  if (units <= 0) return 0;
  return std::clamp<Micros>(av_rescale_q(units, stream_->time_base, {1, AV_TIME_BASE}), 0,
                            24 * 3600 * kMicrosPerSecond);
}

int MediaInput::read_raw(AVPacket& packet) {
  // A source that keeps saying "again" is asked for at most ten seconds.
  for (int attempt = 0; attempt < 1000; ++attempt) {
    deadline_us_ = is_url_ ? monotonic_us() + kUrlSilenceLimit : 0;
    const int rc = av_read_frame(format_.get(), &packet);
    if (rc != AVERROR(EAGAIN) || stopped()) return rc;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return AVERROR_EOF;
}

bool MediaInput::read(AVPacket& packet) {
  av_packet_unref(&packet);
  if (!replay_.empty()) {
    av_packet_move_ref(&packet, replay_.front().get());
    replay_.pop_front();
    return true;
  }
  while (!stopped()) {
    const int rc = read_raw(packet);
    if (rc < 0 && !is_url_ && !stopped()) require_readable(*format_, display_name(info_.path));
    if (rc == AVERROR_EOF) return false;
    if (rc < 0) {
      if (stopped()) return false;
      if (rc == AVERROR(ENOMEM)) require_memory<AVPacket>(nullptr);
      if (is_url_ && rc != AVERROR_INVALIDDATA) {
        throw Error(
            ErrorCode::io_error,
            display_name(info_.path) + ": the connection was lost (" + av_error_text(rc) + ").",
            "What was seen so far is kept; start again to continue.");
      }
      ++read_errors_;
      if (++consecutive_errors_ > kMaxConsecutiveReadErrors) {
        log("media").warn("{}: unreadable from here on; treated as the end",
                          display_name(info_.path));
        return false;
      }
      continue;
    }
    if (packet.stream_index != stream_->index || packet.size <= 0) {
      av_packet_unref(&packet);
      continue;
    }
    consecutive_errors_ = 0;
    if ((packet.flags & AV_PKT_FLAG_CORRUPT) != 0) ++read_errors_;
    if (timeline_ == TimelineKind::continuous) repair(packet);
    if (timeline_ == TimelineKind::counted) packet.pts = packet.dts = AV_NOPTS_VALUE;
    return true;
  }
  return false;
}

void MediaInput::repair(AVPacket& packet) {
  const auto jump =
      repair_.repair(packet, {stream_->time_base, first_timestamp_, info_.duration, frame_period_});
  if (!jump) return;
  ++timestamps_repaired_;
  // Damage can make thousands of jumps; the first few tell the story.
  const auto level = timestamps_repaired_ <= 5 ? spdlog::level::warn : spdlog::level::debug;
  log("media").log(level, "{}: the clock jumps by {:.3f} s at {}; the jump is closed up",
                   display_name(info_.path), to_seconds(jump->step), format_time(jump->after));
}

bool MediaInput::index_leads_past(std::int64_t dts, Micros time) const {
  if (!can_seek() || dts == AV_NOPTS_VALUE) return false;
  if (!index_loaded_) return true;  // seeking finds out
  const std::int64_t target =
      av_sat_add64(av_rescale_q(time, {1, AV_TIME_BASE}, stream_->time_base), first_timestamp_);
  const AVIndexEntry* entry =
      avformat_index_get_entry_from_timestamp(stream_, target, AVSEEK_FLAG_BACKWARD);
  return entry != nullptr && entry->timestamp > dts;
}

bool MediaInput::seek(Micros time) {
  return seek_units(
      av_sat_add64(av_rescale_q(time, {1, AV_TIME_BASE}, stream_->time_base), first_timestamp_));
}

bool MediaInput::seek_units(std::int64_t timestamp) {
  replay_.clear();
  index_loaded_ = true;
  consecutive_errors_ = 0;
  deadline_us_ = is_url_ ? monotonic_us() + kUrlSilenceLimit : 0;
  if (timestamp == INT64_MIN) {
    repair_ = {};
    const std::int64_t start = stream_->start_time != AV_NOPTS_VALUE ? stream_->start_time : 0;
    return avformat_seek_file(format_.get(), stream_->index, INT64_MIN, start, start, 0) >= 0;
  }
  return av_seek_frame(format_.get(), stream_->index, timestamp, AVSEEK_FLAG_BACKWARD) >= 0;
}

}  // namespace longtake::media
