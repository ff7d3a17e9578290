// Declares Word and word_in(): every word of ours in a report, in every language that there is.
//
// A further language is a name in Language, its facts in export_options.cc, and a column in words.cc,
// which does not compile while a word has no translation.
//
// Thread rule: pure functions. Lifetime rule: none; the texts are constants.
#ifndef LONGTAKE_ENGINE_REPORT_WORDS_H_
#define LONGTAKE_ENGINE_REPORT_WORDS_H_

#include <cstdint>
#include <string_view>

#include "engine/report/export_options.h"

namespace longtake::report {

enum class Word : std::uint8_t {
  // Numbers and dates.
  decimal_mark,
  day,  // day, month, year, time of day
  january,
  february,
  march,
  april,
  may,
  june,
  july,
  august,
  september,
  october,
  november,
  december,
  bytes,
  // What reports are made of.
  report_of_longtake,
  video,
  question,  // its letter, before its number
  marker,
  markers,
  ranges,
  ranges_of_it,  // behind a name, in brackets
  sound,
  seen,
  time,
  label,
  note,
  share,
  second_look,
  analyst,
  page,  // number, of how many
  timeline_of_video,
  picture_amid,  // a range
  marker_row,
  // What a video is.
  file,
  fingerprint,
  length,
  picture,
  timecode,
  size,
  variable_rate,
  frames_a_second,  // how many
  from_timecode,    // which
  // What an answer rests on.
  confirmed,
  not_confirmed,
  not_checked,
  accepted,
  rejected,
  badge_confirmed,  // the same, standing alone
  badge_not_confirmed,
  badge_not_checked,
  badge_accepted,
  badge_rejected,
  share_of_evidence,  // percent
  evidence,
  nearest_moments,
  evidence_confirmed,
  evidence_not_confirmed,
  evidence_not_checked,
  // What is to be known about it.
  model_would_say,  // what
  still_written,
  stopped,
  failed,
  failed_because,  // a sentence of the engine's, in English
  interrupted,
  not_found,
  asked_about,        // the parts
  answered_from,      // the parts
  whole_video,        // the only one
  whole_video_named,  // name
  part_of,            // parts or a range, name
  one_more_part,      // the parts before it
  more_parts,         // the parts before them, how many
  share_of_video,     // the parts, percent
  sampled,            // the parts, how
  picture_a_second,
  pictures_a_second,  // how many
  picture_every,      // seconds
  only_keyframes,     // how
  reading_help,
  written_by,     // program
  written_by_on,  // program, day
  count,          // no word: how many there are
};

// Text in which "%1", "%2" ... stand for what is said above behind the word.
std::string_view word_in(Language language, Word word);

}  // namespace longtake::report

#endif  // LONGTAKE_ENGINE_REPORT_WORDS_H_
