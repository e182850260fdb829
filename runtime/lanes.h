/* Vectors of lanes, and the scalar table's operations on them: the same bits as scalar.h, lane by lane.
 *
 * `DSPC_LANES(8)` defines the types f32x8, i32x8 … and functions such as dspc_min_f32x8. A vector of bool is an
 * i32 vector of 0 and -1 (in memory, where the engine sees it, 0 and 1). Written with vector extensions that
 * gcc and clang share; where they have no operator, a loop over the lanes calls the scalar function.
 */
#ifndef DSPC_LANES_H
#define DSPC_LANES_H

/* The core's memory is aligned to 64 bytes, so wider vectors are too. */
#define DSPC_VECTOR(T, name, bytes) \
  typedef T name __attribute__((vector_size(bytes), aligned((bytes) < 64 ? (bytes) : 64)))

/* Lane by lane. */
#define DSPC_EACH1(W, R, A, call) \
  { \
    R r; \
    for (int k = 0; k < W; k++) r[k] = call(x[k]); \
    return r; \
  }
#define DSPC_EACH2(W, R, call) \
  { \
    R r; \
    for (int k = 0; k < W; k++) r[k] = call(a[k], b[k]); \
    return r; \
  }

/* Masks: of 64-bit elements they are twice as wide. */
#define DSPC_MASKS(W) \
  DSPC_INLINE i64x##W dspc_wide_mask_x##W(i32x##W m) { return __builtin_convertvector(m, i64x##W); } \
  DSPC_INLINE i32x##W dspc_narrow_mask_x##W(i64x##W m) { return __builtin_convertvector(m, i32x##W); } \
  DSPC_INLINE i32x##W dspc_not_boolx##W(i32x##W x) { return ~x; } \
  DSPC_INLINE i32x##W dspc_select_boolx##W(i32x##W c, i32x##W a, i32x##W b) { return (c & a) ^ (~c & b); } \
  DSPC_INLINE i32x##W dspc_load_boolx##W(const u32x##W *p) { return (i32x##W)(*p != 0); } \
  DSPC_INLINE void dspc_store_boolx##W(u32x##W *p, i32x##W m) { *p = (u32x##W)m & 1u; } \
  DSPC_INLINE int dspc_any_x##W(i32x##W m) \
  { \
    int32_t any = 0; \
    for (int k = 0; k < W; k++) any |= m[k]; \
    return any != 0; \
  }

#define DSPC_COMPARE(W, E, NARROW) \
  DSPC_INLINE i32x##W dspc_lt_##E##x##W(E##x##W a, E##x##W b) { return NARROW(a < b); } \
  DSPC_INLINE i32x##W dspc_le_##E##x##W(E##x##W a, E##x##W b) { return NARROW(a <= b); } \
  DSPC_INLINE i32x##W dspc_eq_##E##x##W(E##x##W a, E##x##W b) { return NARROW(a == b); } \
  DSPC_INLINE i32x##W dspc_ne_##E##x##W(E##x##W a, E##x##W b) { return NARROW(a != b); }

/* With ^, where | would do: gcc makes one blend of this, but three operations on bits of that. */
#define DSPC_CHOOSE(W, E, I, WIDEN) \
  DSPC_INLINE E##x##W dspc_select_##E##x##W(i32x##W c, E##x##W a, E##x##W b) \
  { \
    I##x##W m = WIDEN(c); \
    return (E##x##W)((m & (I##x##W)a) ^ (~m & (I##x##W)b)); \
  } \
  DSPC_INLINE E##x##W dspc_min_##E##x##W(E##x##W a, E##x##W b) \
  { \
    DSPC_WHOLE_##E(min) \
    return dspc_select_##E##x##W(dspc_lt_##E##x##W(b, a), b, a); \
  } \
  DSPC_INLINE E##x##W dspc_max_##E##x##W(E##x##W a, E##x##W b) \
  { \
    DSPC_WHOLE_##E(max) \
    return dspc_select_##E##x##W(dspc_lt_##E##x##W(a, b), b, a); \
  }

/* Where the machine has an instruction for N lanes: which, depends on the target alone; a vector may be several times as
 * wide. The smaller of two is x86's MIN of b and a: it gives its second operand, a, where neither is smaller. */
#define DSPC_WHOLE1(N, INSTRUCTION) \
  if (sizeof x % (N * sizeof(x[0])) == 0) { \
    typedef __typeof__(x[0]) whole __attribute__((vector_size(N * sizeof(x[0])))); \
    for (unsigned part = 0; part < sizeof x / sizeof(whole); part++) { \
      whole y; \
      __builtin_memcpy(&y, (char *)&x + part * sizeof y, sizeof y); \
      y = INSTRUCTION; \
      __builtin_memcpy((char *)&x + part * sizeof y, &y, sizeof y); \
    } \
    return x; \
  }
#define DSPC_WHOLE2(N, INSTRUCTION) \
  if (sizeof a % (N * sizeof(a[0])) == 0) { \
    typedef __typeof__(a[0]) whole __attribute__((vector_size(N * sizeof(a[0])))); \
    for (unsigned part = 0; part < sizeof a / sizeof(whole); part++) { \
      whole y, z; \
      __builtin_memcpy(&y, (char *)&b + part * sizeof y, sizeof y); \
      __builtin_memcpy(&z, (char *)&a + part * sizeof z, sizeof z); \
      y = INSTRUCTION; \
      __builtin_memcpy((char *)&a + part * sizeof y, &y, sizeof y); \
    } \
    return a; \
  }
#ifdef __SSE2__
#define DSPC_SSE_f32(op) DSPC_WHOLE2(4, __builtin_ia32_##op##ps(y, z))
#define DSPC_SSE_f64(op) DSPC_WHOLE2(2, __builtin_ia32_##op##pd(y, z))
#else
#define DSPC_SSE_f32(op)
#define DSPC_SSE_f64(op)
#endif
#ifdef __AVX__
#define DSPC_AVX_f32(op) DSPC_WHOLE2(8, __builtin_ia32_##op##ps256(y, z))
#define DSPC_AVX_f64(op) DSPC_WHOLE2(4, __builtin_ia32_##op##pd256(y, z))
#else
#define DSPC_AVX_f32(op)
#define DSPC_AVX_f64(op)
#endif
#if defined(__AVX512F__) && defined(__clang__)
#define DSPC_AVX512_f32(op) DSPC_WHOLE2(16, __builtin_ia32_##op##ps512(y, z, 4))
#define DSPC_AVX512_f64(op) DSPC_WHOLE2(8, __builtin_ia32_##op##pd512(y, z, 4))
#elif defined(__AVX512F__)
#define DSPC_AVX512_f32(op) DSPC_WHOLE2(16, __builtin_ia32_##op##ps512_mask(y, z, y, -1, 4))
#define DSPC_AVX512_f64(op) DSPC_WHOLE2(8, __builtin_ia32_##op##pd512_mask(y, z, y, -1, 4))
#else
#define DSPC_AVX512_f32(op)
#define DSPC_AVX512_f64(op)
#endif
#define DSPC_WHOLE_f32(op) DSPC_AVX512_f32(op) DSPC_AVX_f32(op) DSPC_SSE_f32(op)
#define DSPC_WHOLE_f64(op) DSPC_AVX512_f64(op) DSPC_AVX_f64(op) DSPC_SSE_f64(op)
#define DSPC_WHOLE_i32(op)
#define DSPC_WHOLE_u32(op)
#define DSPC_WHOLE_u64(op)

/* To nearest. */
#ifdef __SSE4_1__
#define DSPC_ROUND_SSE_f32 DSPC_WHOLE1(4, __builtin_ia32_roundps(y, 8))
#define DSPC_ROUND_SSE_f64 DSPC_WHOLE1(2, __builtin_ia32_roundpd(y, 8))
#else
#define DSPC_ROUND_SSE_f32
#define DSPC_ROUND_SSE_f64
#endif
#ifdef __AVX__
#define DSPC_ROUND_AVX_f32 DSPC_WHOLE1(8, __builtin_ia32_roundps256(y, 8))
#define DSPC_ROUND_AVX_f64 DSPC_WHOLE1(4, __builtin_ia32_roundpd256(y, 8))
#else
#define DSPC_ROUND_AVX_f32
#define DSPC_ROUND_AVX_f64
#endif
#ifdef __AVX512F__
#define DSPC_ROUND_AVX512_f32 DSPC_WHOLE1(16, __builtin_ia32_rndscaleps_mask(y, 8, y, -1, 4))
#define DSPC_ROUND_AVX512_f64 DSPC_WHOLE1(8, __builtin_ia32_rndscalepd_mask(y, 8, y, -1, 4))
#else
#define DSPC_ROUND_AVX512_f32
#define DSPC_ROUND_AVX512_f64
#endif

/* Rounding as in scalar.h: adding and subtracting LIMIT; zeros keep the sign of x. */
#define DSPC_FLOATS(W, E, U, SIGN, LIMIT) \
  DSPC_INLINE E##x##W dspc_abs_##E##x##W(E##x##W x) { return (E##x##W)((U##x##W)x & ~SIGN); } \
  DSPC_INLINE E##x##W dspc_sqrt_##E##x##W(E##x##W x) DSPC_EACH1(W, E##x##W, E, dspc_sqrt_##E) \
  DSPC_INLINE E##x##W dspc_signed_##E##x##W(E##x##W m, E##x##W x) \
  { \
    return (E##x##W)((U##x##W)m | ((U##x##W)x & SIGN)); \
  } \
  DSPC_INLINE E##x##W dspc_round_##E##x##W(E##x##W x) \
  { \
    DSPC_ROUND_AVX512_##E \
    DSPC_ROUND_AVX_##E \
    DSPC_ROUND_SSE_##E \
    E##x##W m = dspc_abs_##E##x##W(x); \
    E##x##W n = dspc_signed_##E##x##W((m + LIMIT) - LIMIT, x); \
    return dspc_select_##E##x##W(dspc_lt_##E##x##W(m, (E##x##W){0} + LIMIT), n, x); \
  } \
  DSPC_INLINE E##x##W dspc_floor_##E##x##W(E##x##W x) \
  { \
    E##x##W n = dspc_round_##E##x##W(x); \
    return dspc_select_##E##x##W(dspc_lt_##E##x##W(x, n), n - 1, n); \
  } \
  DSPC_INLINE E##x##W dspc_ceil_##E##x##W(E##x##W x) \
  { \
    E##x##W n = dspc_round_##E##x##W(x); \
    E##x##W up = dspc_signed_##E##x##W(dspc_abs_##E##x##W(n + 1), x); \
    return dspc_select_##E##x##W(dspc_lt_##E##x##W(n, x), up, n); \
  }

#define DSPC_INTEGERS(W, E) \
  DSPC_INLINE E##x##W dspc_shl_##E##x##W(E##x##W a, E##x##W b) { return a << (b & (8 * sizeof a[0] - 1)); } \
  DSPC_INLINE E##x##W dspc_shr_##E##x##W(E##x##W a, E##x##W b) { return a >> (b & (8 * sizeof a[0] - 1)); } \
  DSPC_INLINE E##x##W dspc_floordiv_##E##x##W(E##x##W a, E##x##W b) DSPC_EACH2(W, E##x##W, dspc_floordiv_##E) \
  DSPC_INLINE E##x##W dspc_mod_##E##x##W(E##x##W a, E##x##W b) DSPC_EACH2(W, E##x##W, dspc_mod_##E)

/* What happens once in a ring's round: out of the way. */
#define DSPC_RARE static __attribute__((noinline, cold, unused))

/* The first n samples, and zeros: of a buffer of the host's, which may end there. */
#if defined(__AVX512F__)
#define DSPC_MASKED_f32(W) \
  if (W == 16) { \
    typedef float whole __attribute__((vector_size(64))); \
    whole y = __builtin_ia32_loadups512_mask((const void *)p, (whole){0}, (unsigned short)((1u << n) - 1u)); \
    __typeof__(dspc_samples_f32x##W(p)) r; \
    __builtin_memcpy(&r, &y, sizeof r); \
    return r; \
  }
#define DSPC_PUT_MASKED_f32(W) \
  if (W == 16) { \
    typedef float whole __attribute__((vector_size(64))); \
    whole y; \
    __builtin_memcpy(&y, &x, sizeof x < sizeof y ? sizeof x : sizeof y); \
    __builtin_ia32_storeups512_mask((void *)p, y, (unsigned short)((1u << n) - 1u)); \
    return; \
  }
#else
#define DSPC_MASKED_f32(W)
#define DSPC_PUT_MASKED_f32(W)
#endif
#define DSPC_PUT_MASKED_i32(W) (void)p;
#define DSPC_PUT_MASKED_u32(W) (void)p;
#define DSPC_PUT_MASKED_f64(W) (void)p;
#define DSPC_PUT_MASKED_u64(W) (void)p;
#define DSPC_MASKED_i32(W)
#define DSPC_MASKED_u32(W)
#define DSPC_MASKED_f64(W)
#define DSPC_MASKED_u64(W)

/* So many samples that follow each other: of a buffer, wherever it starts; of a ring, whose end may be between them. A
 * ring is written up to the `n` samples that the block still has. */
#define DSPC_SAMPLES(W, E, C) \
  DSPC_INLINE E##x##W dspc_samples_##E##x##W(const C *p) \
  { \
    E##x##W r; \
    __builtin_memcpy(&r, p, sizeof r); \
    return r; \
  } \
  DSPC_INLINE void dspc_keep_##E##x##W(C *p, E##x##W x) { __builtin_memcpy(p, &x, sizeof x); } \
  DSPC_RARE E##x##W dspc_few_##E##x##W(const C *p, uint32_t n) \
  { \
    E##x##W r = {0}; \
    for (uint32_t k = 0; k < n; k++) r[k] = p[k]; \
    return r; \
  } \
  DSPC_INLINE E##x##W dspc_some_##E##x##W(const C *p, uint32_t n) \
  { \
    if (n >= W) return dspc_samples_##E##x##W(p); \
    DSPC_MASKED_##E(W) \
    return dspc_few_##E##x##W(p, n); \
  } \
  DSPC_RARE E##x##W dspc_ring_parts_##E##x##W(const C *ring, uint32_t mask, uint32_t at) \
  { \
    E##x##W r; \
    for (uint32_t k = 0; k < W; k++) r[k] = ring[(at + k) & mask]; \
    return r; \
  } \
  DSPC_INLINE E##x##W dspc_ring_span_##E##x##W(const C *ring, uint32_t mask, uint32_t at) \
  { \
    if (__builtin_expect((at & mask) + (W - 1u) <= mask, 1)) return dspc_samples_##E##x##W(ring + (at & mask)); \
    return dspc_ring_parts_##E##x##W(ring, mask, at); \
  } \
  DSPC_INLINE E##x##W dspc_ring_gather_##E##x##W(const C *ring, uint32_t mask, uint32_t at, i32x##W distance) \
  { \
    E##x##W r; \
    for (uint32_t k = 0; k < W; k++) r[k] = ring[(at + k - (uint32_t)distance[k]) & mask]; \
    return r; \
  } \
  DSPC_RARE void dspc_ring_put_parts_##E##x##W(C *ring, uint32_t mask, uint32_t at, E##x##W x, uint32_t n) \
  { \
    for (uint32_t k = 0; k < W && k < n; k++) ring[(at + k) & mask] = x[k]; \
  } \
  DSPC_INLINE void dspc_ring_put_##E##x##W(C *ring, uint32_t mask, uint32_t at, E##x##W x, uint32_t n) \
  { \
    if (__builtin_expect((at & mask) + (W - 1u) <= mask, 1)) { \
      C *p = ring + (at & mask); \
      if (__builtin_expect(n >= W, 1)) { \
        dspc_keep_##E##x##W(p, x); \
        return; \
      } \
      DSPC_PUT_MASKED_##E(W) \
    } \
    dspc_ring_put_parts_##E##x##W(ring, mask, at, x, n); \
  }

/* Elements of two vectors by their numbers, a's first; `mask` is a vector of integers as wide as theirs. */
#ifdef __clang__
#define DSPC_SHUFFLE(mask, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define DSPC_SHUFFLE(mask, a, b, ...) __builtin_shuffle(a, b, (mask){__VA_ARGS__})
#endif

/* The last element of `before`, then all elements of x but the last. */
#define DSPC_LATER_2 3, 0
#define DSPC_LATER_4 7, 0, 1, 2
#define DSPC_LATER_8 15, 0, 1, 2, 3, 4, 5, 6
#define DSPC_LATER_16 31, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
#define DSPC_LATER(W, E, C, I) \
  DSPC_INLINE E##x##W dspc_later_##E##x##W(E##x##W before, E##x##W x) \
  { \
    return DSPC_SHUFFLE(I##x##W, x, before, DSPC_LATER_##W); \
  }
#define DSPC_LATER_ALL(W) \
  DSPC_LATER(W, f32, float, i32) \
  DSPC_LATER(W, i32, int32_t, i32) \
  DSPC_LATER(W, u32, uint32_t, i32) \
  DSPC_LATER(W, f64, double, i64) \
  DSPC_LATER(W, u64, uint64_t, i64)

/* W vectors of W elements turned: element k of vector i becomes element i of vector k. In each stage pairs of vectors, s
 * apart, exchange blocks of s elements. */
#define DSPC_TURN_LOW(k, s, W) (((k) & (s)) ? (W) + (k) - (s) : (k))
#define DSPC_TURN_HIGH(k, s, W) (((k) & (s)) ? (W) + (k) : (k) + (s))
#define DSPC_LIST_4(F, k, s, W) F((k), s, W), F((k) + 1, s, W), F((k) + 2, s, W), F((k) + 3, s, W)
#define DSPC_LIST_8(F, k, s, W) DSPC_LIST_4(F, k, s, W), DSPC_LIST_4(F, (k) + 4, s, W)
#define DSPC_LIST_16(F, k, s, W) DSPC_LIST_8(F, k, s, W), DSPC_LIST_8(F, (k) + 8, s, W)
#ifdef __clang__
#define DSPC_UNROLL _Pragma("unroll")
#else
#define DSPC_UNROLL _Pragma("GCC unroll 16")
#endif
#define DSPC_TURN_STAGE(W, V, M, s) \
  DSPC_UNROLL for (int i = 0; i < W; i++) \
    if (!(i & (s))) { \
      V a = x[i], b = x[i + (s)]; \
      x[i] = DSPC_SHUFFLE(M, a, b, DSPC_LIST_##W(DSPC_TURN_LOW, 0, s, W)); \
      x[i + (s)] = DSPC_SHUFFLE(M, a, b, DSPC_LIST_##W(DSPC_TURN_HIGH, 0, s, W)); \
    }
#define DSPC_TURN_STAGES_4(V, M) DSPC_TURN_STAGE(4, V, M, 2) DSPC_TURN_STAGE(4, V, M, 1)
#define DSPC_TURN_STAGES_8(V, M) \
  DSPC_TURN_STAGE(8, V, M, 4) DSPC_TURN_STAGE(8, V, M, 2) DSPC_TURN_STAGE(8, V, M, 1)
#define DSPC_TURN_STAGES_16(V, M) \
  DSPC_TURN_STAGE(16, V, M, 8) DSPC_TURN_STAGE(16, V, M, 4) DSPC_TURN_STAGE(16, V, M, 2) DSPC_TURN_STAGE(16, V, M, 1)
#define DSPC_TURN(W, E, I) \
  DSPC_INLINE void dspc_turn_##E##x##W(E##x##W *r) \
  { \
    E##x##W x[W]; \
    DSPC_UNROLL for (int i = 0; i < W; i++) x[i] = r[i]; \
    DSPC_TURN_STAGES_##W(E##x##W, I##x##W) \
    DSPC_UNROLL for (int i = 0; i < W; i++) r[i] = x[i]; \
  }
#define DSPC_TURN_ALL(W) \
  DSPC_TURN(W, f32, i32) \
  DSPC_TURN(W, i32, i32) \
  DSPC_TURN(W, u32, i32) \
  DSPC_TURN(W, f64, i64)

/* By the compiler's own conversion, which is exact or rounds to nearest; integers wrap. */
#define DSPC_LANES_CONVERT(W, A, B) \
  DSPC_INLINE B##x##W dspc_convert_##A##_##B##x##W(A##x##W x) { return __builtin_convertvector(x, B##x##W); }
/* Toward zero, saturating, NaN gives 0. */
#define DSPC_TO_I32(W, E) \
  DSPC_INLINE i32x##W dspc_convert_##E##_i32x##W(E##x##W x) \
  { \
    E##x##W zero = {0}, limit = zero + 2147483648.0f; \
    i32x##W inside = dspc_lt_##E##x##W(dspc_abs_##E##x##W(x), limit); \
    i32x##W r = __builtin_convertvector(dspc_select_##E##x##W(inside, x, zero), i32x##W); \
    i32x##W top = (i32x##W){0} + INT32_MAX; \
    r = dspc_select_i32x##W(dspc_le_##E##x##W(limit, x), top, r); \
    return dspc_select_i32x##W(dspc_le_##E##x##W(x, -limit), ~top, r); \
  }
#define DSPC_TO_U32(W, E) \
  DSPC_INLINE u32x##W dspc_convert_##E##_u32x##W(E##x##W x) DSPC_EACH1(W, u32x##W, E, dspc_convert_##E##_u32)
#define DSPC_FROM_BOOL(W, E, WIDEN) \
  DSPC_INLINE E##x##W dspc_convert_bool_##E##x##W(i32x##W m) \
  { \
    return __builtin_convertvector(-m, E##x##W); \
  }
#define DSPC_BITS(W, A, B) \
  DSPC_INLINE B##x##W dspc_bitcast_##A##_##B##x##W(A##x##W x) { return (B##x##W)x; } \
  DSPC_INLINE A##x##W dspc_bitcast_##B##_##A##x##W(B##x##W x) { return (A##x##W)x; }

#define DSPC_ITSELF(x) (x)

#define DSPC_LANES(W) \
  DSPC_VECTOR(float, f32x##W, 4 * W); \
  DSPC_VECTOR(int32_t, i32x##W, 4 * W); \
  DSPC_VECTOR(uint32_t, u32x##W, 4 * W); \
  DSPC_VECTOR(double, f64x##W, 8 * W); \
  DSPC_VECTOR(int64_t, i64x##W, 8 * W); \
  DSPC_VECTOR(uint64_t, u64x##W, 8 * W); \
  DSPC_SAMPLES(W, f32, float) \
  DSPC_SAMPLES(W, i32, int32_t) \
  DSPC_SAMPLES(W, u32, uint32_t) \
  DSPC_SAMPLES(W, f64, double) \
  DSPC_SAMPLES(W, u64, uint64_t) \
  DSPC_MASKS(W) \
  DSPC_COMPARE(W, f32, DSPC_ITSELF) \
  DSPC_COMPARE(W, i32, DSPC_ITSELF) \
  DSPC_COMPARE(W, u32, DSPC_ITSELF) \
  DSPC_COMPARE(W, f64, dspc_narrow_mask_x##W) \
  DSPC_COMPARE(W, u64, dspc_narrow_mask_x##W) \
  DSPC_CHOOSE(W, f32, i32, DSPC_ITSELF) \
  DSPC_CHOOSE(W, i32, i32, DSPC_ITSELF) \
  DSPC_CHOOSE(W, u32, i32, DSPC_ITSELF) \
  DSPC_CHOOSE(W, f64, i64, dspc_wide_mask_x##W) \
  DSPC_CHOOSE(W, u64, i64, dspc_wide_mask_x##W) \
  DSPC_FLOATS(W, f32, u32, 0x80000000u, 0x1p23f) \
  DSPC_FLOATS(W, f64, u64, 0x8000000000000000u, 0x1p52) \
  DSPC_INTEGERS(W, i32) \
  DSPC_INTEGERS(W, u32) \
  DSPC_INTEGERS(W, u64) \
  DSPC_INLINE i32x##W dspc_abs_i32x##W(i32x##W x) DSPC_EACH1(W, i32x##W, i32, dspc_abs_i32) \
  DSPC_LANES_CONVERT(W, f32, f64) \
  DSPC_LANES_CONVERT(W, f64, f32) \
  DSPC_LANES_CONVERT(W, i32, f32) \
  DSPC_LANES_CONVERT(W, i32, f64) \
  DSPC_LANES_CONVERT(W, u32, f32) \
  DSPC_LANES_CONVERT(W, u32, f64) \
  DSPC_LANES_CONVERT(W, u64, f64) \
  DSPC_LANES_CONVERT(W, u32, u64) \
  DSPC_LANES_CONVERT(W, u64, u32) \
  DSPC_LANES_CONVERT(W, i32, u64) \
  DSPC_LANES_CONVERT(W, i32, u32) \
  DSPC_LANES_CONVERT(W, u32, i32) \
  DSPC_TO_I32(W, f32) \
  DSPC_TO_I32(W, f64) \
  DSPC_TO_U32(W, f32) \
  DSPC_TO_U32(W, f64) \
  DSPC_FROM_BOOL(W, f32, DSPC_ITSELF) \
  DSPC_FROM_BOOL(W, f64, DSPC_ITSELF) \
  DSPC_FROM_BOOL(W, i32, DSPC_ITSELF) \
  DSPC_FROM_BOOL(W, u32, DSPC_ITSELF) \
  DSPC_INLINE i32x##W dspc_convert_i32_boolx##W(i32x##W x) { return (i32x##W)(x != 0); } \
  DSPC_INLINE i32x##W dspc_convert_u32_boolx##W(u32x##W x) { return (i32x##W)(x != 0u); } \
  DSPC_BITS(W, f32, u32) \
  DSPC_BITS(W, f64, u64)

#endif
