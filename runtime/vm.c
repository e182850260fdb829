/* The virtual machine. What it promises is in vm.h, what an image looks like in vm_format.h.
 *
 * An image is checked once (vm_check*.h), so that the interpreters (vm_plain.h, vm_wide.h) check nothing.
 * No allocation, no library call but memcpy, memset and memmove, no variable outside the memory that it is
 * given, no recursion; every loop is bounded by what the check has seen.
 */
#include "vm.h"
#include "vm_format.h"
#include "vm_check.h"
#include "vm_check_code.h"
#include "vm_turn.h"
#include "vm_plain.h"
#include "vm_wide.h"

/* --- a program's core ---------------------------------------------------------------------------------- */

static void dspc_vm_sizes(const dspc_program *program, double sample_rate, uint32_t *lengths)
{
  const struct dspc_vm *vm = program->code;
  for (uint32_t i = 0; i < vm->counts[DSPC_VM_LINES]; i++)
    lengths[i] = (uint32_t)dspc_vm_longest(vm->delays + i, sample_rate);
}

static void dspc_vm_load_constants(const struct dspc_vm *vm, unsigned char *core)
{
  union dspc_vm_cell *r = (union dspc_vm_cell *)(void *)(core + vm->info->registers_at);
  for (uint32_t i = 0; i < vm->counts[DSPC_VM_CONSTANTS]; i++) r[vm->constants[i].reg].u64 = vm->constants[i].bits;
  for (uint32_t i = 0; i < vm->counts[DSPC_VM_WIDE_CONSTANTS]; i++) {
    const struct dspc_vm_constant *c = vm->wide_constants + i;
    uint32_t type = vm->wide_types[c->reg] & 7u, bytes = type == DSPC_F64 || type == DSPC_U64 ? 8 : 4;
    unsigned char *to = core + vm->info->wide_at + (size_t)c->reg * DSPC_VM_UNIT;
    for (uint32_t k = 0; k < DSPC_TICK; k++) __builtin_memcpy(to + k * bytes, &c->bits, bytes);
  }
}

static void dspc_vm_run_once(const struct dspc_vm *vm, const struct dspc_vm_region *region,
                             const struct dspc_vm_turn *t)
{
  dspc_vm_run_plain(vm, vm->code + region->first, dspc_vm_cursors(vm, region, t), t);
}

static void dspc_vm_init(const dspc_program *program, void *core)
{
  const struct dspc_vm *vm = program->code;
  struct dspc_vm_turn t = {core, NULL, 0, ((dspc_core *)core)->frame, 1, 1, 0};
  dspc_vm_load_constants(vm, core);
  for (uint32_t i = 0; i < vm->info->regions; i++)
    if (vm->regions[i].kind == DSPC_VM_INIT) dspc_vm_run_once(vm, vm->regions + i, &t);
}

/* --- voices -------------------------------------------------------------------------------------------- */

static uint32_t dspc_vm_is_active(const struct dspc_vm_voices *v, const struct dspc_vm_turn *t)
{
  uint32_t active;
  __builtin_memcpy(&active, t->core + v->active + (size_t)t->group * v->active_stride, sizeof active);
  return active;
}

static void dspc_vm_group(const struct dspc_vm *vm, const struct dspc_vm_voices *v, const struct dspc_vm_turn *t,
                          uint32_t tick_due)
{
  for (uint32_t i = v->region_first; i < v->region_first + v->region_count; i++)
    if (vm->regions[i].kind == DSPC_VM_TICK && tick_due) dspc_vm_run_once(vm, vm->regions + i, t);
  for (uint32_t i = v->region_first; i < v->region_first + v->region_count; i++)
    if (vm->regions[i].kind == DSPC_VM_BLOCK) dspc_vm_run_wide(vm, vm->regions + i, t);
}

/* The leaves of a group: what its buffers hold, or +0. Nothing keeps an image from letting them overlap. */
static void dspc_vm_keep(const struct dspc_vm *vm, const struct dspc_vm_voices *v, const struct dspc_vm_turn *t,
                         uint32_t active)
{
  for (uint32_t i = v->result_first; i < v->result_first + v->result_count; i++) {
    const struct dspc_vm_result *result = vm->results + i;
    size_t bytes = (size_t)DSPC_TICK * result->bytes;
    unsigned char *leaf = t->core + result->leaves + t->group * bytes;
    if (active) __builtin_memmove(leaf, t->core + result->source, bytes);
    else __builtin_memset(leaf, 0, bytes);
  }
}

static void dspc_vm_run_voices(const struct dspc_vm *vm, const struct dspc_vm_voices *v,
                               const struct dspc_vm_turn *block, uint32_t tick_due)
{
  struct dspc_vm_turn t = *block;
  for (t.group = 0; t.group < v->groups; t.group++) {
    uint32_t active = dspc_vm_is_active(v, &t);
    if (active) dspc_vm_group(vm, v, &t, tick_due);
    dspc_vm_keep(vm, v, &t, active);
  }
  for (uint32_t i = v->result_first; i < v->result_first + v->result_count; i++) {
    const struct dspc_vm_result *result = vm->results + i;
    unsigned char *leaves = t.core + result->leaves;
    const void *sum = dspc_vm_tree(result->row, leaves, leaves, v->groups, DSPC_TICK, 0);
    __builtin_memmove(t.core + result->target, sum, (size_t)DSPC_TICK * result->bytes);
  }
}

/* --- blocks -------------------------------------------------------------------------------------------- */

static void dspc_vm_block(const struct dspc_vm *vm, const struct dspc_vm_turn *t, uint32_t tick_due)
{
  for (uint32_t i = 0; i < vm->info->regions; i++)
    if (vm->regions[i].kind == DSPC_VM_TICK && tick_due && t->tick_all)
      dspc_vm_run_once(vm, vm->regions + i, t);
  for (uint32_t i = 0; i < vm->info->regions; i++) {
    const struct dspc_vm_region *region = vm->regions + i;
    if (region->kind == DSPC_VM_VOICES_RUN) dspc_vm_run_voices(vm, vm->voices + region->voices, t, tick_due);
    else if (region->kind == DSPC_VM_BLOCK) dspc_vm_run_wide(vm, region, t);
  }
}

static void dspc_vm_run(const dspc_program *program, void *core, const float *const *inputs,
                        float *const *outputs, uint32_t frames)
{
  const struct dspc_vm *vm = program->code;
  const size_t size = dspc_vm_audio_bytes(vm);
  dspc_core *head = core;
  struct dspc_vm_turn t = {core, inputs, 0, head->frame, 0, 0, 0};
  for (; t.at < frames; t.at += t.samples, t.frame += t.samples) {
    uint32_t place = t.frame % DSPC_TICK, left = frames - t.at, grid = place == 0;
    t.samples = left < DSPC_TICK - place ? left : DSPC_TICK - place;
    t.tick_all = grid || head->tick_all;
    dspc_vm_block(vm, &t, grid || head->tick_any);
    for (uint32_t c = 0; c < vm->counts[DSPC_VM_OUTPUTS]; c++)
      __builtin_memcpy((unsigned char *)outputs[c] + t.at * size, t.core + vm->outputs[c], t.samples * size);
    head->tick_any = head->tick_all = 0;
    head->frame = t.frame + t.samples;
  }
}

/* --- opening ------------------------------------------------------------------------------------------- */

/* `memory`: the machine's struct; parameters, meters, buses and samples as the engine wants them; then what the
 * check needs. */
static size_t dspc_vm_params_at(void)
{
  return (sizeof(struct dspc_vm) + 7) & ~(size_t)7;
}

static size_t dspc_vm_meters_at(const struct dspc_vm *vm)
{
  return dspc_vm_params_at() + vm->counts[DSPC_VM_PARAMS] * sizeof(dspc_param);
}

static size_t dspc_vm_buses_at(const struct dspc_vm *vm)
{
  return dspc_vm_meters_at(vm) + vm->counts[DSPC_VM_METERS] * sizeof(dspc_meter);
}

static size_t dspc_vm_samples_at(const struct dspc_vm *vm)
{
  size_t buses = (size_t)vm->counts[DSPC_VM_INPUT_BUSES] + vm->counts[DSPC_VM_OUTPUT_BUSES];
  return (dspc_vm_buses_at(vm) + buses * sizeof(dspc_bus) + 7) & ~(size_t)7;
}

static size_t dspc_vm_reach_at(const struct dspc_vm *vm)
{
  return dspc_vm_samples_at(vm) + vm->counts[DSPC_VM_SAMPLES] * sizeof(dspc_sample);
}

static size_t dspc_vm_written_at(const struct dspc_vm *vm)
{
  return dspc_vm_reach_at(vm) + vm->counts[DSPC_VM_CURSORS] * sizeof(uint64_t);
}

static size_t dspc_vm_all_registers(const struct dspc_vm *vm)
{
  return (size_t)vm->counts[DSPC_VM_REGISTER_TYPES] + vm->counts[DSPC_VM_WIDE_TYPES];
}

DSPC_API size_t dspc_vm_bytes(const void *data, size_t size)
{
  struct dspc_vm vm;
  struct dspc_vm_check check = {&vm, NULL, NULL, 0, 0, 0, NULL, 0};
  if (!dspc_vm_check_sections(&check, data, size)) return 0;
  return dspc_vm_written_at(&vm) + dspc_vm_all_registers(&vm) * sizeof(uint32_t);
}

static void dspc_vm_fill_params(const struct dspc_vm *vm, dspc_param *params)
{
  for (uint32_t i = 0; i < vm->counts[DSPC_VM_PARAMS]; i++) {
    const struct dspc_vm_param *q = vm->params + i;
    dspc_param p = {vm->strings + q->id, vm->strings + q->name, vm->strings + q->unit, vm->strings + q->group,
                    vm->strings + q->labels, q->min, q->max, q->init, q->step, q->type, q->scale, q->flags, q->cell};
    params[i] = p;
  }
}

static void dspc_vm_fill_buses(const struct dspc_vm *vm, const struct dspc_vm_bus *from, uint32_t count, dspc_bus *to)
{
  for (uint32_t i = 0; i < count; i++) {
    dspc_bus bus = {vm->strings + from[i].name, from[i].channels, from[i].flags, from[i].cell};
    to[i] = bus;
  }
}

static void dspc_vm_fill_samples(const struct dspc_vm *vm, unsigned char *memory, dspc_program *p)
{
  dspc_sample *samples = (dspc_sample *)(void *)(memory + dspc_vm_samples_at(vm));
  p->sample_count = vm->counts[DSPC_VM_SAMPLES];
  p->samples = samples;
  for (uint32_t i = 0; i < p->sample_count; i++) {
    const struct dspc_vm_sample *s = vm->samples + i;
    const float *data = (const float *)(const void *)(vm->table_data + s->offset);
    dspc_sample sample = {vm->strings + s->name, data, s->frames, s->channels, s->cell, s->rate};
    samples[i] = sample;
  }
}

static void dspc_vm_fill_ports(const struct dspc_vm *vm, unsigned char *memory, dspc_program *p)
{
  dspc_meter *meters = (dspc_meter *)(void *)(memory + dspc_vm_meters_at(vm));
  dspc_bus *buses = (dspc_bus *)(void *)(memory + dspc_vm_buses_at(vm));
  p->meter_count = vm->counts[DSPC_VM_METERS];
  p->input_bus_count = vm->counts[DSPC_VM_INPUT_BUSES];
  p->output_bus_count = vm->counts[DSPC_VM_OUTPUT_BUSES];
  for (uint32_t i = 0; i < p->meter_count; i++) {
    dspc_meter meter = {vm->strings + vm->meters[i].name, vm->meters[i].cell};
    meters[i] = meter;
  }
  dspc_vm_fill_buses(vm, vm->input_buses, p->input_bus_count, buses);
  dspc_vm_fill_buses(vm, vm->output_buses, p->output_bus_count, buses + p->input_bus_count);
  p->meters = meters;
  p->input_buses = buses;
  p->output_buses = buses + p->input_bus_count;
}

static void dspc_vm_fill_program(const struct dspc_vm *vm, const dspc_param *params, dspc_program *p)
{
  const struct dspc_vm_info *info = vm->info;
  __builtin_memset(p, 0, sizeof *p);
  p->abi = DSPC_ABI;
  p->flags = info->flags;
  p->name = vm->strings + info->name;
  p->inputs = info->inputs;
  p->outputs = vm->counts[DSPC_VM_OUTPUTS];
  p->latency = info->latency;
  p->tail = info->tail;
  p->static_bytes = info->static_bytes;
  p->voices = info->voices;
  p->voice_slots = info->voice_slots;
  p->voice_base = info->voice_base;
  p->voice_width = info->voice_width;
  p->voice_stride = info->voice_stride;
  __builtin_memcpy(p->voice_fields, info->voice_fields, sizeof p->voice_fields);
  __builtin_memcpy(p->transport_cells, info->transport_cells, sizeof p->transport_cells);
  p->param_count = vm->counts[DSPC_VM_PARAMS];
  p->init_count = vm->counts[DSPC_VM_INITS];
  p->line_count = vm->counts[DSPC_VM_LINES];
  p->controller_count = vm->counts[DSPC_VM_CONTROLLERS];
  p->params = params;
  p->inits = vm->inits;
  p->lines = vm->lines;
  p->controllers = vm->controllers;
  p->code = vm;
  p->sizes = dspc_vm_sizes;
  p->init = dspc_vm_init;
  p->run = dspc_vm_run;
}

DSPC_API int dspc_vm_open(const void *data, size_t size, void *memory, size_t memory_bytes,
                          dspc_program *program, char *message, size_t capacity)
{
  struct dspc_vm *vm = memory;
  struct dspc_vm_check check = {vm, NULL, NULL, 0, 0, 0, message, capacity};
  dspc_param *params = (dspc_param *)(void *)((unsigned char *)memory + dspc_vm_params_at());
  if (capacity) message[0] = 0;
  if (memory == NULL || (uintptr_t)memory % 8 || memory_bytes < sizeof *vm ||
      memory_bytes < dspc_vm_bytes(data, size)) {
    dspc_vm_refuse(&check, "not enough memory, or not aligned", 8);
    return -1;
  }
  if (!dspc_vm_check_sections(&check, data, size)) return -1;
  check.reach = (uint64_t *)(void *)((unsigned char *)memory + dspc_vm_reach_at(vm));
  check.written = (uint32_t *)(void *)((unsigned char *)memory + dspc_vm_written_at(vm));
  __builtin_memset(check.written, 0, dspc_vm_all_registers(vm) * sizeof(uint32_t));
  if (!dspc_vm_check_checksum(&check, data, size) || !dspc_vm_check_layout(&check) ||
      !dspc_vm_check_ports(&check) || !dspc_vm_check_regions(&check))
    return -1;
  dspc_vm_fill_params(vm, params);
  dspc_vm_fill_program(vm, params, program);
  dspc_vm_fill_ports(vm, memory, program);
  dspc_vm_fill_samples(vm, memory, program);
  return 0;
}
