// Declares ConversationModel: the open conversation as turns, and the one answer that may be on its
// way. It asks, stops, stores verdicts, and reads everything again when the engine has been made
// again.
//
// Thread rule: GUI thread. Lifetime rule: the engine link outlives it. Pointers that it gives are
// good until its next signal.
#ifndef LONGTAKE_UI_CONVERSATION_CONVERSATION_MODEL_H_
#define LONGTAKE_UI_CONVERSATION_CONVERSATION_MODEL_H_

#include <QObject>
#include <optional>

#include "ui/base/engine_link.h"
#include "ui/conversation/turn.h"

namespace longtake::ui {

class ConversationModel : public QObject {
  Q_OBJECT

 public:
  explicit ConversationModel(EngineLink& engine, QObject* parent = nullptr);

  qint64 id() const { return conversation_.id; }  // 0: a new one, not stored yet
  const store::Conversation& conversation() const { return conversation_; }
  const QList<Turn>& turns() const { return turns_; }
  bool isLoading() const { return loading_; }

  void open(qint64 conversation);
  void startNew();
  // The name that the next conversation to be stored is given; else it is called like its first
  // question.
  void setNextTitle(const QString& title) { nextTitle_ = title; }
  // Of the open conversation. Nothing happens while another answer is on its way.
  void ask(const QString& question, const std::vector<QuestionScope>& scopes);
  // A question about these will come: what can be loaded before is.
  void prepare(const std::vector<QuestionScope>& scopes);
  void askAgain(int turn);
  void stop();
  void rename(qint64 conversation, const QString& title);
  void setUserVerdict(qint64 citation, store::Verdict verdict);

  bool isAnswering() const { return live_.has_value(); }
  int liveTurn() const { return live_ ? live_->turn : -1; }  // -1: none, or in another conversation

  struct Place {
    int turn = -1;
    int answer = -1;
  };
  Place findAnswer(qint64 answer) const;
  Place findQuestion(qint64 question) const;  // its newest answer
  const store::Citation* findCitation(qint64 citation) const;
  Place placeOfCitation(qint64 citation) const;

 signals:
  void reset();                // all turns are others
  void turnAdded(int turn);    // at the end
  void turnChanged(int turn);  // an answer was added, changed its state or its citations
  void answerGrew(int turn);   // its newest answer has more text
  void answerEnded(int turn);  // done, stopped or failed
  void answeringChanged(bool answering);
  void opened(qint64 conversation);  // also when a new one has been stored
  void renamed();
  void failed(const QString& message, const QString& hint);

 private:
  struct Live {
    RequestId request = 0;
    QString question;
    AnswerItem item;
    qint64 conversation = 0;  // where it is stored; 0: not yet
    int turn = -1;            // of the open conversation
    int answer = -1;
  };
  // expected: that it is gone is a failure.
  void load(qint64 conversation, bool expected);
  void take(RequestId request, const Event& event);
  void takeLoaded(const ConversationOpened& opened);
  void takeStored(const store::Asked& rows);
  bool isLive(const store::Answer& stored, const QString& question) const;
  void seekLive();
  void finish(const AnswerDone& done);
  void fail(const RequestFailed& failure);
  void endLive();
  void showLive();
  void afterRestart();
  void setUserVerdictHere(qint64 citation, store::Verdict verdict);

  EngineLink& engine_;
  store::Conversation conversation_;
  QList<Turn> turns_;
  bool loading_ = false;
  quint64 load_ = 0;  // only the newest load counts
  std::optional<Live> live_;
  QString nextTitle_;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_CONVERSATION_MODEL_H_
