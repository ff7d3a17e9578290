/* The shape world for the trainer (Python, through ctypes). See scene.h, render.h and questions.h for what things mean.
 * Thread rule: distinct handles may be used by distinct threads at once. Lifetime: lt_scene_new .. lt_scene_free. */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lt_scene lt_scene;

typedef struct {
  int64_t t0, t1, turn_us;
  int32_t colour, shape, direction, number /* or -1 */, turns_into /* or -1 */;
} lt_event;

typedef struct {
  int32_t cell_colour[9], cell_shape[9]; /* 3 x 3 cells; 8: nothing there */
  float cell_x[9], cell_y[9];            /* the covering object's centre, seen from the cell's centre, in cells */
  int32_t cell_direction[9];             /* where it moves; -1: nothing there, or not there a frame earlier */
  int32_t cell_was[9];                   /* the colour that it entered with; -1 as above */
  int32_t tens, units;                   /* -1: no sign */
  int32_t objects;                       /* how many are there */
  int32_t colour[2], shape[2];           /* of these; -1: none */
} lt_frame;

typedef struct {
  char text[96];
  char answer[24];
  int32_t type, answerable, ranges, names;
  int64_t t0[8], t1[8];
  int32_t colour[2], shape[2]; /* what it names; -1: not named */
} lt_question;

lt_scene* lt_scene_new(uint64_t seed, int64_t duration_us, int32_t events, double meeting, double change, double repeat);
void lt_scene_free(lt_scene*);
int32_t lt_scene_events(const lt_scene*, int32_t capacity, lt_event* out);

/* n frames at t0, t0 + step, ...; augment: 0 for the clean picture, else a seed for view and degrade(). */
void lt_scene_render(const lt_scene*, int64_t t0, int64_t step, int32_t n, int32_t width, int32_t height, uint64_t augment, uint8_t* rgb);
void lt_scene_frames(const lt_scene*, int64_t t0, int64_t step, int32_t n, lt_frame* out);
int32_t lt_scene_questions(const lt_scene*, int64_t t0, int64_t t1, uint64_t seed, int32_t count, const float* weights,
                           double unanswerable, lt_question* out);

#ifdef __cplusplus
}
#endif
