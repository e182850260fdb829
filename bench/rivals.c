/* A clock for block functions; appended to a program's C file (which has dspc_program_get) a block function of it. */
#include <stdlib.h>

#ifdef DSPC_PROGRAM

static size_t whole_lines(size_t bytes)
{
  return (bytes + 63) & ~(size_t)63;
}

void *program_new(void);
void *program_new(void)
{
  const dspc_program *p = dspc_program_get();
  size_t bytes = dspc_bytes(p, 48000.0, 0);
  void *memory = aligned_alloc(64, whole_lines(bytes));
  return memory && !dspc_prepare(p, memory, 48000.0, 0) ? memory : 0;
}

void program_run(void *state, int n, const float *const *in, float *const *out);
void program_run(void *state, int n, const float *const *in, float *const *out)
{
  dspc_process(dspc_program_get(), state, in, out, (uint32_t)n, 0, 0);
}

#else
#include <time.h>

/* Loading code that was linked with -ffast-math lets denormals be flushed in the whole thread: no longer, after this. */
void bench_ieee(void)
{
#if defined(__SSE__)
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() & ~0x8040u);
#endif
}

typedef void block_function(void *state, int n, const float *const *in, float *const *out);

void bench_play(block_function *run, void *state, int n, const float *const *in, float *const *out)
{
  run(state, n, in, out);
}

/* CPU nanoseconds a sample: `blocks` calls for n samples each. */
double bench_time(block_function *run, void *state, int blocks, int n, const float *const *in, float *const *out)
{
  struct timespec start, end;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
  for (int i = 0; i < blocks; i++) run(state, n, in, out);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
  return ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) / ((double)blocks * n);
}
#endif
