// Declares CitationActs: what can be done with a citation (play it, look at it, make a marker or a
// clip of it, accept or reject it), in one place for cards, keys and menus.
//
// Thread rule: GUI thread. Lifetime rule: context and model outlive it.
#ifndef LONGTAKE_UI_CONVERSATION_CITATION_ACTS_H_
#define LONGTAKE_UI_CONVERSATION_CITATION_ACTS_H_

#include <QObject>

#include "ui/base/context.h"
#include "ui/conversation/conversation_model.h"

namespace longtake::ui {

class CitationActs : public QObject {
  Q_OBJECT

 public:
  CitationActs(Context& context, ConversationModel& model, QObject* parent = nullptr);

  // On the timeline.
  void show(const store::Answer& answer);
  // Shows the answer and plays the range in a loop; asks for its video first if that is not open.
  void play(const store::Answer& answer, const store::Citation& citation);
  void makeMarker(const QString& question, const store::Answer& answer,
                  const store::Citation& citation);
  void makeClip(const store::Answer& answer, const store::Citation& citation);
  // The same verdict twice takes it back, as none does.
  void toggleVerdict(qint64 citation, store::Verdict verdict);
  void setVerdict(qint64 citation, store::Verdict verdict);

 signals:
  // The video of these may not be open: it is opened first. The answer is looked at already.
  void openVideoRequested(qint64 video, longtake::TimeRange range);
  void markerWanted(const longtake::store::Marker& marker);
  void clipWanted(qint64 video, longtake::TimeRange range);

 private:
  void follow();
  void take(const store::Answer& answer, const store::Citation& citation);

  Context& context_;
  ConversationModel& model_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_CITATION_ACTS_H_
