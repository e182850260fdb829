/* Part of engine.c: transport, meters, and which buses are connected. */
#ifndef DSPC_ENGINE_PORTS_H
#define DSPC_ENGINE_PORTS_H

#define DSPC_SONG_REACH 0x80000000u /* frames after which the position is counted from a new frame */
#define DSPC_SIDE_CHAIN 1u          /* a flag of buses */

static const unsigned char *dspc_core_of(const struct dspc_engine *e)
{
  return e->outside ? (const unsigned char *)e->outside : (const unsigned char *)e + e->at.core;
}

/* --- transport ----------------------------------------------------------------------------------------- */

/* The same arithmetic as in a program that reads the position. */
static double dspc_song_position(const struct dspc_engine *e, uint32_t frame)
{
  return e->song.position + (double)(frame - e->song.frame) * e->song.step;
}

static void dspc_put_cell(const dspc_program *p, struct dspc_engine *e, uint32_t field, const void *value,
                          uint32_t bytes)
{
  uint32_t cell = p->transport_cells[field];
  if (cell != DSPC_NONE) __builtin_memcpy(dspc_core_memory(e) + cell, value, bytes);
}

static void dspc_song_store(const dspc_program *p, struct dspc_engine *e)
{
  const struct dspc_song *s = &e->song;
  dspc_put_cell(p, e, DSPC_TRANSPORT_TEMPO, &s->tempo, 8);
  dspc_put_cell(p, e, DSPC_TRANSPORT_PLAYING, &s->playing, 4);
  dspc_put_cell(p, e, DSPC_TRANSPORT_POSITION, &s->position, 8);
  dspc_put_cell(p, e, DSPC_TRANSPORT_BAR, &s->bar, 8);
  dspc_put_cell(p, e, DSPC_TRANSPORT_NUMERATOR, &s->numerator, 4);
  dspc_put_cell(p, e, DSPC_TRANSPORT_DENOMINATOR, &s->denominator, 4);
  dspc_put_cell(p, e, DSPC_TRANSPORT_STEP, &s->step, 8);
  dspc_put_cell(p, e, DSPC_TRANSPORT_FRAME, &s->frame, 4);
}

/* From here on the position is counted from the frame that comes next. */
static void dspc_song_anchor(struct dspc_engine *e, uint32_t frame)
{
  struct dspc_song *s = &e->song;
  s->position = dspc_song_position(e, frame);
  s->frame = frame;
  s->step = s->playing ? s->tempo / (60.0 * e->sample_rate) : 0.0;
}

/* Frames that may run before the next anchor: at the same one whatever the blocks. */
static uint32_t dspc_song_left(const dspc_program *p, struct dspc_engine *e)
{
  uint32_t frame = dspc_core_header(e)->frame, done = frame - e->song.frame;
  if (done < DSPC_SONG_REACH) return DSPC_SONG_REACH - done;
  dspc_song_anchor(e, frame);
  dspc_song_store(p, e);
  return DSPC_SONG_REACH;
}

/* The stream begins anew, the song goes on from where it is. */
static void dspc_song_restart(struct dspc_engine *e)
{
  dspc_song_anchor(e, dspc_core_header(e)->frame);
  e->song.frame = 0;
}

static int dspc_song_takes(uint32_t field, double value)
{
  if (value - value != 0.0) return 0;
  if (field == DSPC_TRANSPORT_TEMPO) return value >= 1.0 && value <= 1e4;
  if (field == DSPC_TRANSPORT_NUMERATOR || field == DSPC_TRANSPORT_DENOMINATOR)
    return value >= 1.0 && value <= 1024.0;
  return field < DSPC_TRANSPORT_STEP && value >= -1e12 && value <= 1e12;
}

static void dspc_transport_event(const dspc_program *p, struct dspc_engine *e, uint32_t field, double value)
{
  struct dspc_song *s = &e->song;
  uint32_t frame = dspc_core_header(e)->frame;
  if (!dspc_song_takes(field, value)) return;
  dspc_song_anchor(e, frame);
  if (field == DSPC_TRANSPORT_TEMPO) s->tempo = value;
  else if (field == DSPC_TRANSPORT_PLAYING) s->playing = value >= 0.5;
  else if (field == DSPC_TRANSPORT_POSITION) s->position = value;
  else if (field == DSPC_TRANSPORT_BAR) s->bar = value;
  else if (field == DSPC_TRANSPORT_NUMERATOR) s->numerator = dspc_to_i32(value);
  else s->denominator = dspc_to_i32(value);
  dspc_song_anchor(e, frame);                      /* the step follows tempo and playing */
  dspc_song_store(p, e);
  dspc_tick_all(e);
}

DSPC_API double dspc_get_transport(const dspc_program *program, const void *memory, uint32_t field)
{
  const struct dspc_engine *e = memory;
  const unsigned char *core = dspc_core_of(e);
  (void)program;
  if (field == DSPC_TRANSPORT_TEMPO) return e->song.tempo;
  if (field == DSPC_TRANSPORT_PLAYING) return e->song.playing;
  if (field == DSPC_TRANSPORT_POSITION)
    return dspc_song_position(e, ((const struct dspc_core *)(const void *)core)->frame);
  if (field == DSPC_TRANSPORT_BAR) return e->song.bar;
  if (field == DSPC_TRANSPORT_NUMERATOR) return e->song.numerator;
  return field == DSPC_TRANSPORT_DENOMINATOR ? e->song.denominator : 0.0;
}

/* --- meters -------------------------------------------------------------------------------------------- */

static void dspc_meters_clear(const dspc_program *p, struct dspc_engine *e)
{
  for (uint32_t i = 0; i < p->meter_count; i++) __builtin_memset(dspc_core_memory(e) + p->meters[i].cell, 0, 4);
}

DSPC_API float dspc_get_meter(const dspc_program *program, const void *memory, uint32_t index)
{
  const struct dspc_engine *e = memory;
  const unsigned char *core = dspc_core_of(e);
  float value = 0;
  if (index < program->meter_count) __builtin_memcpy(&value, core + program->meters[index].cell, sizeof value);
  return value;
}

/* --- buses --------------------------------------------------------------------------------------------- */

static void dspc_connected_store(const dspc_program *p, struct dspc_engine *e, uint32_t bus)
{
  if (p->input_buses[bus].cell != DSPC_NONE)
    __builtin_memcpy(dspc_core_memory(e) + p->input_buses[bus].cell, dspc_connected(e) + bus, 4);
}

DSPC_API void dspc_connect(const dspc_program *program, void *memory, uint32_t bus, uint32_t connected)
{
  struct dspc_engine *e = memory;
  if (bus >= program->input_bus_count || dspc_connected(e)[bus] == (connected != 0)) return;
  dspc_connected(e)[bus] = connected != 0;
  dspc_connected_store(program, e, bus);
  dspc_tick_all(e);
}

static void dspc_host_defaults(const dspc_program *p, struct dspc_engine *e)
{
  const struct dspc_song stopped = {120.0, 0.0, 0.0, 0.0, 0, 0, 4, 4};
  e->song = stopped;
  for (uint32_t i = 0; i < p->input_bus_count; i++)
    dspc_connected(e)[i] = !(p->input_buses[i].flags & DSPC_SIDE_CHAIN);
}

#endif
