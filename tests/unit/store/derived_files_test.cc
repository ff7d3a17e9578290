// DerivedFiles: what is whole comes back, what is not was never there.
#include "engine/store/derived_files.h"

#include "tests/unit/store/store_fixture.h"

namespace longtake::store {
namespace {

namespace fs = std::filesystem;

const std::string kContent = "00112233445566778899aabbccddeeff";

std::vector<std::byte> bytes(std::size_t count) {
  std::vector<std::byte> payload(count);
  for (std::size_t i = 0; i < count; ++i) payload[i] = static_cast<std::byte>(i * 7);
  return payload;
}

class DerivedFilesTest : public ::testing::Test {
 protected:
  FastFolder folder_;
  DerivedFiles files_{folder_ / "derived"};
};

TEST_F(DerivedFilesTest, GivesBackWhatWasSaved) {
  EXPECT_FALSE(files_.load(kContent, DerivedKind::waveform));
  files_.save(kContent, DerivedKind::waveform, bytes(1000));
  EXPECT_EQ(files_.load(kContent, DerivedKind::waveform), bytes(1000));
  EXPECT_FALSE(files_.load(kContent, DerivedKind::cuts));
  files_.save(kContent, DerivedKind::cuts, {});
  EXPECT_EQ(files_.load(kContent, DerivedKind::cuts), bytes(0));
  files_.save(kContent, DerivedKind::waveform, bytes(5));
  EXPECT_EQ(files_.load(kContent, DerivedKind::waveform), bytes(5));
}

TEST_F(DerivedFilesTest, AnyChangedByteAndAnyLengthIsDamage) {
  files_.save(kContent, DerivedKind::cuts, bytes(40));
  const fs::path path = files_.path_of(kContent, DerivedKind::cuts);
  const std::string whole = slurp(path);
  ASSERT_EQ(whole.size(), 136u);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string broken = whole;
    broken[i] = static_cast<char>(broken[i] ^ 0x10);
    spill(path, broken);
    EXPECT_FALSE(files_.load(kContent, DerivedKind::cuts)) << "byte " << i;
  }
  for (std::size_t length = 0; length < whole.size(); ++length) {
    spill(path, whole.substr(0, length));
    EXPECT_FALSE(files_.load(kContent, DerivedKind::cuts)) << length << " bytes";
  }
  spill(path, whole + "x");
  EXPECT_FALSE(files_.load(kContent, DerivedKind::cuts));
  spill(path, whole);
  EXPECT_TRUE(files_.load(kContent, DerivedKind::cuts));
}

TEST_F(DerivedFilesTest, ARenamedFileIsNotAnotherVideos) {
  files_.save(kContent, DerivedKind::cuts, bytes(8));
  const std::string other(32, 'a');
  fs::rename(files_.path_of(kContent, DerivedKind::cuts), files_.path_of(other, DerivedKind::cuts));
  EXPECT_FALSE(files_.load(other, DerivedKind::cuts));
  fs::rename(files_.path_of(other, DerivedKind::cuts),
             files_.path_of(kContent, DerivedKind::waveform));
  EXPECT_FALSE(files_.load(kContent, DerivedKind::waveform));
}

TEST_F(DerivedFilesTest, NamesCannotLeaveTheFolder) {
  fs::create_directories(folder_ / "derived");
  spill(folder_ / "precious.cuts", "x");
  for (const std::string name : {"../precious", "", "/etc/passwd", "a b", "AB"}) {
    EXPECT_FALSE(files_.load(name, DerivedKind::cuts));
    EXPECT_EQ(error_of([&] { files_.save(name, DerivedKind::cuts, {}); }).code(),
              ErrorCode::internal);
    files_.remove(name);
  }
  EXPECT_TRUE(fs::exists(folder_ / "precious.cuts"));
}

TEST_F(DerivedFilesTest, KeepsOnlyWhatIsAskedFor) {
  files_.keep_only({});  // no folder yet
  const std::string other(32, 'b');
  files_.save(kContent, DerivedKind::cuts, bytes(8));
  files_.save(other, DerivedKind::cuts, bytes(8));
  spill(folder_ / "derived/00.cuts.tmp17", "half");
  spill(folder_ / "derived/notes.txt", "mine");
  files_.keep_only({other});
  EXPECT_FALSE(files_.load(kContent, DerivedKind::cuts));
  EXPECT_TRUE(files_.load(other, DerivedKind::cuts));
  EXPECT_FALSE(fs::exists(folder_ / "derived/00.cuts.tmp17"));
  EXPECT_TRUE(fs::exists(folder_ / "derived/notes.txt"));
}

TEST_F(StoreTest, DerivedFilesGoWithTheirVideo) {
  open();
  Video video = make_video(1);
  video.content_id = kContent;
  video_id_ = library_->add_video(video);
  library_->derived().save(kContent, DerivedKind::cuts, bytes(8));
  library_->derived().save(std::string(32, 'c'), DerivedKind::cuts, bytes(8));
  open();
  EXPECT_TRUE(library_->derived().load(kContent, DerivedKind::cuts));
  EXPECT_FALSE(library_->derived().load(std::string(32, 'c'), DerivedKind::cuts))
      << "an orphan outlived the opening";
  library_->remove_video(video_id_);
  EXPECT_FALSE(library_->derived().load(kContent, DerivedKind::cuts));
}

}  // namespace
}  // namespace longtake::store
