/* The engine: events, parameters and voices, the same for every backend. What it promises is in engine.h.
 *
 * It is compiled on its own, or as text inside the C file of a program. No allocation, no library call but
 * memcpy, memset and memmove, no variable outside the memory that it is given, no recursion; every loop is
 * bounded by the program's tables or by the events of the call.
 */
#include "engine.h"
#include "engine_float.h"
#include "engine_memory.h"
#include "engine_params.h"
#include "engine_channels.h"
#include "engine_voices.h"
#include "engine_ports.h"
#include "engine_notes.h"

/* --- events -------------------------------------------------------------------------------------------- */

static float dspc_unit(double v)                   /* to 0..1; NaN gives 0 */
{
  return v > 0 ? (v < 1 ? (float)v : 1.0f) : 0.0f;
}

static float dspc_semitones(double v)
{
  return v > -1024 ? (v < 1024 ? (float)v : 1024.0f) : -1024.0f;
}

static void dspc_reset_controllers(const dspc_program *p, struct dspc_engine *e, const dspc_event *v)
{
  for (uint32_t c = 0; c < DSPC_CHANNELS; c++) {
    if (!dspc_reaches(e, v, c)) continue;
    e->channel[c].pressure = e->channel[c].bend = 0;
    dspc_pedal(p, e, c, 0);
  }
  dspc_bend_voices(p, e, v);
  dspc_express(p, e, v, DSPC_EXPRESS_PRESSURE, 0);
}

/* `v` addresses all notes of the channel. */
static void dspc_channel_controller(const dspc_program *p, struct dspc_engine *e, const dspc_event *v,
                                    uint32_t number)
{
  const dspc_event everywhere = {0, 0, -1, -1, DSPC_NONE, 0};
  int zones = 0;
  float value = dspc_unit(v->value);
  for (uint32_t c = 0; c < DSPC_CHANNELS; c++) {
    if (v->channel < 0 || (uint32_t)v->channel == c) zones |= dspc_follow_parameter(e, c, number, value);
    if (!dspc_reaches(e, v, c)) continue;
    if (number == 64) dspc_pedal(p, e, c, value >= 0.5f);
    if (number == 74) e->channel[c].timbre = value;
  }
  if (number == 74) dspc_express(p, e, v, DSPC_EXPRESS_TIMBRE, value);
  if (number == 120) dspc_choke(p, e, v);
  if (number == 121) dspc_reset_controllers(p, e, v);
  if (number == 123) dspc_note_off(p, e, v, 0);
  if (zones) dspc_bend_voices(p, e, &everywhere);
}

static void dspc_controller_event(const dspc_program *p, struct dspc_engine *e, const dspc_event *v)
{
  dspc_event all = *v;
  all.id = -1;
  all.index = DSPC_NONE;
  dspc_channel_controller(p, e, &all, v->index);
  for (uint32_t i = 0; i < p->controller_count; i++) {
    if (p->controllers[i].number != v->index) continue;
    dspc_values(e)[p->param_count + i] = dspc_unit(v->value);
    dspc_controller_store(p, e, i);
  }
  dspc_tick_all(e);                                /* of any number: a backend may have dropped what nobody reads */
}

static void dspc_pressure_event(const dspc_program *p, struct dspc_engine *e, const dspc_event *v)
{
  float value = dspc_unit(v->value);
  for (uint32_t c = 0; c < DSPC_CHANNELS; c++)
    if (v->id < 0 && v->index == DSPC_NONE && dspc_reaches(e, v, c)) e->channel[c].pressure = value;
  dspc_express(p, e, v, DSPC_EXPRESS_PRESSURE, value);
}

static void dspc_bend_event(const dspc_program *p, struct dspc_engine *e, const dspc_event *v)
{
  for (uint32_t c = 0; c < DSPC_CHANNELS; c++)
    if (v->channel < 0 || (uint32_t)v->channel == c) e->channel[c].bend = dspc_semitones(v->value);
  dspc_bend_voices(p, e, v);
}

static void dspc_expression_event(const dspc_program *p, struct dspc_engine *e, const dspc_event *v)
{
  dspc_event note = *v;
  int bend = v->index == DSPC_EXPRESS_BEND;
  note.index = DSPC_NONE;
  if (v->index <= DSPC_EXPRESS_TIMBRE)
    dspc_express(p, e, &note, v->index, bend ? dspc_semitones(v->value) : dspc_unit(v->value));
}

static void dspc_note_on_event(const dspc_program *p, struct dspc_engine *e, const dspc_event *v)
{
  float velocity = dspc_unit(v->value);
  if (p->voice_slots == 0 || v->index > 127) return;
  if (velocity > 0) dspc_note_on(p, e, v, velocity);
  else dspc_note_off(p, e, v, 0);
}

/* Not inlined: most blocks have no events, and need not make room for what these need. */
static __attribute__((noinline)) void dspc_apply(const dspc_program *p, struct dspc_engine *e, const dspc_event *v)
{
  int number = v->value == v->value;               /* a key must come up whatever its velocity */
  dspc_event all = *v;
  all.id = -1;
  all.index = DSPC_NONE;
  if (v->type == DSPC_EVENT_PARAM) dspc_param_event(p, e, v->index, v->value);
  else if (v->type == DSPC_EVENT_TRANSPORT) dspc_transport_event(p, e, v->index, v->value);
  else if (v->channel >= (int32_t)DSPC_CHANNELS) return;
  else if (v->type == DSPC_EVENT_NOTE_ON) dspc_note_on_event(p, e, v);
  else if (v->type == DSPC_EVENT_NOTE_OFF) dspc_note_off(p, e, v, dspc_unit(v->value));
  else if (v->type == DSPC_EVENT_CHOKE) dspc_choke(p, e, v);
  else if (v->type == DSPC_EVENT_ALL_NOTES_OFF) dspc_note_off(p, e, &all, 0);
  else if (!number) return;
  else if (v->type == DSPC_EVENT_BEND) dspc_bend_event(p, e, v);
  else if (v->type == DSPC_EVENT_PRESSURE) dspc_pressure_event(p, e, v);
  else if (v->type == DSPC_EVENT_CONTROLLER) dspc_controller_event(p, e, v);
  else if (v->type == DSPC_EVENT_EXPRESSION) dspc_expression_event(p, e, v);
}

/* --- sound --------------------------------------------------------------------------------------------- */

static void dspc_run_core(const dspc_program *p, struct dspc_engine *e, const float *const *inputs,
                          float *const *outputs, uint32_t from, uint32_t to)
{
  const float **in = (const float **)(void *)((unsigned char *)e + e->at.channels);
  float **out = (float **)(void *)(in + p->inputs);
  size_t done = (size_t)from * (p->flags & DSPC_F64_AUDIO ? 2 : 1); /* in floats: a double is two */
  if (from > 0) {
    for (uint32_t i = 0; i < p->inputs; i++) in[i] = inputs[i] + done;
    for (uint32_t i = 0; i < p->outputs; i++) out[i] = outputs[i] + done;
    inputs = in;
    outputs = out;
  }
  DSPC_CORE_RUN(p, dspc_core_memory(e), inputs, outputs, to - from);
  dspc_reap(p, e);
  if (p->flags & DSPC_MONO) dspc_note_gate(p, e);
}

static void dspc_stretch(const dspc_program *p, struct dspc_engine *e, const float *const *inputs,
                         float *const *outputs, uint32_t from, uint32_t to)
{
  if (e->regate) {
    dspc_run_core(p, e, inputs, outputs, from, from + 1);
    dspc_open_again(p, e);
    from++;
  }
  if (from < to) dspc_run_core(p, e, inputs, outputs, from, to);
}

/* Runs in one stretch, but that the transport's frame is never so far away that its distance could wrap. */
static void dspc_run(const dspc_program *p, struct dspc_engine *e, const float *const *inputs,
                     float *const *outputs, uint32_t from, uint32_t to)
{
  while (from < to) {
    uint32_t left = dspc_song_left(p, e), n = to - from < left ? to - from : left;
    dspc_stretch(p, e, inputs, outputs, from, from + n);
    from += n;
  }
}

DSPC_API void dspc_process(const dspc_program *program, void *memory, const float *const *inputs,
                           float *const *outputs, uint32_t frames, const dspc_event *events,
                           uint32_t event_count)
{
  struct dspc_engine *e = memory;
  uint64_t mode = dspc_enter();
  uint32_t at = 0;
  if (frames) dspc_meters_clear(program, e);
  if (!event_count && !program->voice_slots && !e->regate && frames && frames < dspc_song_left(program, e)) {
    DSPC_CORE_RUN(program, dspc_core_memory(e), inputs, outputs, frames); /* nothing to see to before or after */
    dspc_leave(mode);
    return;
  }
  for (uint32_t i = 0; i < event_count; i++) {
    uint32_t to = events[i].frame < frames ? events[i].frame : frames;
    if (to > at) {
      dspc_run(program, e, inputs, outputs, at, to);
      at = to;
    }
    dspc_apply(program, e, &events[i]);
  }
  if (at < frames) dspc_run(program, e, inputs, outputs, at, frames);
  dspc_leave(mode);
}

/* --- beginnings ---------------------------------------------------------------------------------------- */

static void dspc_init_slot(unsigned char *core, const dspc_init *q)
{
  uint32_t low = (uint32_t)q->bits;
  for (size_t i = 0; i < q->count[0]; i++)
    for (size_t j = 0; j < q->count[1]; j++)
      for (size_t k = 0; k < q->count[2]; k++) {
        unsigned char *cell = core + q->offset + i * q->stride[0] + j * q->stride[1] + k * q->stride[2];
        if (q->bytes == 8) __builtin_memcpy(cell, &q->bits, 8);
        else __builtin_memcpy(cell, &low, 4);
      }
}

/* Silence, with what the host has set: parameters, controllers, transport, connections. */
static void dspc_begin(const dspc_program *p, struct dspc_engine *e)
{
  unsigned char *core = dspc_core_memory(e);
  __builtin_memset(core, 0, e->at.cleared);
  dspc_core_header(e)->sample_rate = e->sample_rate;
  dspc_core_header(e)->bytes = e->at.core_bytes;
  for (uint32_t i = 0; i < p->init_count; i++) dspc_init_slot(core, &p->inits[i]);
  for (uint32_t i = 0; i < p->param_count; i++) dspc_param_store(p, e, i);
  for (uint32_t i = 0; i < p->controller_count; i++) dspc_controller_store(p, e, i);
  dspc_song_store(p, e);
  for (uint32_t i = 0; i < p->input_bus_count; i++) dspc_connected_store(p, e, i);
  for (uint32_t i = 0; i < p->sample_count; i++)
    __builtin_memcpy(core + p->samples[i].cell, dspc_sounds_of(e) + i, sizeof(struct dspc_placed));
  for (uint32_t i = 0; i < p->line_count; i++)
    __builtin_memcpy(core + p->lines[i].cell, dspc_lines(e) + 2 * i, 8);
  __builtin_memset(dspc_notes(e), 0, p->voice_slots * sizeof(struct dspc_note));
  for (uint32_t s = 0; s < p->voice_slots; s++) dspc_put_int(p, e, s, DSPC_VOICE_FADE, -1);
  __builtin_memset(e->channel, 0, sizeof e->channel);
  e->held_count = e->ended_first = e->ended_count = e->gated = e->regate = e->played = 0;
  e->clock = 0;
  e->random = DSPC_SEED;
  DSPC_CORE_INIT(p, core);
  dspc_tick_all(e);
}

static void dspc_copy_sounds(const dspc_program *p, struct dspc_engine *e, const dspc_recording *sounds)
{
  for (uint32_t i = 0; i < p->sample_count; i++) {
    dspc_recording sound = dspc_recording_of(p, sounds, i);
    unsigned char *to = dspc_core_memory(e) + dspc_sounds_of(e)[i].start;
    size_t bytes = (size_t)sound.frames * p->samples[i].channels * dspc_audio_bytes(p);
    if (sound.data) __builtin_memcpy(to, sound.data, bytes);
    else __builtin_memset(to, 0, bytes);
  }
}

DSPC_API size_t dspc_bytes_with(const dspc_program *program, double sample_rate, const dspc_recording *sounds,
                                size_t *core_bytes)
{
  struct dspc_places at;
  uint64_t mode = dspc_enter();
  size_t bytes = dspc_lay_out(program, sample_rate, sounds, NULL, &at);
  dspc_leave(mode);
  if (core_bytes) *core_bytes = bytes ? at.core_bytes : 0;
  return bytes;
}

DSPC_API size_t dspc_bytes(const dspc_program *program, double sample_rate, size_t *core_bytes)
{
  return dspc_bytes_with(program, sample_rate, NULL, core_bytes);
}

DSPC_API int dspc_prepare_with(const dspc_program *program, void *memory, double sample_rate, void *core,
                               const dspc_recording *sounds)
{
  struct dspc_engine *e = memory;
  struct dspc_places at;
  uint64_t mode = dspc_enter();
  int fits = memory != NULL && dspc_lay_out(program, sample_rate, sounds, memory, &at) != 0;
  if (fits) {
    e->sample_rate = sample_rate;
    e->outside = core;
    e->at = at;
    dspc_copy_sounds(program, e, sounds);
    e->members[0] = e->members[1] = 0;
    dspc_defaults(program, dspc_values(e));
    dspc_host_defaults(program, e);
    dspc_begin(program, e);
  }
  dspc_leave(mode);
  return fits ? 0 : -1;
}

DSPC_API int dspc_prepare(const dspc_program *program, void *memory, double sample_rate, void *core)
{
  return dspc_prepare_with(program, memory, sample_rate, core, NULL);
}

DSPC_API void dspc_carry(const dspc_program *program, void *memory, const void *from)
{
  struct dspc_engine *e = memory;
  const struct dspc_engine *old = from;
  const unsigned char *there = from;
  uint64_t mode = dspc_enter();
  size_t values = (size_t)program->param_count + program->controller_count;
  __builtin_memcpy(dspc_values(e), there + old->at.values, values * sizeof(double));
  __builtin_memcpy(dspc_connected(e), there + old->at.connected, program->input_bus_count * sizeof(uint32_t));
  e->song = old->song;
  e->song.position = dspc_get_transport(program, from, DSPC_TRANSPORT_POSITION);
  e->song.frame = dspc_core_header(e)->frame;
  dspc_song_restart(e);
  dspc_begin(program, e);
  dspc_leave(mode);
}

DSPC_API void dspc_reset(const dspc_program *program, void *memory)
{
  uint64_t mode = dspc_enter();
  dspc_song_restart(memory);
  dspc_begin(program, memory);
  dspc_leave(mode);
}

/* --- questions ----------------------------------------------------------------------------------------- */

DSPC_API double dspc_get_param(const dspc_program *program, const void *memory, uint32_t index)
{
  const struct dspc_engine *e = memory;
  double value = 0;
  if (index < program->param_count)
    __builtin_memcpy(&value, (const unsigned char *)memory + e->at.values + index * sizeof value, sizeof value);
  return value;
}

DSPC_API uint32_t dspc_ended_notes(const dspc_program *program, void *memory, dspc_ended_note *notes,
                                   uint32_t capacity)
{
  struct dspc_engine *e = memory;
  uint32_t n = 0;
  (void)program;
  while (n < capacity && e->ended_count) {
    notes[n++] = dspc_ended(e)[e->ended_first];
    e->ended_first = (e->ended_first + 1) % DSPC_ENDED_NOTES;
    e->ended_count--;
  }
  return n;
}

DSPC_API uint32_t dspc_active_voices(const dspc_program *program, const void *memory)
{
  const struct dspc_engine *e = memory;
  const unsigned char *notes = (const unsigned char *)memory + e->at.notes;
  uint32_t active = 0;
  for (uint32_t s = 0; s < program->voice_slots; s++)
    active += ((const struct dspc_note *)(const void *)notes)[s].stage != DSPC_FREE;
  return active;
}
