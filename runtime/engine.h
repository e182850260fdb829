/* The one engine ABI: every host, in Python or in a plugin, sees this and nothing else.
 *
 * A *program* is constant data and four functions (the *core*), made by a backend: generated C, the
 * virtual machine, or WebAssembly. The *engine* (engine.c) is the same for all of them: it owns events,
 * parameters and voices, writes what it knows into cells of the core's memory, and calls the core for the
 * stretches between events. Nothing here allocates: the caller asks how many bytes are needed.
 *
 * The lines between the two marks are plain C declarations that cffi reads too (without DSPC_API).
 */
#ifndef DSPC_ENGINE_H
#define DSPC_ENGINE_H
#include <stddef.h>
#include <stdint.h>

#define DSPC_ABI 1
#define DSPC_TICK 16u             /* control ticks fall on every 16th sample of the stream */
#define DSPC_FADE 64              /* samples over which a stolen voice fades out */
#define DSPC_ALIGN 64u            /* of the engine's memory, and of the core's inside it */
#define DSPC_NONE 0xffffffffu     /* the offset of a cell that the program does not use */
#define DSPC_CORE_HEADER 64u      /* bytes at the start of the core's memory: struct dspc_core */
#define DSPC_MAX_LINES 768u       /* of a program: their lengths must fit on a small stack */
#define DSPC_MAX_VOICES 512u      /* of a program, spare ones included */
#define DSPC_F64_AUDIO 8u         /* a flag of programs: every channel holds doubles, its pointer is cast */
#ifndef DSPC_API
#define DSPC_API                  /* linkage of the engine's functions: a program's own C file makes them static */
#endif

/* cdef begin */
typedef struct dspc_core {        /* what the engine and the core both know, at offset 0 of the core's memory */
  uint32_t frame;                 /* of the stream, wraps; the core adds what it ran */
  uint32_t tick_any;              /* set by the engine: a tick is due at this sample; cleared by the core */
  uint32_t tick_all;              /* … for the program and all voices, not only for voices that are marked */
  uint32_t reserved;
  double sample_rate;
} dspc_core;

/* An event whose frame lies before the last one's takes effect with it; one at or after the end of the call
 * takes effect at the start of the next. What cannot be meant (unknown indexes, NaN) is ignored.
 * Notes are addressed by id if it is not -1, else by channel (-1: any) and key (DSPC_NONE: any). */
typedef struct dspc_event {
  uint32_t frame;                 /* from the start of the call; events are sorted by it */
  uint32_t type;                  /* one of dspc_event_type */
  int32_t id;                     /* of the note, -1: none */
  int32_t channel;                /* 0..15, -1: all (but a note-on needs one) */
  uint32_t index;                 /* parameter, key, controller, dspc_expression or dspc_transport */
  double value;                   /* parameter: plain; velocity, pressure, controller: 0..1; bend: semitones */
} dspc_event;

enum dspc_event_type {
  DSPC_EVENT_PARAM = 0, DSPC_EVENT_NOTE_ON = 1, DSPC_EVENT_NOTE_OFF = 2, DSPC_EVENT_BEND = 3,
  DSPC_EVENT_PRESSURE = 4, DSPC_EVENT_CONTROLLER = 5, DSPC_EVENT_EXPRESSION = 6, DSPC_EVENT_TRANSPORT = 7,
  DSPC_EVENT_CHOKE = 8, DSPC_EVENT_ALL_NOTES_OFF = 9
};
/* Note-on: velocity 0 is a note-off. Note-off: releases the oldest held note that is addressed, all of them if
 * no key is. Pressure: of the notes addressed; without id and key also of the channel's notes to come. Choke:
 * the notes addressed fade out at once. Controllers that the engine itself knows: 64 sustain, 74 timbre,
 * 120 choke, 121 reset, 123 all notes off. */
enum dspc_expression { DSPC_EXPRESS_BEND = 0, DSPC_EXPRESS_PRESSURE = 1, DSPC_EXPRESS_TIMBRE = 2 };
enum dspc_transport {
  DSPC_TRANSPORT_TEMPO = 0, DSPC_TRANSPORT_PLAYING = 1, DSPC_TRANSPORT_POSITION = 2, DSPC_TRANSPORT_BAR = 3,
  DSPC_TRANSPORT_NUMERATOR = 4, DSPC_TRANSPORT_DENOMINATOR = 5
};

enum dspc_type { DSPC_F32 = 0, DSPC_F64 = 1, DSPC_I32 = 2, DSPC_U32 = 3, DSPC_U64 = 4, DSPC_BOOL = 5 };

/* Cells of a voice. All are 4 bytes wide; ints and bools are 32-bit integers. */
enum dspc_voice_field {
  DSPC_VOICE_ACTIVE = 0,          /* bool: the voice sounds. Set by the engine at note-on, cleared by the core */
  DSPC_VOICE_TICK = 1,            /* bool: an event for this voice is due at this sample; cleared by the core */
  DSPC_VOICE_RESET = 2,           /* bool: put the voice's state back at this tick; cleared by the core */
  DSPC_VOICE_FADE = 3,            /* i32: -1 not fading, else samples left of the fade, counted down by the core */
  DSPC_VOICE_TRIGGER = 4,         /* bool: first sample of a note; cleared by the core after one sample */
  DSPC_VOICE_GATE = 5,            /* bool */
  DSPC_VOICE_KEY = 6,             /* f32: key 0..127, of the note */
  DSPC_VOICE_PITCH = 7,           /* f32: key after glide, without bend */
  DSPC_VOICE_BEND = 8,            /* f32: semitones, channel and note added */
  DSPC_VOICE_VELOCITY = 9,        /* f32 0..1 */
  DSPC_VOICE_RELEASE_VELOCITY = 10,
  DSPC_VOICE_PRESSURE = 11,
  DSPC_VOICE_TIMBRE = 12,
  DSPC_VOICE_RANDOM = 13,         /* f32 0..1, drawn at trigger */
  DSPC_VOICE_INDEX = 14,          /* i32: 0 .. voices-1 */
  DSPC_VOICE_FIELDS = 15
};

typedef struct dspc_param {
  const char *id, *name, *unit, *group;
  const char *labels;             /* of a choice, each ended by '\n'; "" otherwise */
  double min, max, init, step;    /* step 0: continuous */
  uint32_t type;                  /* dspc_type of the cell: f32, f64, i32 or bool */
  uint32_t scale;                 /* 0 linear, 1 log */
  uint32_t flags;                 /* 1 automatable, 2 hidden, 4 bypass, 8 momentary */
  uint32_t cell;                  /* offset of the cell that holds the target */
} dspc_param;

typedef struct dspc_init {        /* initial value of a state slot, at offset + i*stride[0] + j*stride[1] + k*stride[2] */
  uint32_t offset, bytes;         /* bytes: 4 or 8 */
  uint32_t count[3], stride[3];
  uint64_t bits;
} dspc_init;

typedef struct dspc_line {        /* a delay line, or as many of the same length as it has lanes */
  uint32_t cell;                  /* offset of two u32: where the line starts in the core's memory, and its mask */
  uint32_t bytes;                 /* of an element */
  uint32_t lanes;                 /* each lane's ring follows the one before */
} dspc_line;

typedef struct dspc_controller {  /* a controller that the program reads, as an f32 0..1 */
  uint32_t number, cell;
  double init;
} dspc_controller;

typedef struct dspc_program {
  uint32_t abi, flags;            /* flags: 1 instrument, 2 legato, 4 mono (newest note wins), 8 f64 */
  const char *name;
  uint32_t inputs, outputs;       /* channels */
  uint32_t latency;               /* frames */
  double tail;                    /* seconds */
  uint32_t static_bytes;          /* of the core's memory before the delay lines, header included */
  uint32_t voices;                /* notes that sound at once */
  uint32_t voice_slots;           /* lanes that exist: voices, and spare ones in which stolen voices fade */
  uint32_t voice_base, voice_width, voice_stride; /* of slot v: base + v/width*stride + field + v%width*4 */
  uint32_t voice_fields[15];      /* offset of each field inside a group, or DSPC_NONE; voices need the first four */
  uint32_t param_count, init_count, line_count, controller_count;
  const dspc_param *params;
  const dspc_init *inits;
  const dspc_line *lines;
  const dspc_controller *controllers;
  const void *code;               /* the core's own, e.g. bytecode */
  /* The core. `sizes` fills one length in samples per delay line (the longest delay asked for), before there is
   * any memory; `init` runs what depends on the sample rate alone; `run` computes n frames, never 0; both find
   * their memory zeroed and the inits applied. */
  void (*sizes)(const struct dspc_program *program, double sample_rate, uint32_t *lengths);
  void (*init)(const struct dspc_program *program, void *core);
  void (*run)(const struct dspc_program *program, void *core, const float *const *inputs, float *const *outputs,
              uint32_t frames);
} dspc_program;

/* Bytes of memory (aligned to 64) that an engine needs at this sample rate, 0 if the rate is out of range
 * (1000 .. 1000000), the program's ABI is not this one, its cells lie outside its memory, or it needs 4 GiB;
 * *core_bytes, if not NULL, gets the core's share (0 with it). */
DSPC_API size_t dspc_bytes(const dspc_program *program, double sample_rate, size_t *core_bytes);
/* Prepares the memory; 0 if it could. `core` is NULL, or memory of the core's own outside (WebAssembly): then
 * the core's share is not needed in `memory`, whose rest comes first. */
DSPC_API int dspc_prepare(const dspc_program *program, void *memory, double sample_rate, void *core);
/* Back to silence: as after dspc_prepare, parameters and controllers keep their values. */
DSPC_API void dspc_reset(const dspc_program *program, void *memory);
/* Computes `frames` samples of every output. Real-time safe. Inputs and outputs may be the same buffers; of a
 * program with DSPC_F64_AUDIO they hold doubles. */
DSPC_API void dspc_process(const dspc_program *program, void *memory, const float *const *inputs,
                           float *const *outputs, uint32_t frames, const dspc_event *events,
                           uint32_t event_count);
DSPC_API double dspc_get_param(const dspc_program *program, const void *memory, uint32_t index);
/* Notes that ended since the last call, oldest first: fills ids, returns how many. The last 256 are kept; notes
 * without an id are not told. */
DSPC_API uint32_t dspc_ended_notes(const dspc_program *program, void *memory, int32_t *ids, uint32_t capacity);
DSPC_API uint32_t dspc_active_voices(const dspc_program *program, const void *memory);
/* Parameters by id, versioned. dspc_save returns the bytes it needs (and writes if they fit); dspc_load
 * returns 0, or -1 and changes nothing if the data is not ours or is damaged. */
DSPC_API size_t dspc_save(const dspc_program *program, const void *memory, void *data, size_t capacity);
DSPC_API int dspc_load(const dspc_program *program, void *memory, const void *data, size_t size);
/* cdef end */

#endif
