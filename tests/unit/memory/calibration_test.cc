#include "engine/memory/calibration.h"

#include <gtest/gtest.h>

#include "kernels/error.h"

namespace longtake::memory {
namespace {

Calibration example() {
  Calibration calibration = Calibration::uniform(2, 3);
  calibration.fingerprint = "0123456789abcdef0123456789abcdef";
  calibration.find = {0, 0.25F, 1.5F, 2, 0, 1};
  calibration.sharpness = 2;
  calibration.support_floor = 0.7F;
  calibration.confirm_floor = 0.3F;
  return calibration;
}

TEST(Calibration, SurvivesJson) {
  const Calibration read = Calibration::from_json(example().to_json());
  EXPECT_EQ(read.fingerprint, example().fingerprint);
  EXPECT_EQ(read.find, example().find);
  EXPECT_EQ(read.cite, example().cite);
  EXPECT_EQ(read.sharpness, 2);
  EXPECT_EQ(read.support_floor, 0.7F);
  EXPECT_TRUE(read.measured());
  EXPECT_FALSE(Calibration::uniform(1, 1).measured());
}

TEST(Calibration, RefusesWhatContradictsItself) {
  const std::string good = example().to_json();
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string("{}"), good.substr(0, good.size() / 2),
        with("\"layers\": 2", "\"layers\": 3"), with("\"layers\": 2", "\"layers\": -2"),
        with("\"version\": 1", "\"version\": 9"), with("0.25", "-0.25"), with("0.25", "\"x\""),
        with("0.25", "1e999"), with("\"sharpness\": 2.0", "\"sharpness\": 1e300"),
        with("\"sharpness\": 2.0", "\"sharpness\": -1"),
        with("\"confirm_floor\": 0", "\"confirm_floor\": 1" + std::string(39, '0'))}) {
    try {
      Calibration::from_json(bad);
      FAIL() << "accepted: " << bad;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt_data);
    }
  }
}

}  // namespace
}  // namespace longtake::memory
