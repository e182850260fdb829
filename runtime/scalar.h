/* The functions that the C texts of the scalar table (dialects/scalar.py) call: one exact meaning each.
 *
 * Included by the virtual machine and by generated programs; needs nothing else. No libm: what a processor
 * cannot do in one instruction is done by arithmetic that gives the same bits on all of them. Signed integers
 * wrap whatever the compiler's flags; a `bool` is a uint32_t that is 0 or 1. Floats must be IEEE, without
 * contraction and without reassociation: -ffp-contract=off -fno-math-errno -fno-trapping-math.
 */
#ifndef DSPC_SCALAR_H
#define DSPC_SCALAR_H
#include <stdint.h>

#if defined(__FAST_MATH__) || (defined(__FLT_EVAL_METHOD__) && (__FLT_EVAL_METHOD__ == 1 || __FLT_EVAL_METHOD__ == 2))
#error "floats must be IEEE: no -ffast-math, no x87"
#endif

/* Always inlined: a large kernel would otherwise exhaust the compiler's budget and be left with calls. */
#define DSPC_INLINE static inline __attribute__((always_inline, unused))

/* --- bits ---------------------------------------------------------------------------------------------- */

#define DSPC_BITCAST(A, B, TA, TB) \
  DSPC_INLINE TB dspc_bitcast_##A##_##B(TA x) \
  { \
    TB y; \
    __builtin_memcpy(&y, &x, sizeof y); \
    return y; \
  }
DSPC_BITCAST(f32, u32, float, uint32_t)
DSPC_BITCAST(u32, f32, uint32_t, float)
DSPC_BITCAST(f64, u64, double, uint64_t)
DSPC_BITCAST(u64, f64, uint64_t, double)

/* --- what is the same for every type ------------------------------------------------------------------- */

#define DSPC_SELECT(E, T) \
  DSPC_INLINE T dspc_select_##E(uint32_t c, T a, T b) \
  { \
    return c ? a : b; \
  }
DSPC_SELECT(f32, float)
DSPC_SELECT(f64, double)
DSPC_SELECT(i32, int32_t)
DSPC_SELECT(u32, uint32_t)
DSPC_SELECT(u64, uint64_t)
DSPC_SELECT(bool, uint32_t)

/* Not fmin and fmax: with NaN, or zeros of both signs, the first operand is the answer. */
#define DSPC_MIN_MAX(E, T) \
  DSPC_INLINE T dspc_min_##E(T a, T b) \
  { \
    return b < a ? b : a; \
  } \
  DSPC_INLINE T dspc_max_##E(T a, T b) \
  { \
    return a < b ? b : a; \
  }
DSPC_MIN_MAX(f32, float)
DSPC_MIN_MAX(f64, double)
DSPC_MIN_MAX(i32, int32_t)
DSPC_MIN_MAX(u32, uint32_t)
DSPC_MIN_MAX(u64, uint64_t)

DSPC_INLINE uint32_t dspc_not_bool(uint32_t x)
{
  return x == 0;
}

/* --- floats -------------------------------------------------------------------------------------------- */

/* These two builtins are one instruction each at every optimisation level. */
DSPC_INLINE float dspc_abs_f32(float x)
{
  return __builtin_fabsf(x);
}

DSPC_INLINE double dspc_abs_f64(double x)
{
  return __builtin_fabs(x);
}

DSPC_INLINE float dspc_sqrt_f32(float x)
{
  return __builtin_sqrtf(x);
}

DSPC_INLINE double dspc_sqrt_f64(double x)
{
  return __builtin_sqrt(x);
}

#if defined(__SSE4_1__) || defined(__aarch64__)
/* One instruction too; the direction of rounding is to nearest while a program runs. */
#define DSPC_ROUNDING(E, T, B, SIGN, LIMIT, S) \
  DSPC_INLINE T dspc_round_##E(T x) \
  { \
    return __builtin_rint##S(x); \
  } \
  DSPC_INLINE T dspc_floor_##E(T x) \
  { \
    return __builtin_floor##S(x); \
  } \
  DSPC_INLINE T dspc_ceil_##E(T x) \
  { \
    return __builtin_ceil##S(x); \
  }
#else
/* Below 2^23 (2^52), adding and subtracting that number rounds to an integer, halves to even; from there on,
 * and for infinities and NaN, x is its own answer. Zeros keep the sign of x. */
#define DSPC_ROUNDING(E, T, B, SIGN, LIMIT, S) \
  DSPC_INLINE T dspc_signed_##E(T magnitude, T x) \
  { \
    return dspc_bitcast_##B##_##E(dspc_bitcast_##E##_##B(magnitude) | (dspc_bitcast_##E##_##B(x) & SIGN)); \
  } \
  DSPC_INLINE T dspc_round_##E(T x) \
  { \
    T m = dspc_abs_##E(x); \
    return m < LIMIT ? dspc_signed_##E((m + LIMIT) - LIMIT, x) : x; \
  } \
  DSPC_INLINE T dspc_floor_##E(T x) \
  { \
    T n = dspc_round_##E(x); \
    return x < n ? n - 1 : n; \
  } \
  DSPC_INLINE T dspc_ceil_##E(T x) \
  { \
    T n = dspc_round_##E(x); \
    return n < x ? dspc_signed_##E(dspc_abs_##E(n + 1), x) : n; \
  }
#endif
DSPC_ROUNDING(f32, float, u32, 0x80000000u, 0x1p23f, f)
DSPC_ROUNDING(f64, double, u64, 0x8000000000000000u, 0x1p52, )

/* --- integers ------------------------------------------------------------------------------------------ */

/* Shift counts are taken modulo the width; i32 shifts right with its sign. */
DSPC_INLINE int32_t dspc_shl_i32(int32_t a, int32_t b)
{
  return (int32_t)((uint32_t)a << ((uint32_t)b & 31u));
}

DSPC_INLINE uint32_t dspc_shl_u32(uint32_t a, uint32_t b)
{
  return a << (b & 31u);
}

DSPC_INLINE uint64_t dspc_shl_u64(uint64_t a, uint64_t b)
{
  return a << (b & 63u);
}

DSPC_INLINE int32_t dspc_shr_i32(int32_t a, int32_t b)
{
  return a >> ((uint32_t)b & 31u);
}

DSPC_INLINE uint32_t dspc_shr_u32(uint32_t a, uint32_t b)
{
  return a >> (b & 31u);
}

DSPC_INLINE uint64_t dspc_shr_u64(uint64_t a, uint64_t b)
{
  return a >> (b & 63u);
}

DSPC_INLINE int32_t dspc_abs_i32(int32_t x)
{
  return x < 0 ? (int32_t)(0u - (uint32_t)x) : x;
}

/* By zero gives 0. Signed ones go through 64 bits, where -2^31 / -1 is a number, and then wrap. */
DSPC_INLINE uint32_t dspc_floordiv_u32(uint32_t a, uint32_t b)
{
  return b ? a / b : 0;
}

DSPC_INLINE uint64_t dspc_floordiv_u64(uint64_t a, uint64_t b)
{
  return b ? a / b : 0;
}

DSPC_INLINE uint32_t dspc_mod_u32(uint32_t a, uint32_t b)
{
  return b ? a % b : 0;
}

DSPC_INLINE uint64_t dspc_mod_u64(uint64_t a, uint64_t b)
{
  return b ? a % b : 0;
}

DSPC_INLINE int32_t dspc_floordiv_i32(int32_t a, int32_t b)
{
  int64_t n = a, d = b ? b : 1, q = n / d;
  q -= n % d != 0 && (n < 0) != (d < 0);
  return b ? (int32_t)(uint32_t)(uint64_t)q : 0;
}

/* The remainder has the divisor's sign. */
DSPC_INLINE int32_t dspc_mod_i32(int32_t a, int32_t b)
{
  int64_t n = a, d = b ? b : 1, r = n % d;
  if (r != 0 && (r < 0) != (d < 0)) r += d;
  return b ? (int32_t)r : 0;
}

/* --- conversions --------------------------------------------------------------------------------------- */

/* Between integers they wrap; from integers to floats they round to nearest. */
#define DSPC_CONVERT(A, B, TA, TB) \
  DSPC_INLINE TB dspc_convert_##A##_##B(TA x) \
  { \
    return (TB)x; \
  }
DSPC_CONVERT(f32, f64, float, double)
DSPC_CONVERT(f64, f32, double, float)
DSPC_CONVERT(i32, f32, int32_t, float)
DSPC_CONVERT(u32, f32, uint32_t, float)
DSPC_CONVERT(bool, f32, uint32_t, float)
DSPC_CONVERT(i32, f64, int32_t, double)
DSPC_CONVERT(u32, f64, uint32_t, double)
DSPC_CONVERT(bool, f64, uint32_t, double)
DSPC_CONVERT(u64, f64, uint64_t, double)
DSPC_CONVERT(i32, u32, int32_t, uint32_t)
DSPC_CONVERT(u32, i32, uint32_t, int32_t)
DSPC_CONVERT(bool, i32, uint32_t, int32_t)
DSPC_CONVERT(bool, u32, uint32_t, uint32_t)
DSPC_CONVERT(u32, u64, uint32_t, uint64_t)
DSPC_CONVERT(u64, u32, uint64_t, uint32_t)
DSPC_CONVERT(i32, u64, int32_t, uint64_t)

DSPC_INLINE uint32_t dspc_convert_i32_bool(int32_t x)
{
  return x != 0;
}

DSPC_INLINE uint32_t dspc_convert_u32_bool(uint32_t x)
{
  return x != 0;
}

/* Toward zero, saturating, NaN gives 0. What is converted is always in range, so that it may be converted
 * before it is known to be wanted: that keeps loops over lanes free of branches. LOW and HIGH are exact. */
#define DSPC_SATURATE(A, B, TA, TB, LOW, HIGH, LEAST, MOST) \
  DSPC_INLINE TB dspc_convert_##A##_##B(TA x) \
  { \
    TB y = (TB)(x > LOW && x < HIGH ? x : 0); \
    y = x <= LOW ? LEAST : y; \
    return x >= HIGH ? MOST : y; \
  }
DSPC_SATURATE(f32, i32, float, int32_t, -0x1p31f, 0x1p31f, INT32_MIN, INT32_MAX)
DSPC_SATURATE(f64, i32, double, int32_t, -0x1p31, 0x1p31, INT32_MIN, INT32_MAX)
DSPC_SATURATE(f32, u32, float, uint32_t, 0.0f, 0x1p32f, 0u, UINT32_MAX)
DSPC_SATURATE(f64, u32, double, uint32_t, 0.0, 0x1p32, 0u, UINT32_MAX)

#endif
