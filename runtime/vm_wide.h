/* Part of vm.c: the interpreter of wide code, whose registers hold DSPC_TICK samples.
 *
 * One dispatch does the work of 16, and the compiler's vectors do it. All 16 are always computed, which costs
 * nothing and harms nothing; what is seen from outside (inputs, delay lines, slots) is only the turn's samples.
 */
#ifndef DSPC_VM_WIDE_H
#define DSPC_VM_WIDE_H
#include "vm_turn.h"
#include "vm_plain.h"

#define DSPC_VM_WIDE_AT(T, unit) ((dspc_vm_lane_##T *)(void *)(w + (size_t)(unit) * DSPC_VM_UNIT))
#define DSPC_VM_EACH for (uint32_t k = 0; k < DSPC_TICK; k++)

#define DSPC_VM_WIDE_UNARY(n, name, R, A, text) \
  DSPC_VM_CASE(name) { \
    const dspc_vm_lane_##A *x = DSPC_VM_WIDE_AT(A, i->a); \
    dspc_vm_lane_##R *to = DSPC_VM_WIDE_AT(R, i->dst); \
    DSPC_VM_LANES \
    DSPC_VM_EACH { \
      const dspc_vm_##A a = x[k]; \
      to[k] = text; \
    } \
    DSPC_VM_NEXT; \
  }
#define DSPC_VM_WIDE_BINARY(n, name, R, A, B, text) \
  DSPC_VM_CASE(name) { \
    const dspc_vm_lane_##A *x = DSPC_VM_WIDE_AT(A, i->a); \
    const dspc_vm_lane_##B *y = DSPC_VM_WIDE_AT(B, i->b); \
    dspc_vm_lane_##R *to = DSPC_VM_WIDE_AT(R, i->dst); \
    DSPC_VM_LANES \
    DSPC_VM_EACH { \
      const dspc_vm_##A a = x[k]; \
      const dspc_vm_##B b = y[k]; \
      to[k] = text; \
    } \
    DSPC_VM_NEXT; \
  }
#define DSPC_VM_WIDE_TERNARY(n, name, R, A, B, C, text) \
  DSPC_VM_CASE(name) { \
    const dspc_vm_lane_##A *x = DSPC_VM_WIDE_AT(A, i->a); \
    const dspc_vm_lane_##B *y = DSPC_VM_WIDE_AT(B, i->b); \
    const dspc_vm_lane_##C *z = DSPC_VM_WIDE_AT(C, i->c); \
    dspc_vm_lane_##R *to = DSPC_VM_WIDE_AT(R, i->dst); \
    DSPC_VM_LANES \
    DSPC_VM_EACH { \
      const dspc_vm_##A a = x[k]; \
      const dspc_vm_##B b = y[k]; \
      const dspc_vm_##C c = z[k]; \
      to[k] = text; \
    } \
    DSPC_VM_NEXT; \
  }

#define DSPC_VM_WIDE_MEMORY(bits, u, bytes) \
  DSPC_VM_CASE(move_##bits) { \
    __builtin_memmove(DSPC_VM_WIDE_AT(u, i->dst), DSPC_VM_WIDE_AT(u, i->a), DSPC_TICK * (bytes)); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(load_##bits) { \
    dspc_vm_lane_##u x, *to = DSPC_VM_WIDE_AT(u, i->dst); \
    __builtin_memcpy(&x, core + ((size_t)i->imm + cursor[i->a]), bytes); \
    DSPC_VM_EACH to[k] = x; \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(store_##bits) { /* each sample writes it: the last one stays */ \
    __builtin_memcpy(core + ((size_t)i->imm + cursor[i->b]), DSPC_VM_WIDE_AT(u, i->a) + (t->samples - 1), \
                     bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(get_##bits) { \
    __builtin_memcpy(DSPC_VM_WIDE_AT(u, i->dst), core + i->imm, DSPC_TICK * (bytes)); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(put_##bits) { \
    __builtin_memcpy(core + i->imm, DSPC_VM_WIDE_AT(u, i->a), DSPC_TICK * (bytes)); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(late_##bits) { /* what the slot was before each sample, a being what the sample writes */ \
    dspc_vm_lane_##u *to = DSPC_VM_WIDE_AT(u, i->dst); \
    const dspc_vm_lane_##u *x = DSPC_VM_WIDE_AT(u, i->a); \
    const dspc_vm_##u last = x[t->samples - 1]; \
    __builtin_memmove(to + 1, x, (DSPC_TICK - 1) * (bytes)); \
    __builtin_memcpy(to, core + ((size_t)i->imm + cursor[i->b]), bytes); \
    __builtin_memcpy(core + ((size_t)i->imm + cursor[i->b]), &last, bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(push_##bits) { \
    __builtin_memcpy(stacks + ((size_t)i->imm + cursor[i->b]), DSPC_VM_WIDE_AT(u, i->a), DSPC_TICK * (bytes)); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(peek_##bits) { \
    __builtin_memcpy(DSPC_VM_WIDE_AT(u, i->dst), stacks + ((size_t)i->imm + cursor[i->a]), DSPC_TICK * (bytes)); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(reduce_##bits) { \
    const struct dspc_vm_reduce *d = vm->reduces + i->imm; \
    __builtin_memcpy(DSPC_VM_WIDE_AT(u, i->dst), \
                     dspc_vm_tree(d->row, stacks + d->offset, work, d->count, DSPC_TICK, d->partials), \
                     DSPC_TICK * (bytes)); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(lane_##bits) { \
    dspc_vm_lane_##u x, *to = DSPC_VM_WIDE_AT(u, i->dst); \
    __builtin_memcpy(&x, dspc_vm_element(vm, i->imm, (int32_t)cursor[i->a]), bytes); \
    DSPC_VM_EACH to[k] = x; \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(lookup_##bits) { \
    const dspc_vm_lane_i32 *index = DSPC_VM_WIDE_AT(i32, i->a); \
    dspc_vm_lane_##u *to = DSPC_VM_WIDE_AT(u, i->dst); \
    DSPC_VM_EACH __builtin_memcpy(to + k, dspc_vm_element(vm, i->imm, index[k]), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(line_read_##bits) { \
    struct dspc_vm_ring ring = dspc_vm_ring(vm, t, i->imm, cursor[i->b], bytes); \
    const dspc_vm_lane_u32 *distance = DSPC_VM_WIDE_AT(u32, i->a); \
    dspc_vm_lane_##u *to = DSPC_VM_WIDE_AT(u, i->dst); \
    DSPC_VM_EACH { \
      uint32_t index = (frame + k - distance[k]) & ring.mask; \
      __builtin_memcpy(to + k, ring.start + (size_t)index * (bytes), bytes); \
    } \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(line_write_##bits) { \
    struct dspc_vm_ring ring = dspc_vm_ring(vm, t, i->imm, cursor[i->b], bytes); \
    const dspc_vm_lane_##u *x = DSPC_VM_WIDE_AT(u, i->a); \
    for (uint32_t k = 0; k < t->samples; k++) \
      __builtin_memcpy(ring.start + (size_t)((frame + k) & ring.mask) * (bytes), x + k, bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(line_clear_##bits) { \
    const dspc_vm_lane_u32 *condition = DSPC_VM_WIDE_AT(u32, i->a); \
    for (uint32_t k = 0; k < t->samples; k++) \
      if (condition[k]) dspc_vm_ring_clear(dspc_vm_ring(vm, t, i->imm, cursor[i->b], bytes), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(line_read_at_##bits) { \
    struct dspc_vm_ring ring = dspc_vm_ring(vm, t, i->imm, cursor[i->c], bytes); \
    const dspc_vm_lane_u32 *distance = DSPC_VM_WIDE_AT(u32, i->a), *position = DSPC_VM_WIDE_AT(u32, i->b); \
    dspc_vm_lane_##u *to = DSPC_VM_WIDE_AT(u, i->dst); \
    DSPC_VM_EACH { \
      uint32_t index = (position[k] - distance[k]) & ring.mask; \
      __builtin_memcpy(to + k, ring.start + (size_t)index * (bytes), bytes); \
    } \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(line_write_at_##bits) { \
    struct dspc_vm_ring ring = dspc_vm_ring(vm, t, i->imm, cursor[i->c], bytes); \
    const dspc_vm_lane_##u *x = DSPC_VM_WIDE_AT(u, i->a); \
    const dspc_vm_lane_u32 *position = DSPC_VM_WIDE_AT(u32, i->b); \
    for (uint32_t k = 0; k < t->samples; k++) \
      __builtin_memcpy(ring.start + (size_t)(position[k] & ring.mask) * (bytes), x + k, bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(recorded_##bits) { \
    struct dspc_vm_sound sound = dspc_vm_sound(vm, t, i->imm, bytes); \
    const dspc_vm_lane_i32 *index = DSPC_VM_WIDE_AT(i32, i->a); \
    dspc_vm_lane_##u *to = DSPC_VM_WIDE_AT(u, i->dst); \
    DSPC_VM_EACH __builtin_memcpy(to + k, sound.start + dspc_vm_inside(index[k], sound.count) * (bytes), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(load_at_##bits) { \
    const struct dspc_vm_array *array = vm->arrays + i->imm; \
    const dspc_vm_lane_i32 *index = DSPC_VM_WIDE_AT(i32, i->a); \
    dspc_vm_lane_##u *to = DSPC_VM_WIDE_AT(u, i->dst); \
    DSPC_VM_EACH __builtin_memcpy(to + k, core + dspc_vm_place(array, index[k], cursor[i->b]), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(store_at_##bits) { \
    const struct dspc_vm_array *array = vm->arrays + i->imm; \
    const dspc_vm_lane_##u *x = DSPC_VM_WIDE_AT(u, i->a); \
    const dspc_vm_lane_i32 *index = DSPC_VM_WIDE_AT(i32, i->b); \
    for (uint32_t k = 0; k < t->samples; k++) \
      __builtin_memcpy(core + dspc_vm_place(array, index[k], cursor[i->c]), x + k, bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(pick_##bits) { \
    const struct dspc_vm_array *array = vm->arrays + i->imm; \
    const dspc_vm_lane_i32 *index = DSPC_VM_WIDE_AT(i32, i->a); \
    dspc_vm_lane_##u *to = DSPC_VM_WIDE_AT(u, i->dst); \
    DSPC_VM_EACH { \
      size_t at = array->offset + (dspc_vm_inside(index[k], array->count) * DSPC_TICK + k) * (bytes); \
      __builtin_memcpy(to + k, stacks + at, bytes); \
    } \
    DSPC_VM_NEXT; \
  }

/* A running sum: the slot before each sample, to which the sample adds a. */
#define DSPC_VM_WIDE_SUM(element, T) \
  DSPC_VM_CASE(sum_##element) { \
    const dspc_vm_lane_##T *x = DSPC_VM_WIDE_AT(T, i->a); \
    dspc_vm_lane_##T *to = DSPC_VM_WIDE_AT(T, i->dst); \
    dspc_vm_##T sum; \
    __builtin_memcpy(&sum, core + ((size_t)i->imm + cursor[i->b]), sizeof sum); \
    for (uint32_t k = 0; k < t->samples; k++) { \
      const dspc_vm_##T step = x[k]; \
      to[k] = sum; \
      sum = sum + step; \
    } \
    __builtin_memcpy(core + ((size_t)i->imm + cursor[i->b]), &sum, sizeof sum); \
    DSPC_VM_NEXT; \
  }

static void dspc_vm_run_wide(const struct dspc_vm *vm, const struct dspc_vm_region *region,
                             const struct dspc_vm_turn *t)
{
  unsigned char *const core = t->core, *const w = core + vm->info->wide_at;
  unsigned char *const stacks = core + vm->info->stacks_at, *const work = core + vm->info->work_at;
  const uint32_t frame = t->frame;
  uint32_t *const cursor = dspc_vm_cursors(vm, region, t);
  uint32_t turn[DSPC_VM_DEPTH] = {0};
  const struct dspc_vm_instruction *i = vm->code + region->first;
  DSPC_VM_BEGIN(DSPC_VM_CONTROL_WIDE)
  DSPC_VM_COMPUTE(DSPC_VM_WIDE_UNARY, DSPC_VM_WIDE_BINARY, DSPC_VM_WIDE_TERNARY)
  DSPC_VM_WIDE_MEMORY(32, u32, 4u)
  DSPC_VM_WIDE_MEMORY(64, u64, 8u)
  DSPC_VM_SUMS(DSPC_VM_WIDE_SUM)
  DSPC_VM_CASE(run) {
    dspc_vm_run_plain(vm, i + 1, cursor, t);
    i = vm->code + i->imm;
    DSPC_VM_GO;
  }
  DSPC_VM_CASE(loop) {
    turn[vm->loops[i->imm].depth] = 0;
    DSPC_VM_EACH DSPC_VM_WIDE_AT(u32, i->dst)[k] = 0;
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(again) {
    const struct dspc_vm_loop *loop = vm->loops + i->imm;
    uint32_t number = ++turn[loop->depth];
    if (number < loop->count) {
      dspc_vm_advance(vm, loop, cursor);
      DSPC_VM_EACH DSPC_VM_WIDE_AT(u32, i->dst)[k] = number;
      i = vm->code + loop->start;
      DSPC_VM_GO;
    }
    dspc_vm_rewind(vm, loop, cursor);
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(when) { /* passed by if no sample wants it */
    const dspc_vm_lane_u32 *condition = DSPC_VM_WIDE_AT(u32, i->a);
    uint32_t any = 0;
    for (uint32_t k = 0; k < t->samples; k++) any |= condition[k];
    if (!any) {
      i = vm->code + i->imm;
      DSPC_VM_GO;
    }
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(done) {
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(input) { /* the host's buffer ends with the turn's samples */
    dspc_vm_lane_f32 *to = DSPC_VM_WIDE_AT(f32, i->dst);
    DSPC_VM_EACH to[k] = k < t->samples ? t->inputs[i->imm][t->at + k] : 0;
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(input_f64) {
    const double *from = (const double *)(const void *)t->inputs[i->imm] + t->at;
    dspc_vm_lane_f64 *to = DSPC_VM_WIDE_AT(f64, i->dst);
    DSPC_VM_EACH to[k] = k < t->samples ? from[k] : 0;
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(longest) {
    int32_t longest = dspc_vm_longest(vm->delays + i->imm, dspc_vm_sample_rate(t));
    DSPC_VM_EACH DSPC_VM_WIDE_AT(i32, i->dst)[k] = longest;
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(frame) {
    DSPC_VM_EACH DSPC_VM_WIDE_AT(u32, i->dst)[k] = frame + k;
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(sample_rate) {
    DSPC_VM_EACH DSPC_VM_WIDE_AT(f64, i->dst)[k] = dspc_vm_sample_rate(t);
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(tick_all) {
    DSPC_VM_EACH DSPC_VM_WIDE_AT(u32, i->dst)[k] = t->tick_all;
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(end) {
    return;
  }
  DSPC_VM_END
}

#endif
