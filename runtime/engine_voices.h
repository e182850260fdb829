/* Part of engine.c: which note sounds in which voice.
 *
 * Polyphonic: a note-on takes a free slot; if as many notes sound as may, it first makes one of them fade in the
 * slot where it is (enum dspc_steal). A key that is struck again takes another voice; the one before goes on, or is
 * released by the first note-off of two. Mono: a stack of held keys, of which the newest sounds in the slot that
 * already sounds, so that its state runs on.
 */
#ifndef DSPC_ENGINE_VOICES_H
#define DSPC_ENGINE_VOICES_H

#define DSPC_LEGATO 2u            /* flags of programs */
#define DSPC_MONO 4u
#define DSPC_STEAL(program) ((program)->flags >> 4)
#define DSPC_SEED 0x9e3779b9u     /* of `random`: each run draws the same */

/* --- cells of a slot ----------------------------------------------------------------------------------- */

static unsigned char *dspc_voice_cell(const dspc_program *p, struct dspc_engine *e, uint32_t slot,
                                      uint32_t field)
{
  size_t group = (size_t)(slot / p->voice_width) * p->voice_stride;
  size_t lane = (size_t)(slot % p->voice_width) * 4;
  if (p->voice_fields[field] == DSPC_NONE) return NULL;
  return dspc_core_memory(e) + p->voice_base + group + p->voice_fields[field] + lane;
}

static void dspc_put_int(const dspc_program *p, struct dspc_engine *e, uint32_t slot, uint32_t field,
                         int32_t value)
{
  unsigned char *cell = dspc_voice_cell(p, e, slot, field);
  if (cell) __builtin_memcpy(cell, &value, 4);
}

static void dspc_put_float(const dspc_program *p, struct dspc_engine *e, uint32_t slot, uint32_t field,
                           float value)
{
  unsigned char *cell = dspc_voice_cell(p, e, slot, field);
  if (cell) __builtin_memcpy(cell, &value, 4);
}

static float dspc_get_float(const dspc_program *p, struct dspc_engine *e, uint32_t slot, uint32_t field)
{
  float value = 0;
  unsigned char *cell = dspc_voice_cell(p, e, slot, field);
  if (cell) __builtin_memcpy(&value, cell, 4);
  return value;
}

static int32_t dspc_get_int(const dspc_program *p, struct dspc_engine *e, uint32_t slot, uint32_t field)
{
  int32_t value = 0;
  unsigned char *cell = dspc_voice_cell(p, e, slot, field);
  if (cell) __builtin_memcpy(&value, cell, 4);
  return value;
}

/* An event for this voice is due at the sample that comes next. */
static void dspc_tick_voice(const dspc_program *p, struct dspc_engine *e, uint32_t slot)
{
  dspc_put_int(p, e, slot, DSPC_VOICE_TICK, 1);
  dspc_core_header(e)->tick_any = 1;
}

static float dspc_random(struct dspc_engine *e)    /* xorshift32 (Marsaglia 2003), its upper 24 bits */
{
  uint32_t x = e->random;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  e->random = x;
  return (float)(x >> 8) * 0x1p-24f;
}

static void dspc_put_expression(const dspc_program *p, struct dspc_engine *e, uint32_t slot)
{
  const struct dspc_note *n = &dspc_notes(e)[slot];
  dspc_put_float(p, e, slot, DSPC_VOICE_BEND, dspc_channel_bend(e, n->channel) + n->bend);
  dspc_put_float(p, e, slot, DSPC_VOICE_PRESSURE, n->pressure);
  dspc_put_float(p, e, slot, DSPC_VOICE_TIMBRE, n->timbre);
  dspc_tick_voice(p, e, slot);
}

/* From where the pitch of a note comes that glides, or not: the voice knows where it is itself. */
static void dspc_put_glide(const dspc_program *p, struct dspc_engine *e, uint32_t slot, int fresh, int glides)
{
  float pitch = (float)dspc_notes(e)[slot].key;
  int from_last = glides && e->played && !(p->flags & DSPC_MONO);
  dspc_put_float(p, e, slot, DSPC_VOICE_PITCH, pitch);
  dspc_put_float(p, e, slot, DSPC_VOICE_ORIGIN, from_last ? e->last_pitch : pitch);
  dspc_put_int(p, e, slot, DSPC_VOICE_GLIDE,
               glides && !fresh ? DSPC_GLIDE_FROM_HERE : DSPC_GLIDE_FROM_ORIGIN);
  e->played = 1;
  e->last_pitch = pitch;
}

/* Opens a slot's gate. If the core saw it open and the note is not tied to the one before, it shuts for a sample,
 * so that what waits for a new gate begins anew. */
static void dspc_put_gate(const dspc_program *p, struct dspc_engine *e, uint32_t slot, int again)
{
  dspc_put_int(p, e, slot, DSPC_VOICE_GATE, !again);
  e->regate = again ? slot + 1 : 0;
}

/* Puts a note into a slot. `fresh`: whatever the slot did before, it starts from rest. `overlaps`: a key was down
 * when it began, which with legato ties it to the note before. */
static void dspc_sound(const dspc_program *p, struct dspc_engine *e, uint32_t slot,
                       const struct dspc_note *note, int fresh, int overlaps)
{
  struct dspc_note *n = &dspc_notes(e)[slot];
  int legato = (p->flags & DSPC_LEGATO) != 0;
  *n = *note;
  n->stage = DSPC_HELD;
  if (fresh) dspc_put_int(p, e, slot, DSPC_VOICE_RESET, 1);
  dspc_put_int(p, e, slot, DSPC_VOICE_ACTIVE, 1);
  dspc_put_int(p, e, slot, DSPC_VOICE_FADE, -1);
  dspc_put_int(p, e, slot, DSPC_VOICE_TRIGGER, 1);
  dspc_put_gate(p, e, slot, !fresh && e->gated && !(legato && overlaps));
  dspc_put_glide(p, e, slot, fresh, overlaps || !legato);
  dspc_put_float(p, e, slot, DSPC_VOICE_KEY, (float)n->key);
  dspc_put_float(p, e, slot, DSPC_VOICE_LEVEL, 1.0f);
  dspc_put_float(p, e, slot, DSPC_VOICE_VELOCITY, n->velocity);
  dspc_put_float(p, e, slot, DSPC_VOICE_RELEASE_VELOCITY, 0.0f);
  dspc_put_float(p, e, slot, DSPC_VOICE_RANDOM, dspc_random(e));
  dspc_put_int(p, e, slot, DSPC_VOICE_INDEX, n->index);
  dspc_put_expression(p, e, slot);
}

static void dspc_release(const dspc_program *p, struct dspc_engine *e, uint32_t slot)
{
  struct dspc_note *n = &dspc_notes(e)[slot];
  n->stage = DSPC_RELEASED;
  dspc_put_int(p, e, slot, DSPC_VOICE_GATE, 0);
  dspc_put_float(p, e, slot, DSPC_VOICE_RELEASE_VELOCITY, n->release_velocity);
  dspc_tick_voice(p, e, slot);
}

static void dspc_fade(const dspc_program *p, struct dspc_engine *e, uint32_t slot)
{
  dspc_notes(e)[slot].stage = DSPC_FADING;
  dspc_put_int(p, e, slot, DSPC_VOICE_FADE, DSPC_FADE);
  dspc_tick_voice(p, e, slot);
}

static int dspc_sounds(const struct dspc_note *n)  /* active, and not on its way out */
{
  return n->stage != DSPC_FREE && n->stage != DSPC_FADING;
}

/* --- notes that ended ---------------------------------------------------------------------------------- */

static void dspc_tell_end(struct dspc_engine *e, const struct dspc_note *n)
{
  dspc_ended_note *told;
  if (e->ended_count == DSPC_ENDED_NOTES) {
    e->ended_first = (e->ended_first + 1) % DSPC_ENDED_NOTES;
    e->ended_count--;
  }
  told = &dspc_ended(e)[(e->ended_first + e->ended_count++) % DSPC_ENDED_NOTES];
  told->id = n->id;
  told->channel = (int32_t)n->channel;
  told->key = n->key;
}

static uint32_t dspc_slot_of(const dspc_program *p, struct dspc_engine *e, uint64_t order)
{
  for (uint32_t s = 0; s < p->voice_slots; s++)
    if (dspc_notes(e)[s].stage != DSPC_FREE && dspc_notes(e)[s].order == order) return s;
  return DSPC_NONE;
}

/* Forgets a held key of a mono program. If its note is in a slot, its end is told when that ends. */
static void dspc_let_go(const dspc_program *p, struct dspc_engine *e, uint32_t i)
{
  struct dspc_note *held = dspc_held(e);
  uint32_t slot = dspc_slot_of(p, e, held[i].order);
  if (slot == DSPC_NONE) dspc_tell_end(e, &held[i]);
  else dspc_notes(e)[slot].release_velocity = held[i].release_velocity;
  e->held_count--;
  for (; i < e->held_count; i++) held[i] = held[i + 1];
}

static uint32_t dspc_held_index(struct dspc_engine *e, uint64_t order)
{
  for (uint32_t i = 0; i < e->held_count; i++)
    if (dspc_held(e)[i].order == order) return i;
  return DSPC_NONE;
}

/* The slot's note is over: its voice ended, or its slot is taken. Its key, if still down, means nothing now. */
static void dspc_end(const dspc_program *p, struct dspc_engine *e, uint32_t slot)
{
  struct dspc_note *n = &dspc_notes(e)[slot];
  uint32_t i = dspc_held_index(e, n->order);
  if (i != DSPC_NONE) dspc_let_go(p, e, i);
  n->stage = DSPC_FREE;
  dspc_tell_end(e, n);
}

/* Whether the core ended the voice of slot `a` before that of `b`; at the same sample the older note goes first. */
static int dspc_ended_before(const dspc_program *p, struct dspc_engine *e, uint32_t a, uint32_t b)
{
  uint32_t now = dspc_core_header(e)->frame;
  uint32_t since_a = now - (uint32_t)dspc_get_int(p, e, a, DSPC_VOICE_ENDED);
  uint32_t since_b = now - (uint32_t)dspc_get_int(p, e, b, DSPC_VOICE_ENDED);
  if (since_a != since_b) return since_a > since_b;
  return dspc_notes(e)[a].order < dspc_notes(e)[b].order;
}

/* Notices the voices that the core has ended, in their order: a look at all slots for each, and one more. */
static void dspc_reap(const dspc_program *p, struct dspc_engine *e)
{
  uint32_t first;
  do {
    first = DSPC_NONE;
    for (uint32_t s = 0; s < p->voice_slots; s++) {
      if (dspc_notes(e)[s].stage == DSPC_FREE || dspc_get_int(p, e, s, DSPC_VOICE_ACTIVE)) continue;
      if (first == DSPC_NONE || dspc_ended_before(p, e, s, first)) first = s;
    }
    if (first != DSPC_NONE) dspc_end(p, e, first);
  } while (first != DSPC_NONE);
}

/* --- polyphonic notes ---------------------------------------------------------------------------------- */

/* Whether slot `a` is to be stolen rather than slot `b`. */
static int dspc_goes_before(const dspc_program *p, struct dspc_engine *e, uint32_t slot_a, uint32_t slot_b)
{
  const struct dspc_note *a = &dspc_notes(e)[slot_a], *b = &dspc_notes(e)[slot_b];
  int a_released = a->stage == DSPC_RELEASED, b_released = b->stage == DSPC_RELEASED;
  if (a_released != b_released) return a_released;
  if (DSPC_STEAL(p) == DSPC_STEAL_LOWEST && a->key != b->key) return a->key < b->key;
  if (DSPC_STEAL(p) == DSPC_STEAL_HIGHEST && a->key != b->key) return a->key > b->key;
  if (DSPC_STEAL(p) == DSPC_STEAL_QUIETEST) {
    float level_a = dspc_get_float(p, e, slot_a, DSPC_VOICE_LEVEL);
    float level_b = dspc_get_float(p, e, slot_b, DSPC_VOICE_LEVEL);
    if (level_a != level_b) return level_a < level_b;
  }
  return a_released ? a->released < b->released : a->order < b->order;
}

/* Makes room for one more note; 0 if there is none. */
static int dspc_make_room(const dspc_program *p, struct dspc_engine *e)
{
  uint32_t sounding = 0, victim = DSPC_NONE;
  for (uint32_t s = 0; s < p->voice_slots; s++) {
    if (!dspc_sounds(&dspc_notes(e)[s])) continue;
    sounding++;
    if (victim == DSPC_NONE || dspc_goes_before(p, e, s, victim)) victim = s;
  }
  if (sounding < p->voices) return 1;
  if (DSPC_STEAL(p) == DSPC_STEAL_NONE) return 0;
  dspc_fade(p, e, victim);
  return 1;
}

static int dspc_any_held(const dspc_program *p, struct dspc_engine *e) /* by its key or by the pedal */
{
  for (uint32_t s = 0; s < p->voice_slots; s++)
    if (dspc_notes(e)[s].stage == DSPC_HELD || dspc_notes(e)[s].stage == DSPC_SUSTAINED) return 1;
  return 0;
}

/* If a voice was stolen, only its index is free. */
static int32_t dspc_lowest_index(const dspc_program *p, struct dspc_engine *e)
{
  uint32_t used[DSPC_MAX_VOICES / 32] = {0}, index = 0;
  for (uint32_t s = 0; s < p->voice_slots; s++) {
    const struct dspc_note *n = &dspc_notes(e)[s];
    if (dspc_sounds(n)) used[n->index / 32] |= 1u << (n->index % 32);
  }
  while (index + 1 < p->voices && used[index / 32] >> (index % 32) & 1u) index++;
  return (int32_t)index;
}

/* A slot for a new note: a free one, else the one that has faded furthest. */
static uint32_t dspc_take_slot(const dspc_program *p, struct dspc_engine *e)
{
  uint32_t best = 0;
  int32_t least = INT32_MAX;
  for (uint32_t s = 0; s < p->voice_slots; s++) {
    const struct dspc_note *n = &dspc_notes(e)[s];
    int32_t left = n->stage == DSPC_FADING ? dspc_get_int(p, e, s, DSPC_VOICE_FADE) : INT32_MAX;
    if (n->stage == DSPC_FREE) return s;
    if (left < least) {
      least = left;
      best = s;
    }
  }
  dspc_end(p, e, best);
  return best;
}

static void dspc_start_poly(const dspc_program *p, struct dspc_engine *e, struct dspc_note *note)
{
  int overlaps = dspc_any_held(p, e);
  if (!dspc_make_room(p, e)) {
    dspc_tell_end(e, note);
    return;
  }
  note->index = dspc_lowest_index(p, e);
  dspc_sound(p, e, dspc_take_slot(p, e), note, 1, overlaps);
}

/* --- mono notes ---------------------------------------------------------------------------------------- */

static uint64_t dspc_newest(struct dspc_engine *e) /* order of the held note that should sound, 0: none */
{
  return e->held_count ? dspc_held(e)[e->held_count - 1].order : 0;
}

/* Makes the newest held note sound, if it is not the one that was newest `before`. */
static void dspc_settle(const dspc_program *p, struct dspc_engine *e, uint64_t before)
{
  uint32_t slot = 0;
  if (dspc_newest(e) == before) return;
  while (slot < p->voice_slots && !dspc_sounds(&dspc_notes(e)[slot])) slot++;
  if (e->held_count == 0) {
    if (slot < p->voice_slots && dspc_notes(e)[slot].stage == DSPC_HELD) dspc_release(p, e, slot);
    return;
  }
  int fresh = slot == p->voice_slots, overlaps = !fresh && dspc_notes(e)[slot].stage == DSPC_HELD;
  if (fresh) slot = dspc_take_slot(p, e);
  else if (dspc_held_index(e, dspc_notes(e)[slot].order) == DSPC_NONE) dspc_tell_end(e, &dspc_notes(e)[slot]);
  dspc_sound(p, e, slot, &dspc_held(e)[e->held_count - 1], fresh, overlaps);
}

/* After the sample for which a gate was shut: opens it, if its note still asks for that. */
static void dspc_open_again(const dspc_program *p, struct dspc_engine *e)
{
  uint32_t slot = e->regate - 1, stage = dspc_notes(e)[slot].stage;
  e->regate = 0;
  if (stage != DSPC_HELD && stage != DSPC_FADING) return;
  dspc_put_int(p, e, slot, DSPC_VOICE_GATE, 1);
  dspc_tick_voice(p, e, slot);
}

/* Remembers what the core has seen of the gate. */
static void dspc_note_gate(const dspc_program *p, struct dspc_engine *e)
{
  e->gated = 0;
  for (uint32_t s = 0; s < p->voice_slots; s++)
    if (dspc_sounds(&dspc_notes(e)[s])) e->gated |= (uint32_t)dspc_get_int(p, e, s, DSPC_VOICE_GATE);
}

static void dspc_start_mono(const dspc_program *p, struct dspc_engine *e, struct dspc_note *note)
{
  uint64_t before = dspc_newest(e);
  struct dspc_note *held = dspc_held(e);
  for (uint32_t i = e->held_count; i-- > 0;)
    if (held[i].key == note->key && held[i].channel == note->channel) dspc_let_go(p, e, i);
  if (e->held_count == DSPC_HELD_KEYS) dspc_let_go(p, e, 0);
  held[e->held_count++] = *note;
  dspc_settle(p, e, before);
}

#endif
