#include "ui/conversation/citation_acts.h"

#include "ui/base/text.h"

namespace longtake::ui {

CitationActs::CitationActs(Context& context, ConversationModel& model, QObject* parent)
    : QObject(parent), context_(context), model_(model) {
  connect(&model, &ConversationModel::turnChanged, this, &CitationActs::follow);
  connect(&model, &ConversationModel::reset, this, &CitationActs::follow);
}

// The workspace has a copy of the answer that is looked at: verdicts there are the model's, which is
// the one to know what is stored.
void CitationActs::follow() {
  Workspace& workspace = context_.workspace;
  const ConversationModel::Place place = model_.findAnswer(workspace.answer().id);
  if (place.turn < 0) return;
  store::Answer answer = workspace.answer();
  bool judged = false;
  for (store::Citation& citation : answer.citations) {
    const store::Citation* known = model_.findCitation(citation.id);
    if (known == nullptr || known->user_verdict == citation.user_verdict) continue;
    citation.user_verdict = known->user_verdict;
    judged = true;
  }
  if (!judged) return;
  const qint64 selected = workspace.citation();
  workspace.showAnswer(answer);
  workspace.selectCitation(selected);
}

void CitationActs::show(const store::Answer& answer) {
  if (context_.workspace.answer().id != answer.id || answer.id == 0)
    context_.workspace.showAnswer(answer);
}

// Where the citation's video has to be opened, the answer goes there with it.
void CitationActs::take(const store::Answer& answer, const store::Citation& citation) {
  if (context_.workspace.video().id == citation.video_id) return;
  show(answer);
  context_.workspace.selectCitation(citation.id);
}

void CitationActs::play(const store::Answer& answer, const store::Citation& citation) {
  Workspace& workspace = context_.workspace;
  show(answer);
  workspace.selectCitation(citation.id);
  if (workspace.video().id == citation.video_id) {
    workspace.playRange(citation.time, true);
  } else {
    emit openVideoRequested(citation.video_id, citation.time);
  }
}

void CitationActs::makeMarker(const QString& question, const store::Answer& answer,
                              const store::Citation& citation) {
  take(answer, citation);
  store::Marker marker;
  marker.video_id = citation.video_id;
  marker.time = citation.time;
  const QString words = text(answer.text).simplified();
  marker.label = (words.isEmpty() || words.size() > 60 ? question : words).toStdString();
  marker.note = question.toStdString();
  emit markerWanted(marker);
}

void CitationActs::makeClip(const store::Answer& answer, const store::Citation& citation) {
  take(answer, citation);
  emit clipWanted(citation.video_id, citation.time);
}

void CitationActs::toggleVerdict(qint64 citation, store::Verdict verdict) {
  const store::Citation* known = model_.findCitation(citation);
  if (known == nullptr) return;
  setVerdict(citation, known->user_verdict == verdict ? store::Verdict::none : verdict);
}

void CitationActs::setVerdict(qint64 citation, store::Verdict verdict) {
  if (citation != 0) model_.setUserVerdict(citation, verdict);
}

}  // namespace longtake::ui
