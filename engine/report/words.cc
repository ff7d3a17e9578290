#include "engine/report/words.h"

#include <array>

namespace longtake::report {

namespace {

struct Row {
  Word word;
  std::array<std::string_view, kLanguages> texts;  // in the order of Language
};

// In the order of Word.
constexpr std::array<Row, static_cast<std::size_t>(Word::count)> kRows = {{
    {Word::decimal_mark, {".", ","}},
    {Word::day, {"%1 %2 %3, %4 UTC", "%1. %2 %3, %4 UTC"}},
    {Word::january, {"January", "Januar"}},
    {Word::february, {"February", "Februar"}},
    {Word::march, {"March", "März"}},
    {Word::april, {"April", "April"}},
    {Word::may, {"May", "Mai"}},
    {Word::june, {"June", "Juni"}},
    {Word::july, {"July", "Juli"}},
    {Word::august, {"August", "August"}},
    {Word::september, {"September", "September"}},
    {Word::october, {"October", "Oktober"}},
    {Word::november, {"November", "November"}},
    {Word::december, {"December", "Dezember"}},
    {Word::bytes, {"bytes", "Byte"}},

    {Word::report_of_longtake, {"Longtake report", "Bericht von Longtake"}},
    {Word::video, {"Video", "Video"}},
    {Word::question, {"Q", "F"}},
    {Word::marker, {"Marker", "Marke"}},
    {Word::markers, {"Markers", "Marken"}},
    {Word::ranges, {"Ranges", "Bereiche"}},
    {Word::ranges_of_it, {"ranges", "Bereiche"}},
    {Word::sound, {"Sound", "Ton"}},
    {Word::seen, {"Seen", "Gesehen"}},
    {Word::time, {"Time", "Zeit"}},
    {Word::label, {"Label", "Bezeichnung"}},
    {Word::note, {"Note", "Notiz"}},
    {Word::share, {"Share", "Anteil"}},
    {Word::second_look, {"Second look", "Zweites Ansehen"}},
    {Word::analyst, {"Analyst", "Eigenes Urteil"}},
    {Word::page, {"Page %1 of %2", "Seite %1 von %2"}},
    {Word::timeline_of_video, {"Timeline of the video", "Zeitleiste des Videos"}},
    {Word::picture_amid, {"The picture in the middle of %1", "Das Bild in der Mitte von %1"}},
    {Word::marker_row,
     {"Lowest row: markers, in their own colours", "Unterste Zeile: Marken, in ihren Farben"}},

    {Word::file, {"File", "Datei"}},
    {Word::fingerprint, {"Fingerprint", "Fingerabdruck"}},
    {Word::length, {"Length", "Länge"}},
    {Word::picture, {"Picture", "Bild"}},
    {Word::timecode, {"Timecode", "Timecode"}},
    {Word::size, {"Size", "Größe"}},
    {Word::variable_rate, {"variable frame rate", "wechselnde Bildrate"}},
    {Word::frames_a_second, {"%1 frames a second", "%1 Bilder pro Sekunde"}},
    {Word::from_timecode, {"from %1", "ab %1"}},

    {Word::confirmed, {"confirmed", "bestätigt"}},
    {Word::not_confirmed, {"not confirmed", "nicht bestätigt"}},
    {Word::not_checked, {"not checked", "nicht geprüft"}},
    {Word::accepted, {"accepted", "angenommen"}},
    {Word::rejected, {"rejected", "abgelehnt"}},
    {Word::badge_confirmed, {"Confirmed", "Bestätigt"}},
    {Word::badge_not_confirmed, {"Not confirmed", "Nicht bestätigt"}},
    {Word::badge_not_checked, {"Not checked", "Nicht geprüft"}},
    {Word::badge_accepted, {"Accepted", "Angenommen"}},
    {Word::badge_rejected, {"Rejected", "Abgelehnt"}},
    {Word::share_of_evidence, {"%1 of the evidence", "%1 der Belegstärke"}},
    {Word::evidence, {"Evidence", "Belege"}},
    {Word::nearest_moments,
     {"Nearest moments, not confirmed", "Nächstliegende Stellen, nicht bestätigt"}},
    {Word::evidence_confirmed,
     {"Evidence, confirmed or accepted", "Belege, bestätigt oder angenommen"}},
    {Word::evidence_not_confirmed, {"Evidence, not confirmed", "Belege, nicht bestätigt"}},
    {Word::evidence_not_checked, {"Evidence, not checked", "Belege, nicht geprüft"}},

    {Word::model_would_say, {"The model would say: %1", "Das Modell würde sagen: %1"}},
    {Word::still_written,
     {"This answer was still being written.", "Diese Antwort wurde noch geschrieben."}},
    {Word::stopped, {"Stopped before it was complete.", "Vor dem Ende abgebrochen."}},
    {Word::failed,
     {"The answer failed before it was complete.",
      "Die Antwort brach vor dem Ende mit einem Fehler ab."}},
    {Word::failed_because,
     {"The answer failed before it was complete: %1.",
      "Die Antwort brach vor dem Ende mit einem Fehler ab: %1."}},
    {Word::interrupted, {"Interrupted before it was complete.", "Vor dem Ende unterbrochen."}},
    {Word::not_found, {"Not found in what was seen.", "Im Gesehenen nicht gefunden."}},
    {Word::asked_about, {"Asked about %1 only.", "Gefragt wurde nur zu %1."}},
    {Word::answered_from, {"from %1", "aus %1"}},
    {Word::whole_video, {"all of the video", "dem ganzen Video"}},
    {Word::whole_video_named, {"all of %1", "dem ganzen Video %1"}},
    {Word::part_of, {"%1 of %2", "%1 von %2"}},
    {Word::one_more_part, {"%1 and 1 more part", "%1 und 1 weiterem Teil"}},
    {Word::more_parts, {"%1 and %2 more parts", "%1 und %2 weiteren Teilen"}},
    {Word::share_of_video, {"%1 (%2 of the video)", "%1 (%2 des Videos)"}},
    {Word::sampled, {"%1, at %2", "%1, %2"}},
    {Word::picture_a_second, {"one picture a second", "ein Bild pro Sekunde"}},
    {Word::pictures_a_second, {"%1 pictures a second", "%1 Bilder pro Sekunde"}},
    {Word::picture_every, {"one picture every %1 s", "ein Bild alle %1 s"}},
    {Word::only_keyframes, {"%1, keyframes only", "%1, nur Schlüsselbilder"}},
    {Word::reading_help,
     {"Times are counted from the video's first picture. The share of a range is how much of the "
      "answer's evidence lies in it, by the model's attention; a range is confirmed if the model, "
      "given that range alone, still finds its answer likelier than without any video. Accepted "
      "and rejected are the analyst's own verdicts.",
      "Zeiten zählen vom ersten Bild des Videos an. Der Anteil einer Stelle sagt, wie viel von der "
      "Belegstärke der Antwort in ihr liegt, gemessen an der Aufmerksamkeit des Modells; bestätigt "
      "ist eine Stelle, wenn das Modell, dem nur sie gezeigt wird, seine Antwort noch immer "
      "wahrscheinlicher findet als ganz ohne Video. Angenommen und abgelehnt sind eigene Urteile "
      "der Person, die das Video ausgewertet hat."}},
    {Word::written_by, {"Written by %1.", "Geschrieben von %1."}},
    {Word::written_by_on, {"Written by %1 on %2.", "Geschrieben von %1 am %2."}},
}};

constexpr bool is_complete() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].word != static_cast<Word>(i)) return false;
    for (const std::string_view text : kRows[i].texts) {
      if (text.empty()) return false;
    }
  }
  return true;
}
static_assert(is_complete(), "a word is out of order, or lacks one of the languages");

}  // namespace

std::string_view word_in(Language language, Word word) {
  return kRows.at(static_cast<std::size_t>(word)).texts.at(static_cast<std::size_t>(language));
}

}  // namespace longtake::report
