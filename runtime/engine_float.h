/* Part of engine.c: the processor's float mode.
 *
 * Hosts like to flush denormals to zero; here every backend must give the same bits. The register is written only if a
 * bit is wrong: those that flush, and the rounding direction. On x86 even reading it costs more than a block of a small
 * program, so three sums are asked first.
 */
#ifndef DSPC_ENGINE_FLOAT_H
#define DSPC_ENGINE_FLOAT_H

#if defined(__SSE__)
#define DSPC_FLOAT_WRONG 0xe040u  /* FZ, RC, DAZ */
/* Adds a denormal to itself, and a quarter and three quarters of the step behind 1 to 1. */
static int dspc_is_ieee(void)
{
  float small = 0x1p-140f, one = 1.0f;
  __asm__ volatile("" : "+x"(small), "+x"(one)); /* or the compiler would do the sums */
  return small + small != 0.0f && one + 0x1p-25f == one && one + 0x3p-25f != one;
}
static uint64_t dspc_float_mode(void)
{
  return __builtin_ia32_stmxcsr();
}
static void dspc_set_float_mode(uint64_t mode)
{
  __builtin_ia32_ldmxcsr((uint32_t)mode);
  __asm__ volatile("" ::: "memory");               /* no float operation on memory moves across */
}
#elif defined(__aarch64__)
#define dspc_is_ieee() 0
#define DSPC_FLOAT_WRONG 0x01c80001u /* FZ, RMode, FZ16, FIZ */
static uint64_t dspc_float_mode(void)
{
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  return mode;
}
static void dspc_set_float_mode(uint64_t mode)
{
  __asm__ volatile("msr fpcr, %0" : : "r"(mode) : "memory");
}
#else
#define dspc_is_ieee() 1
#define DSPC_FLOAT_WRONG 0u
static uint64_t dspc_float_mode(void)
{
  return 0;
}
static void dspc_set_float_mode(uint64_t mode)
{
  (void)mode;
}
#endif

/* Makes floats IEEE until dspc_leave, which takes what this returns. */
static uint64_t dspc_enter(void)
{
  uint64_t mode = dspc_is_ieee() ? 0 : dspc_float_mode();
  if (mode & DSPC_FLOAT_WRONG) dspc_set_float_mode(mode & ~(uint64_t)DSPC_FLOAT_WRONG);
  return mode;
}

static void dspc_leave(uint64_t mode)
{
  if (mode & DSPC_FLOAT_WRONG) dspc_set_float_mode(mode);
}

#endif
