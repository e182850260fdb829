/* An engine with one planted fault: compiled with -DFAULT_NAME, and clean without any. */
#define _GNU_SOURCE
#include <alloca.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "engine.h"

#define KEEP(value) __asm__ volatile("" : : "r"(value) : "memory") /* not to be optimised away */

#if defined(FAULT_MALLOC)
static float fault(float x) {
  char *block = malloc(24);
  KEEP(block);
  free(block);
  return x;
}
#elif defined(FAULT_LOCK)
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static float fault(float x) {
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
  return x;
}
#elif defined(FAULT_WRITE)
static float fault(float x) {
  if (write(-1, &x, sizeof x) < 0) return x;
  return x;
}
#elif defined(FAULT_FPRINTF)
static float fault(float x) {
  fprintf(stderr, "%g", (double)x);
  return x;
}
#elif defined(FAULT_UNLISTED)
static float fault(float x) {
  KEEP(getppid()); /* a libc function that the guard does not know */
  return x;
}
#elif defined(FAULT_SYSCALL)
static float fault(float x) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(39L) : "rcx", "r11", "memory"); /* getpid */
  return x;
}
#elif defined(FAULT_CLOCK)
static float fault(float x) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  KEEP(&now);
  return x;
}
#elif defined(FAULT_RDTSC)
static float fault(float x) {
  KEEP(__builtin_ia32_rdtsc());
  return x;
}
#elif defined(FAULT_ALLOCA)
static float fault(float x) {
  char *block = alloca(16 + (size_t)(x * x));
  KEEP(block);
  return x;
}
#elif defined(FAULT_LOOP)
static float fault(float x) {
  for (;;) __asm__ volatile("");
  return x;
}
#elif defined(FAULT_GLOBAL)
static float last;
static float fault(float x) {
  float y = last;
  last = x;
  KEEP(&last);
  return y;
}
#elif defined(FAULT_RECURSION)
static __attribute__((noinline)) float fault(float x) {
  float y = x > 0.5f ? fault(x - 0.5f) : x;
  KEEP(&y);
  return y + x;
}
#elif defined(FAULT_POINTER)
static float same(float x) { return x; }
static float other(float x) { return -x; }
static float (*const table[2])(float) = {same, other};
static float fault(float x) {
  unsigned at = x > 0;
  KEEP(&at);
  return table[at & 1](x) * 2.0f;
}
#elif defined(FAULT_X87)
static float fault(float x) {
  long double y = x;
  KEEP(&y);
  return (float)(y * 1.5L);
}
#elif defined(FAULT_FMA)
static __attribute__((target("fma"))) float fault(float x) { return __builtin_fmaf(x, x, x); }
#elif defined(FAULT_BOUNDS)
static float fault(float x);
#else
static float fault(float x) { return x; }
#endif

static void no_sizes(const dspc_program *program, double rate, uint32_t *lengths) {
  (void)program, (void)rate, (void)lengths;
}

static void no_init(const dspc_program *program, void *core) { (void)program, (void)core; }

static void run(const dspc_program *program, void *core, const float *const *inputs, float *const *outputs,
                uint32_t frames) {
  (void)program;
#ifdef FAULT_BOUNDS
  outputs[0][frames + DSPC_ALIGN] = 0.0f;
#endif
  for (uint32_t i = 0; i < frames; i++) {
    float x = inputs[0][i];
    outputs[0][i] = x > -1e6f && x < 1e6f ? x : 0.0f;
  }
#ifndef FAULT_BOUNDS
  if (frames) outputs[0][0] = fault(outputs[0][0]);
#endif
  ((dspc_core *)core)->frame += frames;
}

#define NONE DSPC_NONE
static const dspc_program program = {
    .abi = DSPC_ABI, .name = "faulty", .inputs = 1, .outputs = 1, .static_bytes = DSPC_CORE_HEADER,
    .transport_cells = {NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE},
    .sizes = no_sizes, .init = no_init, .run = run,
};

const dspc_program *dspc_program_get(void) { return &program; }
