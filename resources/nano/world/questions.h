// Questions about a scene, with the true answer and the true time ranges. Also what the vocabulary is made of.
// Thread rule: pure functions of their arguments. Lifetime: values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scene.h"

namespace longtake::world {

enum class QuestionType : std::uint8_t {
  colour, shape, direction, number, count, order_which, order_yes_no, first_last, presence, change, same_way, same_number
};
inline constexpr int kQuestionTypes = 12;
std::string_view name(QuestionType t);

inline constexpr std::string_view kNotSeen = "not seen";

// What a question names: a colour, a shape or both.
struct Named {
  std::optional<Colour> colour;
  std::optional<Shape> shape;
  friend bool operator==(const Named&, const Named&) = default;
};
// Whether the event shows the named thing at some time; an event that turns counts under both colours.
bool matches(const Event& e, const Named& n);

struct Question {
  QuestionType type;
  std::string text, answer;
  bool answerable = true;         // false: it asks about what never appears
  std::vector<TimeRange> ranges;  // the events that the answer rests on, by time
  std::vector<Named> about;       // one or two
};

// `count` questions about what happens within `range`, drawn by type (weights, or evenly), then by object. The share
// `unanswerable` of them asks about what is not there; questions with two right answers are never asked.
std::vector<Question> questions(const Scene& scene, TimeRange range, std::uint64_t seed, int count,
                                const std::array<float, kQuestionTypes>* weights = nullptr, double unanswerable = 0.2);

}  // namespace longtake::world
