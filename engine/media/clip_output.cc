#include "engine/media/clip_output.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "engine/base/file.h"
#include "engine/base/file_error.h"

namespace longtake::media {

namespace {

struct Container {
  std::string_view suffix;
  const char* muxer;
};
constexpr std::array<Container, 8> kContainers = {{{".mp4", "mp4"},
                                                   {".m4v", "mp4"},
                                                   {".mov", "mov"},
                                                   {".mkv", "matroska"},
                                                   {".webm", "webm"},
                                                   {".ts", "mpegts"},
                                                   {".m2ts", "mpegts"},
                                                   {".avi", "avi"}}};

}  // namespace

const AVOutputFormat& container_of(const std::filesystem::path& path) {
  std::string suffix = path.extension().string();
  for (char& c : suffix) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (const Container& container : kContainers) {
    if (container.suffix != suffix) continue;
    if (const AVOutputFormat* format = av_guess_format(container.muxer, nullptr, nullptr))
      return *format;
    throw Error(ErrorCode::unsupported, "This FFmpeg cannot write " + suffix + " files.",
                "Use .mp4 or .mkv.");
  }
  throw Error(ErrorCode::bad_argument,
              path.filename().string() + ": the name does not say what kind of file this is to be.",
              "End it with .mp4, .mov, .mkv, .webm, .ts or .avi.");
}

bool can_hold(const AVOutputFormat& format, AVCodecID codec) {
  constexpr std::array kTransport = {
      AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4, AV_CODEC_ID_H264,
      AV_CODEC_ID_HEVC,       AV_CODEC_ID_MP2,        AV_CODEC_ID_MP3,   AV_CODEC_ID_AAC,
      AV_CODEC_ID_AC3,        AV_CODEC_ID_EAC3,       AV_CODEC_ID_OPUS,  AV_CODEC_ID_DVB_SUBTITLE};
  if (std::string_view(format.name) == "mpegts") {
    return std::find(kTransport.begin(), kTransport.end(), codec) != kTransport.end();
  }
  return avformat_query_codec(&format, codec, FF_COMPLIANCE_NORMAL) == 1;
}

void copy_metadata(const AVDictionary* from, AVDictionary** to) {
  constexpr std::array<std::string_view, 8> kOwn = {
      "major_brand", "minor_version",   "compatible_brands", "timecode",
      "DURATION",    "NUMBER_OF_BYTES", "NUMBER_OF_FRAMES",  "encoder"};
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(from, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    const std::string_view key = entry->key;
    if (key.starts_with("_STATISTICS")) continue;
    if (std::find(kOwn.begin(), kOwn.end(), key) == kOwn.end())
      av_dict_set(to, entry->key, entry->value, 0);
  }
}

void copy_stream_facts(const AVStream& from, AVStream& to) {
  to.sample_aspect_ratio = from.sample_aspect_ratio;
  to.avg_frame_rate = from.avg_frame_rate;
  to.r_frame_rate = from.r_frame_rate;
  to.disposition = from.disposition;
  copy_metadata(from.metadata, &to.metadata);
  for (int i = 0; i < from.nb_side_data; ++i) {
    const AVPacketSideData& side = from.side_data[i];
    std::uint8_t* copy = av_stream_new_side_data(&to, side.type, side.size);
    std::memcpy(require_memory(copy), side.data, side.size);
  }
}

ClipOutput::ClipOutput(const std::filesystem::path& path, const AVOutputFormat& format)
    : path_(path) {
  AVFormatContext* context = nullptr;
  const int rc = avformat_alloc_output_context2(&context, &format, nullptr, path.c_str());
  if (rc < 0) require_memory<void>(nullptr);
  context_ = context;
}

ClipOutput::~ClipOutput() {
  if (context_ != nullptr && context_->pb != nullptr) avio_closep(&context_->pb);
  avformat_free_context(context_);
}

AVStream& ClipOutput::add_stream() {
  return *require_memory(avformat_new_stream(context_, nullptr));
}

void ClipOutput::begin() {
  replacement_.emplace(path_);
  const std::string address = "file:" + replacement_->place().string();
  int rc = avio_open(&context_->pb, address.c_str(), AVIO_FLAG_WRITE);
  Dictionary options;
  if (rc >= 0) {
    // MP4 goes back to its beginning when it ends, which in a pipe is gone: there it is written in
    // pieces that are complete in themselves. The other containers do without by themselves.
    if ((context_->pb->seekable & AVIO_SEEKABLE_NORMAL) == 0) {
      options.set("movflags", "frag_keyframe+empty_moov+default_base_moof");
    }
    rc = avformat_write_header(context_, options.address());
  }
  if (rc < 0) fail(rc);
  last_dts_.assign(context_->nb_streams, AV_NOPTS_VALUE);
}

void ClipOutput::write(AVPacket& packet) {
  auto& last = last_dts_[static_cast<std::size_t>(packet.stream_index)];
  // Damaged files have steps back; muxers refuse them.
  if (last != AV_NOPTS_VALUE && packet.dts <= last) {
    packet.dts = last + 1;
    packet.pts = std::max(packet.pts, packet.dts);
  }
  last = packet.dts;
  packet.pos = -1;
  const int rc = av_interleaved_write_frame(context_, &packet);
  if (rc < 0) fail(rc);
}

std::int64_t ClipOutput::finish() {
  int rc = av_write_trailer(context_);
  if (rc >= 0) rc = context_->pb->error;
  const std::int64_t written = avio_tell(context_->pb);
  const int closed = avio_closep(&context_->pb);
  if (rc < 0 || closed < 0) fail(rc < 0 ? rc : closed);
  const std::int64_t size = replacement_->is_direct()
                                ? written
                                : File::open(replacement_->place(), File::Mode::read).size();
  replacement_->commit();
  return size;
}

void ClipOutput::fail(int rc) const {
  const std::string name = path_.string();
  if (rc == AVERROR(ENOMEM)) require_memory<void>(nullptr);
  if (rc == AVERROR(EINVAL) || rc == AVERROR_INVALIDDATA) {
    throw Error(ErrorCode::unsupported, name + ": this container cannot hold these streams.",
                "Choose .mkv, or the exact kind of clip, which is encoded anew.");
  }
  // FFmpeg's own codes are made of four letters, far below those of the system.
  if (constexpr int kMostErrno = 4096; AVUNERROR(rc) > 0 && AVUNERROR(rc) < kMostErrno) {
    fail_file(path_, "write", AVUNERROR(rc));
  }
  throw Error(ErrorCode::io_error, name + ": cannot be written (" + av_error_text(rc) + ").",
              "Check the disk.");
}

}  // namespace longtake::media
