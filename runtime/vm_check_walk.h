/* Part of vm.c: where a walk through a region's code is, and what is known there. */
#ifndef DSPC_VM_CHECK_WALK_H
#define DSPC_VM_CHECK_WALK_H
#include "vm_check.h"

struct dspc_vm_walk {
  struct dspc_vm_check *c;
  const struct dspc_vm *vm;
  const struct dspc_vm_region *region;
  uint32_t at;                    /* the instruction */
  uint32_t depth, times;          /* open loops, and how often they run what is in them */
  uint32_t open_count;            /* bodies; each is a loop, or where one that may not run ends */
  struct { uint32_t is_when, number, scope; } open[DSPC_VM_OPEN];
  uint32_t scope;                 /* of what is outside of all bodies: a number that no other region has */
  uint32_t is_wide;               /* this code is wide */
  uint32_t end;                   /* of the stretch, if this is one; behind its last instruction */
  uint32_t base;                  /* bodies that were open where it began */
  uint32_t has_next;
};

static int dspc_vm_stop(const struct dspc_vm_walk *w, const char *what)
{
  return dspc_vm_refuse(w->c, what, w->at);
}

/* Counts instructions of a turn, so that no image makes the audio thread wait. */
static int dspc_vm_step(struct dspc_vm_walk *w, uint64_t steps)
{
  uint64_t sum = w->c->steps + w->times * steps;
  if (steps > DSPC_VM_STEPS || sum > DSPC_VM_STEPS) return dspc_vm_stop(w, "a turn takes too long");
  w->c->steps = (uint32_t)sum;
  return 1;
}

/* Samples in a register. */
static uint32_t dspc_vm_lanes(const struct dspc_vm_walk *w)
{
  return w->is_wide ? DSPC_TICK : 1;
}

/* --- bodies, and the registers that have a value in them ------------------------------------------------ */

/* A register has a value once it was written in this body, or in one around it: one that may not run leaves nothing
 * behind in registers that had none before, and a loop runs at least once. Each such body is a scope, and so is the
 * region; numbers of scopes are not used again. */
static uint32_t dspc_vm_scope(const struct dspc_vm_walk *w)
{
  return w->open_count ? w->open[w->open_count - 1].scope : w->scope;
}

static uint32_t *dspc_vm_written(const struct dspc_vm_walk *w, uint32_t reg, int is_wide)
{
  return w->c->written + (is_wide ? w->vm->counts[DSPC_VM_REGISTER_TYPES] : 0) + reg;
}

static int dspc_vm_has_value(const struct dspc_vm_walk *w, uint32_t reg, int is_wide)
{
  const uint32_t scope = *dspc_vm_written(w, reg, is_wide);
  if (scope == w->scope) return 1;
  for (uint32_t k = 0; k < w->open_count; k++)
    if (scope == w->open[k].scope) return 1;
  return 0;
}

static void dspc_vm_set_value(const struct dspc_vm_walk *w, uint32_t reg, int is_wide)
{
  if (!dspc_vm_has_value(w, reg, is_wide)) *dspc_vm_written(w, reg, is_wide) = dspc_vm_scope(w);
}

static int dspc_vm_enter(struct dspc_vm_walk *w, uint32_t is_when, uint32_t number)
{
  if (w->open_count == DSPC_VM_OPEN) return 0;
  w->open[w->open_count].is_when = is_when;
  w->open[w->open_count].number = number;
  w->open[w->open_count].scope = is_when ? ++w->c->scopes : dspc_vm_scope(w);
  w->open_count++;
  return 1;
}

/* Leaves the innermost body, which must be this one. */
static int dspc_vm_leave(struct dspc_vm_walk *w, uint32_t is_when, uint32_t number)
{
  if (w->open_count == w->base) return 0;
  w->open_count--;
  return w->open[w->open_count].is_when == is_when && w->open[w->open_count].number == number;
}

#endif
