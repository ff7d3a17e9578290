#include "nano/world/questions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace longtake::world {
namespace {

using Events = std::vector<const Event*>;

Events named(const Scene& scene, const Named& n) {
  Events found;
  for (const Event& e : scene.events) {
    const bool shape = !n.shape || *n.shape == e.shape;
    const bool colour = !n.colour || *n.colour == e.colour || (e.turns_into && *e.turns_into == *n.colour);
    if (shape && colour) found.push_back(&e);
  }
  return found;
}

std::string called(const Named& n) {
  std::string s = n.colour ? std::string(name(*n.colour)) : "";
  if (n.shape) s += (s.empty() ? "" : " ") + std::string(name(*n.shape));
  else s += " object";
  return s;
}

// The answer worked out anew from the events, by another way than the generator's.
std::string expected(const Scene& scene, const Question& q) {
  const Events a = named(scene, q.about.at(0));
  const Events b = q.about.size() > 1 ? named(scene, q.about[1]) : Events{};
  const auto has = [&](std::string_view word) { return q.text.find(word) != std::string::npos; };
  if (q.type == QuestionType::count) return std::to_string(a.size());
  if (q.type == QuestionType::presence) return a.empty() ? "no" : "yes";
  if (a.empty() || (q.about.size() > 1 && b.empty())) return "not seen";
  const Event& e = *a.front();
  switch (q.type) {
    case QuestionType::colour: EXPECT_EQ(a.size(), 1u); return std::string(name(e.colour));
    case QuestionType::shape: EXPECT_EQ(a.size(), 1u); return std::string(name(e.shape));
    case QuestionType::direction: EXPECT_EQ(a.size(), 1u); return std::string(name(e.direction));
    case QuestionType::number: EXPECT_EQ(a.size(), 1u); return e.number ? std::to_string(*e.number) : "no number";
    case QuestionType::change: EXPECT_EQ(a.size(), 1u); return e.turns_into ? std::string(name(*e.turns_into)) : "?";
    case QuestionType::order_which: return called(e.time.t0 < b.front()->time.t0 ? q.about[0] : q.about[1]);
    case QuestionType::order_yes_no: return (e.time.t0 < b.front()->time.t0) != has("after") ? "yes" : "no";
    case QuestionType::same_way: return e.direction == b.front()->direction ? "yes" : "no";
    case QuestionType::first_last: {
      const Event& one = has("first") ? *a.front() : *a.back();
      return std::string(q.about[0].shape ? name(one.colour) : name(one.shape));
    }
    case QuestionType::same_number: {
      std::string shape;
      for (const Event& other : scene.events)
        if (&other != &e && other.number == e.number) shape += name(other.shape);
      return shape;
    }
    default: return "?";
  }
}

Scene busy_scene(std::uint64_t seed) {
  SceneOptions o;
  o.duration_us = 120 * kSecond;
  o.events = 10;
  return make_scene(seed, o);
}

TEST(Questions, AnswersAreTrue) {
  std::map<QuestionType, int> asked;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Scene scene = busy_scene(seed);
    for (const Question& q : questions(scene, {0, scene.duration_us}, seed, 20)) {
      EXPECT_EQ(q.answer, expected(scene, q)) << "seed " << seed << ": " << q.text;
      ++asked[q.type];
    }
  }
  EXPECT_EQ(asked.size(), static_cast<std::size_t>(kQuestionTypes));
  for (const auto& [type, n] : asked) EXPECT_GT(n, 100) << name(type);
}

TEST(Questions, RangesAreThoseOfTheEventsNeeded) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Scene scene = busy_scene(seed);
    for (const Question& q : questions(scene, {0, scene.duration_us}, seed, 20)) {
      EXPECT_EQ(q.answerable, q.answer != kNotSeen);
      if (q.answer == kNotSeen || q.answer == "0" || (q.type == QuestionType::presence && q.answer == "no")) {
        EXPECT_TRUE(q.ranges.empty()) << q.text;
        continue;
      }
      ASSERT_FALSE(q.ranges.empty()) << q.text;
      EXPECT_TRUE(std::is_sorted(q.ranges.begin(), q.ranges.end(), [](auto& a, auto& b) { return a.t0 < b.t0; }));
      for (const Named& n : q.about)
        for (const Event* e : named(scene, n)) EXPECT_NE(std::find(q.ranges.begin(), q.ranges.end(), e->time), q.ranges.end()) << q.text;
      for (const TimeRange& r : q.ranges)
        EXPECT_TRUE(std::any_of(scene.events.begin(), scene.events.end(), [&](const Event& e) { return e.time == r; })) << q.text;
    }
  }
}

TEST(Questions, AskOnlyAboutTheRange) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Scene scene = busy_scene(seed);
    const TimeRange half{0, scene.duration_us / 2};
    for (const Question& q : questions(scene, half, seed, 12))
      for (const TimeRange& r : q.ranges) EXPECT_LT(r.t0, half.t1) << q.text;
  }
}

TEST(Questions, FollowFromTheirSeed) {
  const Scene scene = busy_scene(5);
  const auto a = questions(scene, {0, scene.duration_us}, 9, 20), b = questions(scene, {0, scene.duration_us}, 9, 20);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].text, b[i].text);
}

TEST(Questions, QuietFootageHasOnlyUnanswerableOnes) {
  SceneOptions o;
  o.events = 0;
  const Scene scene = make_scene(1, o);
  const auto list = questions(scene, {0, scene.duration_us}, 1, 20);
  ASSERT_FALSE(list.empty());
  for (const Question& q : list) {
    EXPECT_TRUE(q.ranges.empty());
    EXPECT_TRUE(q.answer == kNotSeen || q.answer == "no" || q.answer == "0") << q.text << q.answer;
  }
}

}  // namespace
}  // namespace longtake::world
