// Journal: conversations, streaming answers, markers and search.
#include "engine/store/journal.h"

#include "engine/store/database.h"
#include "tests/support/journal_rows.h"
#include "tests/unit/store/store_fixture.h"

namespace longtake::store {
namespace {

class JournalTest : public StoreTest {
 protected:
  void SetUp() override {
    make();
    conversation_ = ask("What is this?").conversation;
  }
  Journal& journal() { return library_->journal(); }
  Asked ask(const std::string& text) {
    Question question;
    question.conversation_id = conversation_;
    question.text = text;
    question.memory_ids = {memory_id_};
    question.scope = R"([{"video":1}])";
    const std::int64_t videos[] = {video_id_};
    return tests::ask(journal(), question, videos);
  }
  std::int64_t finish(const Asked& asked, const std::string& text) {
    Answer answer;
    answer.id = asked.answer;
    answer.text = text;
    answer.state = AnswerState::done;
    journal().finish_answer(answer);
    return answer.id;
  }
  std::int64_t conversation_ = 0;  // with one question, which nobody has answered yet
};

TEST_F(JournalTest, Conversations) {
  const auto other = library_->add_video(make_video(2));
  const std::int64_t both[] = {other, video_id_, other};
  Question question;
  question.text = "And both?";
  const auto id = journal().ask(question, both).conversation;
  EXPECT_EQ(journal().find_conversation(id)->video_ids,
            (std::vector<std::int64_t>{video_id_, other}));
  EXPECT_EQ(journal().list_conversations(other).size(), 1u);
  EXPECT_EQ(journal().list_conversations(video_id_).size(), 2u);
  EXPECT_EQ(journal().list_conversations(0).size(), 2u);
  journal().rename_conversation(id, "pair");
  EXPECT_EQ(journal().find_conversation(id)->title, "pair");
  journal().remove_conversation(id);
  EXPECT_FALSE(journal().find_conversation(id));
  EXPECT_EQ(error_of([&] { journal().remove_conversation(id); }).code(), ErrorCode::not_found);
}

TEST_F(JournalTest, AnAnswerGrowsAndIsFinished) {
  const Asked asked = ask("Where is the red circle?");
  const auto id = asked.answer;
  EXPECT_EQ(journal().find_answer(id)->state, AnswerState::running);
  journal().append_answer(id, "At the ");
  journal().append_answer(id, "left.");
  EXPECT_EQ(journal().find_answer(id)->text, "At the left.");
  Answer answer = *journal().find_answer(id);
  answer.text = "At the left edge.";
  answer.state = AnswerState::done;
  answer.found = true;
  answer.support = 1.25;
  answer.coverage = R"([{"start_s":0}])";
  answer.timing = R"({"total_ms":5})";
  answer.citations = {{0, video_id_, {5, 10}, 0.75, Verdict::none, Verdict::none},
                      {0, video_id_, {20, 30}, 0.25, Verdict::confirmed, Verdict::none}};
  answer.evidence = {{video_id_, {5, 10}, 1.0}, {video_id_, {20, 30}, 0.3456}, {77, {0, 1}, 0.001}};
  journal().finish_answer(answer);
  reopen();
  const auto answers = journal().list_answers(asked.question);
  ASSERT_EQ(answers.size(), 1u);
  const Answer& stored = answers[0];
  EXPECT_EQ(stored.id, id);
  EXPECT_EQ(stored.text, "At the left edge.");
  EXPECT_EQ(stored.state, AnswerState::done);
  EXPECT_TRUE(stored.found);
  EXPECT_EQ(stored.support, 1.25);
  EXPECT_EQ(stored.coverage, answer.coverage);
  EXPECT_EQ(stored.timing, answer.timing);
  EXPECT_EQ(stored.model, "nano");
  ASSERT_EQ(stored.citations.size(), 2u);
  EXPECT_EQ(stored.citations[0].time, (TimeRange{5, 10}));
  EXPECT_EQ(stored.citations[1].verdict, Verdict::confirmed);
  ASSERT_EQ(stored.evidence.size(), 3u);
  EXPECT_EQ(stored.evidence[0].video_id, video_id_);
  EXPECT_EQ(stored.evidence[1].time, (TimeRange{20, 30}));
  EXPECT_EQ(stored.evidence[1].weight, 0.346);
  EXPECT_EQ(stored.evidence[2].weight, 0.001);
  journal().set_user_verdict(stored.citations[0].id, Verdict::confirmed);
  EXPECT_EQ(journal().find_answer(id)->citations[0].verdict, Verdict::none);
  EXPECT_EQ(journal().find_answer(id)->citations[0].user_verdict, Verdict::confirmed);
  EXPECT_EQ(error_of([&] { journal().append_answer(id, "x"); }).code(), ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { journal().set_user_verdict(999, Verdict::none); }).code(),
            ErrorCode::not_found);
  const auto questions = journal().list_questions(conversation_);
  ASSERT_EQ(questions.size(), 2u);
  EXPECT_EQ(questions[1].id, asked.question);
  EXPECT_EQ(questions[1].text, "Where is the red circle?");
  EXPECT_EQ(questions[1].memory_ids, (std::vector<std::int64_t>{memory_id_}));
  EXPECT_GT(questions[1].asked_at, 0);
}

TEST_F(JournalTest, EvidenceIsReplacedAndGoesWithItsAnswer) {
  Answer answer;
  answer.id = finish(ask("Where?"), "Here.");
  EXPECT_TRUE(journal().find_answer(answer.id)->evidence.empty());
  answer.evidence = {{video_id_, {1, 2}, 0.5}};
  journal().finish_answer(answer);
  answer.evidence = {{video_id_, {3, 4}, 1.0}};
  journal().finish_answer(answer);
  ASSERT_EQ(journal().find_answer(answer.id)->evidence.size(), 1u);
  EXPECT_EQ(journal().find_answer(answer.id)->evidence[0].time, (TimeRange{3, 4}));
  journal().remove_conversation(conversation_);
  auto db = library_->connections().reader();
  Statement left = db->query("SELECT count(*) FROM evidence");
  ASSERT_TRUE(left.step());
  EXPECT_EQ(left.integer(0), 0);
}

TEST_F(JournalTest, ARunningAnswerIsInterruptedByTheEnd) {
  const auto id = ask("Who?").answer;
  journal().append_answer(id, "Nobody kn");
  reopen();
  EXPECT_EQ(journal().find_answer(id)->state, AnswerState::interrupted);
  EXPECT_EQ(journal().find_answer(id)->text, "Nobody kn");
  EXPECT_EQ(journal().search("nobody").size(), 1u);
}

TEST_F(JournalTest, AQuestionBringsItsConversationAndARunningAnswer) {
  Question question;
  question.text = "Who?";
  question.scope = R"([{"video":1}])";
  const std::int64_t videos[] = {video_id_};
  const Asked asked = journal().ask(question, videos);
  EXPECT_NE(asked.conversation, conversation_);
  EXPECT_EQ(journal().find_conversation(asked.conversation)->title, "Who?");
  EXPECT_EQ(journal().find_conversation(asked.conversation)->video_ids,
            std::vector<std::int64_t>{video_id_});
  const auto stored = journal().list_questions(asked.conversation);
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].id, asked.question);
  EXPECT_EQ(stored[0].scope, question.scope);
  EXPECT_TRUE(stored[0].memory_ids.empty());
  EXPECT_EQ(journal().find_answer(asked.answer)->state, AnswerState::running);
  EXPECT_EQ(journal().find_answer(asked.answer)->question_id, asked.question);

  question.conversation_id = conversation_;
  const Asked more = journal().ask(question, videos);
  EXPECT_EQ(more.conversation, conversation_);
  EXPECT_EQ(journal().list_conversations(0).size(), 2u);
}

TEST_F(JournalTest, AConversationIsAboutEveryVideoThatWasAskedAboutInIt) {
  const std::int64_t other = library_->add_video(make_video(2));
  Question question;
  question.conversation_id = conversation_;
  question.text = "And there?";
  const std::int64_t both[] = {video_id_, other};
  journal().ask(question, both);
  EXPECT_EQ(journal().find_conversation(conversation_)->video_ids,
            (std::vector<std::int64_t>{video_id_, other}));
  EXPECT_EQ(journal().list_conversations(other).size(), 1u);
}

TEST_F(JournalTest, AQuestionThatCannotBeStoredLeavesNothing) {
  Question question;
  question.text = "Who?";
  const std::int64_t nobody[] = {99};
  EXPECT_EQ(error_of([&] { journal().ask(question, nobody); }).code(), ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { journal().ask(question, {}); }).code(), ErrorCode::bad_argument);
  question.conversation_id = 99;
  EXPECT_EQ(error_of([&] { journal().ask(question, nobody); }).code(), ErrorCode::not_found);
  EXPECT_EQ(journal().list_conversations(0).size(), 1u);
  EXPECT_TRUE(journal().search("who").empty());
}

TEST_F(JournalTest, AnAnswerIsBegunAnewInItsOwnRow) {
  Question question;
  question.conversation_id = conversation_;
  question.text = "Who?";
  const Asked asked = journal().ask(question, {});
  const std::int64_t first[] = {memory_id_};
  journal().start_answer(asked.answer, "nano", first);
  journal().append_answer(asked.answer, "Nobody kn");
  const std::int64_t others[] = {memory_id_, 7};
  journal().start_answer(asked.answer, "other", others);
  EXPECT_EQ(journal().find_answer(asked.answer)->text, "");
  EXPECT_EQ(journal().find_answer(asked.answer)->model, "other");
  EXPECT_EQ(journal().list_questions(conversation_).at(1).memory_ids,
            (std::vector<std::int64_t>{memory_id_, 7}));
  journal().append_answer(asked.answer, "I do");
  journal().end_answer(asked.answer, AnswerState::failed);
  reopen();
  EXPECT_EQ(journal().find_answer(asked.answer)->state, AnswerState::failed);
  EXPECT_EQ(journal().find_answer(asked.answer)->text, "I do");
  EXPECT_EQ(journal().search("nobody").size(), 0u);
  // Only what is running can be begun or ended.
  EXPECT_EQ(error_of([&] { journal().start_answer(asked.answer, "nano", first); }).code(),
            ErrorCode::not_found);
  EXPECT_EQ(error_of([&] { journal().end_answer(asked.answer, AnswerState::stopped); }).code(),
            ErrorCode::not_found);
}

TEST_F(JournalTest, WhyAnAnswerFailedIsKept) {
  Question question;
  question.conversation_id = conversation_;
  question.text = "Who?";
  const Asked asked = journal().ask(question, {});
  journal().append_answer(asked.answer, "I do");
  journal().fail_answer(asked.answer, {ErrorCode::corrupt_data, "block 7: damaged", "Look away."});
  reopen();
  const Answer answer = journal().list_answers(asked.question).at(0);
  EXPECT_EQ(answer.state, AnswerState::failed);
  EXPECT_EQ(answer.text, "I do");
  ASSERT_TRUE(answer.failure);
  EXPECT_EQ(answer.failure->code, ErrorCode::corrupt_data);
  EXPECT_EQ(answer.failure->message, "block 7: damaged");
  EXPECT_EQ(answer.failure->hint, "Look away.");
  EXPECT_EQ(journal().find_answer(asked.answer)->failure->message, "block 7: damaged");
  EXPECT_EQ(journal().search("do").size(), 1u);
  // Only what is running can fail, and one that did not has no reason.
  EXPECT_EQ(error_of([&] { journal().fail_answer(asked.answer, {}); }).code(),
            ErrorCode::not_found);
  const auto done = finish(ask("Where?"), "Here");
  EXPECT_FALSE(journal().find_answer(done)->failure);
  journal().remove_conversation(conversation_);
  auto db = library_->connections().reader();
  EXPECT_FALSE(db->query("SELECT 1 FROM failures").step()) << "it goes with its answer";
}

TEST_F(JournalTest, Markers) {
  const auto later = journal().add_marker({0, video_id_, {50, 60}, "late", "#ff0000", "n2"});
  const auto early = journal().add_marker({0, video_id_, {10, 20}, "early", "#00ff00", "n1"});
  EXPECT_NE(later, early);
  auto markers = journal().list_markers(video_id_);
  ASSERT_EQ(markers.size(), 2u);
  EXPECT_EQ(markers[0].id, early);
  EXPECT_EQ(markers[0].colour, "#00ff00");
  EXPECT_EQ(markers[0].note, "n1");
  markers[0].label = "earliest";
  markers[0].time = {1, 2};
  journal().update_marker(markers[0]);
  EXPECT_EQ(journal().list_markers(video_id_)[0].label, "earliest");
  EXPECT_TRUE(journal().search("early").empty());
  EXPECT_EQ(journal().search("earliest").size(), 1u);
  journal().remove_marker(later);
  EXPECT_EQ(journal().list_markers(video_id_).size(), 1u);
  EXPECT_TRUE(journal().search("n2").empty());
  EXPECT_EQ(error_of([&] { journal().update_marker(Marker{}); }).code(), ErrorCode::not_found);
}

TEST_F(JournalTest, SearchFindsEveryKindAndItsPlace) {
  const Asked asked = ask("Does the Überfall happen at the harbour?");
  finish(asked, "The robbery happens at the HARBOUR gate.");
  const auto marker = journal().add_marker({0, video_id_, {0, 1}, "harbour", "", "a harbour note"});
  const auto hits = journal().search("harb");
  ASSERT_EQ(hits.size(), 4u);
  int kinds = 0;
  for (const SearchHit& hit : hits) {
    kinds |= 1 << static_cast<int>(hit.kind);
    EXPECT_NE(hit.snippet.find('['), std::string::npos) << hit.snippet;
    switch (hit.kind) {
      case SearchHit::Kind::question:
        EXPECT_EQ(hit.id, asked.question);
        break;
      case SearchHit::Kind::answer:
        EXPECT_EQ(hit.id, asked.answer);
        break;
      default:
        EXPECT_EQ(hit.id, marker);
    }
    const bool marked = hit.kind == SearchHit::Kind::marker || hit.kind == SearchHit::Kind::note;
    EXPECT_EQ(hit.video_id, marked ? video_id_ : 0);
    EXPECT_EQ(hit.conversation_id, marked ? 0 : conversation_);
    EXPECT_EQ(hit.asked_at != 0, !marked);
  }
  EXPECT_EQ(kinds, 15);
  EXPECT_EQ(journal().search("uberfall").size(), 1u);  // without the accent
  EXPECT_EQ(journal().search("robbery gate").size(), 1u);
  EXPECT_EQ(journal().search("robbery marker").size(), 0u);
  EXPECT_EQ(journal().search("harb", 2).size(), 2u);
}

TEST_F(JournalTest, SearchTextIsNeverSyntax) {
  ask("It said \"STOP\" AND then (NEAR) the c++ sign: 100%");
  EXPECT_EQ(journal().search("\"STOP\"").size(), 1u);
  EXPECT_EQ(journal().search("stop AND").size(), 1u);
  EXPECT_EQ(journal().search("c++").size(), 1u);
  for (const char* text : {"",
                           " ",
                           "\"",
                           "\"\"",
                           "*",
                           "(",
                           "NEAR(",
                           "a OR b",
                           "body:x",
                           "^x",
                           "-x",
                           "x*",
                           "'; DROP TABLE search; --",
                           "\\",
                           "{a b}",
                           "+",
                           "100%",
                           "AND",
                           "\xff\xfe",
                           "ü*"}) {
    EXPECT_NO_THROW(journal().search(text)) << text;
  }
  EXPECT_TRUE(journal().search("body:stop").empty());
  EXPECT_NO_THROW(journal().search(std::string("a\0b", 3)));
  EXPECT_EQ(journal().search("stop").size(), 1u);
}

}  // namespace
}  // namespace longtake::store
