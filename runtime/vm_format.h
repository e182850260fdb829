/* Part of vm.c: what a .dspb image looks like. backends/bytecode/image.py has the same records.
 *
 * Little-endian. The head, one entry for each section, then the sections in order, each aligned to 8. In the
 * core's memory, state and buffers end at `state_end`; what follows belongs to the machine alone:
 *
 *   state_end   the cells of the delay lines, 8 bytes each: where the rings start, and their mask
 *   cursors     u32: sums of a loop's turns (and the voice) times a stride, kept up to date by the loops
 *   registers   8 bytes each
 *   wide        registers of 16 samples: 64 bytes, two of these for 64-bit types
 *   stacks      what the turns of loops yielded
 *   work        where a reduction adds up
 */
#ifndef DSPC_VM_FORMAT_H
#define DSPC_VM_FORMAT_H
#include "engine.h"
#include "vm_ops.inc"

#define DSPC_VM_VERSION 2u
#define DSPC_VM_SUMMED 16u        /* the checksum is over everything from here on */
#define DSPC_VM_DEPTH 8u          /* of loops in loops */
#define DSPC_VM_OPEN 16u          /* … of bodies in bodies, loops and those that may not run */
#define DSPC_VM_STEPS 0x4000000u  /* instructions of a tick or a block of one region, at most */
#define DSPC_VM_TOTAL 0x4000000u  /* … of all regions, for all voices */
#define DSPC_VM_REGISTERS 65536u
#define DSPC_VM_PARTIALS 16u      /* that a reduction may have */
#define DSPC_VM_UNIT 64u          /* bytes of a wide register */

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "images are little-endian and used in place"
#endif

enum dspc_vm_section {
  DSPC_VM_PROGRAM, DSPC_VM_STRINGS, DSPC_VM_PARAMS, DSPC_VM_INITS, DSPC_VM_LINES, DSPC_VM_DELAYS,
  DSPC_VM_CONTROLLERS, DSPC_VM_METERS, DSPC_VM_INPUT_BUSES, DSPC_VM_OUTPUT_BUSES, DSPC_VM_SAMPLES, DSPC_VM_TABLES,
  DSPC_VM_DATA, DSPC_VM_CONSTANTS, DSPC_VM_WIDE_CONSTANTS, DSPC_VM_REGISTER_TYPES, DSPC_VM_WIDE_TYPES,
  DSPC_VM_REGIONS, DSPC_VM_VOICES, DSPC_VM_RESULTS,
  DSPC_VM_OUTPUTS, DSPC_VM_CURSORS, DSPC_VM_LOOPS, DSPC_VM_UPDATES, DSPC_VM_REDUCES, DSPC_VM_ARRAYS,
  DSPC_VM_CODE,
  DSPC_VM_SECTIONS
};

struct dspc_vm_head {
  uint32_t magic;                 /* "DSPB" */
  uint32_t version, bytes, crc;
  uint32_t sections, reserved;
};

struct dspc_vm_entry {
  uint32_t offset, bytes, count, reserved;
};

struct dspc_vm_info {             /* what dspc_program holds itself, and the areas of the core's memory */
  uint32_t flags, name;           /* a string: an offset in their section, where each ends with a zero */
  uint32_t inputs, latency;
  double tail;
  uint32_t static_bytes, voices, voice_slots, voice_base, voice_width, voice_stride;
  uint32_t voice_fields[DSPC_VOICE_FIELDS];
  uint32_t transport_cells[DSPC_TRANSPORT_FIELDS];
  uint32_t state_end, cursors_at, registers_at, wide_at, stacks_at, stacks_bytes, work_at, work_bytes;
  uint32_t regions;               /* the first ones, in the order in which they run; the others are of voices */
};

struct dspc_vm_param {
  uint32_t id, name, unit, group, labels;
  uint32_t type, scale, flags, cell, reserved;
  double min, max, init, step;
};

struct dspc_vm_meter {            /* the name is a string, as everywhere here */
  uint32_t name, cell;
};

struct dspc_vm_bus {
  uint32_t name, channels, flags, cell;
};

struct dspc_vm_sample {           /* its sound's f32 (with f64 audio, f64) lie `offset` from the data's start */
  uint32_t name, offset, frames, channels, cell, reserved;
  double rate;
};

struct dspc_vm_delay {            /* of each line: the longest delay is samples + ceil(seconds * rate) */
  double seconds;
  uint32_t samples, reserved;
};

struct dspc_vm_table {            /* `count` elements of 4 or 8 bytes, `offset` from the data's start */
  uint32_t offset, count, bytes, reserved;
};

struct dspc_vm_constant {         /* the value of a register that nothing else writes */
  uint64_t bits;
  uint32_t reg, reserved;
};

/* Types of registers: an enum dspc_type, with this flag if it is a constant. */
#define DSPC_VM_CONSTANT 8u
#define DSPC_VM_UPPER 15u         /* the second half of a wide register of a 64-bit type */

/* The first two run once, in plain code. A block is wide code, which works on all its samples at once; in it,
 * what lies behind a `run` up to the next `end` is a stretch of plain code, done for each sample. */
enum dspc_vm_region_kind { DSPC_VM_INIT, DSPC_VM_TICK, DSPC_VM_BLOCK, DSPC_VM_VOICES_RUN };

struct dspc_vm_region {
  uint32_t kind;
  uint32_t voices;                /* in whose body it stands, or which it runs; DSPC_NONE */
  uint32_t first, count;          /* instructions */
  uint32_t cursor_first, cursor_count;
};

struct dspc_vm_voices {
  uint32_t groups, active, active_stride; /* a group runs if the u32 at active + group * stride is not 0 */
  uint32_t region_first, region_count;    /* ticks and blocks */
  uint32_t result_first, result_count;
  uint32_t reserved;
};

struct dspc_vm_result {           /* a buffer of the body is kept in leaves [group][sample], whose sum is `target` */
  uint32_t row, bytes;            /* the addition's opcode; of an element */
  uint32_t source, leaves, target, reserved;
};

struct dspc_vm_loop {
  uint32_t count, depth;
  uint32_t start;                 /* the instruction after `loop` */
  uint32_t update_first, update_count;
  uint32_t reserved;
};

struct dspc_vm_update {           /* what a turn adds to a cursor of the region */
  uint32_t cursor, stride;
};

/* Joins `count` leaves in the stacks' area by a row of the scalar table. With `partials`, leaf i first joins number
 * i % partials of them, in order. */
struct dspc_vm_reduce {
  uint32_t row, bytes, offset, count, partials, reserved;
};

struct dspc_vm_array {            /* `count` elements, `stride` bytes apart, of which a register chooses one */
  uint32_t offset, count, stride, reserved;
};

struct dspc_vm_instruction {
  uint16_t op, dst, a, b, c, reserved;
  uint32_t imm;
};

union dspc_vm_cell {              /* of a register; `b32` is a bool, `wrap` an i32 whose overflow is defined */
  float f32;
  double f64;
  int32_t i32;
  uint32_t u32, b32, wrap;
  uint64_t u64;
};

typedef float dspc_vm_f32;
typedef double dspc_vm_f64;
typedef int32_t dspc_vm_i32;
typedef uint32_t dspc_vm_u32, dspc_vm_b32, dspc_vm_wrap;
typedef uint64_t dspc_vm_u64;

/* In memory that changes its type: wide registers, stacks. */
#define DSPC_VM_LANE(T) typedef dspc_vm_##T __attribute__((may_alias)) dspc_vm_lane_##T;
DSPC_VM_LANE(f32)
DSPC_VM_LANE(f64)
DSPC_VM_LANE(i32)
DSPC_VM_LANE(u32)
DSPC_VM_LANE(b32)
DSPC_VM_LANE(wrap)
DSPC_VM_LANE(u64)

#define DSPC_VM_NAME2(n, name) DSPC_VM_OP_##name = n,
#define DSPC_VM_NAME_U(n, name, R, A, text) DSPC_VM_NAME2(n, name)
#define DSPC_VM_NAME_B(n, name, R, A, B, text) DSPC_VM_NAME2(n, name)
#define DSPC_VM_NAME_T(n, name, R, A, B, C, text) DSPC_VM_NAME2(n, name)
#define DSPC_VM_NAME_O(n, name, dst, a, b, c, imm, place) DSPC_VM_NAME2(n, name)
enum dspc_vm_op {
  DSPC_VM_COMPUTE(DSPC_VM_NAME_U, DSPC_VM_NAME_B, DSPC_VM_NAME_T)
  DSPC_VM_CONTROL_ANY(DSPC_VM_NAME_O) DSPC_VM_CONTROL_WIDE(DSPC_VM_NAME_O)
  DSPC_VM_CONTROL_STRETCH(DSPC_VM_NAME_O)
  DSPC_VM_OP_NONE = 0
};

struct dspc_vm {                  /* an image that was accepted: pointers into it */
  const unsigned char *data;
  uint32_t counts[DSPC_VM_SECTIONS];
  const struct dspc_vm_info *info;
  const char *strings;
  const struct dspc_vm_param *params;
  const dspc_init *inits;
  const dspc_line *lines;
  const struct dspc_vm_delay *delays;
  const dspc_controller *controllers;
  const struct dspc_vm_meter *meters;
  const struct dspc_vm_bus *input_buses, *output_buses;
  const struct dspc_vm_sample *samples;
  const struct dspc_vm_table *tables;
  const unsigned char *table_data;
  const struct dspc_vm_constant *constants, *wide_constants;
  const unsigned char *types, *wide_types;
  const struct dspc_vm_region *regions;
  const struct dspc_vm_voices *voices;
  const struct dspc_vm_result *results;
  const uint32_t *outputs;        /* offsets of their buffers */
  const uint32_t *cursors;        /* what the voice's number adds to each */
  const struct dspc_vm_loop *loops;
  const struct dspc_vm_update *updates;
  const struct dspc_vm_reduce *reduces;
  const struct dspc_vm_array *arrays;
  const struct dspc_vm_instruction *code;
};

/* Of a sample of a channel. */
static inline uint32_t dspc_vm_audio_bytes(const struct dspc_vm *vm)
{
  return vm->info->flags & DSPC_F64_AUDIO ? 8 : 4;
}

static const uint32_t dspc_vm_record_bytes[DSPC_VM_SECTIONS] = {
  sizeof(struct dspc_vm_info), 1, sizeof(struct dspc_vm_param), sizeof(dspc_init), sizeof(dspc_line),
  sizeof(struct dspc_vm_delay), sizeof(dspc_controller), sizeof(struct dspc_vm_meter),
  sizeof(struct dspc_vm_bus), sizeof(struct dspc_vm_bus), sizeof(struct dspc_vm_sample),
  sizeof(struct dspc_vm_table), 1,
  sizeof(struct dspc_vm_constant), sizeof(struct dspc_vm_constant), 1, 1, sizeof(struct dspc_vm_region),
  sizeof(struct dspc_vm_voices), sizeof(struct dspc_vm_result), 4, 4, sizeof(struct dspc_vm_loop),
  sizeof(struct dspc_vm_update), sizeof(struct dspc_vm_reduce), sizeof(struct dspc_vm_array),
  sizeof(struct dspc_vm_instruction)
};
_Static_assert(sizeof(struct dspc_vm_info) == 192 && sizeof(struct dspc_vm_param) == 72 &&
               sizeof(dspc_init) == 40 && sizeof(dspc_line) == 12 && sizeof(dspc_controller) == 16 &&
               sizeof(struct dspc_vm_instruction) == 16, "records have no hidden padding");

#endif
