// PacketInspector: which packets it calls entries and which it calls disposable, against what
// encoders are known to have made; and that broken bytes make no claims.
#include "engine/media/packet_facts.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/media/media_input.h"
#include "tests/unit/media/footage.h"

namespace longtake::media {
namespace {

struct Census {
  int packets = 0, entries = 0, disposable = 0, keys = 0;
};

Census count(const std::filesystem::path& path) {
  MediaInput input(path.string(), nullptr);
  PacketInspector inspector(input.parameters());
  Census census;
  const PacketPtr packet = make_packet();
  while (input.read(*packet)) {
    const PacketFacts facts = inspector.inspect(*packet);
    ++census.packets;
    census.entries += facts.entry ? 1 : 0;
    census.disposable += facts.disposable ? 1 : 0;
    census.keys += (packet->flags & AV_PKT_FLAG_KEY) != 0 ? 1 : 0;
  }
  return census;
}

TEST(PacketFacts, H264) {
  for (const char* extension : {".mp4", ".ts"}) {
    // Three B frames between references, none of them referred to: three in four are disposable.
    const Census plain = count(footage(
        numbered("25", 8),
        "-c:v libx264 -preset veryfast -x264-params "
        "keyint=40:min-keyint=40:scenecut=0:bframes=3:b-adapt=0:b-pyramid=none -pix_fmt yuv420p",
        extension));
    EXPECT_EQ(plain.packets, 200);
    EXPECT_EQ(plain.entries, 5);
    EXPECT_NEAR(plain.disposable, 150, 6);
    const Census open =
        count(footage(numbered("25", 8),
                      "-c:v libx264 -preset veryfast -x264-params "
                      "open-gop=1:keyint=40:min-keyint=40:scenecut=0:bframes=3 -pix_fmt yuv420p",
                      extension));
    EXPECT_GE(open.entries, 5);
    // Recovery points that need preparation are no entries, although they are flagged as keyframes.
    const Census refresh = count(footage(numbered("25", 8),
                                         "-c:v libx264 -preset veryfast -x264-params "
                                         "intra-refresh=1:keyint=20:bframes=0 -pix_fmt yuv420p",
                                         extension));
    EXPECT_EQ(refresh.entries, 1);
    EXPECT_EQ(refresh.disposable, 0);
  }
}

TEST(PacketFacts, HevcLayersAreRespected) {
  if (!ffmpeg_has_encoder("libx265")) GTEST_SKIP() << "this ffmpeg has no libx265";
  const Census census = count(footage(numbered("25", 8),
                                      "-c:v libx265 -preset fast -x265-params "
                                      "log-level=none:keyint=40:min-keyint=40:scenecut=0:bframes=3:"
                                      "b-adapt=0:b-pyramid=0:pools=1 -pix_fmt yuv420p",
                                      ".mp4"));
  EXPECT_EQ(census.entries, 5);
  EXPECT_GT(census.disposable, 100);
}

TEST(PacketFacts, IntraOnlyAndUnknown) {
  const Census mjpeg = count(footage(numbered("25", 2), "-c:v mjpeg -pix_fmt yuvj420p", ".mkv"));
  EXPECT_EQ(mjpeg.entries, mjpeg.packets);
  EXPECT_EQ(mjpeg.disposable, mjpeg.packets);
  const Census gif = count(footage(numbered("25", 2), "", ".gif"));
  EXPECT_EQ(gif.entries, 0);
  EXPECT_EQ(gif.disposable, 0);
}

TEST(PacketFacts, BrokenBytesAreReadWithinTheirBounds) {
  std::mt19937 random(3);
  for (const AVCodecID codec : {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MPEG2VIDEO}) {
    for (int round = 0; round < 3000; ++round) {
      AVCodecParameters* parameters = avcodec_parameters_alloc();
      parameters->codec_id = codec;
      const int extra = static_cast<int>(random() % 40);
      parameters->extradata = static_cast<std::uint8_t*>(
          av_mallocz(static_cast<std::size_t>(extra) + AV_INPUT_BUFFER_PADDING_SIZE));
      parameters->extradata_size = extra;
      for (int i = 0; i < extra; ++i)
        parameters->extradata[i] = static_cast<std::uint8_t>(random());
      if (extra > 0 && round % 2 == 0) parameters->extradata[0] = 1;
      PacketInspector inspector(*parameters);
      avcodec_parameters_free(&parameters);
      const PacketPtr packet = make_packet();
      ASSERT_EQ(av_new_packet(packet.get(), static_cast<int>(1 + random() % 64)), 0);
      for (int i = 0; i < packet->size; ++i)
        packet->data[i] = static_cast<std::uint8_t>(random() % 5);
      inspector.inspect(*packet);
    }
  }
}

}  // namespace
}  // namespace longtake::media
