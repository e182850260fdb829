/* Throws random events, blocks, saved states and programs at the engine; built with sanitizers.
 *
 * fuzz_engine SEED ROUNDS: 0 if nothing was wrong. Each engine's memory is exactly as large as it says.
 */
#include "toy_core.c"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;
static uint32_t rnd(uint32_t below)                /* splitmix64 */
{
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return (uint32_t)((z ^ z >> 31) >> 32) % below;
}

#define CHECK(condition) \
  do { \
    if (!(condition)) { \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      exit(1); \
    } \
  } while (0)

#define TOYS (sizeof toy_programs / sizeof toy_programs[0])

static double strange(void)
{
  static const double values[] = {0.0, -0.0, 0.5, 1.0, 2.0, -1.0, 1e300, -1e300, 1e-320, 127.0};
  uint32_t i = rnd(14);
  if (i == 10) return (double)NAN;
  if (i == 11) return (double)INFINITY;
  if (i == 12) return -(double)INFINITY;
  return i < 10 ? values[i] : rnd(1000) / 1000.0;
}

static dspc_event random_event(uint32_t frames)
{
  dspc_event v;
  uint32_t common = rnd(4);
  v.frame = common ? rnd(frames + 1) : rnd(0xffffffffu);
  v.type = rnd(8) ? 1 + rnd(9) : rnd(20);
  v.id = common == 1 ? -1 : (int32_t)rnd(12) - 2;
  v.channel = rnd(10) ? (int32_t)rnd(2) : (int32_t)rnd(40) - 20;
  v.index = rnd(3) ? 60 + rnd(6) : rnd(2) ? rnd(130) : DSPC_NONE - rnd(3);
  if (v.type == DSPC_EVENT_CONTROLLER && rnd(2)) v.index = (uint32_t[]){64, 74, 120, 121, 123, 1, 6, 100, 101, 101}[rnd(10)];
  if (v.type == DSPC_EVENT_EXPRESSION && rnd(2)) v.index = rnd(4);
  v.value = strange();
  /* Often a registered parameter that means something. */
  if (v.index >= 100 && v.index <= 101 && rnd(2)) v.value = v.index == 100 ? 6 / 127.0 : 0.0;
  return v;
}

static void check_voices(const dspc_program *p, struct dspc_engine *e)
{
  uint32_t sounding = 0, active = 0, used = 0;
  for (uint32_t s = 0; s < p->voice_slots; s++) {
    const struct dspc_note *n = &dspc_notes(e)[s];
    int32_t on = dspc_get_int(p, e, s, DSPC_VOICE_ACTIVE);
    CHECK((n->stage != DSPC_FREE) == (on != 0));
    active += on != 0;
    if (!dspc_sounds(n)) continue;
    sounding++;
    CHECK(n->index >= 0 && (uint32_t)n->index < p->voices);
    CHECK(!(used >> n->index & 1u));
    used |= 1u << n->index;
    if (e->regate != s + 1) CHECK((dspc_get_int(p, e, s, DSPC_VOICE_GATE) != 0) == (n->stage != DSPC_RELEASED));
  }
  CHECK(sounding <= p->voices);
  CHECK(dspc_active_voices(p, e) == active);
  CHECK(e->held_count <= DSPC_HELD_KEYS);
  for (uint32_t i = 0; i < p->param_count; i++) {
    double value = dspc_get_param(p, e, i);
    CHECK(value >= p->params[i].min && value <= p->params[i].max);
  }
}

static void load_damaged(const dspc_program *p, void *memory)
{
  unsigned char data[256];
  size_t size = dspc_save(p, memory, data, sizeof data), given = size;
  CHECK(size <= sizeof data && dspc_save(p, memory, data, size - 1) == size);
  for (uint32_t n = rnd(4); n > 0; n--) data[rnd((uint32_t)size)] ^= (unsigned char)(1u << rnd(8));
  if (rnd(4) == 0) given = rnd((uint32_t)size + 1);
  if (rnd(4) == 0 && size == given) {              /* a right checksum over wrong contents */
    dspc_write_le(data + size - 4, dspc_crc32(data, size - 4), 4);
  }
  unsigned char *exact = malloc(given ? given : 1);
  memcpy(exact, data, given);
  dspc_load(p, memory, exact, given);
  free(exact);
}

static void play(const dspc_program *p, uint32_t calls)
{
  static float in[300], out[2][300];
  double rate = (double[]){1000.0, 8000.0, 44100.0, 192000.0}[rnd(4)];
  size_t bytes = dspc_bytes(p, rate, NULL);
  void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  CHECK(bytes && bytes % 64 == 0 && memory);
  CHECK(dspc_prepare(p, memory, rate, NULL) == 0);
  for (; calls; calls--) {
    uint32_t frames = rnd(3) ? rnd(300) : 0, count = rnd(4) ? rnd(6) : rnd(200);
    dspc_event *events = malloc((count ? count : 1) * sizeof *events);
    const float *ins[] = {in};
    float *outs[] = {out[0], out[1]};
    dspc_ended_note ended[16];
    for (uint32_t i = 0; i < count; i++) events[i] = random_event(frames);
    dspc_process(p, memory, ins, outs, frames, events, count);
    for (uint32_t i = 0; i < frames; i++) CHECK(out[0][i] - out[0][i] == 0.0f);
    free(events);
    check_voices(p, memory);
    if (rnd(8) == 0) load_damaged(p, memory);
    if (rnd(4) == 0) CHECK(dspc_ended_notes(p, memory, ended, 16) <= 16);
    if (rnd(50) == 0) dspc_reset(p, memory);
  }
  free(memory);
}

/* A core that touches nothing, for programs whose cells lie anywhere. */
static uint32_t wild_length;
static void wild_sizes(const dspc_program *p, double rate, uint32_t *lengths)
{
  (void)rate;
  for (uint32_t i = 0; i < p->line_count; i++) lengths[i] = wild_length;
}
static void wild_init(const dspc_program *p, void *core)
{
  (void)p;
  (void)core;
}
static void wild_run(const dspc_program *p, void *core, const float *const *in, float *const *out, uint32_t n)
{
  (void)p;
  (void)core;
  (void)in;
  for (uint32_t i = 0; i < n; i++) out[0][i] = out[1][i] = 0;
}

static uint32_t wild(uint32_t usual)
{
  if (rnd(6)) return usual;
  return rnd(2) ? rnd(3000) : 0xffffffffu - rnd(100) * rnd(1u << 24);
}

/* Another engine of the program takes over what was set in one. */
static void load_sound(const dspc_program *p, void *memory)
{
  const float first = 0;
  dspc_recording sound = {&first, 1 + rnd(5000), 44100.0};
  size_t bytes = dspc_bytes_with(p, 8000.0, &sound, NULL);
  if (bytes && bytes < 1u << 24) {
    float *data = calloc(bytes, 1);
    void *other = aligned_alloc(64, bytes);
    sound.data = data;
    CHECK(other && dspc_prepare_with(p, other, 8000.0, NULL, &sound) == 0);
    dspc_carry(p, other, memory);
    for (uint32_t i = 0; i < p->param_count; i++)
      CHECK(dspc_get_param(p, other, i) == dspc_get_param(p, memory, i));
    for (uint32_t field = 0; field < DSPC_TRANSPORT_STEP; field++)
      CHECK(dspc_get_transport(p, other, field) == dspc_get_transport(p, memory, field));
    free(other);
    free(data);
  }
}

static void play_wild(void)
{
  dspc_program p = toy_programs[rnd(TOYS)];
  dspc_param params[4];
  dspc_init init = toy_inits[1];
  dspc_line line = toy_lines[0];
  dspc_controller controller = toy_controllers[0];
  p.sizes = wild_sizes, p.init = wild_init, p.run = wild_run;
  p.params = params, p.inits = &init, p.lines = &line, p.controllers = &controller, p.init_count = 1;
  memcpy(params, toy_params, sizeof params);
  for (int i = 0; i < 4; i++) params[i].cell = wild(params[i].cell), params[i].type = rnd(8);
  init.offset = wild(init.offset), init.bytes = wild(8);
  for (int i = 0; i < 3; i++) init.count[i] = wild(init.count[i]), init.stride[i] = wild(init.stride[i]);
  line.cell = wild(line.cell), line.bytes = wild(4), line.lanes = wild(1), wild_length = wild(48);
  controller.cell = wild(controller.cell);
  dspc_meter meter = toy_meters[0];
  dspc_bus buses[2] = {toy_inputs[0], toy_inputs[1]};
  dspc_sample sample = {"wild", NULL, wild(200), wild(2), wild(KICK), rnd(9) ? 8000.0 : strange()};
  p.meters = &meter, p.input_buses = buses, p.samples = &sample;
  meter.cell = wild(meter.cell), buses[1].cell = wild(buses[1].cell), buses[rnd(2)].channels ^= wild(0);
  p.transport_cells[rnd(8)] = wild(DSPC_NONE);
  p.static_bytes = wild(p.static_bytes), p.abi = rnd(20) ? DSPC_ABI : 1;
  p.voices = wild(p.voices), p.voice_slots = wild(p.voice_slots), p.voice_width = wild(4);
  p.voice_base = wild(p.voice_base), p.voice_stride = wild(p.voice_stride);
  p.voice_fields[rnd(DSPC_VOICE_FIELDS)] = wild(DSPC_NONE);
  size_t bytes = dspc_bytes(&p, 48000.0, NULL);
  CHECK(dspc_bytes(&p, (double)NAN, NULL) == 0);
  if (bytes == 0 || bytes > 1u << 24) return;
  void *memory = aligned_alloc(64, bytes);
  static float out[2][64];
  float *outs[] = {out[0], out[1]};
  const float *ins[] = {out[0]};
  CHECK(memory && dspc_prepare(&p, memory, 48000.0, NULL) == 0);
  for (int i = 0; i < 20; i++) {
    dspc_event v = random_event(64);
    dspc_process(&p, memory, ins, outs, 64, &v, 1);
    dspc_connect(&p, memory, rnd(4), rnd(2));
    dspc_get_meter(&p, memory, rnd(3));
    for (uint32_t field = 0; field < 9; field++) CHECK(isfinite(dspc_get_transport(&p, memory, field)));
  }
  load_sound(&p, memory);
  dspc_reset(&p, memory);
  free(memory);
}

int main(int argc, char **argv)
{
  uint32_t rounds = argc > 2 ? (uint32_t)atoi(argv[2]) : 100;
  state = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
  for (uint32_t i = 0; i < rounds; i++) {
    play(&toy_programs[i % TOYS], 40);
    for (int j = 0; j < 50; j++) play_wild();
  }
  return 0;
}
