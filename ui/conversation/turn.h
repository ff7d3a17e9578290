// Declares Turn and AnswerItem: a conversation as it is shown, a question with everything that was
// answered to it.
//
// Thread rule and lifetime rule: plain values of the GUI thread.
#ifndef LONGTAKE_UI_CONVERSATION_TURN_H_
#define LONGTAKE_UI_CONVERSATION_TURN_H_

#include <QElapsedTimer>
#include <QList>
#include <QString>
#include <vector>

#include "engine/engine.h"

namespace longtake::ui {

struct AnswerItem {
  store::Answer answer;  // as far as it is known; its id is 0 until the engine has told it
  // Of a running answer: what is being done, and since when.
  session::Phase phase = session::Phase::waiting;
  QElapsedTimer since;
  bool citationsKnown = false;

  bool isRunning() const { return answer.state == store::AnswerState::running; }
  // Complete, and supported by what was seen or not.
  bool isFound() const { return answer.state == store::AnswerState::done && answer.found; }
  bool isNotFound() const { return answer.state == store::AnswerState::done && !answer.found; }
};

struct Turn {
  QString question;
  std::vector<QuestionScope> scopes;
  qint64 askedAt = 0;  // seconds UTC
  // Oldest first, never empty: the same question asked again adds one.
  QList<AnswerItem> answers;

  bool isAbout(const QString& text, const std::vector<QuestionScope>& where) const;
};

// What store::Question::scope holds.
std::vector<QuestionScope> scopesFromJson(const std::string& json);
// What store::Answer::coverage holds.
std::vector<SeenRange> coverageFromJson(const std::string& json);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_CONVERSATION_TURN_H_
