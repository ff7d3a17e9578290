#include "engine/store/journal.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/store/row.h"

namespace longtake::store {

namespace {

constexpr std::string_view kQuestion = "id, conversation_id, text, scope, memory_ids, asked_at";
constexpr std::string_view kAnswer =
    "id, question_id, text, state, found, support, coverage, model, timing, started_at";
constexpr std::string_view kCitation =
    "id, answer_id, video_id, begin_us, end_us, score, verdict, user_verdict";
constexpr std::string_view kMarker = "id, video_id, begin_us, end_us, label, colour, note";

void require_change(std::int64_t changes, std::string_view kind, std::int64_t id) {
  if (changes > 0) return;
  throw Error(ErrorCode::not_found,
              "there is no " + std::string(kind) + " " + std::to_string(id) + " in the library",
              "It may have been removed. Look at the list again.");
}

std::int64_t now_unless(std::int64_t time) {
  return time != 0 ? time : utc_seconds();
}

Question read_question(const Statement& statement) {
  Row row(statement, 6, "questions");
  Question question;
  question.id = row.integer();
  question.conversation_id = row.integer();
  question.text = row.text();
  question.scope = row.text();
  const auto ids = nlohmann::json::parse(row.text(), nullptr, false);
  for (const auto& id : ids) {
    if (id.is_number_integer()) question.memory_ids.push_back(id.get<std::int64_t>());
  }
  question.asked_at = row.integer();
  return question;
}

Answer read_answer(const Statement& statement) {
  Row row(statement, 10, "answers");
  Answer answer;
  answer.id = row.integer();
  answer.question_id = row.integer();
  answer.text = row.text();
  answer.state = row.enumeration<AnswerState>();
  answer.found = row.integer() != 0;
  answer.support = row.real();
  answer.coverage = row.text();
  answer.model = row.text();
  answer.timing = row.text();
  answer.started_at = row.integer();
  return answer;
}

void read_citations(Database& database, Answer& answer) {
  Statement statement =
      database.query(select("citations", kCitation, "WHERE answer_id = ? ORDER BY id"), answer.id);
  while (statement.step()) {
    Row row(statement, 8, "citations");
    Citation citation;
    citation.id = row.integer();
    row.integer();  // answer_id
    citation.video_id = row.integer();
    citation.time.begin = row.integer();
    citation.time.end = row.integer();
    citation.score = row.real();
    citation.verdict = row.enumeration<Verdict>();
    citation.user_verdict = row.enumeration<Verdict>();
    answer.citations.push_back(citation);
  }
}

// [[video, begin_us, end_us, weight], ...]
std::string evidence_json(const std::vector<Evidence>& evidence) {
  auto entries = nlohmann::json::array();
  for (const Evidence& entry : evidence) {
    // Three digits are more than a timeline can show.
    entries.push_back(
        {entry.video_id, entry.time.begin, entry.time.end, std::round(entry.weight * 1000) / 1000});
  }
  return entries.dump();
}

void read_evidence(Database& database, Answer& answer) {
  Statement statement =
      database.query(select("evidence", "answer_id, entries", "WHERE answer_id = ?"), answer.id);
  if (!statement.step()) return;
  Row row(statement, 2, "evidence");
  row.integer();  // answer_id
  const auto entries = nlohmann::json::parse(row.text(), nullptr, false);
  for (const auto& entry : entries) {
    const bool sound = entry.is_array() && entry.size() == 4 &&
                       std::all_of(entry.begin(), entry.end(),
                                   [](const auto& number) { return number.is_number(); });
    if (!sound) continue;
    answer.evidence.push_back({entry[0].get<std::int64_t>(),
                               {entry[1].get<std::int64_t>(), entry[2].get<std::int64_t>()},
                               entry[3].get<double>()});
  }
}

ErrorCode error_code(std::string_view name) {
  for (int i = 0; i < static_cast<int>(ErrorCode::internal); ++i) {
    if (error_code_name(static_cast<ErrorCode>(i)) == name) return static_cast<ErrorCode>(i);
  }
  return ErrorCode::internal;
}

void read_failure(Database& database, Answer& answer) {
  Statement statement = database.query(
      select("failures", "answer_id, code, message, hint", "WHERE answer_id = ?"), answer.id);
  if (!statement.step()) return;
  Row row(statement, 4, "failures");
  row.integer();  // answer_id
  Failure& failure = answer.failure.emplace();
  failure.code = error_code(row.text());
  failure.message = row.text();
  failure.hint = row.text();
}

// With all that is theirs.
void read_parts(Database& database, Answer& answer) {
  read_citations(database, answer);
  read_evidence(database, answer);
  read_failure(database, answer);
}

Conversation read_conversation(Database& database, const Statement& statement) {
  Row row(statement, 3, "conversations");
  Conversation conversation;
  conversation.id = row.integer();
  conversation.title = row.text();
  conversation.created_at = row.integer();
  Statement videos = database.query(select("conversation_videos", "conversation_id, video_id",
                                           "WHERE conversation_id = ? ORDER BY video_id"),
                                    conversation.id);
  while (videos.step()) {
    Row video(videos, 2, "conversation_videos");
    video.integer();  // conversation_id
    conversation.video_ids.push_back(video.integer());
  }
  return conversation;
}

std::string ids_json(std::span<const std::int64_t> ids) {
  return nlohmann::json(std::vector(ids.begin(), ids.end())).dump();
}

// --- Rows that are new; within the caller's transaction ------------------------------------------

void insert_conversation_videos(Database& db, std::int64_t conversation,
                                std::span<const std::int64_t> videos) {
  for (const std::int64_t video : videos) {
    db.run("INSERT OR IGNORE INTO conversation_videos (conversation_id, video_id) VALUES (?, ?)",
           conversation, video);
  }
}

std::int64_t insert_conversation(Database& db, std::string_view title,
                                 std::span<const std::int64_t> videos) {
  if (videos.empty()) {
    throw Error(ErrorCode::bad_argument, "a conversation needs at least one video",
                "Choose a video first.");
  }
  db.run("INSERT INTO conversations (title, created_at) VALUES (?, ?)", title, utc_seconds());
  const std::int64_t id = db.last_id();
  insert_conversation_videos(db, id, videos);
  return id;
}

std::int64_t insert_question(Database& db, const Question& question, std::int64_t conversation) {
  db.run(
      "INSERT INTO questions (conversation_id, text, scope, memory_ids, asked_at) "
      "VALUES (?, ?, ?, ?, ?)",
      conversation, question.text, question.scope, ids_json(question.memory_ids),
      now_unless(question.asked_at));
  return db.last_id();
}

std::int64_t insert_answer(Database& db, std::int64_t question, std::string_view model) {
  db.run(
      "INSERT INTO answers (question_id, text, state, found, support, coverage, model, timing, "
      "started_at) VALUES (?, '', ?, 0, 0.0, '[]', ?, '{}', ?)",
      question, AnswerState::running, model, utc_seconds());
  return db.last_id();
}

void end_running(Database& db, std::int64_t answer, AnswerState state) {
  require_change(db.run("UPDATE answers SET state = ? WHERE id = ? AND state = ?", state, answer,
                        AnswerState::running),
                 "running answer", answer);
}

// The user's words as an FTS5 expression: each one a quoted string, so that nothing in it is
// syntax, the last one a prefix. Words without a letter or digit would match nothing and are left
// out.
std::string match_expression(std::string_view text) {
  std::string expression;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n\f\v", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    begin = end + 1;
    const bool speaks = std::any_of(word.begin(), word.end(), [](char c) {
      const auto u = static_cast<unsigned char>(c);
      return u >= 0x80 || (u >= '0' && u <= '9') || ((u | 0x20) >= 'a' && (u | 0x20) <= 'z');
    });
    if (!speaks) continue;
    if (!expression.empty()) expression += ' ';
    expression += '"';
    for (const char c : word) {
      if (c == '\0') continue;
      expression += c;
      if (c == '"') expression += '"';
    }
    expression += '"';
  }
  if (!expression.empty()) expression += '*';
  return expression;
}

}  // namespace

// --- Conversations ------------------------------------------------------------------------------

std::optional<Conversation> Journal::find_conversation(std::int64_t id) {
  auto db = pool_.reader();
  Statement statement =
      db->query(select("conversations", "id, title, created_at", "WHERE id = ?"), id);
  if (!statement.step()) return std::nullopt;
  return read_conversation(*db, statement);
}

std::vector<Conversation> Journal::list_conversations(std::int64_t video_id) {
  auto db = pool_.reader();
  Statement statement = db->query(
      select(
          "conversations", "id, title, created_at",
          "WHERE ?1 = 0 OR id IN (SELECT conversation_id FROM conversation_videos WHERE video_id = "
          "?1) ORDER BY id"),
      video_id);
  std::vector<Conversation> conversations;
  while (statement.step()) conversations.push_back(read_conversation(*db, statement));
  return conversations;
}

void Journal::rename_conversation(std::int64_t id, std::string_view title) {
  auto db = pool_.writer();
  require_change(db->run("UPDATE conversations SET title = ? WHERE id = ?", title, id),
                 "conversation", id);
}

void Journal::remove_conversation(std::int64_t id) {
  auto db = pool_.writer();
  require_change(db->run("DELETE FROM conversations WHERE id = ?", id), "conversation", id);
}

// --- Questions and answers -----------------------------------------------------------------------

Asked Journal::ask(const Question& question, std::span<const std::int64_t> videos) {
  auto db = pool_.writer();
  Transaction transaction(*db);
  Asked asked;
  asked.conversation = question.conversation_id;
  if (asked.conversation == 0) {
    asked.conversation = insert_conversation(*db, question.text, videos);
  } else {
    insert_conversation_videos(*db, asked.conversation, videos);
  }
  asked.question = insert_question(*db, question, asked.conversation);
  asked.answer = insert_answer(*db, asked.question, {});
  transaction.commit();
  return asked;
}

std::vector<Question> Journal::list_questions(std::int64_t conversation_id) {
  auto db = pool_.reader();
  Statement statement = db->query(
      select("questions", kQuestion, "WHERE conversation_id = ? ORDER BY id"), conversation_id);
  std::vector<Question> questions;
  while (statement.step()) questions.push_back(read_question(statement));
  return questions;
}

void Journal::start_answer(std::int64_t answer_id, std::string_view model,
                           std::span<const std::int64_t> memory_ids) {
  auto db = pool_.writer();
  Transaction transaction(*db);
  require_change(db->run("UPDATE answers SET text = '', model = ?, started_at = ? "
                         "WHERE id = ? AND state = ?",
                         model, utc_seconds(), answer_id, AnswerState::running),
                 "running answer", answer_id);
  db->run(
      "UPDATE questions SET memory_ids = ? "
      "WHERE id = (SELECT question_id FROM answers WHERE id = ?)",
      ids_json(memory_ids), answer_id);
  transaction.commit();
}

void Journal::append_answer(std::int64_t answer_id, std::string_view piece) {
  auto db = pool_.writer();
  Transaction transaction(*db, Transaction::Sync::relaxed);
  require_change(db->run("UPDATE answers SET text = text || ? WHERE id = ? AND state = ?", piece,
                         answer_id, AnswerState::running),
                 "running answer", answer_id);
  transaction.commit();
}

void Journal::finish_answer(const Answer& answer) {
  auto db = pool_.writer();
  Transaction transaction(*db);
  db->run("DELETE FROM citations WHERE answer_id = ?", answer.id);
  require_change(
      db->run("UPDATE answers SET text = ?, state = ?, found = ?, support = ?, coverage = ?, "
              "timing = ? WHERE id = ?",
              answer.text, answer.state, answer.found, answer.support, answer.coverage,
              answer.timing, answer.id),
      "answer", answer.id);
  for (const Citation& citation : answer.citations) {
    db->run(
        "INSERT INTO citations (answer_id, video_id, begin_us, end_us, score, verdict, "
        "user_verdict) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        answer.id, citation.video_id, citation.time.begin, citation.time.end, citation.score,
        citation.verdict, citation.user_verdict);
  }
  db->run("DELETE FROM evidence WHERE answer_id = ?", answer.id);
  if (!answer.evidence.empty()) {
    db->run("INSERT INTO evidence (answer_id, entries) VALUES (?, ?)", answer.id,
            evidence_json(answer.evidence));
  }
  transaction.commit();
}

void Journal::end_answer(std::int64_t answer_id, AnswerState state) {
  auto db = pool_.writer();
  end_running(*db, answer_id, state);
}

void Journal::fail_answer(std::int64_t answer_id, const Failure& failure) {
  auto db = pool_.writer();
  Transaction transaction(*db);
  end_running(*db, answer_id, AnswerState::failed);
  db->run("INSERT INTO failures (answer_id, code, message, hint) VALUES (?, ?, ?, ?)", answer_id,
          error_code_name(failure.code), failure.message, failure.hint);
  transaction.commit();
}

std::vector<Answer> Journal::list_answers(std::int64_t question_id) {
  auto db = pool_.reader();
  Statement statement =
      db->query(select("answers", kAnswer, "WHERE question_id = ? ORDER BY id"), question_id);
  std::vector<Answer> answers;
  while (statement.step()) {
    answers.push_back(read_answer(statement));
    read_parts(*db, answers.back());
  }
  return answers;
}

std::optional<Answer> Journal::find_answer(std::int64_t id) {
  auto db = pool_.reader();
  Statement statement = db->query(select("answers", kAnswer, "WHERE id = ?"), id);
  if (!statement.step()) return std::nullopt;
  Answer answer = read_answer(statement);
  read_parts(*db, answer);
  return answer;
}

void Journal::set_user_verdict(std::int64_t citation_id, Verdict verdict) {
  auto db = pool_.writer();
  require_change(
      db->run("UPDATE citations SET user_verdict = ? WHERE id = ?", verdict, citation_id),
      "citation", citation_id);
}

void Journal::mark_interrupted() {
  auto db = pool_.writer();
  db->run("UPDATE answers SET state = ? WHERE state = ?", AnswerState::interrupted,
          AnswerState::running);
}

// --- Markers -------------------------------------------------------------------------------------

std::int64_t Journal::add_marker(const Marker& marker) {
  auto db = pool_.writer();
  Transaction transaction(*db);
  db->run(
      "INSERT INTO markers (video_id, begin_us, end_us, label, colour, note) "
      "VALUES (?, ?, ?, ?, ?, ?)",
      marker.video_id, marker.time.begin, marker.time.end, marker.label, marker.colour,
      marker.note);
  const std::int64_t id = db->last_id();  // before the commit, while no trigger has run
  transaction.commit();
  return id;
}

void Journal::update_marker(const Marker& marker) {
  auto db = pool_.writer();
  require_change(
      db->run("UPDATE markers SET begin_us = ?, end_us = ?, label = ?, colour = ?, note = ? "
              "WHERE id = ?",
              marker.time.begin, marker.time.end, marker.label, marker.colour, marker.note,
              marker.id),
      "marker", marker.id);
}

void Journal::remove_marker(std::int64_t id) {
  auto db = pool_.writer();
  require_change(db->run("DELETE FROM markers WHERE id = ?", id), "marker", id);
}

std::vector<Marker> Journal::list_markers(std::int64_t video_id) {
  auto db = pool_.reader();
  Statement statement =
      db->query(select("markers", kMarker, "WHERE video_id = ? ORDER BY begin_us, id"), video_id);
  std::vector<Marker> markers;
  while (statement.step()) {
    Row row(statement, 7, "markers");
    Marker marker;
    marker.id = row.integer();
    marker.video_id = row.integer();
    marker.time.begin = row.integer();
    marker.time.end = row.integer();
    marker.label = row.text();
    marker.colour = row.text();
    marker.note = row.text();
    markers.push_back(std::move(marker));
  }
  return markers;
}

// --- Search --------------------------------------------------------------------------------------

std::vector<SearchHit> Journal::search(std::string_view text, std::int64_t limit) {
  const std::string expression = match_expression(text);
  std::vector<SearchHit> hits;
  if (expression.empty()) return hits;
  auto db = pool_.reader();
  Statement statement = db->query(
      "SELECT rowid, snippet(search, 0, '[', ']', '…', 12) FROM search WHERE search MATCH ? "
      "ORDER BY rank LIMIT ?",
      expression, limit);
  while (statement.step()) {
    SearchHit hit;
    hit.kind = static_cast<SearchHit::Kind>(statement.integer(0) & 3);
    hit.id = statement.integer(0) >> 2;
    hit.snippet = statement.text(1);
    const bool marked = hit.kind == SearchHit::Kind::marker || hit.kind == SearchHit::Kind::note;
    Statement owner = db->query(marked ? "SELECT video_id, 0 FROM markers WHERE id = ?"
                                : hit.kind == SearchHit::Kind::question
                                    ? "SELECT conversation_id, asked_at FROM questions WHERE id = ?"
                                    : "SELECT conversation_id, asked_at FROM questions WHERE id = "
                                      "(SELECT question_id FROM answers WHERE id = ?)",
                                hit.id);
    if (owner.step()) {
      (marked ? hit.video_id : hit.conversation_id) = owner.integer(0);
      hit.asked_at = owner.integer(1);
    }
    hits.push_back(std::move(hit));
  }
  return hits;
}

}  // namespace longtake::store
