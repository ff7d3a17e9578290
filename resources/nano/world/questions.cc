#include "questions.h"

#include <algorithm>
#include <initializer_list>

#include "prng.h"

namespace longtake::world {
namespace {

constexpr std::array<std::string_view, kQuestionTypes> kTypeNames = {
    "colour",     "shape",    "direction", "number",   "count",      "order_which",
    "order_yes_no", "first_last", "presence", "change", "same_way", "same_number"};

std::string say(const Named& n) {
  if (!n.shape) return std::string(name(*n.colour)) + " object";
  if (!n.colour) return std::string(name(*n.shape));
  return std::string(name(*n.colour)) + ' ' + std::string(name(*n.shape));
}

std::string say_many(const Named& n) {
  if (!n.shape) return std::string(name(*n.colour)) + " objects";
  return (n.colour ? std::string(name(*n.colour)) + ' ' : std::string()) + std::string(plural(*n.shape));
}

std::string with_article(const Named& n) { return (n.colour == Colour::orange ? "an " : "a ") + say(n); }

// Asks about one scene within a range. Each maker below either returns a question, or nothing when the scene has no
// unambiguous one of its kind; the caller draws again.
class Asker {
 public:
  Asker(const Scene& scene, TimeRange range, std::uint64_t seed, double unanswerable)
      : rng_(seed), unanswerable_(unanswerable) {
    for (const Event& e : scene.events)
      if (e.time.t0 < range.t1 && e.time.t1 > range.t0) events_.push_back(&e);
  }

  std::optional<Question> ask(QuestionType type) {
    const bool absent = rng_.chance(unanswerable_);
    switch (type) {
      case QuestionType::colour: return colour(absent);
      case QuestionType::shape: return shape(absent);
      case QuestionType::direction: return direction(absent);
      case QuestionType::number: return number(absent);
      case QuestionType::count: return count(absent);
      case QuestionType::order_which: return order_which(absent);
      case QuestionType::order_yes_no: return order_yes_no(absent);
      case QuestionType::first_last: return first_last(absent);
      case QuestionType::presence: return presence();
      case QuestionType::change: return change(absent);
      case QuestionType::same_way: return same_way(absent);
      case QuestionType::same_number: return same_number(absent);
    }
    return std::nullopt;
  }

 private:
  using Events = std::vector<const Event*>;

  Events all(const Named& n) const {
    Events found;
    for (const Event* e : events_)
      if (matches(*e, n)) found.push_back(e);
    return found;
  }
  const Event* only(const Named& n) const {
    const Events found = all(n);
    return found.size() == 1 ? found[0] : nullptr;
  }
  const Event* any() { return events_.empty() ? nullptr : events_[static_cast<std::size_t>(rng_.below(static_cast<int>(events_.size())))]; }

  static Named full(const Event& e) { return {e.colour, e.shape}; }

  Named random_pair() { return {static_cast<Colour>(rng_.below(kColours)), static_cast<Shape>(rng_.below(kShapes))}; }

  // A pair that is not there; half of the time one whose colour or shape is.
  std::optional<Named> absent_pair() {
    for (int attempt = 0; attempt < 20; ++attempt) {
      Named n = random_pair();
      if (const Event* e = rng_.chance(0.5) ? any() : nullptr) {
        if (rng_.chance(0.5)) n.colour = e->colour;
        else n.shape = e->shape;
      }
      if (all(n).empty()) return n;
    }
    return std::nullopt;
  }
  std::optional<Named> absent_shape() {
    for (int attempt = 0; attempt < 12; ++attempt)
      if (const Named n{std::nullopt, random_pair().shape}; all(n).empty()) return n;
    return std::nullopt;
  }
  std::optional<Named> absent_colour() {
    for (int attempt = 0; attempt < 12; ++attempt)
      if (const Named n{random_pair().colour, std::nullopt}; all(n).empty()) return n;
    return std::nullopt;
  }

  // A name that means this event alone: mostly colour and shape, sometimes the shape or the colour only.
  std::optional<Named> unique_name(const Event& e) {
    if (rng_.chance(0.15))
      if (const Named n{std::nullopt, e.shape}; only(n)) return n;
    if (rng_.chance(0.06))
      if (const Named n{e.colour, std::nullopt}; only(n)) return n;
    if (const Named n = full(e); only(n)) return n;
    return std::nullopt;
  }

  std::string one_of(std::initializer_list<std::string_view> texts) {
    return std::string(texts.begin()[rng_.below(static_cast<int>(texts.size()))]);
  }

  // {1} {2}: the names; {a}: the first with its article; {s}: the first, many of it.
  static std::string fill(std::string text, const Named& first, const Named* second = nullptr) {
    const auto put = [&](std::string_view key, const std::string& value) {
      if (const auto at = text.find(key); at != std::string::npos) text.replace(at, key.size(), value);
    };
    put("{1}", say(first));
    put("{a}", with_article(first));
    put("{s}", say_many(first));
    if (second) put("{2}", say(*second));
    return text;
  }

  static Question make(QuestionType type, std::string text, std::string_view answer, const Events& evidence, std::vector<Named> about) {
    Question q{type, std::move(text), std::string(answer), answer != kNotSeen, {}, std::move(about)};
    for (const Event* e : evidence)
      if (std::find(q.ranges.begin(), q.ranges.end(), e->time) == q.ranges.end()) q.ranges.push_back(e->time);
    std::sort(q.ranges.begin(), q.ranges.end(), [](const TimeRange& a, const TimeRange& b) { return a.t0 < b.t0; });
    return q;
  }

  std::optional<Question> colour(bool absent) {
    const std::string text = one_of({"What color is the {1}?", "What colour is the {1}?", "what color is the {1}",
                                     "what is the color of the {1}", "Which color does the {1} have?"});
    if (absent) {
      const auto n = absent_shape();
      if (!n) return std::nullopt;
      return make(QuestionType::colour, fill(text, *n), kNotSeen, {}, {*n});
    }
    for (int attempt = 0; attempt < 8; ++attempt) {
      const Event* e = any();
      if (!e) return std::nullopt;
      const Named n{std::nullopt, e->shape};
      if (!e->turns_into && only(n)) return make(QuestionType::colour, fill(text, n), name(e->colour), {e}, {n});
    }
    return std::nullopt;
  }

  std::optional<Question> shape(bool absent) {
    const std::string text = one_of({"What shape is the {1}?", "what shape is the {1}", "Which shape does the {1} have?",
                                     "What is the shape of the {1}?"});
    if (absent) {
      const auto n = absent_colour();
      if (!n) return std::nullopt;
      return make(QuestionType::shape, fill(text, *n), kNotSeen, {}, {*n});
    }
    for (int attempt = 0; attempt < 8; ++attempt) {
      const Event* e = any();
      if (!e) return std::nullopt;
      const Named n{e->colour, std::nullopt};
      if (only(n)) return make(QuestionType::shape, fill(text, n), name(e->shape), {e}, {n});
    }
    return std::nullopt;
  }

  // One object, one answer: the frame of `direction`, `number` and `change`.
  template <class Answer>
  std::optional<Question> about_one(QuestionType type, const std::string& text, bool absent, Answer answer) {
    if (absent) {
      const auto n = absent_pair();
      if (!n) return std::nullopt;
      return make(type, fill(text, *n), kNotSeen, {}, {*n});
    }
    for (int attempt = 0; attempt < 8; ++attempt) {
      const Event* e = any();
      if (!e) return std::nullopt;
      const std::optional<std::string> a = answer(*e);
      const auto n = a ? unique_name(*e) : std::nullopt;
      if (n) return make(type, fill(text, *n), *a, {e}, {*n});
    }
    return std::nullopt;
  }

  std::optional<Question> direction(bool absent) {
    return about_one(QuestionType::direction,
                     one_of({"Which way does the {1} move?", "which way does the {1} go", "In which direction does the {1} move?",
                             "Where does the {1} move?", "which way did the {1} move"}),
                     absent, [](const Event& e) { return std::optional<std::string>(name(e.direction)); });
  }

  std::optional<Question> number(bool absent) {
    return about_one(QuestionType::number,
                     one_of({"What number is shown with the {1}?", "what number appears with the {1}", "Which number does the {1} show?",
                             "What number does the {1} have?"}),
                     absent, [this](const Event& e) -> std::optional<std::string> {
                       if (e.number) return std::to_string(*e.number);
                       if (rng_.chance(0.12)) return "no number";
                       return std::nullopt;
                     });
  }

  std::optional<Question> change(bool absent) {
    return about_one(QuestionType::change,
                     one_of({"What color does the {1} turn?", "what color does the {1} turn into", "Which colour does the {1} turn into?",
                             "What color does the {1} become?"}),
                     absent, [](const Event& e) {
                       return e.turns_into ? std::optional<std::string>(name(*e.turns_into)) : std::nullopt;
                     });
  }

  std::optional<Question> count(bool absent) {
    const int kind = rng_.below(5);  // shapes, shapes, colours, colours, visits of one pair
    Named n = random_pair();
    if (const Event* e = absent ? nullptr : any()) n = full(*e);
    std::string text;
    if (kind < 4) {
      (kind < 2 ? n.colour.reset() : n.shape.reset());
      text = one_of({"How many {s} appear?", "how many {s} are there", "How many {s} do you see?", "How many {s} are there?"});
    } else {
      text = one_of({"How many times does the {1} appear?", "how many times do you see the {1}", "How many {s} appear?"});
    }
    const Events found = all(n);
    if (found.size() > 5) return std::nullopt;
    Question q = make(QuestionType::count, fill(text, n), std::to_string(found.size()), found, {n});
    return q;
  }

  // Two events with names of their own; the second may be one that is not there.
  struct Two {
    const Event* first;
    const Event* second;
    Named a, b;
  };
  std::optional<Two> two(bool absent) {
    for (int attempt = 0; attempt < 8; ++attempt) {
      const Event *x = any(), *y = any();
      if (!x || (!absent && x == y)) continue;
      const auto a = unique_name(*x), b = absent ? absent_pair() : unique_name(*y);
      if (!a || !b || *a == *b) continue;
      if (absent) return Two{x, nullptr, *a, *b};
      return Two{x, y, *a, *b};
    }
    return std::nullopt;
  }

  std::optional<Question> pair_question(QuestionType type, std::string text, const Two& t, std::string_view answer) {
    Named a = t.a, b = t.b;
    if (!t.second) {
      if (rng_.chance(0.5)) std::swap(a, b);
      return make(type, fill(std::move(text), a, &b), kNotSeen, {}, {a, b});
    }
    return make(type, fill(std::move(text), a, &b), answer, {t.first, t.second}, {a, b});
  }

  std::optional<Question> order_which(bool absent) {
    const auto t = two(absent);
    if (!t || (t->second && t->first->time.t0 == t->second->time.t0)) return std::nullopt;
    const bool a_first = t->second && t->first->time.t0 < t->second->time.t0;
    return pair_question(QuestionType::order_which,
                         one_of({"Which came first, the {1} or the {2}?", "which came first, the {1} or the {2}",
                                 "What came first, the {1} or the {2}?", "Which appeared first, the {1} or the {2}?"}),
                         *t, say(a_first ? t->a : t->b));
  }

  std::optional<Question> order_yes_no(bool absent) {
    const auto t = two(absent);
    if (!t || (t->second && t->first->time.t0 == t->second->time.t0)) return std::nullopt;
    const bool before = t->second && t->first->time.t0 < t->second->time.t0, ask_after = rng_.chance(0.4);
    const std::string text = ask_after ? one_of({"Did the {1} appear after the {2}?", "did the {1} come after the {2}"})
                                       : one_of({"Did the {1} appear before the {2}?", "did the {1} come before the {2}",
                                                 "Was the {1} there before the {2}?"});
    return pair_question(QuestionType::order_yes_no, text, *t, before != ask_after ? "yes" : "no");
  }

  std::optional<Question> first_last(bool absent) {
    const bool first = rng_.chance(0.5), by_shape = rng_.chance(0.5);
    const std::string text =
        by_shape ? (first ? one_of({"What color was the first {1}?", "what colour was the first {1}", "Which color did the first {1} have?"})
                          : one_of({"What color was the last {1}?", "what colour was the last {1}", "Which color did the last {1} have?"}))
                 : (first ? one_of({"What shape was the first {1}?", "which shape was the first {1}"})
                          : one_of({"What shape was the last {1}?", "which shape was the last {1}"}));
    if (absent) {
      const auto n = by_shape ? absent_shape() : absent_colour();
      if (!n) return std::nullopt;
      return make(QuestionType::first_last, fill(text, *n), kNotSeen, {}, {*n});
    }
    for (int attempt = 0; attempt < 8; ++attempt) {
      const Event* e = any();
      if (!e) return std::nullopt;
      const Named n = by_shape ? Named{std::nullopt, e->shape} : Named{e->colour, std::nullopt};
      const Events found = all(n);
      if (found.size() < 2 || found.size() > 5) continue;
      const bool turning = std::any_of(found.begin(), found.end(), [](const Event* f) { return f->turns_into.has_value(); });
      const Event *end = first ? found.front() : found.back(), *next = first ? found[1] : found[found.size() - 2];
      if (turning || end->time.t0 == next->time.t0) continue;
      return make(QuestionType::first_last, fill(text, n), by_shape ? name(end->colour) : name(end->shape), found, {n});
    }
    return std::nullopt;
  }

  std::optional<Question> presence() {
    const bool there = rng_.chance(0.5);
    std::optional<Named> n;
    const int kind = rng_.below(6);  // mostly pairs, sometimes one word
    if (there) {
      const Event* e = any();
      if (!e) return std::nullopt;
      n = full(*e);
      if (e->turns_into && rng_.chance(0.5)) n->colour = e->turns_into;
      if (kind == 0) n->colour.reset();
      if (kind == 1) n->shape.reset();
    } else {
      n = kind == 0 ? absent_shape() : kind == 1 ? absent_colour() : absent_pair();
      if (!n) return std::nullopt;
    }
    return make(QuestionType::presence,
                fill(one_of({"Is there {a}?", "is there {a} in the video", "Does {a} appear?", "Did {a} appear?", "Do you see {a}?"}), *n),
                there ? "yes" : "no", all(*n), {*n});
  }

  std::optional<Question> same_way(bool absent) {
    auto t = two(absent);
    if (!t) return std::nullopt;
    // As many yes as no: one more try for a pair that moves alike.
    if (t->second && t->first->direction != t->second->direction && rng_.chance(0.5))
      for (int attempt = 0; attempt < 6 && t->second && t->first->direction != t->second->direction; ++attempt)
        if (const auto other = two(false)) t = other;
    return pair_question(QuestionType::same_way,
                         one_of({"Does the {1} move the same way as the {2}?", "do the {1} and the {2} move the same way",
                                 "Do the {1} and the {2} move in the same direction?"}),
                         *t, t->second && t->first->direction == t->second->direction ? "yes" : "no");
  }

  std::optional<Question> same_number(bool absent) {
    const std::string text = one_of({"Which shape showed the same number as the {1}?", "what shape has the same number as the {1}",
                                     "Which shape has the same number as the {1}?"});
    if (absent) {
      const auto n = absent_pair();
      if (!n) return std::nullopt;
      return make(QuestionType::same_number, fill(text, *n), kNotSeen, {}, {*n});
    }
    for (int attempt = 0; attempt < 12; ++attempt) {
      const Event* e = any();
      if (!e || !e->number) continue;
      Events twins;
      for (const Event* other : events_)
        if (other != e && other->number == e->number) twins.push_back(other);
      const auto n = unique_name(*e);
      if (twins.size() != 1 || !n) continue;
      return make(QuestionType::same_number, fill(text, *n), name(twins[0]->shape), {e, twins[0]}, {*n});
    }
    return std::nullopt;
  }

  Prng rng_;
  double unanswerable_;
  Events events_;
};

}  // namespace

std::string_view name(QuestionType t) { return kTypeNames[static_cast<std::size_t>(t)]; }

bool matches(const Event& e, const Named& n) {
  return (!n.shape || *n.shape == e.shape) && (!n.colour || *n.colour == e.colour || n.colour == e.turns_into);
}

std::vector<Question> questions(const Scene& scene, TimeRange range, std::uint64_t seed, int count,
                                const std::array<float, kQuestionTypes>* weights, double unanswerable) {
  Prng rng(seed);
  Asker asker(scene, range, rng.next(), unanswerable);
  float sum = 0;
  for (int t = 0; t < kQuestionTypes; ++t) sum += weights ? (*weights)[static_cast<std::size_t>(t)] : 1.0f;
  std::vector<Question> result;
  for (int attempt = 0; static_cast<int>(result.size()) < count && attempt < 40 * count; ++attempt) {
    double u = rng.uniform() * sum;
    int type = 0;
    while (type < kQuestionTypes - 1 && (u -= weights ? (*weights)[static_cast<std::size_t>(type)] : 1.0f) >= 0) ++type;
    auto q = asker.ask(static_cast<QuestionType>(type));
    if (!q) continue;
    const bool asked = std::any_of(result.begin(), result.end(), [&](const Question& r) { return r.text == q->text; });
    // A short scene has few different questions: after many tries one may come twice.
    if (asked && attempt < 20 * count) continue;
    result.push_back(std::move(*q));
  }
  return result;
}

}  // namespace longtake::world
