/* Opens images that may be hostile, and plays those that are accepted. Built with sanitizers.
 *
 *   host FILE          FILE: images, each after its size (u32), without padding
 *
 * Every image lies in memory of exactly its size, and so do the machine's memory, the core, and every channel.
 * Prints "<refused> <played> <too large>".
 */
#include "engine.h"
#include "vm.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES (64u << 20)
#define CALLS 6

static uint32_t random_state = 1;

static uint32_t draw(uint32_t below)
{
  random_state = random_state * 1664525u + 1013904223u;
  return (random_state >> 8) % below;
}

static void *room(size_t bytes)
{
  void *p = NULL;
  if (posix_memalign(&p, 64, bytes ? bytes : 1)) exit(2);
  return p;
}

static void fail(const char *what)
{
  fprintf(stderr, "%s\n", what);
  exit(3);
}

static void call(const dspc_program *p, void *engine, uint32_t frames)
{
  float **in = room(p->inputs * sizeof *in), **out = room(p->outputs * sizeof *out);
  const uint32_t wide = (p->flags & DSPC_F64_AUDIO) != 0;
  dspc_event events[3];
  for (uint32_t c = 0; c < p->inputs; c++) {
    in[c] = room((size_t)frames << (2 + wide));
    for (uint32_t k = 0; k < frames; k++) {
      double x = draw(2001) / 1000.0 - 1.0;
      if (wide) ((double *)(void *)in[c])[k] = x;
      else in[c][k] = (float)x;
    }
  }
  for (uint32_t c = 0; c < p->outputs; c++) out[c] = room((size_t)frames << (2 + wide));
  for (uint32_t k = 0; k < 3; k++) {
    dspc_event e = {draw(frames + 1), draw(10), (int32_t)draw(3) - 1, 0, draw(2) ? draw(128) : draw(4), draw(100) / 99.0};
    if (k && e.frame < events[k - 1].frame) e.frame = events[k - 1].frame;
    events[k] = e;
  }
  dspc_process(p, engine, (const float *const *)in, out, frames, events, 3);
  for (uint32_t c = 0; c < p->inputs; c++) free(in[c]);
  for (uint32_t c = 0; c < p->outputs; c++) free(out[c]);
  free(in);
  free(out);
}

/* The cells of the delay lines, which no program may change. */
static uint32_t sum_cells(const dspc_program *p, const unsigned char *core)
{
  uint32_t sum = 0;
  for (uint32_t i = 0; i < p->line_count; i++)
    for (uint32_t k = 0; k < 8; k++) sum = sum * 31 + core[p->lines[i].cell + k];
  return sum;
}

static int play(const dspc_program *p)
{
  size_t core_bytes, bytes = dspc_bytes(p, 8000.0, &core_bytes);
  if (bytes == 0 || bytes > MOST_BYTES) return 0;
  unsigned char *core = room(core_bytes), *engine = room(bytes - core_bytes);
  if (dspc_prepare(p, engine, 8000.0, core)) fail("not prepared");
  uint32_t cells = sum_cells(p, core);
  for (uint32_t k = 0; k < CALLS; k++) call(p, engine, 1 + draw(40));
  if (sum_cells(p, core) != cells) fail("a delay line's cell was changed");
  dspc_reset(p, engine);
  free(core);
  free(engine);
  return 1;
}

/* 0: refused, 1: played, 2: accepted, but too large to play. */
static int try(const unsigned char *data, size_t size)
{
  char message[80] = "";
  size_t bytes = dspc_vm_bytes(data, size);
  void *memory = room(bytes ? bytes : 4096);
  dspc_program program;
  int result = dspc_vm_open(data, size, memory, bytes ? bytes : 4096, &program, message, sizeof message);
  if (bytes == 0 && result == 0) fail("accepted without memory");
  if (result != 0 && message[0] == 0) fail("refused without a message");
  result = result != 0 ? 0 : play(&program) ? 1 : 2;
  free(memory);
  return result;
}

int main(int argc, char **argv)
{
  uint32_t counts[3] = {0, 0, 0}, size;
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
  if (!file) return 2;
  for (uint32_t number = 0; fread(&size, sizeof size, 1, file) == 1; number++) {
    unsigned char *data = room(size);
    if (size && fread(data, 1, size, file) != size) return 2;
    random_state = number;
    if (getenv("VERBOSE")) fprintf(stderr, "image %u\n", number);
    counts[try(data, size)]++;
    free(data);
  }
  fclose(file);
  printf("%u %u %u\n", counts[0], counts[1], counts[2]);
  return 0;
}
