#include "c_api.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "prng.h"
#include "questions.h"
#include "render.h"

using namespace longtake::world;

struct lt_scene {
  Scene scene;
};

namespace {
template <std::size_t N>
void copy_text(char (&to)[N], const std::string& from) {
  const std::size_t n = std::min(N - 1, from.size());
  std::memcpy(to, from.data(), n);
  to[n] = 0;
}
}  // namespace

lt_scene* lt_scene_new(uint64_t seed, int64_t duration_us, int32_t events, double meeting, double change, double repeat) {
  SceneOptions o;
  o.duration_us = duration_us;
  o.events = events;
  o.meeting = meeting;
  o.change = change;
  o.repeat = repeat;
  return new lt_scene{make_scene(seed, o)};
}

void lt_scene_free(lt_scene* s) { delete s; }

int32_t lt_scene_events(const lt_scene* s, int32_t capacity, lt_event* out) {
  const auto n = std::min(capacity, static_cast<int32_t>(s->scene.events.size()));
  for (int32_t i = 0; i < n; ++i) {
    const Event& e = s->scene.events[static_cast<std::size_t>(i)];
    out[i] = {e.time.t0, e.time.t1, e.turn_us, static_cast<int32_t>(e.colour), static_cast<int32_t>(e.shape),
              static_cast<int32_t>(e.direction), e.number.value_or(-1), e.turns_into ? static_cast<int32_t>(*e.turns_into) : -1};
  }
  return n;
}

void lt_scene_render(const lt_scene* s, int64_t t0, int64_t step, int32_t n, int32_t width, int32_t height, uint64_t augment, uint8_t* rgb) {
  View view;
  Prng rng(augment);
  if (augment) {
    // Within a clip the camera stands still; the look changes now and then, as with a codec's key frames.
    view = {rng.uniform(-0.6, 0.6) / 48, rng.uniform(-0.6, 0.6) / 48, rng.uniform(0.98, 1.02)};
  }
  const uint64_t look = rng.next();
  for (int32_t i = 0; i < n; ++i, rgb += static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3) {
    render(s->scene, t0 + i * step, width, height, rgb, view);
    if (augment) degrade(i % 4 ? look : rng.next(), width, height, rgb);
  }
}

void lt_scene_frames(const lt_scene* s, int64_t t0, int64_t step, int32_t n, lt_frame* out) {
  for (int32_t i = 0; i < n; ++i) {
    const int64_t t = t0 + i * step;
    lt_frame& f = out[i];
    f.tens = f.units = -1;
    f.objects = 0;
    for (int k = 0; k < 2; ++k) f.colour[k] = f.shape[k] = -1;
    for (const Event& e : s->scene.events) {
      if (t < e.time.t0 || t >= e.time.t1) continue;
      if (e.number) f.tens = *e.number / 10, f.units = *e.number % 10;
      if (f.objects < 2) f.colour[f.objects] = static_cast<int32_t>(e.colour_at(t)), f.shape[f.objects] = static_cast<int32_t>(e.shape);
      ++f.objects;
    }
    const std::array<int, 64> owner = cells(s->scene, t, 3);
    for (int c = 0; c < 9; ++c) {
      const int o = owner[static_cast<std::size_t>(c)];
      f.cell_colour[c] = f.cell_shape[c] = 8;
      f.cell_x[c] = f.cell_y[c] = 0;
      f.cell_direction[c] = f.cell_was[c] = -1;
      if (o < 0) continue;
      const Event& e = s->scene.events[static_cast<std::size_t>(o)];
      const Position p = position(e, t);
      f.cell_colour[c] = static_cast<int32_t>(e.colour_at(t));
      f.cell_shape[c] = static_cast<int32_t>(e.shape);
      if (i > 0 && t - step >= e.time.t0) {
        f.cell_direction[c] = static_cast<int32_t>(e.direction);
        f.cell_was[c] = static_cast<int32_t>(e.colour);
      }
      f.cell_x[c] = static_cast<float>(p.x * 3 - (c % 3 + 0.5));
      f.cell_y[c] = static_cast<float>(p.y * 3 - (c / 3 + 0.5));
    }
  }
}

int32_t lt_scene_questions(const lt_scene* s, int64_t t0, int64_t t1, uint64_t seed, int32_t count, const float* weights,
                           double unanswerable, lt_question* out) {
  std::array<float, kQuestionTypes> w;
  if (weights) std::copy_n(weights, kQuestionTypes, w.begin());
  const auto list = questions(s->scene, {t0, t1}, seed, count, weights ? &w : nullptr, unanswerable);
  for (const Question& q : list) {
    lt_question& o = *out++;
    copy_text(o.text, q.text);
    copy_text(o.answer, q.answer);
    o.type = static_cast<int32_t>(q.type);
    o.answerable = q.answerable;
    o.ranges = static_cast<int32_t>(std::min<std::size_t>(8, q.ranges.size()));
    for (int i = 0; i < o.ranges; ++i) o.t0[i] = q.ranges[static_cast<std::size_t>(i)].t0, o.t1[i] = q.ranges[static_cast<std::size_t>(i)].t1;
    o.names = static_cast<int32_t>(q.about.size());
    for (std::size_t k = 0; k < 2; ++k) {
      const bool there = k < q.about.size();
      o.colour[k] = there && q.about[k].colour ? static_cast<int32_t>(*q.about[k].colour) : -1;
      o.shape[k] = there && q.about[k].shape ? static_cast<int32_t>(*q.about[k].shape) : -1;
    }
  }
  return static_cast<int32_t>(list.size());
}
