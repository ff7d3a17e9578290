#include "ui/conversation/conversation_model.h"

#include <QDateTime>
#include <algorithm>
#include <utility>

#include "ui/base/engine_words.h"
#include "ui/base/text.h"

namespace longtake::ui {

ConversationModel::ConversationModel(EngineLink& engine, QObject* parent)
    : QObject(parent), engine_(engine) {
  connect(&engine, &EngineLink::restarted, this, &ConversationModel::afterRestart);
  // What was cited of it is gone, and the conversation with it if that was about nothing else.
  connect(&engine, &EngineLink::videoRemoved, this, [this] {
    if (conversation_.id != 0) load(conversation_.id, false);
  });
}

// --- Opening -------------------------------------------------------------------------------------

void ConversationModel::open(qint64 conversation) {
  if (conversation == 0) {
    startNew();
  } else {
    load(conversation, true);
  }
}

void ConversationModel::load(qint64 conversation, bool expected) {
  loading_ = true;
  const quint64 load = ++load_;
  engine_.send(OpenConversation{conversation}, this, [this, load, expected](const Event& event) {
    if (load != load_) return;
    loading_ = false;
    if (const auto* loaded = std::get_if<ConversationOpened>(&event.body)) {
      takeLoaded(*loaded);
    } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
      startNew();
      if (expected || failure->code != ErrorCode::not_found)
        emit failed(engineText(failure->message), engineText(failure->hint));
    }
  });
}

void ConversationModel::startNew() {
  nextTitle_.clear();
  ++load_;
  loading_ = false;
  conversation_ = {};
  turns_.clear();
  if (live_) live_->turn = live_->answer = -1;
  emit reset();
  emit opened(0);
}

void ConversationModel::takeLoaded(const ConversationOpened& loaded) {
  conversation_ = loaded.conversation;
  turns_.clear();
  if (live_) live_->turn = live_->answer = -1;
  for (const QuestionWithAnswers& stored : loaded.questions) {
    const QString question = text(stored.question.text);
    std::vector<QuestionScope> scopes = scopesFromJson(stored.question.scope);
    // The library has a row for each time that a question was asked; shown is one turn with all its
    // answers.
    auto turn = std::find_if(turns_.begin(), turns_.end(),
                             [&](const Turn& known) { return known.isAbout(question, scopes); });
    if (turn == turns_.end()) {
      turns_.push_back({question, std::move(scopes), stored.question.asked_at, {}});
      turn = std::prev(turns_.end());
    }
    for (const store::Answer& answer : stored.answers) {
      AnswerItem item;
      item.answer = answer;
      item.citationsKnown = true;
      turn->answers.push_back(item);
      if (isLive(answer, question)) {
        live_->turn = static_cast<int>(turn - turns_.begin());
        live_->answer = static_cast<int>(turn->answers.size()) - 1;
        live_->item.answer.id = answer.id;
        turn->answers.back() = live_->item;
      }
    }
    if (turn->answers.isEmpty())
      turns_.erase(turn);  // the program ended between question and answer
  }
  emit reset();
  emit opened(conversation_.id);
  seekLive();
}

// Whether a row is the answer that is on its way, which is shown as it comes.
bool ConversationModel::isLive(const store::Answer& stored, const QString& question) const {
  if (!live_) return false;
  if (live_->item.answer.id != 0) return stored.id == live_->item.answer.id;
  return stored.state == store::AnswerState::running && live_->question == question;
}

// The open conversation may have been read just before the question was stored in it.
void ConversationModel::seekLive() {
  if (live_ && live_->turn < 0 && live_->conversation == conversation_.id) open(conversation_.id);
}

void ConversationModel::afterRestart() {
  const bool lost = live_.has_value();
  const QString question = lost ? live_->question : QString();
  if (lost) {
    live_->item.answer.state = store::AnswerState::interrupted;
    showLive();
    endLive();
  }
  if (conversation_.id != 0) {
    open(conversation_.id);
    return;
  }
  if (!lost || turns_.isEmpty()) return;
  // The conversation was new: if the engine got as far as storing it, it is the last of this name.
  loading_ = true;
  const quint64 load = ++load_;
  engine_.send(ListConversations{}, this, [this, load, question](const Event& event) {
    if (load != load_) return;
    loading_ = false;
    const auto* list = std::get_if<ConversationList>(&event.body);
    if (list == nullptr || list->conversations.empty()) return;
    const store::Conversation& newest = list->conversations.back();
    if (text(newest.title) == question) open(newest.id);
  });
}

// --- Asking --------------------------------------------------------------------------------------

void ConversationModel::ask(const QString& question, const std::vector<QuestionScope>& scopes) {
  if (live_ || question.isEmpty() || scopes.empty()) return;
  // It is asked in what is shown: another conversation that is still being opened would take its
  // turn off the screen.
  if (loading_) {
    ++load_;
    loading_ = false;
  }
  Live live;
  live.question = question;
  live.item.since.start();
  auto turn = std::find_if(turns_.begin(), turns_.end(),
                           [&](const Turn& known) { return known.isAbout(question, scopes); });
  const bool known = turn != turns_.end();
  if (!known) {
    turns_.push_back({question, scopes, QDateTime::currentSecsSinceEpoch(), {}});
    turn = std::prev(turns_.end());
  }
  turn->answers.push_back(live.item);
  live.turn = static_cast<int>(turn - turns_.begin());
  live.answer = static_cast<int>(turn->answers.size()) - 1;

  AskQuestion command;
  command.text = question.toStdString();
  command.scopes = scopes;
  command.conversation = conversation_.id;
  live_ = std::move(live);
  live_->request =
      engine_.send(command, this, [this](const Event& event) { take(event.request, event); });
  emit answeringChanged(true);
  if (known) {
    emit turnChanged(live_->turn);
  } else {
    emit turnAdded(live_->turn);
  }
}

void ConversationModel::prepare(const std::vector<QuestionScope>& scopes) {
  // Whatever goes wrong, the question will meet it again, and say so.
  engine_.send(PrepareQuestion{scopes}, this, [](const Event& /*event*/) {});
}

void ConversationModel::askAgain(int turn) {
  if (turn < 0 || turn >= turns_.size()) return;
  const Turn& known = turns_[turn];
  // A copy: asking changes the turn.
  ask(QString(known.question), std::vector<QuestionScope>(known.scopes));
}

void ConversationModel::stop() {
  if (live_) engine_.cancel(live_->request);
}

void ConversationModel::rename(qint64 conversation, const QString& title) {
  engine_.send(RenameConversation{conversation, title.toStdString()}, this,
               [this, conversation, title](const Event& event) {
                 if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
                   emit failed(engineText(failure->message), engineText(failure->hint));
                   return;
                 }
                 if (conversation_.id == conversation) conversation_.title = title.toStdString();
                 emit renamed();
               });
}

void ConversationModel::take(RequestId request, const Event& event) {
  if (!live_ || (request != live_->request && request != 0)) return;
  if (const auto* stored = std::get_if<QuestionStored>(&event.body)) {
    takeStored(stored->rows);
  } else if (const auto* phase = std::get_if<AnswerPhase>(&event.body)) {
    if (phase->phase == session::Phase::loading_model) {  // it begins, or begins anew
      live_->item.answer.text.clear();
      live_->item.answer.citations.clear();
      live_->item.citationsKnown = false;
    }
    live_->item.phase = phase->phase;
    live_->item.since.start();
    showLive();
  } else if (const auto* piece = std::get_if<AnswerText>(&event.body)) {
    live_->item.answer.text += piece->piece;
    if (live_->turn < 0) return;
    turns_[live_->turn].answers[live_->answer].answer.text = live_->item.answer.text;
    emit answerGrew(live_->turn);
  } else if (const auto* citations = std::get_if<AnswerCitations>(&event.body)) {
    live_->item.answer.citations = citations->citations;
    live_->item.citationsKnown = true;
    showLive();
  } else if (const auto* done = std::get_if<AnswerDone>(&event.body)) {
    finish(*done);
  } else if (const auto* failure = std::get_if<RequestFailed>(&event.body)) {
    fail(*failure);
  }
}

void ConversationModel::showLive() {
  if (live_->turn < 0) return;
  turns_[live_->turn].answers[live_->answer] = live_->item;
  emit turnChanged(live_->turn);
}

// From now on the question is in its conversation, whatever becomes of the answer.
void ConversationModel::takeStored(const store::Asked& rows) {
  live_->conversation = rows.conversation;
  live_->item.answer.id = rows.answer;
  seekLive();
  if (live_->turn < 0) return;
  showLive();
  if (conversation_.id != 0) return;
  conversation_.id = rows.conversation;
  conversation_.title = live_->question.toStdString();
  for (const QuestionScope& scope : turns_[live_->turn].scopes)
    conversation_.video_ids.push_back(scope.video);
  emit opened(conversation_.id);
  if (!nextTitle_.isEmpty()) rename(conversation_.id, std::exchange(nextTitle_, {}));
}

void ConversationModel::finish(const AnswerDone& done) {
  live_->item.answer = done.answer;
  live_->item.citationsKnown = true;
  const int turn = live_->turn;
  showLive();
  endLive();
  if (turn >= 0) emit answerEnded(turn);
}

void ConversationModel::fail(const RequestFailed& failure) {
  const bool stopped = failure.code == ErrorCode::cancelled;
  live_->item.answer.state = stopped ? store::AnswerState::stopped : store::AnswerState::failed;
  if (!stopped) live_->item.answer.failure = failure;
  const int turn = live_->turn;
  showLive();
  endLive();
  if (turn >= 0) {
    emit answerEnded(turn);
  } else if (!stopped) {
    emit failed(engineText(failure.message), engineText(failure.hint));
  }
}

void ConversationModel::endLive() {
  live_.reset();
  emit answeringChanged(false);
}

// --- Citations -----------------------------------------------------------------------------------

ConversationModel::Place ConversationModel::findAnswer(qint64 answer) const {
  for (int turn = 0; answer != 0 && turn < turns_.size(); ++turn) {
    const QList<AnswerItem>& answers = turns_[turn].answers;
    for (int i = 0; i < answers.size(); ++i) {
      if (answers[i].answer.id == answer) return {turn, i};
    }
  }
  return {};
}

ConversationModel::Place ConversationModel::findQuestion(qint64 question) const {
  Place place;
  for (int turn = 0; turn < turns_.size(); ++turn) {
    const QList<AnswerItem>& answers = turns_[turn].answers;
    for (int i = 0; i < answers.size(); ++i) {
      if (answers[i].answer.question_id == question) place = {turn, i};
    }
  }
  return place;
}

ConversationModel::Place ConversationModel::placeOfCitation(qint64 citation) const {
  for (int turn = 0; citation != 0 && turn < turns_.size(); ++turn) {
    const QList<AnswerItem>& answers = turns_[turn].answers;
    for (int i = 0; i < answers.size(); ++i) {
      for (const store::Citation& one : answers[i].answer.citations) {
        if (one.id == citation) return {turn, i};
      }
    }
  }
  return {};
}

const store::Citation* ConversationModel::findCitation(qint64 citation) const {
  const Place place = placeOfCitation(citation);
  if (place.turn < 0) return nullptr;
  for (const store::Citation& one : turns_[place.turn].answers[place.answer].answer.citations) {
    if (one.id == citation) return &one;
  }
  return nullptr;
}

void ConversationModel::setUserVerdict(qint64 citation, store::Verdict verdict) {
  const store::Citation* known = findCitation(citation);
  if (known == nullptr || known->user_verdict == verdict) return;
  const store::Verdict before = known->user_verdict;
  setUserVerdictHere(citation, verdict);
  engine_.send(SetUserVerdict{citation, verdict}, this,
               [this, citation, before](const Event& event) {
                 const auto* failure = std::get_if<RequestFailed>(&event.body);
                 if (failure == nullptr) return;
                 setUserVerdictHere(citation, before);  // shown is what is stored
                 emit failed(engineText(failure->message), engineText(failure->hint));
               });
}

void ConversationModel::setUserVerdictHere(qint64 citation, store::Verdict verdict) {
  const Place place = placeOfCitation(citation);
  if (place.turn < 0) return;
  for (store::Citation& one : turns_[place.turn].answers[place.answer].answer.citations) {
    if (one.id == citation) one.user_verdict = verdict;
  }
  emit turnChanged(place.turn);
}

}  // namespace longtake::ui
