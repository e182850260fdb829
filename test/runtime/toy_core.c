/* A program with a core written by hand, to test the engine with; toy_programs.py has the same in Python.
 *
 * Output 0: the input by the gain that was latched at the last tick, plus the voices. A voice is a sum of all
 * that the engine tells it, so that every cell can be read off the output. Output 1: output 0, delayed by 1 ms.
 */
#include "engine.h"

static void toy_sizes(const dspc_program *program, double sample_rate, uint32_t *lengths);
static void toy_init(const dspc_program *program, void *core);
static void toy_run(const dspc_program *program, void *core, const float *const *inputs, float *const *outputs,
                    uint32_t frames);

#ifdef TOY_DIRECT
#define DSPC_CORE_SIZES(program, rate, lengths) toy_sizes((program), (rate), (lengths))
#define DSPC_CORE_INIT(program, core) toy_init((program), (core))
#define DSPC_CORE_RUN(program, core, inputs, outputs, frames) \
  toy_run((program), (core), (inputs), (outputs), (frames))
#endif
#include "engine.c"

enum {
  GAIN = 64, MODE = 68, BUTTON = 72, WHEEL = 76, GAIN_NOW = 80, MODE_NOW = 84, COUNT = 88, POSITION = 92, LINE = 96,
  RATE = 104, CUTOFF = 108, GRID = 112, PEAK = 144, KEYED = 148, SONG = 152, KICK = 216, VOICES = 232,
  WIDTH = 4, FIELD = 16, AGE = 19 * FIELD, QUIET = 20 * FIELD, STRIDE = 21 * FIELD,
  QUIET_FRAMES = 40
};

/* What the core saw, for the tests. */
uint32_t toy_calls[4096][2], toy_call_count;
uint64_t toy_mode_inside;

static uint32_t *at(void *core, uint32_t offset) { return (uint32_t *)(void *)((char *)core + offset); }
static float *real(void *core, uint32_t offset) { return (float *)(void *)((char *)core + offset); }
static uint32_t voice(uint32_t slot) { return VOICES + slot / WIDTH * STRIDE + slot % WIDTH * 4; }

static void toy_sizes(const dspc_program *program, double sample_rate, uint32_t *lengths)
{
  (void)program;
  lengths[0] = (uint32_t)(sample_rate / 1000.0);
}

static void toy_init(const dspc_program *program, void *core)
{
  (void)program;
  *real(core, RATE) = (float)((dspc_core *)core)->sample_rate;
}

/* At a tick that is due for this voice: reset, or its end. */
static void toy_tick(void *core, uint32_t v)
{
  if (*at(core, v + DSPC_VOICE_RESET * FIELD)) *at(core, v + AGE) = *at(core, v + QUIET) = 0;
  *at(core, v + DSPC_VOICE_RESET * FIELD) = 0;
  *at(core, v + DSPC_VOICE_TICK * FIELD) = 0;
  if (*at(core, v + DSPC_VOICE_FADE * FIELD) == 0 || *at(core, v + QUIET) >= QUIET_FRAMES) {
    *at(core, v + DSPC_VOICE_ACTIVE * FIELD) = 0;
    *at(core, v + DSPC_VOICE_ENDED * FIELD) = ((dspc_core *)core)->frame;
  }
}

static float toy_voice(void *core, uint32_t v)
{
  uint32_t gate = *at(core, v + DSPC_VOICE_GATE * FIELD), trigger = *at(core, v + DSPC_VOICE_TRIGGER * FIELD);
  int32_t fade = (int32_t)*at(core, v + DSPC_VOICE_FADE * FIELD);
  float y = *real(core, v + DSPC_VOICE_VELOCITY * FIELD) * (gate ? 1.0f : 0.25f);
  y += *real(core, v + DSPC_VOICE_KEY * FIELD) * 0.001f + *real(core, v + DSPC_VOICE_BEND * FIELD) * 0.01f;
  y += *real(core, v + DSPC_VOICE_PRESSURE * FIELD) * 0.3f + *real(core, v + DSPC_VOICE_TIMBRE * FIELD) * 0.2f;
  y += *real(core, v + DSPC_VOICE_RANDOM * FIELD) + (float)*at(core, v + DSPC_VOICE_INDEX * FIELD);
  y += (float)*at(core, v + AGE) * 0.0001f + (trigger ? 4.0f : 0.0f);
  *at(core, v + DSPC_VOICE_TRIGGER * FIELD) = 0;
  *at(core, v + AGE) += 1;
  *at(core, v + QUIET) = gate ? 0 : *at(core, v + QUIET) + 1;
  if (fade < 0) return y;
  *at(core, v + DSPC_VOICE_FADE * FIELD) = fade > 0 ? (uint32_t)fade - 1 : 0;
  return y * ((float)fade * (1.0f / DSPC_FADE));
}

static float toy_sample(const dspc_program *program, void *core, float x)
{
  dspc_core *head = core;
  uint32_t grid = head->frame % DSPC_TICK == 0, all = grid || head->tick_all, any = all || head->tick_any;
  if (all) {
    *real(core, GAIN_NOW) = *real(core, GAIN);
    *at(core, MODE_NOW) = *at(core, MODE);
    *at(core, COUNT) += 1;
  }
  float y = x * *real(core, GAIN_NOW);
  for (uint32_t slot = 0; slot < program->voice_slots; slot++) {
    uint32_t v = voice(slot);
    if (!*at(core, v + DSPC_VOICE_ACTIVE * FIELD)) continue;
    if (all || (any && *at(core, v + DSPC_VOICE_TICK * FIELD))) toy_tick(core, v);
    if (*at(core, v + DSPC_VOICE_ACTIVE * FIELD)) y += toy_voice(core, v);
  }
  head->tick_any = head->tick_all = 0;
  head->frame += 1;
  return y;
}

static void toy_run(const dspc_program *program, void *core, const float *const *inputs, float *const *outputs,
                    uint32_t frames)
{
  uint32_t delay, start = *at(core, LINE), mask = *at(core, LINE + 4);
  toy_mode_inside = dspc_float_mode();
  toy_sizes(program, ((dspc_core *)core)->sample_rate, &delay);
  if (toy_call_count < 4096) {
    toy_calls[toy_call_count][0] = ((dspc_core *)core)->frame;
    toy_calls[toy_call_count++][1] = frames;
  }
  for (uint32_t i = 0; i < frames; i++) {
    uint32_t now = *at(core, POSITION);
    float y = toy_sample(program, core, inputs[0][i]), size = y < 0 ? -y : y;
    if (size > *real(core, PEAK)) *real(core, PEAK) = size;
    real(core, start)[now & mask] = y;
    outputs[0][i] = y;
    outputs[1][i] = real(core, start)[(now - delay) & mask] + real(core, *at(core, KICK))[now % *at(core, KICK + 4)];
    *at(core, POSITION) = now + 1;
  }
}

static const dspc_param toy_params[] = {
  {"gain", "Gain", "", "", "", 0.0, 2.0, 1.0, 0.0, DSPC_F32, 0, 1, GAIN},
  {"filter.mode", "Mode", "", "filter", "low\nband\nhigh\n", 0.0, 2.0, 1.0, 1.0, DSPC_I32, 0, 1, MODE},
  {"hold", "Hold", "", "", "", 0.0, 1.0, 0.0, 1.0, DSPC_BOOL, 0, 9, BUTTON},
  {"cutoff", "Cutoff", "Hz", "filter", "", 20.0, 20000.0, 1200.0, 0.5, DSPC_F32, 1, 1, CUTOFF},
};
static const dspc_init toy_inits[] = {
  {COUNT, 4, {1, 1, 1}, {0, 0, 0}, 7},
  {GRID, 8, {2, 1, 2}, {16, 0, 8}, 0x3ff8000000000000u}, /* 1.5 */
};
static const dspc_line toy_lines[] = {{LINE, 4, 1}};
static const dspc_controller toy_controllers[] = {{1, WHEEL, 0.5}};
static const dspc_meter toy_meters[] = {{"level", PEAK}};
static const dspc_bus toy_inputs[] = {{"main", 1, 0, DSPC_NONE}, {"key", 0, 1, KEYED}};
static const float toy_sound[] = {0.0f, 0.0f, 0.0f};
static const dspc_sample toy_samples[] = {{"kick", toy_sound, 3, 1, KICK, 8000.0}};
static const dspc_bus toy_outputs[] = {{"dry", 1, 0, DSPC_NONE}, {"late", 1, 0, DSPC_NONE}};

#define TOY_FIELDS \
  {0 * FIELD, 1 * FIELD, 2 * FIELD, 3 * FIELD, 4 * FIELD, 5 * FIELD, 6 * FIELD, DSPC_NONE, 8 * FIELD, 9 * FIELD, \
   10 * FIELD, 11 * FIELD, 12 * FIELD, 13 * FIELD, 14 * FIELD, 15 * FIELD, 16 * FIELD, 17 * FIELD, 18 * FIELD}
#define TOY_SONG {SONG, SONG + 8, SONG + 16, SONG + 24, SONG + 32, SONG + 40, SONG + 48, SONG + 56}
#define TOY(flags, voices, slots) \
  {DSPC_ABI, flags, "toy", 1, 2, 3, 0.25, VOICES + 8 * STRIDE, voices, slots, VOICES, WIDTH, STRIDE, TOY_FIELDS, \
   TOY_SONG, 4, 2, 1, 1, 1, 2, 2, 1, toy_params, toy_inits, toy_lines, toy_controllers, toy_meters, toy_inputs, \
   toy_outputs, toy_samples, NULL, toy_sizes, toy_init, toy_run}

static const dspc_program toy_programs[] = {
  TOY(1, 4, 8),                                    /* poly */
  TOY(1 | 4, 1, 3),                                /* mono */
  TOY(0, 0, 0),                                    /* effect */
  TOY(1, 16, 32),                                  /* large */
  TOY(1, 2, 2),                                    /* without spare slots */
  TOY(1 | 2 | 4, 1, 3),                            /* legato */
  TOY(1 | 16 * DSPC_STEAL_LOWEST, 4, 8),
  TOY(1 | 16 * DSPC_STEAL_HIGHEST, 4, 8),
  TOY(1 | 16 * DSPC_STEAL_QUIETEST, 4, 8),
  TOY(1 | 16 * DSPC_STEAL_NONE, 4, 8),
};
const dspc_program *toy_program(uint32_t kind) { return &toy_programs[kind]; }

/* The offset of a voice's cell, and of the core in an engine's memory. */
uint32_t toy_voice_cell(uint32_t slot, uint32_t field) { return voice(slot) + field * FIELD; }
uint32_t toy_core_offset(const void *memory) { return ((const struct dspc_engine *)memory)->at.core; }

/* Processes one frame as a host with flush-to-zero and another rounding would; 0 if it is as it should be. */
int toy_flushing_host(const dspc_program *program, void *memory)
{
  float x = 0, y[2];
  const float *in[] = {&x};
  float *out[] = {&y[0], &y[1]};
  uint64_t mine = dspc_float_mode(), after;
  dspc_set_float_mode(mine | DSPC_FLOAT_WRONG);
  dspc_process(program, memory, in, out, 1, NULL, 0);
  after = dspc_float_mode();
  dspc_set_float_mode(mine);
  if (toy_mode_inside & DSPC_FLOAT_WRONG) return 1;
  return (after & DSPC_FLOAT_WRONG) == DSPC_FLOAT_WRONG ? 0 : 2;
}
