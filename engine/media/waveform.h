// Declares Waveform and read_waveform(): how loud a video's sound is over time, for the timeline.
//
// Times are those of the pictures: 0 is the first presented frame, as everywhere in this room.
// Sound before it is left out, sound after the last picture is not.
//
// Thread rule: may run in any thread. Lifetime rule: plain values.
#ifndef LONGTAKE_ENGINE_MEDIA_WAVEFORM_H_
#define LONGTAKE_ENGINE_MEDIA_WAVEFORM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/time.h"

namespace longtake::media {

constexpr std::size_t kMaxPeaks = 200'000;

// peaks[i] is the loudest sample of all channels in [i, i + 1) * interval, 0 (silence) to 255 (full
// scale). Nothing sounds after the last one.
struct Waveform {
  Micros interval = 0;
  std::vector<std::uint8_t> peaks;  // at most kMaxPeaks
};

struct WaveformOptions {
  // Doubled as often as needed where it would make more than kMaxPeaks: after five and a half
  // hours.
  Micros interval = kMicrosPerSecond / 10;
  const std::atomic<bool>* cancel = nullptr;  // when it becomes true: Error{cancelled}
};

// Decodes the first sound stream of a file. No peaks: it has none. Stretches that cannot be decoded
// are silent, and one damaged timestamp does not stretch the rest. Throws Error as probe() does;
// unsupported also for an address, which may never end, and for a sound format without a decoder.
Waveform read_waveform(const std::string& path, const WaveformOptions& options = {});

}  // namespace longtake::media

#endif  // LONGTAKE_ENGINE_MEDIA_WAVEFORM_H_
