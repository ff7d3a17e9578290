// Declares Journal: what the analyst asked, was answered and marked, and the search over it.
//
// Whatever a function has returned from is on disk: the end of the process cannot take it back. The
// text of a running answer may lose its last words in a power cut; nothing else may. Every function
// throws Error; not_found if the row that it names is not there. Thread rule: safe from every
// thread. Lifetime rule: lives in its Library.
#ifndef LONGTAKE_ENGINE_STORE_JOURNAL_H_
#define LONGTAKE_ENGINE_STORE_JOURNAL_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/store/connection_pool.h"
#include "engine/store/records.h"

namespace longtake::store {

class Journal {
 public:
  explicit Journal(ConnectionPool& pool) : pool_(pool) {}

  // --- Conversations: about one video, or about several -----------------------------------------
  std::optional<Conversation> find_conversation(std::int64_t id);
  std::vector<Conversation> list_conversations(std::int64_t video_id);  // 0: all; oldest first
  void rename_conversation(std::int64_t id, std::string_view title);
  void remove_conversation(std::int64_t id);

  // --- Questions and answers ---------------------------------------------------------------------
  std::vector<Question> list_questions(std::int64_t conversation_id);  // oldest first

  // A question about these videos together with the running answer that somebody will write to it,
  // by a model that is not known yet; without a conversation (id 0), also a new one, called like
  // the question. The conversation is about these videos, too, from now on. All of it or nothing.
  Asked ask(const Question& question, std::span<const std::int64_t> videos);

  // An answer is stored as it is written: start, append piece by piece, finish. To start it is to
  // begin it, or to begin it anew without the text that it has: now it is known who writes it, and
  // from which memories.
  void start_answer(std::int64_t answer_id, std::string_view model,
                    std::span<const std::int64_t> memory_ids);
  void append_answer(std::int64_t answer_id, std::string_view piece);
  // Replaces the answer's text, state, found, support, coverage, timing, citations and evidence.
  void finish_answer(const Answer& answer);
  // A running answer will not be complete: it keeps the text that it has.
  void end_answer(std::int64_t answer_id, AnswerState state);
  void fail_answer(std::int64_t answer_id, const Failure& failure);
  std::vector<Answer> list_answers(
      std::int64_t question_id);  // with all that is theirs, oldest first
  std::optional<Answer> find_answer(std::int64_t id);
  void set_user_verdict(std::int64_t citation_id, Verdict verdict);
  // Answers that a former process left running become interrupted. The Library calls this.
  void mark_interrupted();

  // --- Markers -----------------------------------------------------------------------------------
  std::int64_t add_marker(const Marker& marker);
  void update_marker(const Marker& marker);
  void remove_marker(std::int64_t id);
  std::vector<Marker> list_markers(std::int64_t video_id);  // in order of time

  // --- Search ------------------------------------------------------------------------------------
  // Everything that contains all the words, the last one possibly unfinished; best first. The text
  // is taken as words, never as query syntax.
  std::vector<SearchHit> search(std::string_view text, std::int64_t limit = 50);

 private:
  ConnectionPool& pool_;
};

}  // namespace longtake::store

#endif  // LONGTAKE_ENGINE_STORE_JOURNAL_H_
