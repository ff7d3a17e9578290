// Tests of Checkpoint: safetensors files, shards, and every way in which a file can lie.
#include "engine/model/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "kernels/error.h"
#include "tests/unit/base/temp_folder.h"

namespace longtake::model {
namespace {

using kernels::DType;
using kernels::Shape;
using testing::ElementsAre;
using testing::HasSubstr;

// A safetensors file from its header text and its data.
std::string file_of(const std::string& header, const std::string& data) {
  const std::uint64_t length = header.size();
  std::string file(8, '\0');
  std::memcpy(file.data(), &length, 8);
  return file + header + data;
}

// Pads the header with spaces, as writers do, so that the data begins at a multiple of eight.
std::string padded(std::string header) {
  while (header.size() % 8 != 0) header += ' ';
  return header;
}

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

class CheckpointTest : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }
  Checkpoint open() { return Checkpoint::open(folder_.path()); }
  Checkpoint open(const std::string& header, const std::string& data) {
    put("model.safetensors", file_of(padded(header), data));
    return open();
  }
  // The error of opening this file; its message must name the file.
  std::optional<Error> error_of(const std::string& file) {
    put("model.safetensors", file);
    return open_error("model.safetensors");
  }
  std::optional<Error> open_error(const std::string& named) {
    try {
      open();
    } catch (const Error& error) {
      EXPECT_THAT(error.message(), HasSubstr(named));
      return error;
    }
    return std::nullopt;
  }
  void expect_corrupt(const std::string& header, const std::string& data, const std::string& why) {
    const auto error = error_of(file_of(header, data));
    ASSERT_TRUE(error) << header;
    EXPECT_EQ(error->code(), ErrorCode::corrupt_data) << header;
    EXPECT_THAT(error->message(), HasSubstr(why));
  }

  TempFolder folder_;
};

TEST_F(CheckpointTest, ReadsTensorsOfEveryReadableType) {
  const Checkpoint checkpoint =
      open(R"({"__metadata__":{"format":"pt"},)"
           R"("a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
           R"("b":{"dtype":"BF16","shape":[2],"data_offsets":[24,28]},)"
           R"("c":{"dtype":"F16","shape":[1,1,2],"data_offsets":[28,32]},)"
           R"("scale":{"dtype":"F32","shape":[],"data_offsets":[32,36]},)"
           R"("none":{"dtype":"F32","shape":[0,7],"data_offsets":[36,36]}})",
           bytes_of<float>({1, 2, 3, 4, 5, 6}) +
               bytes_of<std::uint16_t>({0x3F80, 0x4000, 0x3C00, 0x4000}) + bytes_of<float>({7}));
  EXPECT_THAT(checkpoint.names(), ElementsAre("a", "b", "c", "none", "scale"));
  EXPECT_TRUE(checkpoint.has("a"));
  EXPECT_FALSE(checkpoint.has("__metadata__"));
  EXPECT_EQ(checkpoint.bytes(), 36);
  EXPECT_EQ(checkpoint.elements(), 6 + 2 + 2 + 1);
  EXPECT_THAT(checkpoint.dims("a"), ElementsAre(2, 3));
  EXPECT_THAT(checkpoint.dims("c"), ElementsAre(1, 1, 2));

  const auto a = checkpoint.tensor("a", {2, -1});
  EXPECT_EQ(a.dtype(), DType::f32);
  EXPECT_EQ(a.shape(), (Shape{2, 3}));
  EXPECT_EQ(a.data<float>()[5], 6.0F);
  const auto b = checkpoint.tensor("b", {2});
  EXPECT_EQ(b.dtype(), DType::bf16);
  EXPECT_EQ(b.data<std::uint16_t>()[1], 0x4000);
  EXPECT_EQ(checkpoint.tensor("c", {1, 1, 2}).dtype(), DType::f16);
  const auto scale = checkpoint.tensor("scale", {});
  EXPECT_EQ(scale.shape(), Shape{1});
  EXPECT_EQ(scale.data<float>()[0], 7.0F);
  EXPECT_EQ(checkpoint.tensor("none", {0, 7}).bytes(), 0U);
}

TEST_F(CheckpointTest, JoinsTheLastDimensionsOfMoreThanFour) {
  const Checkpoint checkpoint =
      open(R"({"conv":{"dtype":"F32","shape":[2,1,1,2,2],"data_offsets":[0,32]}})",
           bytes_of<float>({0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(checkpoint.tensor("conv", {2, 1, 1, 2, 2}).shape(), (Shape{2, 1, 1, 4}));
  EXPECT_THAT(checkpoint.dims("conv"), ElementsAre(2, 1, 1, 2, 2));
}

TEST_F(CheckpointTest, CopiesMisalignedData) {
  const std::string header = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}})";
  put("model.safetensors", file_of(padded(header), "x" + bytes_of<float>({1.5F, -2.5F})));
  kernels::Tensor a;
  {
    const Checkpoint checkpoint = open();
    a = checkpoint.tensor("a", {2});
  }  // a copy lives on without the mapping
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.raw()) % alignof(float), 0U);
  EXPECT_EQ(a.data<float>()[0], 1.5F);
  EXPECT_EQ(a.data<float>()[1], -2.5F);
}

TEST_F(CheckpointTest, ListsOtherTypesAndRefusesToReadThem) {
  const Checkpoint checkpoint =
      open(R"({"ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},)"
           R"("q":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[8,12]},)"
           R"("new":{"dtype":"Q3_X","shape":[1000000],"data_offsets":[12,16]}})",
           std::string(16, '\0'));
  EXPECT_THAT(checkpoint.dims("q"), ElementsAre(4));
  for (const char* name : {"ids", "q", "new"}) {
    try {
      checkpoint.tensor(name, {-1});
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unsupported);
      EXPECT_THAT(error.message(), HasSubstr(name));
    }
  }
}

TEST_F(CheckpointTest, NamesTheTensorThatIsMissingOrHasAnotherShape) {
  const Checkpoint checkpoint =
      open(R"({"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}})", std::string(24, '\0'));
  try {
    checkpoint.tensor("b", {1});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt_data);
    EXPECT_THAT(error.message(), HasSubstr("\"b\""));
  }
  const auto expect_refused = [&](std::initializer_list<std::int64_t> shape) {
    try {
      checkpoint.tensor("a", shape);
      ADD_FAILURE() << shape.size();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt_data);
      EXPECT_THAT(error.message(), HasSubstr("[2, 3]"));
    }
  };
  expect_refused({2});
  expect_refused({2, 4});
  expect_refused({2, 3, 1});
  expect_refused({});
  expect_refused({3, -1});
  EXPECT_THROW(checkpoint.tensor("b", {2}), Error);
  EXPECT_TRUE(checkpoint.dims("b").empty());
}

TEST_F(CheckpointTest, RefusesForgedHeaders) {
  for (const std::string& file :
       {std::string(), std::string("1234567"), file_of("", ""), file_of("[]", ""), file_of("{", ""),
        file_of("{} x", ""), file_of(R"({"a":1})", ""), file_of("\xFF", "")}) {
    const auto error = error_of(file);
    ASSERT_TRUE(error) << file;
    EXPECT_EQ(error->code(), ErrorCode::corrupt_data);
  }
  for (const std::uint64_t length :
       {std::uint64_t{3}, std::uint64_t{100'000'001}, std::numeric_limits<std::uint64_t>::max(),
        std::numeric_limits<std::uint64_t>::max() - 7}) {
    std::string file = "12345678{}";
    std::memcpy(file.data(), &length, 8);
    const auto error = error_of(file);
    ASSERT_TRUE(error) << length;
    EXPECT_EQ(error->code(), ErrorCode::corrupt_data);
  }
}

TEST_F(CheckpointTest, RefusesForgedEntries) {
  const auto entry = [](const std::string& dtype, const std::string& shape,
                        const std::string& offsets) {
    return R"({"t":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets +
           "}}";
  };
  const std::string data(16, '\0');
  expect_corrupt(entry("7", "[4]", "[0,16]"), data, "dtype");
  expect_corrupt(entry("\"F32\"", "4", "[0,16]"), data, "shape");
  expect_corrupt(entry("\"F32\"", "[-4]", "[0,16]"), data, "whole number");
  expect_corrupt(entry("\"F32\"", "[4.0]", "[0,16]"), data, "whole number");
  expect_corrupt(entry("\"F32\"", "[4]", "[0]"), data, "data_offsets");
  expect_corrupt(entry("\"F32\"", "[4]", "[0,16,16]"), data, "data_offsets");
  expect_corrupt(entry("\"F32\"", "[4]", "[-1,15]"), data, "whole number");
  expect_corrupt(entry("\"F32\"", "[4]", "[16,0]"), data, "lies at bytes");
  expect_corrupt(entry("\"F32\"", "[5]", "[0,20]"), data, "16 bytes of data");
  expect_corrupt(entry("\"F32\"", "[0]", "[17,17]"), data, "16 bytes of data");
  expect_corrupt(entry("\"F32\"", "[3]", "[0,16]"), data, "does not fit");
  expect_corrupt(entry("\"F32\"", "[5]", "[0,16]"), data, "does not fit");
  expect_corrupt(entry("\"F4\"", "[3]", "[0,1]"), data, "does not fit");
  // 2^62 * 4 wraps to zero; 2^64 and more; a zero that hides the overflow of the others.
  expect_corrupt(entry("\"F32\"", "[4611686018427387904]", "[0,0]"), data, "does not fit");
  expect_corrupt(entry("\"F32\"", "[4294967296,4294967296]", "[0,0]"), data, "impossibly large");
  expect_corrupt(entry("\"F32\"", "[18446744073709551615]", "[0,0]"), data, "impossibly large");
  expect_corrupt(entry("\"F32\"", "[4294967296,0,4294967296]", "[0,0]"), data, "impossibly large");
  expect_corrupt(entry("\"F32\"", "[99999999999999999999]", "[0,0]"), data, "whole number");
  expect_corrupt(entry("\"F32\"", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,4]", "[0,16]"), data, "shape");
  expect_corrupt(R"({"t":{}})", data, "dtype");
}

TEST_F(CheckpointTest, RefusesOverlapsDuplicatesAndDeepNesting) {
  const std::string data(16, '\0');
  expect_corrupt(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},)"
                 R"("b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
                 data, "overlap");
  expect_corrupt(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                 R"("a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
                 data, "twice");
  expect_corrupt(R"({"a":)" + std::string(100000, '['), data, "nested");
  expect_corrupt(R"({"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}})", data,
                 "twice");
}

TEST_F(CheckpointTest, ReadsShards) {
  const std::string one = file_of(
      padded(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})"), bytes_of<float>({1}));
  const std::string two =
      file_of(padded(R"({"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                     R"("extra":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"),
              bytes_of<float>({2, 3}));
  put("model-00001-of-00002.safetensors", one);
  put("model-00002-of-00002.safetensors", two);
  put("model.safetensors.index.json",
      R"({"metadata":{"total_size":8},"weight_map":{"a":"model-00001-of-00002.safetensors",)"
      R"("b":"model-00002-of-00002.safetensors"}})");
  {
    const Checkpoint checkpoint = open();
    EXPECT_THAT(checkpoint.names(), ElementsAre("a", "b"));
    EXPECT_EQ(checkpoint.tensor("a", {1}).data<float>()[0], 1.0F);
    EXPECT_EQ(checkpoint.tensor("b", {1}).data<float>()[0], 2.0F);
    // The same tensors in one file are the same model.
    TempFolder other;
    std::ofstream(other / "model.safetensors", std::ios::binary)
        << file_of(padded(R"({"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                          R"("a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"),
                   bytes_of<float>({2, 1}));
    EXPECT_EQ(Checkpoint::open(other.path()).content_hash(), checkpoint.content_hash());
  }
  std::filesystem::remove(folder_ / "model-00002-of-00002.safetensors");
  const auto error = open_error("model-00002-of-00002.safetensors");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::not_found);
}

TEST_F(CheckpointTest, RefusesForgedIndexes) {
  put("a.safetensors", file_of(padded(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})"),
                               bytes_of<float>({1})));
  const auto with_map = [&](const std::string& map) {
    put("model.safetensors.index.json", R"({"weight_map":)" + map + "}");
  };
  for (const char* name :
       {"../a.safetensors", "x/a.safetensors", "/etc/passwd", "..", ".", "", ".a.safetensors",
        "a.bin", ".safetensors", "a\\\\b.safetensors", "a\\u0000.safetensors"}) {
    with_map(R"({"a":")" + std::string(name) + R"("})");
    const auto error = open_error("model.safetensors.index.json");
    ASSERT_TRUE(error) << name;
    EXPECT_EQ(error->code(), ErrorCode::corrupt_data) << name;
  }
  for (const char* map : {"7", "[]", R"({"a":7})"}) {
    with_map(map);
    EXPECT_TRUE(open_error("model.safetensors.index.json")) << map;
  }
  put("model.safetensors.index.json", "[]");
  EXPECT_TRUE(open_error("model.safetensors.index.json"));
  with_map(R"({"a":"a.safetensors","b":"a.safetensors"})");
  const auto error = open_error("a.safetensors");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::corrupt_data);
  EXPECT_THAT(error->message(), HasSubstr("\"b\""));
}

TEST_F(CheckpointTest, SaysWhatAFolderLacks) {
  const auto error = open_error("model.safetensors");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::not_found);
  EXPECT_FALSE(error->hint().empty());
}

TEST_F(CheckpointTest, ContentHashSeesNamesTypesShapesAndContents) {
  const auto hash = [&](const std::string& header, const std::string& data) {
    TempFolder folder;
    std::ofstream(folder / "model.safetensors", std::ios::binary) << file_of(padded(header), data);
    return Checkpoint::open(folder.path()).content_hash();
  };
  const std::string data(16, '\1');
  const std::string first =
      hash(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", data);
  EXPECT_EQ(first.size(), 32U);
  EXPECT_EQ(first, hash(R"({"a":{"data_offsets":[0,16],"shape":[4],"dtype":"F32"}})", data));
  EXPECT_NE(first, hash(R"({"b":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", data));
  EXPECT_NE(first, hash(R"({"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}})", data));
  EXPECT_NE(first, hash(R"({"a":{"dtype":"BF16","shape":[8],"data_offsets":[0,16]}})", data));
  EXPECT_NE(first, hash(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})",
                        std::string(15, '\1') + '\2'));

  // A big tensor is sampled: head, middle and tail count, what lies between does not.
  constexpr std::size_t kBytes = std::size_t{1} << 20;
  const std::string header = R"({"a":{"dtype":"U8","shape":[1048576],"data_offsets":[0,1048576]}})";
  std::string big(kBytes, '\0');
  const std::string whole = hash(header, big);
  for (const std::size_t at : {std::size_t{0}, kBytes / 2, kBytes - 1}) {
    big[at] = '\1';
    EXPECT_NE(hash(header, big), whole) << at;
    big[at] = '\0';
  }
  big[kBytes / 4] = '\1';
  EXPECT_EQ(hash(header, big), whole);
}

}  // namespace
}  // namespace longtake::model
