/* Sets and reads flush-to-zero and denormals-are-zero of the calling thread, as a careless host would. */
#if defined(__SSE__)
unsigned ftz_set(int on)
{
  unsigned old = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(on ? old | 0x8040u : old & ~0x8040u);
  return old & 0x8040u;
}
unsigned ftz_get(void)
{
  return __builtin_ia32_stmxcsr() & 0x8040u;
}
#elif defined(__aarch64__)
static unsigned long fpcr(void)
{
  unsigned long value;
  __asm__ volatile("mrs %0, fpcr" : "=r"(value));
  return value;
}
unsigned ftz_set(int on)
{
  unsigned long old = fpcr(), bit = 1ul << 24;
  __asm__ volatile("msr fpcr, %0" ::"r"(on ? old | bit : old & ~bit));
  return (unsigned)(old & bit);
}
unsigned ftz_get(void)
{
  return (unsigned)(fpcr() & (1ul << 24));
}
#endif
