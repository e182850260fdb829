/* Part of vm.c: what both interpreters use. */
#ifndef DSPC_VM_TURN_H
#define DSPC_VM_TURN_H
#include "vm_format.h"
#include "scalar.h"

/* One turn of a region: a tick, or a block of samples. */
struct dspc_vm_turn {
  unsigned char *core;
  const float *const *inputs;
  uint32_t at;                    /* of the block's first sample in the call's inputs */
  uint32_t frame, samples;        /* of the block's first sample in the stream; 1 to DSPC_TICK */
  uint32_t tick_all;
  uint32_t group;                 /* of voices */
};

/* --- dispatch: by address where the compiler has it, else by switch ------------------------------------ */

#if defined(__GNUC__) && !defined(DSPC_VM_SWITCH)
#define DSPC_VM_LABEL_U(n, name, R, A, text) [n] = &&at_##name,
#define DSPC_VM_LABEL_B(n, name, R, A, B, text) [n] = &&at_##name,
#define DSPC_VM_LABEL_T(n, name, R, A, B, C, text) [n] = &&at_##name,
#define DSPC_VM_LABEL_O(n, name, dst, a, b, c, imm, place) [n] = &&at_##name,
#define DSPC_VM_BEGIN(CONTROL) \
  static const void *const label[DSPC_VM_OPCODES] = { \
    DSPC_VM_COMPUTE(DSPC_VM_LABEL_U, DSPC_VM_LABEL_B, DSPC_VM_LABEL_T) \
    DSPC_VM_CONTROL_ANY(DSPC_VM_LABEL_O) CONTROL(DSPC_VM_LABEL_O) \
  }; \
  goto *label[i->op];
#define DSPC_VM_END
#define DSPC_VM_CASE(name) at_##name:
#define DSPC_VM_GO goto *label[i->op]
#else
#define DSPC_VM_BEGIN(CONTROL) for (;;) switch (i->op) {
#define DSPC_VM_END default: return; }
#define DSPC_VM_CASE(name) case DSPC_VM_OP_##name:
#define DSPC_VM_GO continue
#endif
#define DSPC_VM_NEXT i++; DSPC_VM_GO

/* Loops over lanes and leaves have no dependence from one turn to the next: operands are whole registers. */
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpass-failed" /* it is a hint, not a wish */
#define DSPC_VM_LANES _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define DSPC_VM_LANES _Pragma("GCC ivdep")
#else
#define DSPC_VM_LANES
#endif

/* --- memory -------------------------------------------------------------------------------------------- */

static inline uint32_t *dspc_vm_cursors(const struct dspc_vm *vm, const struct dspc_vm_region *region,
                                        const struct dspc_vm_turn *t)
{
  uint32_t *cursor = (uint32_t *)(void *)(t->core + vm->info->cursors_at);
  const uint32_t *stride = vm->cursors + region->cursor_first;
  for (uint32_t k = 0; k < region->cursor_count; k++) cursor[k] = t->group * stride[k];
  return cursor;
}

/* One more turn of a loop, or back to where its cursors began. */
static inline void dspc_vm_advance(const struct dspc_vm *vm, const struct dspc_vm_loop *loop, uint32_t *cursor)
{
  const struct dspc_vm_update *u = vm->updates + loop->update_first;
  for (uint32_t k = 0; k < loop->update_count; k++) cursor[u[k].cursor] += u[k].stride;
}

static inline void dspc_vm_rewind(const struct dspc_vm *vm, const struct dspc_vm_loop *loop, uint32_t *cursor)
{
  const struct dspc_vm_update *u = vm->updates + loop->update_first;
  for (uint32_t k = 0; k < loop->update_count; k++) cursor[u[k].cursor] -= (loop->count - 1) * u[k].stride;
}

struct dspc_vm_ring {
  unsigned char *start;
  uint32_t mask;
};

/* Ring number `ring` of a delay line. Its cell is out of the program's reach: what the engine put there holds. */
static inline struct dspc_vm_ring dspc_vm_ring(const struct dspc_vm *vm, const struct dspc_vm_turn *t,
                                               uint32_t line, uint32_t ring, uint32_t bytes)
{
  uint32_t cell[2];
  __builtin_memcpy(cell, t->core + vm->info->state_end + 8 * (size_t)line, sizeof cell);
  struct dspc_vm_ring found = {t->core + cell[0] + ring * ((size_t)cell[1] + 1) * bytes, cell[1]};
  return found;
}

static inline void dspc_vm_ring_clear(struct dspc_vm_ring ring, uint32_t bytes)
{
  __builtin_memset(ring.start, 0, ((size_t)ring.mask + 1) * bytes);
}

/* The longest delay of a line in samples, as `sizes` reports it. Saturates. */
static inline int32_t dspc_vm_longest(const struct dspc_vm_delay *delay, double sample_rate)
{
  uint32_t whole = dspc_convert_f64_u32(dspc_ceil_f64(delay->seconds * sample_rate));
  uint64_t sum = (uint64_t)delay->samples + whole;
  return sum < INT32_MAX ? (int32_t)sum : INT32_MAX;
}

static inline double dspc_vm_sample_rate(const struct dspc_vm_turn *t)
{
  return ((const dspc_core *)(const void *)t->core)->sample_rate;
}

/* An index that may be outside is clamped, whatever the program promised. */
static inline size_t dspc_vm_inside(int32_t index, uint32_t count)
{
  uint32_t at = index < 0 ? 0 : (uint32_t)index;
  return at < count ? at : count - 1;
}

/* An element of a table. */
static inline const unsigned char *dspc_vm_element(const struct dspc_vm *vm, uint32_t table, int32_t index)
{
  const struct dspc_vm_table *found = vm->tables + table;
  return vm->table_data + found->offset + dspc_vm_inside(index, found->count) * found->bytes;
}

/* A sample's sound, or silence: whatever its cell says, what is read lies in the core's memory. */
struct dspc_vm_sound {
  const unsigned char *start;
  uint32_t count;                 /* of elements, at least 1 */
};

static inline struct dspc_vm_sound dspc_vm_sound(const struct dspc_vm *vm, const struct dspc_vm_turn *t,
                                                 uint32_t sample, uint32_t bytes)
{
  static const unsigned char silence[8] = {0};
  const uint32_t end = ((const dspc_core *)(const void *)t->core)->bytes;
  uint32_t start;
  __builtin_memcpy(&start, t->core + vm->samples[sample].cell, sizeof start);
  const int fits = start < end && end - start >= bytes;
  struct dspc_vm_sound found = {fits ? t->core + start : silence, fits ? (end - start) / bytes : 1};
  return found;
}

/* Where an element of an array is, from the start of the core's memory. */
static inline size_t dspc_vm_place(const struct dspc_vm_array *array, int32_t index, uint32_t cursor)
{
  return (size_t)array->offset + cursor + dspc_vm_inside(index, array->count) * array->stride;
}

/* --- reductions ---------------------------------------------------------------------------------------- */

/* The halving tree over `count` leaves of `lanes` elements: with p the smallest power of two that is not less
 * than count, for h = p/2, p/4, ... 1: leaf[i] joins leaf[i + h] for every i < h for which that exists.
 * The first step takes them from x to `work` (which may be x), where the result is in the end. With `partials`,
 * the leaves of the tree are the sums of every so many. */
#define DSPC_VM_TREE(n, T, text) \
  case n: { \
    const dspc_vm_lane_##T *from = (const dspc_vm_lane_##T *)x; \
    dspc_vm_lane_##T *to = (dspc_vm_lane_##T *)work; \
    if (sums) { \
      for (uint32_t k = 0; k < sums; k++) to[k] = from[k]; \
      for (uint32_t at = sums; at < all; at += sums) { \
        const uint32_t some = all - at < sums ? all - at : sums; \
        DSPC_VM_LANES \
        for (uint32_t k = 0; k < some; k++) { \
          const dspc_vm_##T a = to[k], b = from[at + k]; \
          to[k] = text; \
        } \
      } \
      from = to; \
    } \
    uint32_t half = half_leaves * lanes, both = count * lanes - half; \
    DSPC_VM_LANES \
    for (uint32_t k = 0; k < both; k++) { \
      const dspc_vm_##T a = from[k], b = from[k + half]; \
      to[k] = text; \
    } \
    for (uint32_t k = both; k < half; k++) to[k] = from[k]; \
    for (half /= 2; half >= lanes; half /= 2) { \
      DSPC_VM_LANES \
      for (uint32_t k = 0; k < half; k++) { \
        const dspc_vm_##T a = to[k], b = to[k + half]; \
        to[k] = text; \
      } \
    } \
    return work; \
  }

/* Returns where the result is. */
static const void *dspc_vm_tree(uint32_t row, const void *x, void *work, uint32_t count, uint32_t lanes,
                                uint32_t partials)
{
  const uint32_t all = count * lanes, sums = partials && partials < count ? partials * lanes : 0;
  uint32_t half_leaves = 1;
  if (sums) count = partials;
  if (count == 1) return x;
  while (2 * half_leaves < count) half_leaves *= 2;
  switch (row) {
    DSPC_VM_REDUCTIONS(DSPC_VM_TREE)
    default: return x;
  }
}

#endif
