// One flipped bit anywhere: either an Error or a finding of the check, or the same data as before.
// The fast form flips a sample with a fixed seed; LONGTAKE_STORE_TESTS=full flips every bit of the
// bulk files and one of every byte of the database.
#include "engine/store/check.h"
#include "tests/support/journal_rows.h"
#include "tests/unit/store/store_fixture.h"

namespace longtake::store {
namespace {

constexpr std::int64_t kBlocks = 4;

// Everything that a reader can learn from the library, as one text.
std::string tell(Library& library) {
  std::string text;
  const auto add = [&text](const auto&... values) {
    const auto one = [&text](const auto& value) {
      if constexpr (std::is_arithmetic_v<std::decay_t<decltype(value)>>) {
        text += std::to_string(value);
      } else {
        text += value;
      }
      text += '|';
    };
    (one(values), ...);
  };
  for (const Video& v : library.list_videos()) {
    add(v.id, v.content_id, v.path.string(), v.name, v.size, v.duration, v.width, v.height, v.info,
        v.added_at);
    add(library.find_by_content(v.content_id).has_value());
    add(library.find_by_path(v.path).has_value(), library.find_by_name_or_id(v.name).has_value());
    for (const Memory& m : library.list_memories(v.id)) {
      add(m.id, m.video_id, m.model, m.fingerprint, m.shape.layers, m.shape.kv_heads,
          m.shape.head_dim, static_cast<int>(m.shape.codec), m.interval, m.mode, m.created_at,
          static_cast<int>(m.state), m.finished, m.next_index, m.blocks, m.frames, m.tokens,
          m.bytes, m.coverage.size());
      const auto store = library.open_memory(m.id);
      add(store->count());
      for (std::int64_t id = 0; id < store->count(); ++id) {
        add(holds(*store, make_block(store->shape(), id)));
      }
    }
    for (const Marker& m : library.journal().list_markers(v.id)) {
      add(m.id, m.time.begin, m.time.end, m.label, m.colour, m.note);
    }
  }
  for (const Conversation& c : library.journal().list_conversations(0)) {
    add(c.id, c.title, c.created_at, c.video_ids.size());
    for (const Question& q : library.journal().list_questions(c.id)) {
      add(q.id, q.text, q.scope, q.memory_ids.size(), q.asked_at);
      for (const Answer& a : library.journal().list_answers(q.id)) {
        add(a.id, a.text, static_cast<int>(a.state), a.found, a.support, a.coverage, a.model,
            a.timing, a.started_at);
        for (const Citation& k : a.citations) {
          add(k.id, k.video_id, k.time.begin, k.time.end, k.score, static_cast<int>(k.verdict),
              static_cast<int>(k.user_verdict));
        }
        if (a.failure) add(error_code_name(a.failure->code), a.failure->message, a.failure->hint);
        for (const Evidence& e : a.evidence) add(e.video_id, e.time.begin, e.time.end, e.weight);
      }
    }
  }
  for (const char* word : {"where", "circle", "harbour", "left"}) {
    for (const SearchHit& hit : library.journal().search(word)) {
      add(static_cast<int>(hit.kind), hit.id, hit.video_id, hit.conversation_id, hit.snippet);
    }
  }
  return text;
}

class DamageTest : public StoreTest {
 protected:
  void SetUp() override {
    make();
    for (std::int64_t id = 0; id < kBlocks; id += 2) {
      memory_->append(make_blocks(kSmallShape, id, 2), id + 2);
    }
    Journal& journal = library_->journal();
    const std::int64_t videos[] = {video_id_};
    Question question;
    question.text = "Where is the circle?";
    question.memory_ids = {memory_id_};
    Answer answer;
    const Asked asked = tests::ask(journal, question, videos);
    answer.id = asked.answer;
    answer.text = "At the left of the harbour.";
    answer.state = AnswerState::done;
    answer.support = 0.5;
    answer.citations = {{0, video_id_, {1, 2}, 0.5, Verdict::confirmed, Verdict::none}};
    answer.evidence = {{video_id_, {1, 2}, 1.0}, {video_id_, {5, 6}, 0.25}};
    journal.finish_answer(answer);
    question.conversation_id = asked.conversation;
    journal.fail_answer(tests::ask(journal, question, videos).answer,
                        {ErrorCode::out_of_memory, "no room", "make some"});
    journal.add_marker({0, video_id_, {1, 2}, "harbour", "#fff", "note"});
    before_ = tell(*library_);
    ASSERT_TRUE(check_library(*library_).empty());
    memory_.reset();
    library_.reset();
  }

  // Bits of a file to flip: every `step`-th (full), or a sample.
  std::vector<std::size_t> bits_of(const std::string& bytes, std::size_t sample,
                                   std::size_t step = 1) const {
    std::vector<std::size_t> bits;
    std::mt19937_64 random(11);
    if (full_tests()) {
      for (std::size_t bit = 0; bit < bytes.size() * 8; bit += step) bits.push_back(bit);
    } else {
      for (std::size_t i = 0; i < sample; ++i) bits.push_back(random() % (bytes.size() * 8));
    }
    return bits;
  }

  struct Outcome {
    int detected = 0;
    int harmless = 0;
  };

  std::string before_;
};

// The bulk files are read by an open reader, so that no opening is repeated for each bit.
TEST_F(DamageTest, SegmentFile) {
  library_ = Library::open(folder_ / "library", Library::Access::read);
  const auto path = memory_file("segment-000000.ltseg");
  const std::string good = slurp(path);
  Outcome outcome;
  for (const std::size_t bit : bits_of(good, 1500)) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
    spill(path, bad);
    bool detected = false;
    bool same = true;
    try {
      const auto memory = library_->open_memory(memory_id_);
      detected = memory->lost().has_value();
      for (std::int64_t id = 0; id < memory->count(); ++id) {
        same = same && holds(*memory, make_block(kSmallShape, id));
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.code() == ErrorCode::corrupt_data || error.code() == ErrorCode::unsupported,
                true)
          << error.message();
      detected = true;
    }
    ASSERT_TRUE(detected || same) << "bit " << bit;
    ++(detected ? outcome.detected : outcome.harmless);
  }
  std::printf("segment: %zu bytes, %d flips detected, %d harmless\n", good.size(), outcome.detected,
              outcome.harmless);
  EXPECT_GT(outcome.detected, outcome.harmless);
}

TEST_F(DamageTest, IndexFile) {
  library_ = Library::open(folder_ / "library", Library::Access::read);
  const auto path = memory_file("index.ltidx");
  const std::string good = slurp(path);
  std::vector<std::size_t> bits = bits_of(good, 2000);
  if (!full_tests()) {
    // Most of the page is still empty: flip every bit of the header and of what is used as well.
    for (std::size_t bit = 0; bit < 128 * 8; ++bit) bits.push_back(bit);
    std::size_t used = 0;
    for (std::size_t at = 4096; at < good.size() && used < 4000; ++at) {
      if (good[at] != 0) bits.push_back(at * 8 + ++used % 8);
    }
  }
  Outcome outcome;
  std::string bad = good;
  for (const std::size_t bit : bits) {
    const auto flip = [&] { bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8); };
    flip();
    {
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(bit / 8)).put(bad[bit / 8]);
    }
    bool detected = false;
    bool same = true;
    try {
      const auto memory = library_->open_memory(memory_id_);
      detected = memory->lost().has_value();
      for (std::int64_t id = 0; id < memory->count(); ++id) {
        same = same && holds(*memory, make_block(kSmallShape, id));
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt_data) << error.message();
      detected = true;
    }
    ASSERT_TRUE(detected || same) << "bit " << bit;
    ++(detected ? outcome.detected : outcome.harmless);
    flip();
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(bit / 8)).put(bad[bit / 8]);
  }
  std::printf("index: %zu bytes, %d flips detected, %d harmless\n", good.size(), outcome.detected,
              outcome.harmless);
  EXPECT_GT(outcome.detected, 1000);
}

TEST_F(DamageTest, Database) {
  const auto path = folder_ / "library" / "library.db";
  ASSERT_EQ(std::filesystem::file_size(path.string() + "-wal"), 0u);
  const std::string good = slurp(path);
  std::vector<std::size_t> bits = bits_of(good, 800, 9);  // 9: another bit of each byte
  Outcome outcome;
  for (const std::size_t bit : bits) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
    spill(path, bad);
    bool detected = false;
    std::string after;
    try {
      auto library = Library::open(folder_ / "library", Library::Access::write);
      detected = !check_library(*library).empty();
      if (!detected) after = tell(*library);
    } catch (const Error& error) {
      EXPECT_FALSE(error.message().empty());
      detected = true;
    }
    std::filesystem::remove(path.string() + "-wal");
    std::filesystem::remove(path.string() + "-shm");
    ASSERT_TRUE(detected || after == before_) << "byte " << bit / 8 << " bit " << bit % 8;
    ++(detected ? outcome.detected : outcome.harmless);
  }
  std::printf("database: %zu bytes, %d flips detected, %d harmless\n", good.size(),
              outcome.detected, outcome.harmless);
  EXPECT_GT(outcome.detected, 0);
}

TEST_F(DamageTest, CheckNamesTheBlock) {
  const auto path = memory_file("segment-000000.ltseg");
  std::string bytes = slurp(path);
  bytes[128 + 512] ^= 1;  // within the first block's payload
  spill(path, bytes);
  library_ = Library::open(folder_ / "library", Library::Access::read);
  std::int64_t asked = 0;
  CheckOptions options;
  options.progress = [&](std::int64_t done, std::int64_t total) {
    EXPECT_EQ(done, ++asked);
    EXPECT_EQ(total, kBlocks);
    return true;
  };
  const auto findings = check_library(*library_, options);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].where, "clip1, memory 1");
  EXPECT_NE(findings[0].what.find("block 0"), std::string::npos) << findings[0].what;
  EXPECT_NE(findings[0].hint.find("watch it again"), std::string::npos);
  EXPECT_EQ(asked, kBlocks);
  options.progress = [](std::int64_t, std::int64_t) { return false; };
  EXPECT_EQ(check_library(*library_, options).size(), 1u);  // block 0 is the first
}

TEST_F(DamageTest, WhatACheckFoundIsKnownUntilTheNext) {
  const auto path = memory_file("segment-000000.ltseg");
  const std::string good = slurp(path);
  std::string bad = good;
  bad[128 + 512] ^= 1;
  spill(path, bad);
  const std::int64_t began = utc_seconds();
  open();
  const auto found = check_library(*library_);
  ASSERT_EQ(found.size(), 1u);
  reopen();
  const auto kept = library_->list_findings();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].memory_id, memory_id_);
  EXPECT_EQ(kept[0].where, found[0].where);
  EXPECT_EQ(kept[0].what, found[0].what);
  EXPECT_EQ(kept[0].hint, found[0].hint);
  EXPECT_GE(kept[0].found_at, began);
  EXPECT_EQ(check_library(*library_).size(), 1u);
  EXPECT_EQ(library_->list_findings().size(), 1u) << "said once";
  // One that did not look at everything says nothing about the rest.
  CheckOptions options;
  options.progress = [](std::int64_t, std::int64_t) { return false; };
  check_library(*library_, options);
  EXPECT_EQ(library_->list_findings().size(), 1u);

  library_.reset();
  spill(path, good);
  open();
  EXPECT_TRUE(check_library(*library_).empty());
  EXPECT_TRUE(library_->list_findings().empty());

  // It goes with its memory, and is not kept of one that has gone; what the library's own is stays.
  std::vector<Finding> findings(3);
  findings[0] = {.where = "library.db", .what = "row 1 is damaged", .hint = "Put it back."};
  findings[1] = found[0];
  findings[2] = found[0];
  findings[2].memory_id = memory_id_ + 1;
  library_->keep_findings(findings);
  EXPECT_EQ(library_->list_findings().size(), 2u);
  library_->remove_memory(memory_id_);
  ASSERT_EQ(library_->list_findings().size(), 1u);
  EXPECT_EQ(library_->list_findings()[0].what, "row 1 is damaged");
  EXPECT_EQ(library_->list_findings()[0].memory_id, 0);
}

TEST_F(DamageTest, WhatMendsItselfIsNotKept) {
  std::filesystem::create_directories(folder_ / "library" / "memories" / "holiday photos");
  const auto path = memory_file("segment-000000.ltseg");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  open();
  EXPECT_EQ(check_library(*library_).size(), 2u);
  EXPECT_TRUE(library_->list_findings().empty());
}

TEST_F(DamageTest, CheckNamesStrangers) {
  spill(memory_file("segment-000007.ltseg"), "x");  // of an append that failed, or is under way
  std::filesystem::create_directories(folder_ / "library" / "memories" / "holiday photos");
  library_ = Library::open(folder_ / "library", Library::Access::read);
  const auto findings = check_library(*library_);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_NE(findings[0].what.find("holiday photos"), std::string::npos);
  library_.reset();
  open();  // removes what is its own, and nothing else
  memory_ = library_->open_memory(memory_id_);
  EXPECT_FALSE(std::filesystem::exists(memory_file("segment-000007.ltseg")));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "library" / "memories" / "holiday photos"));
}

TEST_F(DamageTest, ADamagedRowIsNamed) {
  const auto path = folder_ / "library" / "library.db";
  std::string bytes = slurp(path);
  const std::size_t at = bytes.find("/videos/clip1.mp4");
  ASSERT_NE(at, std::string::npos);
  for (std::size_t i = at; i != std::string::npos; i = bytes.find("/videos/clip1.mp4", i + 1)) {
    bytes[i + 8] = 'k';
  }
  spill(path, bytes);
  library_ = Library::open(folder_ / "library", Library::Access::read);
  const Error error = error_of([&] { library_->list_videos(); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_data);
  EXPECT_NE(error.message().find("row 1 of the table videos"), std::string::npos);
}

// Whoever wrote them: the checksums are right.
TEST_F(DamageTest, ValuesOutOfAllBoundsAreRefused) {
  open();
  {
    auto db = library_->connections().writer();
    db->run("UPDATE memories SET blocks = ?", std::int64_t{1} << 62);
    db->run("UPDATE questions SET memory_ids = '[\"a\", 7, {}]'");
  }
  EXPECT_EQ(error_of([&] { library_->open_memory(memory_id_); }).code(), ErrorCode::corrupt_data);
  EXPECT_EQ(library_->journal().list_questions(1).at(0).memory_ids, std::vector<std::int64_t>{7});
}

TEST_F(DamageTest, ADamagedRowIsPassedOverAndCanBeRemoved) {
  const auto path = folder_ / "library" / "library.db";
  open();
  const std::int64_t sound = library_->add_video(make_video(2));
  library_.reset();
  const std::string good = slurp(path);
  // In the table and in the index, or in the one and not in the other.
  for (const auto& [table, index] : {std::pair(true, true), {true, false}, {false, true}}) {
    std::string bytes = good;
    int found = 0;
    for (std::size_t at = bytes.find("/videos/clip1.mp4"); at != std::string::npos;
         at = bytes.find("/videos/clip1.mp4", at + 1)) {
      // A row's path is followed by its name; an index's entry is not.
      const bool in_table = bytes.compare(at + 17, 5, "clip1") == 0;
      if (in_table ? table : index) bytes[at + 8] = 'k';
      ++found;
    }
    ASSERT_EQ(found, 2);
    spill(path, bytes);
    open();
    if (table) {
      std::vector<std::int64_t> damaged;
      const std::vector<Video> videos = library_->list_videos(&damaged);
      ASSERT_EQ(videos.size(), 1u);
      EXPECT_EQ(videos[0].id, sound);
      EXPECT_EQ(damaged, std::vector<std::int64_t>{video_id_});
    }
    library_->remove_video(video_id_);
    EXPECT_EQ(library_->list_videos().size(), 1u);
    EXPECT_TRUE(check_library(*library_).empty());
    library_.reset();
  }
}

TEST_F(DamageTest, AVideoThatIsRemovedMeanwhileIsNoFinding) {
  open();
  const std::int64_t other = library_->add_video(make_video(2));
  library_->open_memory(library_->create_memory(make_memory(other, kSmallShape)));
  CheckOptions options;
  options.progress = [&](std::int64_t done, std::int64_t) {
    if (done == 1) library_->remove_video(other);
    if (done == 2) library_->remove_video(video_id_);
    return true;
  };
  for (const Finding& finding : check_library(*library_, options)) {
    ADD_FAILURE() << finding.where << ": " << finding.what;
  }
}

}  // namespace
}  // namespace longtake::store
