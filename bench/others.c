/* The programs of programs_others.py, written by hand: plain loops over samples, states in structs and locals, constant
 * coefficients computed once. REAL is float, or double for what the others are compared with. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <tgmath.h>
#include "others.h"

#define RATE ((REAL)48000)
#define PI ((REAL)3.14159265358979323846)
#define NEW(type) ((type *)calloc(1, sizeof(type)))
typedef const float *const *In;
typedef float *const *Out;

static REAL warped(REAL hertz)
{
  return tan(PI * hertz / RATE);
}

static REAL share(REAL seconds)
{
  return 1 - exp(-1 / (seconds * RATE));
}

static inline REAL slow_sine(REAL *phase, REAL hertz)
{
  REAL y = sin(2 * PI * *phase);
  *phase += hertz / RATE;
  if (*phase >= 1) *phase -= 1;
  return y;
}

/* --- moog: a ladder of four one-poles -------------------------------------------------------------- */

typedef struct { REAL gain, part, k, solve, s[4]; } Moog;

void *moog_new(void)
{
  Moog *m = NEW(Moog);
  REAL g = warped(1200);
  m->part = 1 / (1 + g);
  m->gain = g * m->part;
  m->k = 4 * (REAL)0.7;
  m->solve = 1 / (1 + m->k * m->gain * m->gain * m->gain * m->gain);
  return m;
}

void moog_run(void *state, int n, In in, Out out)
{
  Moog *m = state;
  REAL g = m->gain, g2 = g * g, g3 = g2 * g, g4 = g2 * g2, part = m->part, k = m->k, solve = m->solve;
  REAL s0 = m->s[0], s1 = m->s[1], s2 = m->s[2], s3 = m->s[3];
  for (int i = 0; i < n; i++) {
    REAL x = in[0][i];
    REAL y4 = (g4 * x + part * (g3 * s0 + g2 * s1 + g * s2 + s3)) * solve;
    REAL u = tanh(x - k * y4), v;
    v = (u - s0) * g; u = v + s0; s0 = u + v;
    v = (u - s1) * g; u = v + s1; s1 = u + v;
    v = (u - s2) * g; u = v + s2; s2 = u + v;
    v = (u - s3) * g; u = v + s3; s3 = u + v;
    out[0][i] = u;
  }
  m->s[0] = s0; m->s[1] = s1; m->s[2] = s2; m->s[3] = s3;
}

/* --- swept: a state-variable filter, its cutoff moved at each sample ------------------------------- */

typedef struct { REAL phase, s1, s2; } Swept;

void *swept_new(void)
{
  return NEW(Swept);
}

void swept_run(void *state, int n, In in, Out out)
{
  Swept *s = state;
  REAL phase = s->phase, s1 = s->s1, s2 = s->s2, k = 1 / (REAL)5;
  for (int i = 0; i < n; i++) {
    REAL g = tan((900 + 700 * slow_sine(&phase, SWEEP)) * (PI / RATE));
    REAL a1 = 1 / (1 + g * (g + k)), a2 = g * a1, a3 = g * a2;
    REAL v3 = in[0][i] - s2, v1 = a1 * s1 + a2 * v3, v2 = s2 + a2 * s1 + a3 * v3;
    s1 = 2 * v1 - s1;
    s2 = 2 * v2 - s2;
    out[0][i] = v1;
  }
  s->phase = phase; s->s1 = s1; s->s2 = s2;
}

/* --- wide: a chorus of four voices, read between samples by Lagrange's polynomial of order 5 -------- */

enum { CHORUS_LINE = 4096, CHORUS_VOICES = 4 };
typedef struct {
  REAL place[CHORUS_VOICES], left[CHORUS_VOICES], right[CHORUS_VOICES];
  REAL phase, line[CHORUS_VOICES][CHORUS_LINE];
  unsigned at;
} Wide;

void *wide_new(void)
{
  Wide *w = NEW(Wide);
  for (int v = 0; v < CHORUS_VOICES; v++) {
    w->place[v] = (REAL)v / (CHORUS_VOICES - 1);
    w->left[v] = cos(PI / 2 * w->place[v]) * sqrt(2 / (REAL)CHORUS_VOICES);
    w->right[v] = sin(PI / 2 * w->place[v]) * sqrt(2 / (REAL)CHORUS_VOICES);
  }
  return w;
}

static inline REAL read6(const REAL *line, unsigned mask, unsigned at, REAL distance)
{
  int whole = (int)distance;
  REAL f = distance - whole;
  REAL t0 = f + 2, t1 = f + 1, t2 = f, t3 = f - 1, t4 = f - 2, t5 = f - 3;
  REAL ab = t0 * t1, cd = t2 * t3, ef = t4 * t5;
  unsigned first = at - (unsigned)whole + 2;
  return line[first & mask] * (t1 * cd * ef * (REAL)(-1.0 / 120))
    + line[(first - 1) & mask] * (t0 * cd * ef * (REAL)(1.0 / 24))
    + line[(first - 2) & mask] * (ab * t3 * ef * (REAL)(-1.0 / 12))
    + line[(first - 3) & mask] * (ab * t2 * ef * (REAL)(1.0 / 12))
    + line[(first - 4) & mask] * (ab * cd * t5 * (REAL)(-1.0 / 24))
    + line[(first - 5) & mask] * (ab * cd * t4 * (REAL)(1.0 / 120));
}

void wide_run(void *state, int n, In in, Out out)
{
  Wide *w = state;
  for (int i = 0; i < n; i++) {
    REAL left = in[0][i], right = in[1][i], a = 0, b = 0;
    for (int v = 0; v < CHORUS_VOICES; v++) {
      REAL phase = w->phase + (REAL)v / CHORUS_VOICES;
      REAL distance = ((REAL)0.012 + (REAL)0.002 * sin(2 * PI * phase)) * RATE;
      w->line[v][w->at] = left + (right - left) * w->place[v];
      REAL late = read6(w->line[v], CHORUS_LINE - 1, w->at, distance);
      a += late * w->left[v];
      b += late * w->right[v];
    }
    w->at = (w->at + 1) & (CHORUS_LINE - 1);
    w->phase += SWAY / RATE;
    if (w->phase >= 1) w->phase -= 1;
    out[0][i] = left + (a - left) * (REAL)0.5;
    out[1][i] = right + (b - right) * (REAL)0.5;
  }
}

/* --- hall: a feedback delay network of eight lines, with a shelf in each ---------------------------- */

enum { LINES = 8, LINE = 8192 };
typedef struct {
  REAL a1[LINES], a2[LINES], a3[LINES], low[LINES], between[LINES], high[LINES];
  REAL s1[LINES], s2[LINES], ends[LINES], line[LINES][LINE];
  int length[LINES];
  unsigned at;
} Hall;

void *hall_new(void)
{
  Hall *h = NEW(Hall);
  for (int k = 0; k < LINES; k++) {
    h->length[k] = (int)round(pow((REAL)3, (REAL)k / (LINES - 1) - 1) * (REAL)0.09 * RATE);
    REAL below = log2((REAL)0.001) / 3 * h->length[k] / RATE, above = 2 * below, step = above - below;
    REAL g = warped(2000) * exp2(step / 4), gain = exp2(below);
    h->a1[k] = 1 / (1 + g * (g + sqrt((REAL)2)));
    h->a2[k] = g * h->a1[k];
    h->a3[k] = g * h->a2[k];
    h->low[k] = gain;
    h->between[k] = gain * exp2(step / 2) * sqrt((REAL)2);
    h->high[k] = gain * exp2(step);
  }
  return h;
}

static inline void hadamard(REAL *v)
{
  for (int half = 1; half < LINES; half *= 2)
    for (int i = 0; i < LINES; i += 2 * half)
      for (int j = i; j < i + half; j++) {
        REAL a = v[j], b = v[j + half];
        v[j] = a + b;
        v[j + half] = a - b;
      }
}

void hall_run(void *state, int n, In in, Out out)
{
  Hall *h = state;
  const REAL scale = 1 / sqrt((REAL)LINES), feed = sqrt(2 / (REAL)LINES), k2 = sqrt((REAL)2);
  for (int i = 0; i < n; i++) {
    REAL mixed[LINES], late[LINES];
    memcpy(mixed, h->ends, sizeof mixed);
    hadamard(mixed);
    for (int k = 0; k < LINES; k++) {
      REAL x = in[k >= LINES / 2][i] * (k & 1 ? -feed : feed);
      h->line[k][h->at] = x + mixed[k] * scale;
      late[k] = h->line[k][(h->at - (unsigned)h->length[k] + 1) & (LINE - 1)];
    }
    for (int k = 0; k < LINES; k++) {
      REAL v3 = late[k] - h->s2[k], band = h->a1[k] * h->s1[k] + h->a2[k] * v3;
      REAL below = h->s2[k] + h->a2[k] * h->s1[k] + h->a3[k] * v3, above = late[k] - k2 * band - below;
      h->s1[k] = 2 * band - h->s1[k];
      h->s2[k] = 2 * below - h->s2[k];
      h->ends[k] = h->high[k] * above + h->between[k] * band + h->low[k] * below;
    }
    h->at = (h->at + 1) & (LINE - 1);
    REAL a = (late[0] + late[2] + late[4] + late[6]) * feed, b = (late[1] + late[3] + late[5] + late[7]) * feed;
    out[0][i] = in[0][i] + (a - in[0][i]) * (REAL)0.3;
    out[1][i] = in[1][i] + (b - in[1][i]) * (REAL)0.3;
  }
}

/* --- squeezed: a compressor in decibels -------------------------------------------------------------- */

typedef struct { REAL attack, release, held, smooth; } Squeezed;

void *squeezed_new(void)
{
  Squeezed *s = NEW(Squeezed);
  s->attack = share((REAL)0.005);
  s->release = share((REAL)0.1);
  return s;
}

void squeezed_run(void *state, int n, In in, Out out)
{
  Squeezed *s = state;
  const REAL threshold = -30, knee = 6, slope = 1 - 1 / (REAL)8, makeup = 6;
  REAL held = s->held, smooth = s->smooth, attack = s->attack, release = s->release;
  for (int i = 0; i < n; i++) {
    REAL x = 4 * in[0][i], size = fabs(x);
    REAL over = 20 * log10(size > (REAL)1e-6 ? size : (REAL)1e-6) - threshold, reduction;
    if (over <= -knee / 2) reduction = 0;
    else if (over >= knee / 2) reduction = over * slope;
    else reduction = (over + knee / 2) * (over + knee / 2) / (2 * knee) * slope;
    held += (reduction - held) * release;
    if (reduction > held) held = reduction;
    smooth += (held - smooth) * attack;
    out[0][i] = x * exp((makeup - smooth) * (REAL)0.11512925464970229);
  }
  s->held = held; s->smooth = smooth;
}

/* --- string: a loop with a low-pass, read between samples by Lagrange's polynomial of order 3 -------- */

static inline REAL read4(const REAL *line, unsigned mask, unsigned at, unsigned whole, REAL f)
{
  REAL t0 = f + 1, t1 = f, t2 = f - 1, t3 = f - 2, ab = t0 * t1, cd = t2 * t3;
  unsigned first = at - whole + 1;
  return line[first & mask] * (t1 * cd * (REAL)(-1.0 / 6)) + line[(first - 1) & mask] * (t0 * cd * (REAL)(1.0 / 2))
    + line[(first - 2) & mask] * (ab * t3 * (REAL)(-1.0 / 2)) + line[(first - 3) & mask] * (ab * t2 * (REAL)(1.0 / 6));
}

enum { STRING = 1024 };
typedef struct { REAL phase, low, gain, line[STRING]; unsigned at; } String;

void *string_new(void)
{
  String *s = NEW(String);
  REAL g = warped(6000);
  s->gain = g / (1 + g);
  return s;
}

void string_run(void *state, int n, In in, Out out)
{
  String *s = state;
  REAL phase = s->phase, low = s->low, gain = s->gain;
  unsigned at = s->at;
  for (int i = 0; i < n; i++) {
    REAL distance = RATE / (220 * (1 + (REAL)0.005 * slow_sine(&phase, VIBRATO))) - (REAL)1.5;
    int whole = (int)distance;
    REAL late = read4(s->line, STRING - 1, at - 1, (unsigned)whole, distance - whole);
    REAL v = (late - low) * gain, y = v + low;
    low = y + v;
    out[0][i] = s->line[at] = (REAL)0.1 * in[0][i] + (REAL)0.99 * y;
    at = (at + 1) & (STRING - 1);
  }
  s->phase = phase; s->low = low; s->at = at;
}

/* --- table: a band-limited saw from tables, two for each octave, read by a B-spline ------------------ */

typedef struct { REAL phase; uint32_t turn; } Table;

void *table_new(void)
{
  return NEW(Table);
}

void table_run(void *state, int n, In in, Out out)
{
  Table *s = state;
  const int levels = sizeof WAVE_START / sizeof *WAVE_START;
  const REAL room = 1 - 20000 / RATE;
  for (int i = 0; i < n; i++) {
    REAL step = 466 * (1 + (REAL)0.01 * slow_sine(&s->phase, VIBRATO)) / RATE;
    int level = (int)ceil(2 * log2(step * 1023 / room));
    if (level < 0) level = 0;
    if (level >= levels) level = levels - 1;
    REAL at = (s->turn >> 8) * (REAL)(1.0 / 16777216) * (WAVE_LENGTH[level] - 3);
    int whole = (int)at;
    const REAL *p = WAVES + WAVE_START[level] + whole;
    REAL t = at - whole, r = 1 - t;
    REAL y = r * r * r * p[0] + (4 - t * t * (6 - 3 * t)) * p[1] + (4 - r * r * (6 - 3 * r)) * p[2] + t * t * t * p[3];
    s->turn += (uint32_t)(step * (REAL)4294967296);
    out[0][i] = (REAL)0.5 * y / 6;
  }
}

/* --- taps: a finite impulse response; what came in stands in memory twice, so that it is never cut ---- */

enum { COUNT = 256 };
typedef struct { REAL past[2 * COUNT]; int at; } Taps;

void *taps_new(void)
{
  return NEW(Taps);
}

void taps_run(void *state, int n, In in, Out out)
{
  Taps *s = state;
  for (int i = 0; i < n; i++) {
    s->at = (s->at ? s->at : COUNT) - 1;
    s->past[s->at] = s->past[s->at + COUNT] = in[0][i];
    const REAL *past = s->past + s->at;
    REAL sum = 0;
    for (int k = 0; k < COUNT; k++) sum += TAPS[k] * past[k];
    out[0][i] = sum;
  }
}

/* --- valve: tanh at four times the rate, between half-bands of all-passes ---------------------------- */

typedef struct { REAL x1[4], y1[4]; } Chain;
typedef struct { Chain up0[2], up1[2], down0[2], down1[2]; } Valve;

void *valve_new(void)
{
  return NEW(Valve);
}

static inline REAL pass(Chain *c, const REAL *coefficients, int count, REAL x)
{
  for (int k = 0; k < count; k++) {
    REAL y = c->x1[k] + (x - c->y1[k]) * coefficients[k];
    c->x1[k] = x;
    c->y1[k] = y;
    x = y;
  }
  return x;
}

static inline REAL twice(Valve *v, REAL x)
{
  REAL a = tanh(3 * pass(&v->up1[0], HALF_BAND_10, 2, x)), b = tanh(3 * pass(&v->up1[1], HALF_BAND_11, 2, x));
  return (pass(&v->down1[0], HALF_BAND_10, 2, b) + pass(&v->down1[1], HALF_BAND_11, 2, a)) * (REAL)0.5;
}

void valve_run(void *state, int n, In in, Out out)
{
  Valve *v = state;
  for (int i = 0; i < n; i++) {
    REAL a = twice(v, pass(&v->up0[0], HALF_BAND_00, 4, in[0][i]));
    REAL b = twice(v, pass(&v->up0[1], HALF_BAND_01, 4, in[0][i]));
    out[0][i] = (pass(&v->down0[0], HALF_BAND_00, 4, b) + pass(&v->down0[1], HALF_BAND_01, 4, a)) * (REAL)0.5;
  }
}

/* --- equaliser: eight state-variable sections for each of two channels ------------------------------- */

typedef struct { REAL a1, a2, a3, m0, m1, m2; } Band;
typedef struct { Band band[8]; REAL s1[2][8], s2[2][8]; } Equaliser;

static Band band(REAL g, REAL k, REAL m0, REAL m1, REAL m2)
{
  REAL a1 = 1 / (1 + g * (g + k));
  return (Band){a1, g * a1, g * g * a1, m0, m1, m2};
}

void *equaliser_new(void)
{
  Equaliser *e = NEW(Equaliser);
  REAL a = pow((REAL)10, 3 / (REAL)40), k = sqrt((REAL)2);
  e->band[0] = band(warped(80) / sqrt(a), k, 1, k * (a - 1), a * a - 1);
  for (int i = 0; i < 6; i++) {
    a = pow((REAL)10, (i % 2 ? 4 : -4) / (REAL)40);
    k = 1 / ((REAL)1.4 * a);
    e->band[i + 1] = band(warped(160 * (REAL)(1 << i)), k, 1, k * (a * a - 1), 0);
  }
  a = pow((REAL)10, -3 / (REAL)40);
  k = sqrt((REAL)2);
  e->band[7] = band(warped(9000) * sqrt(a), k, a * a, k * (1 - a) * a, 1 - a * a);
  return e;
}

void equaliser_run(void *state, int n, In in, Out out)
{
  Equaliser *e = state;
  for (int c = 0; c < 2; c++)
    for (int i = 0; i < n; i++) {
      REAL x = in[c][i];
      for (int k = 0; k < 8; k++) {
        const Band *b = &e->band[k];
        REAL s1 = e->s1[c][k], s2 = e->s2[c][k];
        REAL v3 = x - s2, v1 = b->a1 * s1 + b->a2 * v3, v2 = s2 + b->a2 * s1 + b->a3 * v3;
        e->s1[c][k] = 2 * v1 - s1;
        e->s2[c][k] = 2 * v2 - s2;
        x = b->m0 * x + b->m1 * v1 + b->m2 * v2;
      }
      out[c][i] = x;
    }
}

/* --- tape: an echo whose time may move, with a low-pass in its loop ----------------------------------- */

enum { TAPE = 65536 };
typedef struct { float time; double samples; REAL low, gain, line[TAPE]; unsigned at; } Tape;

void *tape_new(void)
{
  Tape *t = NEW(Tape);
  REAL g = warped(3000);
  t->gain = g / (1 + g);
  t->time = 0.2505f;
  t->samples = t->time * 48000.0;
  return t;
}

void tape_run(void *state, int n, In in, Out out)
{
  Tape *t = state;
  REAL low = t->low, gain = t->gain;
  unsigned at = t->at;
  for (int i = 0; i < n; i++) {
    double way = t->time * 48000.0 - t->samples;
    t->samples += way > 0.5 ? 0.5 : way < -0.5 ? -0.5 : way;
    double distance = t->samples - 1;
    int whole = (int)distance;
    REAL late = read4(t->line, TAPE - 1, at - 1, (unsigned)whole, (REAL)(distance - whole));
    REAL v = (late - low) * gain, y = v + low, x = in[0][i];
    low = y + v;
    t->line[at] = x + (REAL)0.6 * y;
    at = (at + 1) & (TAPE - 1);
    out[0][i] = x + (y - x) * (REAL)0.35;
  }
  t->low = low; t->at = at;
}
