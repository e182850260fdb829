/* Part of vm.c: the interpreter of plain code, whose registers hold single values. */
#ifndef DSPC_VM_PLAIN_H
#define DSPC_VM_PLAIN_H
#include "vm_turn.h"

#define DSPC_VM_PLAIN_UNARY(n, name, R, A, text) \
  DSPC_VM_CASE(name) { \
    const dspc_vm_##A a = r[i->a].A; \
    r[i->dst].R = text; \
    DSPC_VM_NEXT; \
  }
#define DSPC_VM_PLAIN_BINARY(n, name, R, A, B, text) \
  DSPC_VM_CASE(name) { \
    const dspc_vm_##A a = r[i->a].A; \
    const dspc_vm_##B b = r[i->b].B; \
    r[i->dst].R = text; \
    DSPC_VM_NEXT; \
  }
#define DSPC_VM_PLAIN_TERNARY(n, name, R, A, B, C, text) \
  DSPC_VM_CASE(name) { \
    const dspc_vm_##A a = r[i->a].A; \
    const dspc_vm_##B b = r[i->b].B; \
    const dspc_vm_##C c = r[i->c].C; \
    r[i->dst].R = text; \
    DSPC_VM_NEXT; \
  }

/* Instructions that move a cell of 32 or 64 bits: `u`, of so many bytes. */
#define DSPC_VM_PLAIN_MEMORY(bits, u, bytes) \
  DSPC_VM_CASE(move_##bits) { \
    r[i->dst].u = r[i->a].u; \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(load_##bits) { \
    __builtin_memcpy(&r[i->dst].u, core + ((size_t)i->imm + cursor[i->a]), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(store_##bits) { \
    __builtin_memcpy(core + ((size_t)i->imm + cursor[i->b]), &r[i->a].u, bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(take_##bits) { \
    __builtin_memcpy(&r[i->dst].u, wide + ((size_t)i->a * DSPC_VM_UNIT + j * (bytes)), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(give_##bits) { \
    __builtin_memcpy(wide + ((size_t)i->dst * DSPC_VM_UNIT + j * (bytes)), &r[i->a].u, bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(push_##bits) { \
    __builtin_memcpy(stacks + ((size_t)i->imm + cursor[i->b]), &r[i->a].u, bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(peek_##bits) { \
    __builtin_memcpy(&r[i->dst].u, stacks + ((size_t)i->imm + cursor[i->a]), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(reduce_##bits) { \
    const struct dspc_vm_reduce *d = vm->reduces + i->imm; \
    __builtin_memcpy(&r[i->dst].u, dspc_vm_tree(d->row, stacks + d->offset, work, d->count, 1, d->partials), \
                     bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(lane_##bits) { \
    __builtin_memcpy(&r[i->dst].u, dspc_vm_element(vm, i->imm, (int32_t)cursor[i->a]), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(lookup_##bits) { \
    __builtin_memcpy(&r[i->dst].u, dspc_vm_element(vm, i->imm, r[i->a].i32), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(line_read_##bits) { \
    struct dspc_vm_ring ring = dspc_vm_ring(vm, t, i->imm, cursor[i->b], bytes); \
    uint32_t index = (frame + j - r[i->a].u32) & ring.mask; \
    __builtin_memcpy(&r[i->dst].u, ring.start + (size_t)index * (bytes), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(line_write_##bits) { \
    struct dspc_vm_ring ring = dspc_vm_ring(vm, t, i->imm, cursor[i->b], bytes); \
    uint32_t index = (frame + j) & ring.mask; \
    __builtin_memcpy(ring.start + (size_t)index * (bytes), &r[i->a].u, bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(line_clear_##bits) { \
    if (r[i->a].u32) dspc_vm_ring_clear(dspc_vm_ring(vm, t, i->imm, cursor[i->b], bytes), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(line_read_at_##bits) { \
    struct dspc_vm_ring ring = dspc_vm_ring(vm, t, i->imm, cursor[i->c], bytes); \
    uint32_t index = (r[i->b].u32 - r[i->a].u32) & ring.mask; \
    __builtin_memcpy(&r[i->dst].u, ring.start + (size_t)index * (bytes), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(line_write_at_##bits) { \
    struct dspc_vm_ring ring = dspc_vm_ring(vm, t, i->imm, cursor[i->c], bytes); \
    uint32_t index = r[i->b].u32 & ring.mask; \
    __builtin_memcpy(ring.start + (size_t)index * (bytes), &r[i->a].u, bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(load_at_##bits) { \
    size_t at = dspc_vm_place(vm->arrays + i->imm, r[i->a].i32, cursor[i->b]); \
    __builtin_memcpy(&r[i->dst].u, core + at, bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(store_at_##bits) { \
    size_t at = dspc_vm_place(vm->arrays + i->imm, r[i->b].i32, cursor[i->c]); \
    __builtin_memcpy(core + at, &r[i->a].u, bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(recorded_##bits) { \
    struct dspc_vm_sound sound = dspc_vm_sound(vm, t, i->imm, bytes); \
    size_t index = dspc_vm_inside(r[i->a].i32, sound.count); \
    __builtin_memcpy(&r[i->dst].u, sound.start + index * (bytes), bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(pick_##bits) { \
    const struct dspc_vm_array *array = vm->arrays + i->imm; \
    size_t at = array->offset + dspc_vm_inside(r[i->a].i32, array->count) * (bytes); \
    __builtin_memcpy(&r[i->dst].u, stacks + at, bytes); \
    DSPC_VM_NEXT; \
  } \
  DSPC_VM_CASE(pick_wide_##bits) { /* of a stack of wide values */ \
    const struct dspc_vm_array *array = vm->arrays + i->imm; \
    size_t at = array->offset + (dspc_vm_inside(r[i->a].i32, array->count) * DSPC_TICK + j) * (bytes); \
    __builtin_memcpy(&r[i->dst].u, stacks + at, bytes); \
    DSPC_VM_NEXT; \
  }

/* Runs from `i` to an `end`: once, or what stands before a `next` for each of the turn's samples. */
static void dspc_vm_run_plain(const struct dspc_vm *vm, const struct dspc_vm_instruction *i, uint32_t *const cursor,
                              const struct dspc_vm_turn *t)
{
  unsigned char *const core = t->core, *const wide = core + vm->info->wide_at;
  union dspc_vm_cell *const r = (union dspc_vm_cell *)(void *)(core + vm->info->registers_at);
  unsigned char *const stacks = core + vm->info->stacks_at, *const work = core + vm->info->work_at;
  const uint32_t frame = t->frame;
  uint32_t turn[DSPC_VM_DEPTH] = {0}, j = 0;
  DSPC_VM_BEGIN(DSPC_VM_CONTROL_STRETCH)
  DSPC_VM_COMPUTE(DSPC_VM_PLAIN_UNARY, DSPC_VM_PLAIN_BINARY, DSPC_VM_PLAIN_TERNARY)
  DSPC_VM_PLAIN_MEMORY(32, u32, 4u)
  DSPC_VM_PLAIN_MEMORY(64, u64, 8u)
  DSPC_VM_CASE(next) {
    if (j + 1 < t->samples) {
      j++;
      i = vm->code + i->imm;
      DSPC_VM_GO;
    }
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(loop) {
    turn[vm->loops[i->imm].depth] = 0;
    r[i->dst].u32 = 0;
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(again) {
    const struct dspc_vm_loop *loop = vm->loops + i->imm;
    uint32_t number = ++turn[loop->depth];
    if (number < loop->count) {
      dspc_vm_advance(vm, loop, cursor);
      r[i->dst].u32 = number;
      i = vm->code + loop->start;
      DSPC_VM_GO;
    }
    dspc_vm_rewind(vm, loop, cursor);
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(when) {
    if (!r[i->a].u32) {
      i = vm->code + i->imm;
      DSPC_VM_GO;
    }
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(done) {
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(longest) {
    r[i->dst].i32 = dspc_vm_longest(vm->delays + i->imm, dspc_vm_sample_rate(t));
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(frame) {
    r[i->dst].u32 = frame + j;
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(sample_rate) {
    r[i->dst].f64 = dspc_vm_sample_rate(t);
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(tick_all) {
    r[i->dst].u32 = t->tick_all;
    DSPC_VM_NEXT;
  }
  DSPC_VM_CASE(end) {
    return;
  }
  DSPC_VM_END
}

#endif
