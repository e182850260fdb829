/* Part of engine.c: channels, and the zones that MPE makes of them.
 *
 * In a zone each note has a channel of its own, for its bend, pressure and timbre; the zone's master channel, the
 * lowest or the highest of all, speaks to all of them. (MIDI Polyphonic Expression, MIDI Association RP-053.)
 */
#ifndef DSPC_ENGINE_CHANNELS_H
#define DSPC_ENGINE_CHANNELS_H

#define DSPC_LOWER_MASTER 0u
#define DSPC_UPPER_MASTER (DSPC_CHANNELS - 1u)
#define DSPC_DATA_ENTRY 6u        /* controllers: the value of the registered parameter that is selected */
#define DSPC_PARAMETER_LOW 100u
#define DSPC_PARAMETER_HIGH 101u
#define DSPC_MPE_CONFIGURATION 6u /* a registered parameter */

/* The master of a member's zone; a channel without one is its own. */
static uint32_t dspc_master_of(const struct dspc_engine *e, uint32_t channel)
{
  if (channel != DSPC_LOWER_MASTER && channel <= e->members[0]) return DSPC_LOWER_MASTER;
  if (channel != DSPC_UPPER_MASTER && channel + e->members[1] >= DSPC_UPPER_MASTER) return DSPC_UPPER_MASTER;
  return channel;
}

/* Whether an event for a whole channel is meant for this one too. */
static int dspc_reaches(const struct dspc_engine *e, const dspc_event *v, uint32_t channel)
{
  return v->channel < 0 || (uint32_t)v->channel == channel || (uint32_t)v->channel == dspc_master_of(e, channel);
}

static float dspc_channel_bend(const struct dspc_engine *e, uint32_t channel)
{
  uint32_t master = dspc_master_of(e, channel);
  float own = e->channel[channel].bend;
  return master == channel ? own : own + e->channel[master].bend;
}

/* A zone gets its members; of the other one those are taken that both would have. */
static void dspc_make_zone(struct dspc_engine *e, uint32_t upper, uint32_t members)
{
  const uint32_t most = DSPC_CHANNELS - 1u;
  uint32_t others;
  e->members[upper] = members < most ? members : most;
  if (members == 0) return;
  others = e->members[upper] + 2u <= DSPC_CHANNELS ? DSPC_CHANNELS - 2u - e->members[upper] : 0;
  if (e->members[!upper] > others) e->members[!upper] = others;
}

/* Follows the controllers that select a registered parameter and set it; 1 if the zones have changed. */
static int dspc_follow_parameter(struct dspc_engine *e, uint32_t channel, uint32_t number, float value)
{
  uint32_t *selected = e->channel[channel].parameter, data = (uint32_t)(value * 127.0f + 0.5f);
  if (number == DSPC_PARAMETER_HIGH) selected[0] = data + 1;
  if (number == DSPC_PARAMETER_LOW) selected[1] = data + 1;
  if (number == DSPC_PARAMETER_LOW - 1u || number == DSPC_PARAMETER_LOW - 2u) selected[0] = selected[1] = 0;
  if (number != DSPC_DATA_ENTRY || selected[0] != 1 || selected[1] != DSPC_MPE_CONFIGURATION + 1) return 0;
  if (channel != DSPC_LOWER_MASTER && channel != DSPC_UPPER_MASTER) return 0;
  dspc_make_zone(e, channel == DSPC_UPPER_MASTER, data);
  return 1;
}

#endif
