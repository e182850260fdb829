/* Part of vm.c: is an image sound? The head, the areas of memory, and what the engine is told.
 *
 * Numbers from the image are summed in 64 bits, where nothing of 32 overflows. The checks return 1, or 0 with
 * a message.
 */
#ifndef DSPC_VM_CHECK_H
#define DSPC_VM_CHECK_H
#include "vm_format.h"

#define DSPC_VM_MAX_BYTES 0x10000000u /* of an image */
#define DSPC_VM_MAX_STATIC 0xffff0000u
#define DSPC_VM_MAX_CHANNELS 1024u

struct dspc_vm_check {
  struct dspc_vm *vm;
  uint64_t *reach;                /* of each cursor of the region: the most that it can be here */
  uint32_t *written;              /* of each register: the scope in which it was written; 0: none */
  uint32_t scopes;                /* so far */
  uint32_t steps;                 /* instructions of the region's turn so far */
  uint64_t total;                 /* of all regions, those of voices for each of them */
  char *message;
  size_t capacity;
};

static size_t dspc_vm_put(const struct dspc_vm_check *c, size_t at, char letter)
{
  if (at + 1 < c->capacity) {
    c->message[at] = letter;
    c->message[at + 1] = 0;
  }
  return at + 1;
}

/* Says "what (index)". Returns 0. */
static int dspc_vm_refuse(const struct dspc_vm_check *c, const char *what, uint32_t index)
{
  char digits[10];
  size_t at = 0, count = 0;
  while (*what) at = dspc_vm_put(c, at, *what++);
  do digits[count++] = (char)('0' + index % 10);
  while (index /= 10);
  at = dspc_vm_put(c, at, ' ');
  at = dspc_vm_put(c, at, '(');
  while (count) at = dspc_vm_put(c, at, digits[--count]);
  dspc_vm_put(c, at, ')');
  return 0;
}

/* --- head and sections --------------------------------------------------------------------------------- */

static void dspc_vm_find_sections(struct dspc_vm *vm, const struct dspc_vm_entry *entries)
{
  const void *at[DSPC_VM_SECTIONS];
  for (uint32_t i = 0; i < DSPC_VM_SECTIONS; i++) {
    vm->counts[i] = entries[i].count;
    at[i] = vm->data + entries[i].offset;
  }
  vm->info = at[DSPC_VM_PROGRAM];
  vm->strings = at[DSPC_VM_STRINGS];
  vm->params = at[DSPC_VM_PARAMS];
  vm->inits = at[DSPC_VM_INITS];
  vm->lines = at[DSPC_VM_LINES];
  vm->delays = at[DSPC_VM_DELAYS];
  vm->controllers = at[DSPC_VM_CONTROLLERS];
  vm->meters = at[DSPC_VM_METERS];
  vm->input_buses = at[DSPC_VM_INPUT_BUSES];
  vm->output_buses = at[DSPC_VM_OUTPUT_BUSES];
  vm->samples = at[DSPC_VM_SAMPLES];
  vm->tables = at[DSPC_VM_TABLES];
  vm->table_data = at[DSPC_VM_DATA];
  vm->constants = at[DSPC_VM_CONSTANTS];
  vm->wide_constants = at[DSPC_VM_WIDE_CONSTANTS];
  vm->types = at[DSPC_VM_REGISTER_TYPES];
  vm->wide_types = at[DSPC_VM_WIDE_TYPES];
  vm->regions = at[DSPC_VM_REGIONS];
  vm->voices = at[DSPC_VM_VOICES];
  vm->results = at[DSPC_VM_RESULTS];
  vm->outputs = at[DSPC_VM_OUTPUTS];
  vm->cursors = at[DSPC_VM_CURSORS];
  vm->loops = at[DSPC_VM_LOOPS];
  vm->updates = at[DSPC_VM_UPDATES];
  vm->reduces = at[DSPC_VM_REDUCES];
  vm->arrays = at[DSPC_VM_ARRAYS];
  vm->code = at[DSPC_VM_CODE];
}

static int dspc_vm_check_sections(const struct dspc_vm_check *c, const void *data, size_t size)
{
  const struct dspc_vm_head *head = data;
  uint64_t end = sizeof *head + DSPC_VM_SECTIONS * sizeof(struct dspc_vm_entry);
  if (data == NULL || (uintptr_t)data % 8) return dspc_vm_refuse(c, "the image is not aligned", 8);
  if (size < end || size > DSPC_VM_MAX_BYTES) return dspc_vm_refuse(c, "the image's size", (uint32_t)size);
  if (head->magic != 0x42505344u) return dspc_vm_refuse(c, "this is no bytecode", head->magic);
  if (head->version != DSPC_VM_VERSION) return dspc_vm_refuse(c, "another version of bytecode", head->version);
  if (head->bytes != size) return dspc_vm_refuse(c, "the image is not whole", (uint32_t)size);
  if (head->sections != DSPC_VM_SECTIONS || head->reserved) return dspc_vm_refuse(c, "sections", head->sections);
  const struct dspc_vm_entry *entries = (const struct dspc_vm_entry *)(const void *)(head + 1);
  for (uint32_t i = 0; i < DSPC_VM_SECTIONS; i++) {
    if (entries[i].offset != end || entries[i].reserved) return dspc_vm_refuse(c, "a section's place", i);
    if (entries[i].bytes != (uint64_t)entries[i].count * dspc_vm_record_bytes[i])
      return dspc_vm_refuse(c, "a section's size", i);
    end = (end + entries[i].bytes + 7) & ~(uint64_t)7;
    if (end > size) return dspc_vm_refuse(c, "a section's end", i);
  }
  if (end != size || entries[DSPC_VM_PROGRAM].count != 1) return dspc_vm_refuse(c, "sections", (uint32_t)end);
  c->vm->data = data;
  dspc_vm_find_sections(c->vm, entries);
  return 1;
}

/* CRC-32 (that of zlib), four bits at a time. */
static int dspc_vm_check_checksum(const struct dspc_vm_check *c, const unsigned char *data, size_t size)
{
  static const uint32_t part[16] = {
    0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu, 0x76dc4190u, 0x6b6b51f4u, 0x4db26158u, 0x5005713cu,
    0xedb88320u, 0xf00f9344u, 0xd6d6a3e8u, 0xcb61b38cu, 0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu
  };
  uint32_t crc = 0xffffffffu;
  for (size_t i = DSPC_VM_SUMMED; i < size; i++) {
    crc ^= data[i];
    crc = crc >> 4 ^ part[crc & 15u];
    crc = crc >> 4 ^ part[crc & 15u];
  }
  if (~crc != ((const struct dspc_vm_head *)(const void *)data)->crc) return dspc_vm_refuse(c, "the checksum", crc);
  return 1;
}

/* --- memory -------------------------------------------------------------------------------------------- */

/* Whether `bytes` at `offset`, and at all offsets up to `reach` behind it, lie in the program's own memory. */
static int dspc_vm_in_state(const struct dspc_vm *vm, uint64_t offset, uint64_t reach, uint64_t bytes)
{
  return offset >= DSPC_CORE_HEADER && offset % 4 == 0 && offset + reach + bytes <= vm->info->state_end;
}

/* Areas follow each other, so that none overlaps another. */
static int dspc_vm_check_areas(const struct dspc_vm_check *c)
{
  const struct dspc_vm_info *info = c->vm->info;
  const uint32_t *counts = c->vm->counts;
  const uint64_t starts[] = {info->state_end, info->cursors_at, info->registers_at, info->wide_at,
                             info->stacks_at, info->work_at, info->static_bytes};
  const uint64_t sizes[] = {8ull * counts[DSPC_VM_LINES], 0, 8ull * counts[DSPC_VM_REGISTER_TYPES],
                            (uint64_t)DSPC_VM_UNIT * counts[DSPC_VM_WIDE_TYPES], info->stacks_bytes,
                            info->work_bytes};
  if (info->state_end < DSPC_CORE_HEADER || info->static_bytes > DSPC_VM_MAX_STATIC)
    return dspc_vm_refuse(c, "the memory's size", info->static_bytes);
  for (uint32_t i = 0; i < 6; i++) {
    if (starts[i] % DSPC_VM_UNIT) return dspc_vm_refuse(c, "an area is not aligned", i);
    if (starts[i] + sizes[i] > starts[i + 1]) return dspc_vm_refuse(c, "areas overlap", i);
  }
  return 1;
}

static int dspc_vm_check_types(const struct dspc_vm_check *c)
{
  const struct dspc_vm *vm = c->vm;
  uint32_t count = vm->counts[DSPC_VM_REGISTER_TYPES], wide = vm->counts[DSPC_VM_WIDE_TYPES];
  if (count > DSPC_VM_REGISTERS || wide > DSPC_VM_REGISTERS) return dspc_vm_refuse(c, "too many registers", count);
  for (uint32_t i = 0; i < count; i++)
    if ((vm->types[i] & ~DSPC_VM_CONSTANT) > DSPC_BOOL) return dspc_vm_refuse(c, "a register's type", i);
  for (uint32_t i = 0; i < wide; i++) {
    uint32_t type = vm->wide_types[i] & ~DSPC_VM_CONSTANT, is_long = type == DSPC_F64 || type == DSPC_U64;
    if (type > DSPC_BOOL) return dspc_vm_refuse(c, "a wide register's type", i);
    if (is_long && (++i == wide || vm->wide_types[i] != DSPC_VM_UPPER))
      return dspc_vm_refuse(c, "half a wide register", i);
  }
  return 1;
}

static int dspc_vm_check_constants(const struct dspc_vm_check *c, const struct dspc_vm_constant *constants,
                                   uint32_t count, const unsigned char *types, uint32_t registers)
{
  for (uint32_t i = 0; i < count; i++) {
    uint32_t reg = constants[i].reg;
    if (reg >= registers || !(types[reg] & DSPC_VM_CONSTANT) || types[reg] == DSPC_VM_UPPER)
      return dspc_vm_refuse(c, "a constant's register", i);
  }
  return 1;
}

static int dspc_vm_check_layout(const struct dspc_vm_check *c)
{
  const struct dspc_vm *vm = c->vm;
  const uint32_t *n = vm->counts;
  return dspc_vm_check_areas(c) && dspc_vm_check_types(c) &&
         dspc_vm_check_constants(c, vm->constants, n[DSPC_VM_CONSTANTS], vm->types, n[DSPC_VM_REGISTER_TYPES]) &&
         dspc_vm_check_constants(c, vm->wide_constants, n[DSPC_VM_WIDE_CONSTANTS], vm->wide_types,
                                 n[DSPC_VM_WIDE_TYPES]);
}

/* --- what the engine is told --------------------------------------------------------------------------- */

static int dspc_vm_is_finite(double x)
{
  return x - x == 0;
}

static int dspc_vm_is_string(const struct dspc_vm *vm, uint32_t offset)
{
  uint32_t size = vm->counts[DSPC_VM_STRINGS];
  return offset < size && vm->strings[size - 1] == 0;
}

static int dspc_vm_check_params(const struct dspc_vm_check *c)
{
  const struct dspc_vm *vm = c->vm;
  for (uint32_t i = 0; i < vm->counts[DSPC_VM_PARAMS]; i++) {
    const struct dspc_vm_param *p = vm->params + i;
    int ordered = dspc_vm_is_finite(p->min) && dspc_vm_is_finite(p->max) && dspc_vm_is_finite(p->step);
    if (!dspc_vm_is_string(vm, p->id) || !dspc_vm_is_string(vm, p->name) || !dspc_vm_is_string(vm, p->unit) ||
        !dspc_vm_is_string(vm, p->group) || !dspc_vm_is_string(vm, p->labels))
      return dspc_vm_refuse(c, "a parameter's text", i);
    if (!ordered || !(p->min <= p->init && p->init <= p->max && p->step >= 0))
      return dspc_vm_refuse(c, "a parameter's range", i);
    if (p->type > DSPC_BOOL || p->type == DSPC_U32 || p->type == DSPC_U64 || p->scale > 1 || p->flags > 15)
      return dspc_vm_refuse(c, "a parameter's type", i);
    if (!dspc_vm_in_state(vm, p->cell, 0, p->type == DSPC_F64 ? 8 : 4))
      return dspc_vm_refuse(c, "a parameter's cell", i);
  }
  return 1;
}

static int dspc_vm_check_inits(const struct dspc_vm_check *c)
{
  for (uint32_t i = 0; i < c->vm->counts[DSPC_VM_INITS]; i++) {
    const dspc_init *q = c->vm->inits + i;
    uint64_t cells = 1, reach = 0;
    for (uint32_t d = 0; d < 3; d++) {
      cells *= q->count[d];
      if (cells == 0 || cells > c->vm->info->state_end) return dspc_vm_refuse(c, "a slot's copies", i);
      reach += (uint64_t)(q->count[d] - 1) * q->stride[d];
    }
    if ((q->bytes != 4 && q->bytes != 8) || !dspc_vm_in_state(c->vm, q->offset, reach, q->bytes))
      return dspc_vm_refuse(c, "a slot's initial value", i);
  }
  return 1;
}

static int dspc_vm_check_lines(const struct dspc_vm_check *c)
{
  const struct dspc_vm *vm = c->vm;
  uint32_t count = vm->counts[DSPC_VM_LINES];
  if (count > DSPC_MAX_LINES || count != vm->counts[DSPC_VM_DELAYS])
    return dspc_vm_refuse(c, "the number of delay lines", count);
  for (uint32_t i = 0; i < count; i++) {
    const dspc_line *line = vm->lines + i;
    double seconds = vm->delays[i].seconds;
    if (line->cell != vm->info->state_end + 8ull * i) return dspc_vm_refuse(c, "a delay line's cell", i);
    if ((line->bytes != 4 && line->bytes != 8) || line->lanes == 0 || !(seconds >= 0 && seconds <= 1e9))
      return dspc_vm_refuse(c, "a delay line's size", i);
  }
  return 1;
}

static int dspc_vm_check_voices_layout(const struct dspc_vm_check *c)
{
  const struct dspc_vm_info *info = c->vm->info;
  uint64_t groups;
  if (info->voice_slots == 0 && info->voices == 0) return 1;
  if (info->voices == 0 || info->voices > info->voice_slots || info->voice_slots > DSPC_MAX_VOICES)
    return dspc_vm_refuse(c, "the number of voices", info->voices);
  if (info->voice_width == 0 || info->voice_width > DSPC_MAX_VOICES || info->voice_stride % 4)
    return dspc_vm_refuse(c, "the voices' width", info->voice_width);
  groups = (info->voice_slots - 1) / info->voice_width;
  for (uint32_t i = 0; i < DSPC_VOICE_FIELDS; i++) {
    uint64_t field = info->voice_fields[i], reach = groups * info->voice_stride, bytes = 4ull * info->voice_width;
    if (field == DSPC_NONE ? i <= DSPC_VOICE_FADE
                           : !dspc_vm_in_state(c->vm, info->voice_base + field, reach, bytes))
      return dspc_vm_refuse(c, "a voice's cell", i);
  }
  return 1;
}

static int dspc_vm_check_tables(const struct dspc_vm_check *c)
{
  for (uint32_t i = 0; i < c->vm->counts[DSPC_VM_TABLES]; i++) {
    const struct dspc_vm_table *table = c->vm->tables + i;
    if (table->count == 0 || table->count > INT32_MAX || (table->bytes != 4 && table->bytes != 8))
      return dspc_vm_refuse(c, "a table's size", i);
    if (table->offset + (uint64_t)table->count * table->bytes > c->vm->counts[DSPC_VM_DATA])
      return dspc_vm_refuse(c, "a table's data", i);
  }
  return 1;
}

/* The channels of all buses together are those of the program. */
static int dspc_vm_check_buses(const struct dspc_vm_check *c, const struct dspc_vm_bus *buses, uint32_t count,
                               uint32_t channels)
{
  uint64_t sum = 0;
  for (uint32_t i = 0; i < count; i++) {
    const struct dspc_vm_bus *bus = buses + i;
    if (!dspc_vm_is_string(c->vm, bus->name) || bus->channels == 0 || bus->flags > 1)
      return dspc_vm_refuse(c, "a bus", i);
    if (bus->cell != DSPC_NONE && !dspc_vm_in_state(c->vm, bus->cell, 0, 4))
      return dspc_vm_refuse(c, "a bus's cell", i);
    sum += bus->channels;
  }
  return count == 0 || sum == channels || dspc_vm_refuse(c, "the buses' channels", (uint32_t)sum);
}

static int dspc_vm_check_samples(const struct dspc_vm_check *c)
{
  const struct dspc_vm *vm = c->vm;
  for (uint32_t i = 0; i < vm->counts[DSPC_VM_SAMPLES]; i++) {
    const struct dspc_vm_sample *s = vm->samples + i;
    uint64_t count = (uint64_t)s->frames * s->channels, bytes = dspc_vm_audio_bytes(vm);
    if (!dspc_vm_is_string(vm, s->name) || count == 0 || count > INT32_MAX || !(s->rate >= 1.0 && s->rate <= 1e9))
      return dspc_vm_refuse(c, "a sample", i);
    if (s->offset % bytes || s->offset + count * bytes > vm->counts[DSPC_VM_DATA])
      return dspc_vm_refuse(c, "a sample's sound", i);
    if (!dspc_vm_in_state(vm, s->cell, 0, 12)) return dspc_vm_refuse(c, "a sample's cell", i);
  }
  return 1;
}

static int dspc_vm_check_host_cells(const struct dspc_vm_check *c)
{
  const struct dspc_vm *vm = c->vm;
  for (uint32_t i = 0; i < DSPC_TRANSPORT_FIELDS; i++) {
    uint32_t cell = vm->info->transport_cells[i];
    if (cell != DSPC_NONE && !dspc_vm_in_state(vm, cell, 0, DSPC_TRANSPORT_BYTES(i)))
      return dspc_vm_refuse(c, "a transport's cell", i);
  }
  for (uint32_t i = 0; i < vm->counts[DSPC_VM_METERS]; i++)
    if (!dspc_vm_is_string(vm, vm->meters[i].name) || !dspc_vm_in_state(vm, vm->meters[i].cell, 0, 4))
      return dspc_vm_refuse(c, "a meter", i);
  return dspc_vm_check_samples(c) &&
         dspc_vm_check_buses(c, vm->input_buses, vm->counts[DSPC_VM_INPUT_BUSES], vm->info->inputs) &&
         dspc_vm_check_buses(c, vm->output_buses, vm->counts[DSPC_VM_OUTPUT_BUSES], vm->counts[DSPC_VM_OUTPUTS]);
}

static int dspc_vm_check_ports(const struct dspc_vm_check *c)
{
  const struct dspc_vm *vm = c->vm;
  const struct dspc_vm_info *info = vm->info;
  if (info->flags & ~0x7fu || info->flags >> 4 > DSPC_STEAL_NONE || !dspc_vm_is_string(vm, info->name) || !(info->tail >= 0))
    return dspc_vm_refuse(c, "the program's description", info->flags);
  if (info->inputs > DSPC_VM_MAX_CHANNELS || vm->counts[DSPC_VM_OUTPUTS] > DSPC_VM_MAX_CHANNELS)
    return dspc_vm_refuse(c, "the number of channels", info->inputs);
  for (uint32_t i = 0; i < vm->counts[DSPC_VM_OUTPUTS]; i++)
    if (!dspc_vm_in_state(vm, vm->outputs[i], 0, DSPC_TICK * dspc_vm_audio_bytes(vm)))
      return dspc_vm_refuse(c, "an output's buffer", i);
  for (uint32_t i = 0; i < vm->counts[DSPC_VM_CONTROLLERS]; i++) {
    const dspc_controller *q = vm->controllers + i;
    if (q->number > 127 || !(q->init >= 0 && q->init <= 1) || !dspc_vm_in_state(vm, q->cell, 0, 4))
      return dspc_vm_refuse(c, "a controller", i);
  }
  return dspc_vm_check_params(c) && dspc_vm_check_inits(c) && dspc_vm_check_lines(c) &&
         dspc_vm_check_voices_layout(c) && dspc_vm_check_tables(c) && dspc_vm_check_host_cells(c);
}

#endif
