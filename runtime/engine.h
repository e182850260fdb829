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

#define DSPC_ABI 2
#define DSPC_TICK 16u             /* control ticks fall on every 16th sample of the stream */
#define DSPC_BLOCK 64u            /* the most samples that a core writes to its delay lines before it reads them */
#define DSPC_FADE 64              /* samples over which a stolen voice fades out */
#define DSPC_ALIGN 64u            /* of the engine's memory, and of the core's inside it */
#define DSPC_NONE 0xffffffffu     /* the offset of a cell that the program does not use */
#define DSPC_CORE_HEADER 64u      /* bytes at the start of the core's memory: struct dspc_core */
#define DSPC_MAX_LINES 768u       /* of a program: their lengths must fit on a small stack */
#define DSPC_MAX_VOICES 512u      /* of a program, spare ones included */
#define DSPC_TRANSPORT_BYTES(field) (0xb2u >> (field) & 1u ? 4u : 8u) /* of a transport's cell */
#define DSPC_F64_AUDIO 8u         /* a flag of programs: every channel and sound holds doubles, its pointer is cast */
#ifndef DSPC_API
#define DSPC_API                  /* linkage of the engine's functions: a program's own C file makes them static */
#endif

/* cdef begin */
typedef struct dspc_core {        /* what the engine and the core both know, at offset 0 of the core's memory */
  uint32_t frame;                 /* of the stream, wraps; the core adds what it ran */
  uint32_t tick_any;              /* set by the engine: a tick is due at this sample; cleared by the core */
  uint32_t tick_all;              /* … for the program and all voices, not only for voices that are marked */
  uint32_t bytes;                 /* of the core's memory, delay lines and samples included */
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
 * 120 choke, 121 reset, 123 all notes off.
 *
 * MPE: registered parameter 6 (controllers 101 = 0, 100 = 6, then 6 = members / 127) on channel 0 makes a zone of
 * the channels above it, on channel 15 of those below; 0 members end it. Bend of such a master channel adds to
 * that of its members; what else is sent to it without id and key is sent to all of the zone. A bend is in
 * semitones: hosts know the wheel's range (registered parameter 0).
 *
 * An event looks at every slot at most 18 times (121 on all channels; a note-on: 4 times), in a mono program at
 * every held key once for every held key; a note that ends costs one more look at the slots. What happened before
 * does not matter. */
enum dspc_expression { DSPC_EXPRESS_BEND = 0, DSPC_EXPRESS_PRESSURE = 1, DSPC_EXPRESS_TIMBRE = 2 };
enum dspc_transport {
  DSPC_TRANSPORT_TEMPO = 0, DSPC_TRANSPORT_PLAYING = 1, DSPC_TRANSPORT_POSITION = 2, DSPC_TRANSPORT_BAR = 3,
  DSPC_TRANSPORT_NUMERATOR = 4, DSPC_TRANSPORT_DENOMINATOR = 5,
  DSPC_TRANSPORT_STEP = 6,        /* no events, but cells: quarter notes a sample, 0 while stopped, */
  DSPC_TRANSPORT_FRAME = 7,       /* … and the stream's frame at which the position was that of its cell */
  DSPC_TRANSPORT_FIELDS = 8
};
/* Tempo: quarter notes a minute. Position and bar (where the current bar began): quarter notes from the song's
 * start. A new tempo, or a stop, leaves the position where it is; while playing it runs on by itself. */

enum dspc_type { DSPC_F32 = 0, DSPC_F64 = 1, DSPC_I32 = 2, DSPC_U32 = 3, DSPC_U64 = 4, DSPC_BOOL = 5 };

/* Cells of a voice. All are 4 bytes wide; ints and bools are 32-bit integers. */
enum dspc_voice_field {
  DSPC_VOICE_ACTIVE = 0,          /* bool: the voice sounds. Set by the engine at note-on, cleared by the core */
  DSPC_VOICE_TICK = 1,            /* bool: an event for this voice is due at this sample; cleared by the core */
  DSPC_VOICE_RESET = 2,           /* bool: put the voice's state back at this tick; cleared by the core */
  DSPC_VOICE_FADE = 3,            /* i32: -1 not fading, else samples left of the fade, counted down by the core */
  DSPC_VOICE_TRIGGER = 4,         /* bool: first sample of a note; cleared by the core after one sample */
  DSPC_VOICE_GATE = 5,            /* bool; false for one sample where a note takes a held voice over, not tied to it */
  DSPC_VOICE_KEY = 6,             /* f32: key 0..127, of the note */
  DSPC_VOICE_PITCH = 7,           /* f32: where the note's pitch ends, in keys, without bend */
  DSPC_VOICE_BEND = 8,            /* f32: semitones, channel and note added */
  DSPC_VOICE_VELOCITY = 9,        /* f32 0..1 */
  DSPC_VOICE_RELEASE_VELOCITY = 10,
  DSPC_VOICE_PRESSURE = 11,
  DSPC_VOICE_TIMBRE = 12,
  DSPC_VOICE_RANDOM = 13,         /* f32 0..1, drawn at trigger */
  DSPC_VOICE_INDEX = 14,          /* i32: 0 .. voices-1 */
  DSPC_VOICE_ORIGIN = 15,         /* f32: where the pitch of a note begins, in keys */
  DSPC_VOICE_GLIDE = 16,          /* i32 dspc_glide: a note begins; cleared by the core */
  DSPC_VOICE_LEVEL = 17,          /* f32: how loud the voice is, kept by the core; a new note has 1 */
  DSPC_VOICE_ENDED = 18,          /* u32: the frame at which the core cleared `active` */
  DSPC_VOICE_FIELDS = 19
};

enum dspc_glide { DSPC_GLIDE_NONE = 0, DSPC_GLIDE_FROM_ORIGIN = 1, DSPC_GLIDE_FROM_HERE = 2 };

/* Which voice a polyphonic note takes if as many sound as may: of those that are released already, else of all,
 * the oldest (released first, or struck first), the lowest, highest or quietest; or the note is dropped. */
enum dspc_steal {
  DSPC_STEAL_OLDEST = 0, DSPC_STEAL_LOWEST = 1, DSPC_STEAL_HIGHEST = 2, DSPC_STEAL_QUIETEST = 3, DSPC_STEAL_NONE = 4
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

typedef struct dspc_ended_note {  /* a note that is over, as its note-on named it */
  int32_t id, channel;            /* the id may be -1 */
  uint32_t key;
} dspc_ended_note;

typedef struct dspc_controller {  /* a controller that the program reads, as an f32 0..1 */
  uint32_t number, cell;
  double init;
} dspc_controller;

typedef struct dspc_meter {       /* the largest |x| of a process call, an f32; meters of one name are one */
  const char *name;
  uint32_t cell;
} dspc_meter;

typedef struct dspc_bus {         /* channels that belong together; buses follow each other in the channels' order */
  const char *name;
  uint32_t channels;
  uint32_t flags;                 /* 1 side chain */
  uint32_t cell;                  /* of a u32: whether it is connected; DSPC_NONE if the program does not ask */
} dspc_bus;

typedef struct dspc_sample {      /* recorded sound that the program reads, and that a host may replace */
  const char *name;
  const float *data;              /* the sound it comes with, channel after channel; NULL: silence */
  uint32_t frames;                /* of each channel, at least 1 */
  uint32_t channels;              /* at least 1; of any sound that a host gives, too */
  uint32_t cell;                  /* of two u32 and an f32: where the sound starts in the core's memory, frames, Hz */
  double rate;
} dspc_sample;

typedef struct dspc_recording {       /* what a host gives for a sample; data NULL: the one it comes with */
  const float *data;              /* channel after channel; doubles, cast, of a program with DSPC_F64_AUDIO */
  uint32_t frames;                /* of each channel */
  double rate;
} dspc_recording;

typedef struct dspc_program {
  uint32_t abi, flags;            /* flags: 1 instrument, 2 legato, 4 mono (newest note wins), 8 f64, 16 * dspc_steal */
  const char *name;
  uint32_t inputs, outputs;       /* channels */
  uint32_t latency;               /* frames */
  double tail;                    /* seconds */
  uint32_t static_bytes;          /* of the core's memory before the delay lines, header included */
  uint32_t voices;                /* notes that sound at once */
  uint32_t voice_slots;           /* lanes that exist: voices, and spare ones in which stolen voices fade */
  uint32_t voice_base, voice_width, voice_stride; /* of slot v: base + v/width*stride + field + v%width*4 */
  uint32_t voice_fields[19];      /* offset of each field inside a group, or DSPC_NONE; voices need the first four */
  uint32_t transport_cells[8];    /* of each dspc_transport, or DSPC_NONE: f64 u32 f64 f64 i32 i32 f64 u32 */
  uint32_t param_count, init_count, line_count, controller_count, meter_count;
  uint32_t input_bus_count, output_bus_count, sample_count;
  const dspc_param *params;
  const dspc_init *inits;
  const dspc_line *lines;
  const dspc_controller *controllers;
  const dspc_meter *meters;
  const dspc_bus *input_buses, *output_buses;
  const dspc_sample *samples;
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
/* The same with a sound for each of the program's samples (NULL: those they come with); 0, or not 0, if a sound has
 * no frame or no rate. dspc_prepare_with copies the sounds; both have to be given the same. To load one, prepare
 * other memory and carry over what the host had set. Not meant for the audio thread. */
DSPC_API size_t dspc_bytes_with(const dspc_program *program, double sample_rate, const dspc_recording *sounds,
                                size_t *core_bytes);
DSPC_API int dspc_prepare_with(const dspc_program *program, void *memory, double sample_rate, void *core,
                               const dspc_recording *sounds);
/* Gives a prepared engine the parameters, controllers, transport and connections of another of the same program,
 * at whatever rate; it starts from silence with them. */
DSPC_API void dspc_carry(const dspc_program *program, void *memory, const void *from);
/* Back to silence: as after dspc_prepare, but parameters, controllers, the transport and what is connected stay. */
DSPC_API void dspc_reset(const dspc_program *program, void *memory);
/* Computes `frames` samples of every output. Real-time safe. Inputs and outputs may be the same buffers; of a
 * program with DSPC_F64_AUDIO they hold doubles. */
DSPC_API void dspc_process(const dspc_program *program, void *memory, const float *const *inputs,
                           float *const *outputs, uint32_t frames, const dspc_event *events,
                           uint32_t event_count);
DSPC_API double dspc_get_param(const dspc_program *program, const void *memory, uint32_t index);
/* What the transport's field (one of the first six dspc_transport) is at the sample that comes next. */
DSPC_API double dspc_get_transport(const dspc_program *program, const void *memory, uint32_t field);
/* The largest |x| that a meter saw in the last dspc_process of more than 0 frames. */
DSPC_API float dspc_get_meter(const dspc_program *program, const void *memory, uint32_t index);
/* Tells the program whether an input bus is connected, from the next sample on. Side chains are not until the
 * host says so; a bus that is not connected is to be given silence all the same. */
DSPC_API void dspc_connect(const dspc_program *program, void *memory, uint32_t bus, uint32_t connected);
/* Notes that ended since the last call, in the order of the samples at which they did, at the same sample that of
 * their note-ons: fills `notes`, returns how many. The last 256 are kept. A note that is dropped ends at once. */
DSPC_API uint32_t dspc_ended_notes(const dspc_program *program, void *memory, dspc_ended_note *notes,
                                   uint32_t capacity);
DSPC_API uint32_t dspc_active_voices(const dspc_program *program, const void *memory);
/* Parameters by id, versioned. dspc_save returns the bytes it needs (and writes if they fit); dspc_load
 * returns 0, or -1 and changes nothing if the data is not ours or is damaged. */
DSPC_API size_t dspc_save(const dspc_program *program, const void *memory, void *data, size_t capacity);
DSPC_API int dspc_load(const dspc_program *program, void *memory, const void *data, size_t size);
/* cdef end */

#endif
