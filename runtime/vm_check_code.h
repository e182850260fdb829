/* Part of vm.c: is the code of an image sound? Each region is walked once, as it stands.
 *
 * Loops and bodies that may not run are nested by construction, and the loops' counts are fixed, so that the most a
 * cursor can be at an instruction is known, and with it every address that does not come from a register. Addresses
 * from registers are masked (delay lines) or clamped (tables, arrays) when they are used. No register is read that the
 * region has not written.
 */
#ifndef DSPC_VM_CHECK_CODE_H
#define DSPC_VM_CHECK_CODE_H
#include "vm_check_walk.h"

/* --- what each instruction takes ----------------------------------------------------------------------- */

enum dspc_vm_kind {               /* of a destination or an operand; the first ones are enum dspc_type */
  DSPC_VM_KIND_f32, DSPC_VM_KIND_f64, DSPC_VM_KIND_i32, DSPC_VM_KIND_u32, DSPC_VM_KIND_u64, DSPC_VM_KIND_b32,
  DSPC_VM_KIND_none, DSPC_VM_KIND_any32, DSPC_VM_KIND_any64, DSPC_VM_KIND_wide32, DSPC_VM_KIND_wide64,
  DSPC_VM_KIND_cursor,
  DSPC_VM_KIND_wrap = DSPC_VM_KIND_i32
};

enum dspc_vm_imm {
  DSPC_VM_IMM_none, DSPC_VM_IMM_state, DSPC_VM_IMM_buffer, DSPC_VM_IMM_channel, DSPC_VM_IMM_stack,
  DSPC_VM_IMM_element, DSPC_VM_IMM_table, DSPC_VM_IMM_line, DSPC_VM_IMM_reduce, DSPC_VM_IMM_loop,
  DSPC_VM_IMM_again, DSPC_VM_IMM_run, DSPC_VM_IMM_next, DSPC_VM_IMM_when, DSPC_VM_IMM_done, DSPC_VM_IMM_array,
  DSPC_VM_IMM_pick, DSPC_VM_IMM_sound
};

/* Where an instruction may stand; 0: there is none of this number. */
enum dspc_vm_place { DSPC_VM_PLACE_any = 1, DSPC_VM_PLACE_wide, DSPC_VM_PLACE_stretch };

struct dspc_vm_signature {
  uint8_t place, dst, a, b, c, imm;
};

#define DSPC_VM_KIND(name) DSPC_VM_KIND_##name
#define DSPC_VM_SIGN(n, dst, a, b, c) [n] = {DSPC_VM_PLACE_any, dst, a, b, c, DSPC_VM_IMM_none},
#define DSPC_VM_SIGN_U(n, name, R, A, text) \
  DSPC_VM_SIGN(n, DSPC_VM_KIND(R), DSPC_VM_KIND(A), DSPC_VM_KIND_none, DSPC_VM_KIND_none)
#define DSPC_VM_SIGN_B(n, name, R, A, B, text) \
  DSPC_VM_SIGN(n, DSPC_VM_KIND(R), DSPC_VM_KIND(A), DSPC_VM_KIND(B), DSPC_VM_KIND_none)
#define DSPC_VM_SIGN_T(n, name, R, A, B, C, text) \
  DSPC_VM_SIGN(n, DSPC_VM_KIND(R), DSPC_VM_KIND(A), DSPC_VM_KIND(B), DSPC_VM_KIND(C))
#define DSPC_VM_SIGN_O(n, name, dst, a, b, c, imm, place) \
  [n] = {DSPC_VM_PLACE_##place, DSPC_VM_KIND(dst), DSPC_VM_KIND(a), DSPC_VM_KIND(b), DSPC_VM_KIND(c), \
         DSPC_VM_IMM_##imm},

static const struct dspc_vm_signature dspc_vm_signatures[DSPC_VM_OPCODES] = {
  DSPC_VM_COMPUTE(DSPC_VM_SIGN_U, DSPC_VM_SIGN_B, DSPC_VM_SIGN_T) DSPC_VM_CONTROL_ANY(DSPC_VM_SIGN_O)
  DSPC_VM_CONTROL_WIDE(DSPC_VM_SIGN_O) DSPC_VM_CONTROL_STRETCH(DSPC_VM_SIGN_O)
};

/* Bytes of what a row reduces; 0 if it reduces nothing. */
static uint32_t dspc_vm_reduced_bytes(uint32_t row)
{
  switch (row) {
#define DSPC_VM_REDUCED(n, T, text) case n: return sizeof(dspc_vm_##T);
    DSPC_VM_REDUCTIONS(DSPC_VM_REDUCED)
#undef DSPC_VM_REDUCED
    default: return 0;
  }
}

/* --- operands and immediates --------------------------------------------------------------------------- */

static int dspc_vm_names_wide(const struct dspc_vm_walk *w, uint32_t kind)
{
  return w->is_wide || kind == DSPC_VM_KIND_wide32 || kind == DSPC_VM_KIND_wide64;
}

static int dspc_vm_names_register(uint32_t kind)
{
  return kind != DSPC_VM_KIND_none && kind != DSPC_VM_KIND_cursor;
}

static int dspc_vm_check_operand(const struct dspc_vm_walk *w, uint32_t kind, uint32_t index, int is_written)
{
  int wide = dspc_vm_names_wide(w, kind);
  uint32_t count = w->vm->counts[wide ? DSPC_VM_WIDE_TYPES : DSPC_VM_REGISTER_TYPES], type, is_long;
  if (kind == DSPC_VM_KIND_none) return index == 0;
  if (kind == DSPC_VM_KIND_cursor) return index < w->region->cursor_count;
  if (index >= count) return 0;
  type = (wide ? w->vm->wide_types : w->vm->types)[index];
  if (type == DSPC_VM_UPPER || (is_written && type & DSPC_VM_CONSTANT)) return 0;
  if (!is_written && !(type & DSPC_VM_CONSTANT) && !dspc_vm_has_value(w, index, wide)) return 0;
  type &= ~DSPC_VM_CONSTANT;
  is_long = type == DSPC_F64 || type == DSPC_U64;
  if (kind == DSPC_VM_KIND_any32 || kind == DSPC_VM_KIND_wide32) return !is_long;
  if (kind == DSPC_VM_KIND_any64 || kind == DSPC_VM_KIND_wide64) return is_long;
  return kind == type;
}

/* Bytes of what the instruction moves. */
static uint32_t dspc_vm_moved_bytes(const struct dspc_vm_instruction *i, const struct dspc_vm_signature *s)
{
  uint32_t kind = s->dst == DSPC_VM_KIND_none ? s->a : s->dst;
  if (i->op == DSPC_VM_OP_line_clear_64) return 8;
  return kind == DSPC_VM_KIND_any64 || kind == DSPC_VM_KIND_f64 || kind == DSPC_VM_KIND_u64 ? 8 : 4;
}

/* The most that the cursor which the instruction names can be. */
static uint64_t dspc_vm_reach(const struct dspc_vm_walk *w, const struct dspc_vm_instruction *i,
                              const struct dspc_vm_signature *s)
{
  if (s->a == DSPC_VM_KIND_cursor) return w->c->reach[i->a];
  if (s->b == DSPC_VM_KIND_cursor) return w->c->reach[i->b];
  return s->c == DSPC_VM_KIND_cursor ? w->c->reach[i->c] : 0;
}

static int dspc_vm_check_table(const struct dspc_vm_walk *w, uint32_t table, uint32_t bytes, uint64_t reach)
{
  if (table >= w->vm->counts[DSPC_VM_TABLES]) return 0;
  return w->vm->tables[table].bytes == bytes && reach < w->vm->tables[table].count;
}

static int dspc_vm_check_line(const struct dspc_vm_walk *w, const struct dspc_vm_instruction *i, uint32_t bytes,
                              uint64_t reach)
{
  if (i->imm >= w->vm->counts[DSPC_VM_LINES]) return 0;
  if (i->op == DSPC_VM_OP_longest) return 1;
  return w->vm->lines[i->imm].bytes == bytes && reach < w->vm->lines[i->imm].lanes;
}

static const struct dspc_vm_array *dspc_vm_find_array(const struct dspc_vm_walk *w, uint32_t index)
{
  const struct dspc_vm_array *d = index < w->vm->counts[DSPC_VM_ARRAYS] ? w->vm->arrays + index : NULL;
  return d != NULL && d->count > 0 && d->count <= INT32_MAX ? d : NULL;
}

/* An element that a register chooses: all of them lie in the program's memory, or in the stacks' area. */
static int dspc_vm_check_array(const struct dspc_vm_walk *w, uint32_t index, uint32_t bytes, uint64_t reach)
{
  const struct dspc_vm_array *d = dspc_vm_find_array(w, index);
  if (d == NULL) return 0;
  return dspc_vm_in_state(w->vm, d->offset, reach + (uint64_t)(d->count - 1) * d->stride, bytes);
}

static int dspc_vm_check_pick(const struct dspc_vm_walk *w, uint32_t index, uint64_t bytes, uint32_t is_wide)
{
  const struct dspc_vm_array *d = dspc_vm_find_array(w, index);
  if (d == NULL) return 0;
  return d->stride == bytes && d->offset + d->count * bytes * (is_wide ? DSPC_TICK : 1) <= w->vm->info->stacks_bytes;
}

static int dspc_vm_check_reduce(struct dspc_vm_walk *w, uint32_t index, uint32_t bytes)
{
  const struct dspc_vm_reduce *d;
  uint64_t kept = 1, lanes = dspc_vm_lanes(w);
  if (index >= w->vm->counts[DSPC_VM_REDUCES]) return 0;
  d = w->vm->reduces + index;
  if (d->bytes != bytes || dspc_vm_reduced_bytes(d->row) != bytes || d->count == 0 || d->offset % 8) return 0;
  if (d->partials != 0 && d->partials != DSPC_VM_PARTIALS) return 0;
  if (!dspc_vm_step(w, d->count)) return 0;
  if (d->partials && d->partials < d->count) kept = d->partials;
  else while (2 * kept < d->count) kept *= 2;
  return d->offset + d->count * bytes * lanes <= w->vm->info->stacks_bytes &&
         (d->count == 1 || kept * bytes * lanes <= w->vm->info->work_bytes);
}

/* --- control ------------------------------------------------------------------------------------------- */

/* Adds to the reach of the loop's cursors, or takes it away again. */
static int dspc_vm_extend(struct dspc_vm_walk *w, const struct dspc_vm_loop *loop, int begins)
{
  for (uint32_t k = 0; k < loop->update_count; k++) {
    const struct dspc_vm_update *u = w->vm->updates + loop->update_first + k;
    uint64_t span = (uint64_t)(loop->count - 1) * u->stride;
    if (u->cursor >= w->region->cursor_count) return 0;
    if (begins) w->c->reach[u->cursor] += span;
    else w->c->reach[u->cursor] -= span;
    if (w->c->reach[u->cursor] > UINT32_MAX) return 0;
  }
  return 1;
}

/* The body that may not run begins here and is left by the `done` before `behind`: a jump goes forward, and out of
 * nothing else. */
static int dspc_vm_check_when(struct dspc_vm_walk *w, uint32_t behind)
{
  return behind > w->at + 1 && dspc_vm_enter(w, 1, behind);
}

static int dspc_vm_check_loop(struct dspc_vm_walk *w, uint32_t index)
{
  const struct dspc_vm_loop *loop;
  if (index >= w->vm->counts[DSPC_VM_LOOPS] || w->depth == DSPC_VM_DEPTH) return 0;
  loop = w->vm->loops + index;
  if (loop->depth != w->depth || loop->start != w->at + 1) return 0;
  if (loop->count == 0 || loop->count > DSPC_VM_STEPS) return 0;
  if ((uint64_t)loop->update_first + loop->update_count > w->vm->counts[DSPC_VM_UPDATES]) return 0;
  if ((uint64_t)w->times * loop->count > DSPC_VM_STEPS) return 0;
  w->depth++;
  w->times *= loop->count;
  return dspc_vm_enter(w, 0, index) && dspc_vm_step(w, loop->update_count) && dspc_vm_extend(w, loop, 1);
}

static int dspc_vm_check_again(struct dspc_vm_walk *w, uint32_t index)
{
  if (!dspc_vm_leave(w, 0, index)) return 0;
  w->depth--;
  w->times /= w->vm->loops[index].count;
  return dspc_vm_extend(w, w->vm->loops + index, 0);
}

/* A stretch lies in wide code, up to the instruction before `behind`, which ends it. */
static int dspc_vm_check_run(struct dspc_vm_walk *w, uint32_t behind)
{
  if (behind <= w->at + 1 || behind >= w->region->first + w->region->count) return 0;
  w->is_wide = 0;
  w->end = behind;
  w->base = w->open_count;
  w->has_next = 0;
  w->times *= DSPC_TICK;
  return 1;
}

static void dspc_vm_leave_stretch(struct dspc_vm_walk *w)
{
  w->is_wide = 1;
  w->end = w->base = 0;
  w->times /= DSPC_TICK;
}

/* The samples' loop lies in the stretch and outside of its other bodies: between its two ends they are opened
 * and closed. */
static int dspc_vm_check_next(struct dspc_vm_walk *w, uint32_t target)
{
  uint32_t depth = 0;
  if (w->has_next || w->open_count != w->base || target > w->at) return 0;
  for (uint32_t i = w->at; i-- > target;) {
    uint32_t op = w->vm->code[i].op;
    depth += op == DSPC_VM_OP_again || op == DSPC_VM_OP_done;
    if (i == w->region->first || op == DSPC_VM_OP_run) return 0;
    if ((op == DSPC_VM_OP_loop || op == DSPC_VM_OP_when) && depth-- == 0) return 0;
  }
  w->has_next = 1;
  return depth == 0;
}

static int dspc_vm_check_imm(struct dspc_vm_walk *w, const struct dspc_vm_instruction *i,
                             const struct dspc_vm_signature *s)
{
  const struct dspc_vm *vm = w->vm;
  uint32_t bytes = dspc_vm_moved_bytes(i, s);
  uint64_t reach = dspc_vm_reach(w, i, s);
  switch (s->imm) {
    case DSPC_VM_IMM_none: return i->imm == 0;
    case DSPC_VM_IMM_state: return dspc_vm_in_state(vm, i->imm, reach, bytes);
    case DSPC_VM_IMM_buffer: return dspc_vm_in_state(vm, i->imm, 0, DSPC_TICK * bytes);
    case DSPC_VM_IMM_channel: return i->imm < vm->info->inputs && bytes == dspc_vm_audio_bytes(vm);
    case DSPC_VM_IMM_stack:
      return i->imm + reach + (uint64_t)bytes * dspc_vm_lanes(w) <= vm->info->stacks_bytes;
    case DSPC_VM_IMM_element: return dspc_vm_check_table(w, i->imm, bytes, reach);
    case DSPC_VM_IMM_table: return dspc_vm_check_table(w, i->imm, bytes, 0);
    case DSPC_VM_IMM_line: return dspc_vm_check_line(w, i, bytes, reach);
    case DSPC_VM_IMM_reduce: return dspc_vm_check_reduce(w, i->imm, bytes);
    case DSPC_VM_IMM_loop: return dspc_vm_check_loop(w, i->imm);
    case DSPC_VM_IMM_again: return dspc_vm_check_again(w, i->imm);
    case DSPC_VM_IMM_when: return dspc_vm_check_when(w, i->imm);
    case DSPC_VM_IMM_done: return i->imm == 0 && dspc_vm_leave(w, 1, w->at + 1);
    case DSPC_VM_IMM_array: return dspc_vm_check_array(w, i->imm, bytes, reach);
    case DSPC_VM_IMM_pick:
      return dspc_vm_check_pick(w, i->imm, bytes, w->is_wide || s->place == DSPC_VM_PLACE_stretch);
    case DSPC_VM_IMM_sound: return i->imm < vm->counts[DSPC_VM_SAMPLES];
    case DSPC_VM_IMM_run: return dspc_vm_check_run(w, i->imm);
    default: return dspc_vm_check_next(w, i->imm);
  }
}

/* --- instructions, regions, voices --------------------------------------------------------------------- */

/* An `end` stands where a stretch ends, and where the region does, and nowhere else. */
static int dspc_vm_check_end(struct dspc_vm_walk *w, int is_end)
{
  uint32_t last = w->end ? w->end - 1 : w->region->first + w->region->count - 1;
  if (is_end != (w->at == last)) return dspc_vm_stop(w, "the end of a region");
  if (is_end && w->open_count != w->base) return dspc_vm_stop(w, "a body without an end");
  return 1;
}

static int dspc_vm_check_instruction(struct dspc_vm_walk *w)
{
  const struct dspc_vm_instruction *i = w->vm->code + w->at;
  const struct dspc_vm_signature *s;
  if (i->op >= DSPC_VM_OPCODES || i->reserved) return dspc_vm_stop(w, "an unknown instruction");
  s = dspc_vm_signatures + i->op;
  if (s->place != DSPC_VM_PLACE_any && s->place != (w->is_wide ? DSPC_VM_PLACE_wide : w->end ? DSPC_VM_PLACE_stretch
                                                                                             : DSPC_VM_PLACE_any))
    return dspc_vm_stop(w, "an instruction that cannot stand here");
  if (!dspc_vm_step(w, 1) || !dspc_vm_check_end(w, i->op == DSPC_VM_OP_end)) return 0;
  if (!dspc_vm_check_operand(w, s->dst, i->dst, 1)) return dspc_vm_stop(w, "an instruction's destination");
  if (!dspc_vm_check_operand(w, s->a, i->a, 0) || !dspc_vm_check_operand(w, s->b, i->b, 0) ||
      !dspc_vm_check_operand(w, s->c, i->c, 0))
    return dspc_vm_stop(w, "an instruction's operand");
  if (dspc_vm_names_register(s->dst)) dspc_vm_set_value(w, i->dst, dspc_vm_names_wide(w, s->dst));
  if (!dspc_vm_check_imm(w, i, s)) return dspc_vm_stop(w, "an instruction's immediate");
  if (i->op == DSPC_VM_OP_end && w->end) dspc_vm_leave_stretch(w);
  return 1;
}

static int dspc_vm_check_region(struct dspc_vm_check *c, const struct dspc_vm_region *region, uint32_t groups)
{
  const struct dspc_vm *vm = c->vm;
  struct dspc_vm_walk w = {c, vm, region, region->first, 0, 1, 0, {{0, 0, 0}}, ++c->scopes,
                           region->kind == DSPC_VM_BLOCK, 0, 0, 0};
  c->steps = 0;
  if (region->count == 0 || (uint64_t)region->first + region->count > vm->counts[DSPC_VM_CODE])
    return dspc_vm_stop(&w, "a region's code");
  if ((uint64_t)region->cursor_first + region->cursor_count > vm->counts[DSPC_VM_CURSORS] ||
      vm->info->cursors_at + 4ull * region->cursor_count > vm->info->registers_at ||
      region->cursor_count > DSPC_VM_REGISTERS)
    return dspc_vm_stop(&w, "a region's cursors");
  for (uint32_t k = 0; k < region->cursor_count; k++) {
    c->reach[k] = (uint64_t)(groups - 1) * vm->cursors[region->cursor_first + k];
    if (c->reach[k] > UINT32_MAX) return dspc_vm_stop(&w, "a region's cursors");
  }
  for (; w.at < region->first + region->count; w.at++)
    if (!dspc_vm_check_instruction(&w)) return 0;
  c->total += (uint64_t)c->steps * groups;
  return c->total <= DSPC_VM_TOTAL || dspc_vm_stop(&w, "a block takes too long");
}

static int dspc_vm_check_result(const struct dspc_vm *vm, const struct dspc_vm_result *q, uint64_t groups)
{
  uint64_t bytes = (uint64_t)DSPC_TICK * q->bytes;
  return dspc_vm_reduced_bytes(q->row) == q->bytes && q->bytes != 0 && q->leaves % 8 == 0 &&
         dspc_vm_in_state(vm, q->source, 0, bytes) && dspc_vm_in_state(vm, q->target, 0, bytes) &&
         dspc_vm_in_state(vm, q->leaves, 0, groups * bytes);
}

static int dspc_vm_check_voices(const struct dspc_vm_check *c, uint32_t index)
{
  const struct dspc_vm *vm = c->vm;
  const struct dspc_vm_voices *v = vm->voices + index;
  if (v->groups == 0 || v->groups > DSPC_MAX_VOICES) return dspc_vm_refuse(c, "groups of voices", index);
  if (!dspc_vm_in_state(vm, v->active, (uint64_t)(v->groups - 1) * v->active_stride, 4))
    return dspc_vm_refuse(c, "the voices' active cells", index);
  if (v->region_first < vm->info->regions ||
      (uint64_t)v->region_first + v->region_count > vm->counts[DSPC_VM_REGIONS] ||
      (uint64_t)v->result_first + v->result_count > vm->counts[DSPC_VM_RESULTS])
    return dspc_vm_refuse(c, "the voices' regions", index);
  for (uint32_t i = v->region_first; i < v->region_first + v->region_count; i++)
    if (vm->regions[i].voices != index) return dspc_vm_refuse(c, "a region of other voices", i);
  for (uint32_t i = v->result_first; i < v->result_first + v->result_count; i++)
    if (!dspc_vm_check_result(vm, vm->results + i, v->groups)) return dspc_vm_refuse(c, "a sum of voices", i);
  return 1;
}

/* Whether a region of this kind may stand where it stands. */
static int dspc_vm_fits(const struct dspc_vm *vm, uint32_t index)
{
  const struct dspc_vm_region *region = vm->regions + index;
  if (index < vm->info->regions && region->kind != DSPC_VM_VOICES_RUN)
    return region->kind < DSPC_VM_VOICES_RUN && region->voices == DSPC_NONE;
  if (region->voices >= vm->counts[DSPC_VM_VOICES]) return 0;
  return index < vm->info->regions || (region->kind > DSPC_VM_INIT && region->kind < DSPC_VM_VOICES_RUN);
}

static int dspc_vm_check_regions(struct dspc_vm_check *c)
{
  const struct dspc_vm *vm = c->vm;
  if (vm->info->regions > vm->counts[DSPC_VM_REGIONS])
    return dspc_vm_refuse(c, "the number of regions", vm->info->regions);
  for (uint32_t i = 0; i < vm->counts[DSPC_VM_VOICES]; i++)
    if (!dspc_vm_check_voices(c, i)) return 0;
  for (uint32_t i = 0; i < vm->counts[DSPC_VM_REGIONS]; i++) {
    const struct dspc_vm_region *region = vm->regions + i;
    uint32_t groups = region->voices == DSPC_NONE ? 1 : 0;
    if (!dspc_vm_fits(vm, i)) return dspc_vm_refuse(c, "a region's kind", i);
    if (region->kind == DSPC_VM_VOICES_RUN) continue;
    if (groups == 0) groups = vm->voices[region->voices].groups;
    if (!dspc_vm_check_region(c, region, groups)) return 0;
  }
  return 1;
}

#endif
