#include "engine/base/hash.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/base/file.h"
#include "kernels/error.h"
#include "tests/unit/base/temp_folder.h"

namespace longtake {
namespace {

TEST(Hash128, HexHasThirtyTwoDigits) {
  EXPECT_EQ((Hash128{0x0123456789abcdef, 0x00000000000000ff}).to_hex(),
            "0123456789abcdef00000000000000ff");
}

TEST(Hasher, EmptyInputIsTheCanonicalXxh128) {
  EXPECT_EQ(Hasher().finish().to_hex(), "99aa06d3014798d86001c324468d497f");
}

TEST(Hasher, TextsKeepTheirBorders) {
  EXPECT_NE(Hasher().add("ab").add("c").finish(), Hasher().add("a").add("bc").finish());
  EXPECT_EQ(Hasher().add("ab").add("c").finish(), Hasher().add("ab").add("c").finish());
  EXPECT_NE(Hasher().add(std::int64_t{1}).finish(), Hasher().add(std::int64_t{2}).finish());
}

class ContentId : public ::testing::Test {
 protected:
  std::filesystem::path write(const char* name, const std::string& text) {
    write_file_atomically(folder_ / name, text);
    return folder_ / name;
  }
  TempFolder folder_;
};

TEST_F(ContentId, FollowsTheContentNotTheName) {
  const std::string text(5'000'000, 'x');
  EXPECT_EQ(content_id(write("a.mp4", text)), content_id(write("b.mkv", text)));
}

TEST_F(ContentId, SeesHeadMiddleTailAndSize) {
  const std::string text(5'000'000, 'x');
  const Hash128 original = content_id(write("a", text));
  for (const std::size_t at : {0, 2'500'000, 4'999'999}) {
    std::string changed = text;
    changed[at] = 'y';
    EXPECT_NE(content_id(write("b", changed)), original) << at;
  }
  EXPECT_NE(content_id(write("b", text + "x")), original);
}

TEST_F(ContentId, SmallAndEmptyFiles) {
  EXPECT_NE(content_id(write("a", "one")), content_id(write("b", "two")));
  EXPECT_EQ(content_id(write("a", "")), content_id(write("b", "")));
  EXPECT_NE(content_id(write("a", "")), content_id(write("b", "x")));
}

TEST_F(ContentId, AbsentFileIsNamed) {
  try {
    content_id(folder_ / "gone.mp4");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(error.message().find("gone.mp4"), std::string::npos);
  }
}

}  // namespace
}  // namespace longtake
