/* Part of engine.c: what events do to the notes that they address. Poly and mono differ in what a key is. */
#ifndef DSPC_ENGINE_NOTES_H
#define DSPC_ENGINE_NOTES_H

/* --- keys ---------------------------------------------------------------------------------------------- */

static int dspc_addresses(const struct dspc_engine *e, const dspc_event *v, const struct dspc_note *n)
{
  if (n->stage == DSPC_FREE) return 0;
  if (v->id >= 0) return n->id == v->id;
  if (v->index == DSPC_NONE) return dspc_reaches(e, v, n->channel);
  return v->index == n->key && (v->channel < 0 || (uint32_t)v->channel == n->channel);
}

/* The notes whose keys are down or held by the pedal: in mono the stack, else the slots. */
static struct dspc_note *dspc_keys(const dspc_program *p, struct dspc_engine *e, uint32_t *count)
{
  *count = p->flags & DSPC_MONO ? e->held_count : p->voice_slots;
  return p->flags & DSPC_MONO ? dspc_held(e) : dspc_notes(e);
}

static void dspc_drop_key(const dspc_program *p, struct dspc_engine *e, uint32_t i)
{
  if (p->flags & DSPC_MONO) dspc_let_go(p, e, i);
  else dspc_release(p, e, i);
}

static void dspc_key_up(const dspc_program *p, struct dspc_engine *e, uint32_t i, float velocity)
{
  uint32_t count;
  struct dspc_note *n = &dspc_keys(p, e, &count)[i];
  n->release_velocity = velocity;
  n->released = ++e->clock;
  if (e->channel[n->channel].pedal) n->stage = DSPC_SUSTAINED;
  else dspc_drop_key(p, e, i);
}

static void dspc_note_off(const dspc_program *p, struct dspc_engine *e, const dspc_event *v, float velocity)
{
  uint32_t count, oldest = DSPC_NONE;
  uint64_t before = dspc_newest(e);
  struct dspc_note *keys = dspc_keys(p, e, &count);
  for (uint32_t i = count; i-- > 0;) {
    if (keys[i].stage != DSPC_HELD || !dspc_addresses(e, v, &keys[i])) continue;
    if (v->id < 0 && v->index == DSPC_NONE) dspc_key_up(p, e, i, velocity);
    else if (oldest == DSPC_NONE || keys[i].order < keys[oldest].order) oldest = i;
  }
  if (oldest != DSPC_NONE) dspc_key_up(p, e, oldest, velocity);
  dspc_settle(p, e, before);
}

static void dspc_note_on(const dspc_program *p, struct dspc_engine *e, const dspc_event *v, float velocity)
{
  struct dspc_note note = {0};
  note.order = ++e->clock;
  note.id = v->id;
  note.channel = v->channel < 0 ? 0 : (uint32_t)v->channel;
  note.key = v->index;
  note.stage = DSPC_HELD;
  note.velocity = velocity;
  note.pressure = e->channel[note.channel].pressure;
  note.timbre = e->channel[note.channel].timbre;
  if (p->flags & DSPC_MONO) dspc_start_mono(p, e, &note);
  else dspc_start_poly(p, e, &note);
}

static void dspc_pedal(const dspc_program *p, struct dspc_engine *e, uint32_t channel, uint32_t down)
{
  uint32_t count;
  uint64_t before = dspc_newest(e);
  struct dspc_note *keys = dspc_keys(p, e, &count);
  e->channel[channel].pedal = down;
  if (down) return;
  for (uint32_t i = count; i-- > 0;)
    if (keys[i].stage == DSPC_SUSTAINED && keys[i].channel == channel) dspc_drop_key(p, e, i);
  dspc_settle(p, e, before);
}

/* Fades the voices of the notes addressed. In mono a choked voice takes all held keys with it. */
static void dspc_choke(const dspc_program *p, struct dspc_engine *e, const dspc_event *v)
{
  int any = 0;
  for (uint32_t s = 0; s < p->voice_slots; s++) {
    const struct dspc_note *n = &dspc_notes(e)[s];
    if (!dspc_sounds(n) || !dspc_addresses(e, v, n)) continue;
    dspc_fade(p, e, s);
    any = 1;
  }
  for (uint32_t i = e->held_count; i-- > 0;)
    if (any || dspc_addresses(e, v, &dspc_held(e)[i])) dspc_let_go(p, e, i);
}

/* --- expression ---------------------------------------------------------------------------------------- */

static void dspc_set_expression(struct dspc_note *n, uint32_t kind, float value)
{
  if (kind == DSPC_EXPRESS_BEND) n->bend = value;
  else if (kind == DSPC_EXPRESS_PRESSURE) n->pressure = value;
  else n->timbre = value;
}

static void dspc_express(const dspc_program *p, struct dspc_engine *e, const dspc_event *v, uint32_t kind,
                         float value)
{
  for (uint32_t s = 0; s < p->voice_slots; s++) {
    if (!dspc_addresses(e, v, &dspc_notes(e)[s])) continue;
    dspc_set_expression(&dspc_notes(e)[s], kind, value);
    dspc_put_expression(p, e, s);
  }
  for (uint32_t i = 0; i < e->held_count; i++)
    if (dspc_addresses(e, v, &dspc_held(e)[i])) dspc_set_expression(&dspc_held(e)[i], kind, value);
}

/* The channels' bends have changed. */
static void dspc_bend_voices(const dspc_program *p, struct dspc_engine *e, const dspc_event *v)
{
  for (uint32_t s = 0; s < p->voice_slots; s++) {
    const struct dspc_note *n = &dspc_notes(e)[s];
    if (n->stage != DSPC_FREE && dspc_reaches(e, v, n->channel)) dspc_put_expression(p, e, s);
  }
}

#endif
