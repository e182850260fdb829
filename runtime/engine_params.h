/* Part of engine.c: parameters, controllers, and the state that a host saves. */
#ifndef DSPC_ENGINE_PARAMS_H
#define DSPC_ENGINE_PARAMS_H

/* To the nearest integer, halves to even, by magic number: |v| < 2^51. */
static double dspc_nearest(double v)
{
  const double magic = 6755399441055744.0;         /* 1.5 * 2^52 */
  return (v + magic) - magic;
}

/* `value` as the parameter can take it. NaN is the caller's matter. */
static double dspc_param_round(const dspc_param *q, double value)
{
  double v = value < q->min ? q->min : value > q->max ? q->max : value;
  if (q->step > 0) {
    double steps = (v - q->min) / q->step;
    if (steps < 1e15) v = q->min + dspc_nearest(steps) * q->step;
    if (v > q->max) v = q->max;
  }
  return v;
}

static int32_t dspc_to_i32(double v)
{
  if (!(v > -2147483648.0)) return INT32_MIN;
  if (v >= 2147483647.0) return INT32_MAX;
  return (int32_t)dspc_nearest(v);
}

static void dspc_param_store(const dspc_program *p, struct dspc_engine *e, uint32_t index)
{
  const dspc_param *q = &p->params[index];
  unsigned char *cell = dspc_core_memory(e) + q->cell;
  double v = dspc_values(e)[index];
  float as_float = (float)v;
  int32_t as_int = q->type == DSPC_BOOL ? v >= 0.5 : dspc_to_i32(v);
  if (q->type == DSPC_F64) __builtin_memcpy(cell, &v, 8);
  else if (q->type == DSPC_F32) __builtin_memcpy(cell, &as_float, 4);
  else __builtin_memcpy(cell, &as_int, 4);
}

static void dspc_controller_store(const dspc_program *p, struct dspc_engine *e, uint32_t index)
{
  float value = (float)dspc_values(e)[p->param_count + index];
  __builtin_memcpy(dspc_core_memory(e) + p->controllers[index].cell, &value, 4);
}

static void dspc_tick_all(struct dspc_engine *e)
{
  struct dspc_core *core = dspc_core_header(e);
  core->tick_any = 1;
  core->tick_all = 1;
}

static void dspc_param_event(const dspc_program *p, struct dspc_engine *e, uint32_t index, double value)
{
  if (index >= p->param_count || value != value) return;
  dspc_values(e)[index] = dspc_param_round(&p->params[index], value);
  dspc_param_store(p, e, index);
  dspc_tick_all(e);
}

static void dspc_defaults(const dspc_program *p, double *values)
{
  for (uint32_t i = 0; i < p->param_count; i++) values[i] = dspc_param_round(&p->params[i], p->params[i].init);
  for (uint32_t i = 0; i < p->controller_count; i++) values[p->param_count + i] = p->controllers[i].init;
}

/* --- saved state: "DSPS", version, count; each id with its length and its value; CRC-32. Little-endian - */

#define DSPC_STATE_VERSION 1u
#define DSPC_STATE_HEAD 12u
#define DSPC_MOMENTARY 8u         /* a flag of parameters; nobody wants a button to be pressed by a preset */

static uint64_t dspc_read_le(const unsigned char *from, uint32_t bytes)
{
  uint64_t v = 0;
  for (uint32_t i = 0; i < bytes; i++) v |= (uint64_t)from[i] << (8 * i);
  return v;
}

static void dspc_write_le(unsigned char *to, uint64_t value, uint32_t bytes)
{
  for (uint32_t i = 0; i < bytes; i++) to[i] = (unsigned char)(value >> (8 * i));
}

static uint32_t dspc_crc32(const unsigned char *data, size_t size)
{
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < size; i++) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1u ? 0xedb88320u : 0u);
  }
  return ~crc;
}

static uint32_t dspc_length(const char *text)      /* of an id; no id is longer than 65535 bytes */
{
  uint32_t n = 0;
  while (n < 0xffffu && text[n]) n++;
  return n;
}

DSPC_API size_t dspc_save(const dspc_program *program, const void *memory, void *data, size_t capacity)
{
  const unsigned char *values = (const unsigned char *)memory + ((const struct dspc_engine *)memory)->at.values;
  unsigned char *out = data;
  size_t size = DSPC_STATE_HEAD + 4;
  uint32_t count = 0;
  for (uint32_t i = 0; i < program->param_count; i++) {
    if (program->params[i].flags & DSPC_MOMENTARY) continue;
    size += 2u + dspc_length(program->params[i].id) + 8u;
    count++;
  }
  if (data == NULL || capacity < size) return size;
  __builtin_memcpy(out, "DSPS", 4);
  dspc_write_le(out + 4, DSPC_STATE_VERSION, 4);
  dspc_write_le(out + 8, count, 4);
  out += DSPC_STATE_HEAD;
  for (uint32_t i = 0; i < program->param_count; i++) {
    const dspc_param *q = &program->params[i];
    uint32_t length = dspc_length(q->id);
    uint64_t bits;
    if (q->flags & DSPC_MOMENTARY) continue;
    __builtin_memcpy(&bits, values + i * sizeof bits, sizeof bits);
    dspc_write_le(out, length, 2);
    __builtin_memcpy(out + 2, q->id, length);
    dspc_write_le(out + 2 + length, bits, 8);
    out += 2 + length + 8;
  }
  dspc_write_le(out, dspc_crc32(data, size - 4), 4);
  return size;
}

static double dspc_saved_value(const unsigned char *entry)
{
  uint64_t bits = dspc_read_le(entry + 2 + dspc_read_le(entry, 2), 8);
  double value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

/* The entry's bytes, 0 if it does not lie wholly before `end` or its value is no number. */
static size_t dspc_saved_entry(const unsigned char *entry, const unsigned char *end)
{
  size_t room = (size_t)(end - entry), bytes;
  if (room < 2) return 0;
  bytes = 2 + (size_t)dspc_read_le(entry, 2) + 8;
  if (room < bytes) return 0;
  return dspc_saved_value(entry) - dspc_saved_value(entry) == 0.0 ? bytes : 0;
}

static int dspc_saved_ok(const unsigned char *data, size_t size)
{
  const unsigned char *end, *entry;
  if (data == NULL || size < DSPC_STATE_HEAD + 4) return 0;
  end = data + size - 4;
  if (dspc_read_le(data, 4) != 0x53505344u || dspc_read_le(data + 4, 4) != DSPC_STATE_VERSION) return 0;
  if (dspc_read_le(end, 4) != dspc_crc32(data, size - 4)) return 0;
  entry = data + DSPC_STATE_HEAD;
  for (uint64_t left = dspc_read_le(data + 8, 4); left; left--) {
    size_t bytes = dspc_saved_entry(entry, end);
    if (bytes == 0) return 0;
    entry += bytes;
  }
  return entry == end;
}

static void dspc_load_entry(const dspc_program *p, double *values, const unsigned char *entry)
{
  uint32_t length = (uint32_t)dspc_read_le(entry, 2);
  for (uint32_t i = 0; i < p->param_count; i++) {
    const dspc_param *q = &p->params[i];
    uint32_t same = 0;
    if (q->flags & DSPC_MOMENTARY || dspc_length(q->id) != length) continue;
    while (same < length && (unsigned char)q->id[same] == entry[2 + same]) same++;
    if (same == length) values[i] = dspc_param_round(q, dspc_saved_value(entry));
  }
}

DSPC_API int dspc_load(const dspc_program *program, void *memory, const void *data, size_t size)
{
  struct dspc_engine *e = memory;
  double *values = dspc_values(e);
  const unsigned char *entry, *end;
  uint64_t mode;
  if (!dspc_saved_ok(data, size)) return -1;
  mode = dspc_enter();
  entry = (const unsigned char *)data + DSPC_STATE_HEAD;
  end = (const unsigned char *)data + size - 4;
  for (uint32_t i = 0; i < program->param_count; i++)
    values[i] = dspc_param_round(&program->params[i], program->params[i].init);
  for (; entry < end; entry += dspc_saved_entry(entry, end)) dspc_load_entry(program, values, entry);
  for (uint32_t i = 0; i < program->param_count; i++) dspc_param_store(program, e, i);
  dspc_tick_all(e);
  dspc_leave(mode);
  return 0;
}

#endif
