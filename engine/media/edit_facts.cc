#include "engine/media/edit_facts.h"

#include "engine/media/clip_input.h"

namespace longtake::media {

EditFacts read_edit_facts(const std::string& path, const std::atomic<bool>* cancel) {
  const ClipInput input(path, cancel);
  EditFacts facts;
  facts.video = input.info();
  facts.start_timecode = input.start_timecode();
  for (unsigned i = 0; i < input.streams(); ++i) {
    const AVCodecParameters& parameters = *input.stream(i).codecpar;
    if (parameters.codec_type != AVMEDIA_TYPE_AUDIO) continue;
    facts.audio_channels = parameters.ch_layout.nb_channels;
    facts.audio_sample_rate = parameters.sample_rate;
    break;
  }
  return facts;
}

}  // namespace longtake::media
