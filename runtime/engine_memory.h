/* Part of engine.c: what the engine's memory looks like, and what a program may ask for. */
#ifndef DSPC_ENGINE_MEMORY_H
#define DSPC_ENGINE_MEMORY_H

/* A program's own C file calls its core directly, so that no call in it goes through a pointer. */
#ifndef DSPC_CORE_SIZES
#define DSPC_CORE_SIZES(program, rate, lengths) ((program)->sizes((program), (rate), (lengths)))
#endif
#ifndef DSPC_CORE_INIT
#define DSPC_CORE_INIT(program, core) ((program)->init((program), (core)))
#endif
#ifndef DSPC_CORE_RUN
#define DSPC_CORE_RUN(program, core, inputs, outputs, frames) \
  ((program)->run((program), (core), (inputs), (outputs), (frames)))
#endif

#define DSPC_LIMIT 0xffff0000u    /* bytes: every offset fits 32 bits, with room for padding */
#define DSPC_CHANNELS 16u
#define DSPC_HELD_KEYS 128u       /* that a mono program remembers */
#define DSPC_ENDED_NOTES 256u

struct dspc_channel {
  float bend, pressure, timbre;
  uint32_t pedal;
  uint32_t parameter[2];          /* the registered parameter that is selected: high and low number + 1, 0: none */
};

enum { DSPC_FREE, DSPC_HELD, DSPC_SUSTAINED, DSPC_RELEASED, DSPC_FADING };

struct dspc_note {                /* the note of a voice's slot, or a key that is held in mono */
  uint64_t order;                 /* of its note-on among all of them; from 1 */
  uint64_t released;              /* order of its key's release */
  int32_t id, index;
  uint32_t channel, key, stage;
  float velocity, release_velocity, bend, pressure, timbre;
};

struct dspc_song {                /* the transport; `position` was at `frame` of the stream */
  double tempo, position, bar, step;
  uint32_t playing, frame;
  int32_t numerator, denominator;
};

struct dspc_placed {              /* a sample's sound, as its cell says it */
  uint32_t start, frames;
  float rate;
};

struct dspc_places {              /* offsets, from the engine's start */
  uint32_t values;                /* double: of the parameters, then of the controllers */
  uint32_t lines;                 /* two uint32_t a delay line: what its cell holds */
  uint32_t notes;                 /* struct dspc_note: of the voices' slots */
  uint32_t held;                  /* struct dspc_note: keys down in mono, oldest first */
  uint32_t ended;                 /* dspc_ended_note: a ring */
  uint32_t channels;              /* pointers: of inputs, then of outputs */
  uint32_t connected;             /* uint32_t: of each input bus */
  uint32_t sounds;                /* struct dspc_placed: of each sample */
  uint32_t cleared;               /* bytes of the core that a reset clears: the sounds follow */
  uint32_t core, core_bytes;
};

/* No pointer but `outside`, so that the memory may be copied and moved. */
struct dspc_engine {
  double sample_rate;
  void *outside;                  /* the core's memory, if it does not follow here */
  uint64_t clock;                 /* counts note-ons and releases */
  struct dspc_song song;
  struct dspc_places at;
  uint32_t held_count, ended_first, ended_count, random;
  uint32_t gated;                 /* mono: the core last ran with an open gate */
  uint32_t regate;                /* mono: 1 + the slot whose gate opens again after the next sample */
  uint32_t played;                /* there was a note, and `last_pitch` is its */
  float last_pitch;
  uint32_t members[2];            /* channels of the lower and of the upper MPE zone, without their masters */
  struct dspc_channel channel[DSPC_CHANNELS];
};

static unsigned char *dspc_core_memory(struct dspc_engine *e)
{
  return e->outside ? (unsigned char *)e->outside : (unsigned char *)e + e->at.core;
}

static struct dspc_core *dspc_core_header(struct dspc_engine *e)
{
  return (struct dspc_core *)(void *)dspc_core_memory(e);
}

static double *dspc_values(struct dspc_engine *e)
{
  return (double *)(void *)((unsigned char *)e + e->at.values);
}

static uint32_t *dspc_lines(struct dspc_engine *e)
{
  return (uint32_t *)(void *)((unsigned char *)e + e->at.lines);
}

static struct dspc_note *dspc_notes(struct dspc_engine *e)
{
  return (struct dspc_note *)(void *)((unsigned char *)e + e->at.notes);
}

static struct dspc_note *dspc_held(struct dspc_engine *e)
{
  return (struct dspc_note *)(void *)((unsigned char *)e + e->at.held);
}

static uint32_t *dspc_connected(struct dspc_engine *e)
{
  return (uint32_t *)(void *)((unsigned char *)e + e->at.connected);
}

static struct dspc_placed *dspc_sounds_of(struct dspc_engine *e)
{
  return (struct dspc_placed *)(void *)((unsigned char *)e + e->at.sounds);
}

static dspc_ended_note *dspc_ended(struct dspc_engine *e)
{
  return (dspc_ended_note *)(void *)((unsigned char *)e + e->at.ended);
}

/* --- is the program sound? ----------------------------------------------------------------------------- */

static int dspc_inside(const dspc_program *p, uint64_t offset, uint64_t bytes)
{
  return offset >= DSPC_CORE_HEADER && offset + bytes <= p->static_bytes;
}

/* All cells of the table inside, and no more of them than there is room for. */
static int dspc_init_fits(const dspc_program *p, const dspc_init *q)
{
  uint64_t end = q->offset, bytes = q->bytes;
  if ((bytes != 4 && bytes != 8) || q->offset < DSPC_CORE_HEADER) return 0;
  for (int d = 0; d < 3; d++) {
    if (q->count[d] == 0) return 0;
    bytes *= q->count[d];
    if (bytes > p->static_bytes) return 0;
    end += (uint64_t)(q->count[d] - 1u) * q->stride[d];
    if (end > p->static_bytes) return 0;
  }
  return dspc_inside(p, end, q->bytes);
}

static int dspc_cells_fit(const dspc_program *p)
{
  for (uint32_t i = 0; i < p->param_count; i++)
    if (!dspc_inside(p, p->params[i].cell, p->params[i].type == DSPC_F64 ? 8 : 4)) return 0;
  for (uint32_t i = 0; i < p->controller_count; i++)
    if (!dspc_inside(p, p->controllers[i].cell, 4)) return 0;
  for (uint32_t i = 0; i < p->line_count; i++) {
    const dspc_line *line = &p->lines[i];
    if (!dspc_inside(p, line->cell, 8) || (line->bytes != 4 && line->bytes != 8) || line->lanes == 0) return 0;
  }
  for (uint32_t i = 0; i < p->init_count; i++)
    if (!dspc_init_fits(p, &p->inits[i])) return 0;
  return 1;
}

/* The channels of all buses together; those of a program without buses fit. */
static int dspc_buses_fit(const dspc_program *p, const dspc_bus *buses, uint32_t count, uint32_t channels)
{
  uint64_t sum = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (buses[i].cell != DSPC_NONE && !dspc_inside(p, buses[i].cell, 4)) return 0;
    sum += buses[i].channels;
  }
  return count == 0 || sum == channels;
}

static int dspc_host_cells_fit(const dspc_program *p)
{
  for (uint32_t i = 0; i < DSPC_TRANSPORT_FIELDS; i++)
    if (p->transport_cells[i] != DSPC_NONE && !dspc_inside(p, p->transport_cells[i], DSPC_TRANSPORT_BYTES(i))) return 0;
  for (uint32_t i = 0; i < p->meter_count; i++)
    if (!dspc_inside(p, p->meters[i].cell, 4)) return 0;
  for (uint32_t i = 0; i < p->sample_count; i++)
    if (!dspc_inside(p, p->samples[i].cell, sizeof(struct dspc_placed))) return 0;
  return dspc_buses_fit(p, p->input_buses, p->input_bus_count, p->inputs) &&
         dspc_buses_fit(p, p->output_buses, p->output_bus_count, p->outputs);
}

static int dspc_voices_fit(const dspc_program *p)
{
  if (p->voice_slots == 0) return p->voices == 0;
  if (p->voices == 0 || p->voices > p->voice_slots || p->voice_slots > DSPC_MAX_VOICES) return 0;
  if (p->voice_width == 0) return 0;
  uint64_t groups = (p->voice_slots - 1) / p->voice_width, lanes = p->voice_width;
  for (uint32_t i = 0; i < DSPC_VOICE_FIELDS; i++) {
    uint64_t field = p->voice_fields[i];
    if (field == DSPC_NONE) {
      if (i <= DSPC_VOICE_FADE) return 0;          /* without these four no voice can be kept */
    } else if (!dspc_inside(p, p->voice_base + groups * p->voice_stride + field, lanes * 4)) {
      return 0;
    }
  }
  return 1;
}

/* --- where everything lies ----------------------------------------------------------------------------- */

/* Appends `count` things of `bytes` (a multiple of 4, and of 8 where it matters) at a multiple of `align`. */
static int dspc_append(uint64_t *end, uint64_t count, uint64_t bytes, uint32_t align, uint32_t *at)
{
  uint64_t start = (*end + align - 1) / align * align;
  if (bytes > DSPC_LIMIT || count * bytes > DSPC_LIMIT || start + count * bytes > DSPC_LIMIT) return 0;
  *at = (uint32_t)start;
  *end = start + count * bytes;
  return 1;
}

/* Appends the delay lines to the core, which ends at `end`. `cells`, if any, gets what the lines' cells must hold. */
static int dspc_lay_lines(const dspc_program *p, double sample_rate, uint32_t *cells, uint64_t *end)
{
  uint32_t lengths[DSPC_MAX_LINES];
  if (p->line_count) {
    __builtin_memset(lengths, 0, p->line_count * sizeof lengths[0]);
    DSPC_CORE_SIZES(p, sample_rate, lengths);
  }
  for (uint32_t i = 0; i < p->line_count; i++) {
    const dspc_line *line = &p->lines[i];
    uint64_t ring = 1;
    uint32_t start;
    while (ring < (uint64_t)lengths[i] + 1 + DSPC_BLOCK) ring *= 2;
    if (!dspc_append(end, line->lanes, ring * line->bytes, DSPC_ALIGN, &start)) return 0;
    /* Rings are powers of two: end to end, all of them would be written in the same few lines of a cache. */
    *end += 5 * DSPC_ALIGN;
    if (cells) {
      cells[2 * i] = start;
      cells[2 * i + 1] = (uint32_t)(ring - 1);
    }
  }
  return 1;
}

/* Bytes of a sample of a channel, or of a sound. */
static size_t dspc_audio_bytes(const dspc_program *p)
{
  return p->flags & DSPC_F64_AUDIO ? sizeof(double) : sizeof(float);
}

/* The sound of a sample: the host's, if it gave one. */
static dspc_recording dspc_recording_of(const dspc_program *p, const dspc_recording *sounds, uint32_t i)
{
  const dspc_sample *own = &p->samples[i];
  dspc_recording sound = {own->data, own->frames, own->rate};
  if (sounds && sounds[i].data) sound = sounds[i];
  return sound;
}

/* Appends the samples' sounds. `placed`, if any, gets what the samples' cells must hold. */
static int dspc_lay_sounds(const dspc_program *p, const dspc_recording *sounds, struct dspc_placed *placed,
                           uint64_t *end)
{
  for (uint32_t i = 0; i < p->sample_count; i++) {
    dspc_recording sound = dspc_recording_of(p, sounds, i);
    struct dspc_placed here = {0, sound.frames, (float)sound.rate};
    uint64_t count = (uint64_t)sound.frames * p->samples[i].channels;
    if (count == 0 || count > INT32_MAX || !(sound.rate >= 1.0 && sound.rate <= 1e9)) return 0;
    if (!dspc_append(end, count, dspc_audio_bytes(p), DSPC_ALIGN, &here.start)) return 0;
    if (placed) placed[i] = here;
  }
  return 1;
}

/* Lays the core out, which `memory` (if any) learns; 0 if it is too large. */
static int dspc_lay_core(const dspc_program *p, double sample_rate, const dspc_recording *sounds,
                         unsigned char *memory, struct dspc_places *at)
{
  uint64_t end = p->static_bytes;
  uint32_t *cells = memory ? (uint32_t *)(void *)(memory + at->lines) : NULL;
  struct dspc_placed *placed = memory ? (struct dspc_placed *)(void *)(memory + at->sounds) : NULL;
  if (!dspc_lay_lines(p, sample_rate, cells, &end)) return 0;
  at->cleared = (uint32_t)end;
  if (!dspc_lay_sounds(p, sounds, placed, &end)) return 0;
  end = (end + DSPC_ALIGN - 1) / DSPC_ALIGN * DSPC_ALIGN;
  at->core_bytes = (uint32_t)end;
  return end <= DSPC_LIMIT;
}

/* Lays the engine out; returns its bytes, 0 if the program or the sample rate cannot be. Fills the table of
 * lines if there is a memory. */
static size_t dspc_lay_out(const dspc_program *p, double sample_rate, const dspc_recording *sounds,
                           unsigned char *memory, struct dspc_places *at)
{
  uint64_t end = sizeof(struct dspc_engine), voiced = p->voice_slots != 0;
  uint64_t values = (uint64_t)p->param_count + p->controller_count, channels = (uint64_t)p->inputs + p->outputs;
  if (p->abi != DSPC_ABI || !(sample_rate >= 1e3 && sample_rate <= 1e6)) return 0;
  if (p->static_bytes < DSPC_CORE_HEADER || p->line_count > DSPC_MAX_LINES) return 0;
  if (!dspc_cells_fit(p) || !dspc_voices_fit(p) || !dspc_host_cells_fit(p)) return 0;
  if (!dspc_append(&end, values, sizeof(double), 8, &at->values) ||
      !dspc_append(&end, p->line_count, 2 * sizeof(uint32_t), 8, &at->lines) ||
      !dspc_append(&end, p->voice_slots, sizeof(struct dspc_note), 8, &at->notes) ||
      !dspc_append(&end, p->flags & 4u ? DSPC_HELD_KEYS : 0, sizeof(struct dspc_note), 8, &at->held) ||
      !dspc_append(&end, voiced * DSPC_ENDED_NOTES, sizeof(dspc_ended_note), 4, &at->ended) ||
      !dspc_append(&end, channels, sizeof(void *), 8, &at->channels) ||
      !dspc_append(&end, p->input_bus_count, sizeof(uint32_t), 4, &at->connected) ||
      !dspc_append(&end, p->sample_count, sizeof(struct dspc_placed), 4, &at->sounds))
    return 0;
  if (!dspc_lay_core(p, sample_rate, sounds, memory, at)) return 0;
  if (!dspc_append(&end, 1, at->core_bytes, DSPC_ALIGN, &at->core)) return 0;
  return (size_t)end;
}

#endif
