#include "engine/media/packet_facts.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace longtake::media {

namespace {

// Reads bits of a NAL unit's payload, stepping over emulation prevention bytes. Beyond the end:
// zeros.
class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> data) : data_(data) {}

  int bit() {
    if (bit_ == 0) {
      if (zeros_ >= 2 && at_ < data_.size() && data_[at_] == 3) {
        ++at_;
        zeros_ = 0;
      }
      if (at_ >= data_.size()) {
        past_end_ = true;
        return 0;
      }
      byte_ = data_[at_++];
      zeros_ = byte_ == 0 ? zeros_ + 1 : 0;
      bit_ = 8;
    }
    --bit_;
    return byte_ >> bit_ & 1;
  }
  unsigned bits(int count) {
    unsigned value = 0;
    for (int i = 0; i < count; ++i) value = value << 1 | static_cast<unsigned>(bit());
    return value;
  }
  unsigned exp_golomb() {
    int zeros = 0;
    while (zeros < 31 && bit() == 0 && !past_end_) ++zeros;
    return (1U << zeros) - 1 + bits(zeros);
  }
  bool past_end() const { return past_end_; }

 private:
  std::span<const std::uint8_t> data_;
  std::size_t at_ = 0;
  int zeros_ = 0;
  int bit_ = 0;
  std::uint8_t byte_ = 0;
  bool past_end_ = false;
};

// Where the next 00 00 01 begins at or after `from`, or the size.
std::size_t find_start_code(std::span<const std::uint8_t> data, std::size_t from) {
  for (std::size_t i = from; i + 3 <= data.size(); ++i) {
    if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1) return i;
  }
  return data.size();
}

// H.264 SEI: true if it promises an exact start without any frames of preparation.
bool has_exact_recovery_point(std::span<const std::uint8_t> nal) {
  BitReader reader(nal.subspan(1));
  while (!reader.past_end()) {
    unsigned type = 0;
    unsigned size = 0;
    unsigned byte = 0;
    while ((byte = reader.bits(8)) == 0xFF && !reader.past_end()) type += byte;
    type += byte;
    while ((byte = reader.bits(8)) == 0xFF && !reader.past_end()) size += byte;
    size += byte;
    if (reader.past_end() || (type == 0x80 && size == 0)) return false;
    if (type == 6) {
      const unsigned frames = reader.exp_golomb();
      const bool exact = reader.bit() != 0;
      return frames == 0 && exact && !reader.past_end();
    }
    for (unsigned i = 0; i < size && !reader.past_end(); ++i) reader.bits(8);
  }
  return false;
}

bool is_interlaced(AVFieldOrder order) {
  return order != AV_FIELD_UNKNOWN && order != AV_FIELD_PROGRESSIVE;
}

// Codecs whose pictures never refer to others.
constexpr std::array kIntraOnly = {AV_CODEC_ID_MJPEG,   AV_CODEC_ID_PRORES,   AV_CODEC_ID_DNXHD,
                                   AV_CODEC_ID_HUFFYUV, AV_CODEC_ID_FFVHUFF,  AV_CODEC_ID_RAWVIDEO,
                                   AV_CODEC_ID_PNG,     AV_CODEC_ID_JPEG2000, AV_CODEC_ID_UTVIDEO,
                                   AV_CODEC_ID_V210,    AV_CODEC_ID_CFHD,     AV_CODEC_ID_DVVIDEO};
// Codecs whose keyframes reset the decoder, and whose containers mark them reliably.
constexpr std::array kKeyed = {AV_CODEC_ID_VP8, AV_CODEC_ID_VP9, AV_CODEC_ID_AV1, AV_CODEC_ID_FFV1};

}  // namespace

PacketInspector::PacketInspector(const AVCodecParameters& parameters) {
  const Bytes extradata(
      parameters.extradata,
      parameters.extradata == nullptr ? 0 : static_cast<std::size_t>(parameters.extradata_size));
  interlaced_ = is_interlaced(parameters.field_order);
  const auto is_one_of = [&](const auto& list) {
    return std::find(list.begin(), list.end(), parameters.codec_id) != list.end();
  };
  if (parameters.codec_id == AV_CODEC_ID_H264) {
    kind_ = Kind::h264;
    if (extradata.size() >= 7 && extradata[0] == 1) length_size_ = (extradata[4] & 3) + 1;
  } else if (parameters.codec_id == AV_CODEC_ID_HEVC) {
    kind_ = Kind::hevc;
    const bool start_codes = extradata.size() < 3 || (extradata[0] == 0 && extradata[1] == 0);
    if (!start_codes && extradata.size() >= 23) length_size_ = (extradata[21] & 3) + 1;
    note_hevc_headers(extradata);
  } else if (parameters.codec_id == AV_CODEC_ID_MPEG2VIDEO ||
             parameters.codec_id == AV_CODEC_ID_MPEG1VIDEO) {
    kind_ = Kind::mpeg2;
  } else if (parameters.codec_id == AV_CODEC_ID_MPEG4 && !extradata.empty()) {
    kind_ = Kind::mpeg4;  // its headers are outside the packets
  } else if (is_one_of(kIntraOnly)) {
    kind_ = Kind::intra_only;
  } else if (is_one_of(kKeyed)) {
    kind_ = Kind::keyed;
  }
}

template <typename Visit>
bool PacketInspector::for_each_nal(Bytes data, Visit visit) const {
  if (length_size_ > 0) {
    std::size_t at = 0;
    const auto prefix = static_cast<std::size_t>(length_size_);
    while (at < data.size()) {
      if (data.size() - at < prefix) return false;
      std::size_t length = 0;
      for (std::size_t i = 0; i < prefix; ++i) length = length << 8 | data[at + i];
      at += prefix;
      if (length > data.size() - at) return false;
      if (length > 0) visit(data.subspan(at, length));
      at += length;
    }
    return true;
  }
  std::size_t at = find_start_code(data, 0);
  if (at >= data.size()) return false;
  while (at < data.size()) {
    const std::size_t next = find_start_code(data, at + 3);
    if (next > at + 3) visit(data.subspan(at + 3, next - at - 3));
    at = next;
  }
  return true;
}

PacketFacts PacketInspector::inspect(const AVPacket& packet) {
  PacketFacts facts;
  const Bytes data(packet.data, packet.data == nullptr ? 0 : static_cast<std::size_t>(packet.size));
  const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  if (data.empty()) return facts;
  switch (kind_) {
    case Kind::unknown:
      break;
    case Kind::intra_only:
      facts = {.entry = true, .disposable = true};
      break;
    case Kind::keyed:
      facts.entry = key;
      break;
    case Kind::h264:
      facts = inspect_h264(data, key);
      break;
    case Kind::hevc:
      facts = inspect_hevc(data);
      break;
    case Kind::mpeg2:
      facts = inspect_mpeg2(data, key);
      break;
    case Kind::mpeg4:
      facts = inspect_mpeg4(data, key);
      break;
  }
  if ((packet.flags & AV_PKT_FLAG_CORRUPT) != 0) facts = {.carries_headers = facts.carries_headers};
  if (av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, nullptr) != nullptr) {
    facts.carries_headers = true;
  }
  return facts;
}

PacketFacts PacketInspector::inspect_h264(Bytes data, bool key) const {
  PacketFacts facts;
  bool any_slice = false;
  bool all_intra = true;
  bool all_idr = true;
  bool referenced = false;
  bool recovery_point = false;
  const bool sound = for_each_nal(data, [&](Bytes nal) {
    const int type = nal[0] & 31;
    if (type >= 1 && type <= 5) {
      any_slice = true;
      if ((nal[0] >> 5 & 3) != 0) referenced = true;
      if (type != 5) all_idr = false;
      if (type == 1 || type == 2 || type == 5) {
        BitReader reader(nal.subspan(1));
        reader.exp_golomb();  // first_mb_in_slice
        const unsigned slice_type = reader.exp_golomb() % 5;
        if (slice_type != 2 && slice_type != 4) all_intra = false;  // neither I nor SI
      }
    } else if (type == 6) {
      recovery_point = recovery_point || has_exact_recovery_point(nal);
    } else if (type == 7 || type == 8 || type == 13 || type == 15) {
      facts.carries_headers = true;
    }
  });
  if (!sound || !any_slice) return facts;
  facts.entry = all_intra && (all_idr || (key && recovery_point));
  // A field's packet alone is not a picture: pairs must be decoded or dropped together.
  facts.disposable = !referenced && !interlaced_ && !facts.carries_headers;
  return facts;
}

void PacketInspector::note_hevc_sps(Bytes nal) {
  if (nal.size() < 3) return;
  const int layers = nal[2] >> 1 & 7;  // sps_max_sub_layers_minus1
  hevc_top_layer_ = std::max(hevc_top_layer_, layers);
}

void PacketInspector::note_hevc_headers(Bytes extradata) {
  if (length_size_ == 0) {
    for_each_nal(extradata, [&](Bytes nal) {
      if ((nal[0] >> 1 & 63) == 33) note_hevc_sps(nal);
    });
    return;
  }
  std::size_t at = 23;  // hvcC: arrays of parameter sets follow the fixed part
  for (int arrays = extradata[22]; arrays > 0 && at + 3 <= extradata.size(); --arrays) {
    const int type = extradata[at] & 63;
    int count = extradata[at + 1] << 8 | extradata[at + 2];
    at += 3;
    for (; count > 0 && at + 2 <= extradata.size(); --count) {
      const std::size_t length = static_cast<std::size_t>(extradata[at]) << 8 | extradata[at + 1];
      at += 2;
      if (length > extradata.size() - at) return;
      if (type == 33) note_hevc_sps(extradata.subspan(at, length));
      at += length;
    }
  }
}

PacketFacts PacketInspector::inspect_hevc(Bytes data) {
  PacketFacts facts;
  bool any_slice = false;
  bool all_entry = true;
  bool all_unreferenced = true;
  const bool sound = for_each_nal(data, [&](Bytes nal) {
    if (nal.size() < 3) return;
    const int type = nal[0] >> 1 & 63;
    const int layer = (nal[0] & 1) << 5 | nal[1] >> 3;
    const int temporal_id = (nal[1] & 7) - 1;
    if (layer != 0) return;
    if (type < 32) {
      any_slice = true;
      if (type < 16 || type > 21) all_entry = false;
      // Even types up to 14 are not referred to within their own temporal layer; layers above may.
      if (type > 14 || type % 2 != 0 || temporal_id != hevc_top_layer_) all_unreferenced = false;
    } else if (type >= 32 && type <= 34) {
      facts.carries_headers = true;
      if (type == 33) note_hevc_sps(nal);
    }
  });
  if (!sound || !any_slice) return facts;
  facts.entry = all_entry;
  facts.disposable = all_unreferenced && !facts.carries_headers;
  return facts;
}

PacketFacts PacketInspector::inspect_mpeg4(Bytes data, bool key) {
  PacketFacts facts;
  int pictures = 0;
  int type = -1;
  for (std::size_t at = find_start_code(data, 0); at + 5 <= data.size();
       at = find_start_code(data, at + 3)) {
    const int code = data[at + 3];
    if (code >= 0x20 && code <= 0x2F) facts.carries_headers = true;
    if (code != 0xB6) continue;
    ++pictures;
    type = data[at + 4] >> 6;
  }
  // Packets that hold several pictures ("packed") hide which of them is presented when.
  if (pictures != 1) return facts;
  facts.entry = key && type == 0;
  facts.disposable = type == 2 && !facts.carries_headers;
  return facts;
}

PacketFacts PacketInspector::inspect_mpeg2(Bytes data, bool key) {
  PacketFacts facts;
  bool sequence_header = false;
  bool any_picture = false;
  bool all_intra = true;
  bool all_bidirectional = true;
  std::size_t at = find_start_code(data, 0);
  while (at + 6 <= data.size()) {
    const int code = data[at + 3];
    if (code == 0xB3) sequence_header = true;
    if (code == 0x00) {
      any_picture = true;
      const int type = data[at + 5] >> 3 & 7;
      if (type != 1) all_intra = false;
      if (type != 3) all_bidirectional = false;
    }
    at = find_start_code(data, at + 3);
  }
  if (!any_picture) return facts;
  facts.carries_headers = sequence_header;
  // The second field of an I picture may be a P field that refers to the first: still an entry only
  // if both are intra, which is the careful reading.
  facts.entry = key && sequence_header && all_intra;
  facts.disposable = all_bidirectional && !sequence_header;
  return facts;
}

}  // namespace longtake::media
