/* Plays a library's block function under valgrind: count LIBRARY FRAMES WARM COUNTED, the last two being blocks.
 * What `counted` calls is what callgrind counts. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef void block_function(void *state, int n, const float *const *in, float *const *out);
enum { CHANNELS = 2, LONGEST = 4096 };

void counted(block_function *run, void *state, int blocks, int n, const float *const *in, float *const *out);
__attribute__((noinline)) void counted(block_function *run, void *state, int blocks, int n, const float *const *in,
                                       float *const *out)
{
  for (int i = 0; i < blocks; i++) run(state, n, in, out);
}

int main(int count, char **words)
{
  static float x[CHANNELS][LONGEST], y[CHANNELS][LONGEST];
  const float *in[CHANNELS] = {x[0], x[1]};
  float *out[CHANNELS] = {y[0], y[1]};
  if (count != 5) return 2;
  void *library = dlopen(words[1], RTLD_NOW);
  if (!library) return fprintf(stderr, "%s\n", dlerror()), 3;
  void *(*make)(void) = (void *(*)(void))dlsym(library, "program_new");
  block_function *run = (block_function *)dlsym(library, "program_run");
  void *state = make ? make() : 0;
  int n = atoi(words[2]), warm = atoi(words[3]), blocks = atoi(words[4]);
  if (!run || !state || n < 1 || n > LONGEST) return 4;
  uint32_t seed = 1;
  for (int c = 0; c < CHANNELS; c++)
    for (int i = 0; i < n; i++) x[c][i] = (float)(int32_t)(seed = seed * 1103515245u + 12345u) * 0x1p-31f;
  for (int i = 0; i < warm; i++) run(state, n, in, out);
  counted(run, state, blocks, n, in, out);
  for (int i = 0; i < n; i++)
    if (y[0][i] != 0) return 0;
  return fprintf(stderr, "silence\n"), 5;
}
