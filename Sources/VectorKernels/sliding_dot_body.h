// One clone of the sliding dot product for one scalar type; no include guard, on purpose.
//
// Wants SCALAR, VECTOR_BYTES, NAME and ATTRIBUTES.

#define VECTOR JOIN(NAME, _vector)
#define TILE JOIN(NAME, _tile)
#define LANES ((ptrdiff_t)(VECTOR_BYTES / sizeof(SCALAR)))
#define EACH _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)

// Loads and stores need only a scalar's alignment.
typedef SCALAR VECTOR
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(SCALAR)), may_alias));

// `vectors` vectors of outputs at once. Between blocks of taps the running total is kept with
// Knuth's two-sum: `sum + lost` is the total to about twice the precision. Where the total has
// become infinite `lost` is NaN and says nothing.
ATTRIBUTES static inline __attribute__((always_inline)) void TILE(
    const SCALAR *x, const SCALAR *w, SCALAR *y, ptrdiff_t taps, ptrdiff_t stride,
    const int vectors) {
  VECTOR sum[MOST_VECTORS], lost[MOST_VECTORS];
  EACH sum[v] = lost[v] = (VECTOR){0};
  for (ptrdiff_t from = 0; from < taps; from += TAP_BLOCK) {
    const ptrdiff_t to = from + TAP_BLOCK < taps ? from + TAP_BLOCK : taps;
    VECTOR block[MOST_VECTORS];
    EACH block[v] = (VECTOR){0};
    for (ptrdiff_t j = from; j < to; j++) {
      const SCALAR *start = x + j * stride;
      EACH block[v] += w[j] * *(const VECTOR *)(start + v * LANES);
    }
    if (from == 0) {
      EACH sum[v] = block[v];
    } else {
      EACH {
        const VECTOR total = sum[v] + block[v];
        const VECTOR part = total - sum[v];
        lost[v] += (sum[v] - (total - part)) + (block[v] - part);
        sum[v] = total;
      }
    }
  }
  EACH {
    typedef __typeof__(lost[v] == lost[v]) Mask;
    const VECTOR known = (VECTOR)((Mask)lost[v] & (lost[v] == lost[v]));
    *(VECTOR *)(y + v * LANES) = sum[v] + known;
  }
}

// Tiles of eight vectors cover the latency of two fused multiply-add units; what is left over goes
// by single vectors and then, through a copy, by one that is not full. Every output sees the same
// additions in the same order whichever tile it falls into.
ATTRIBUTES static void NAME(const SCALAR *x, const SCALAR *w, SCALAR *y, ptrdiff_t count,
                            ptrdiff_t taps, ptrdiff_t stride) {
  ptrdiff_t i = 0;
  for (; i + MOST_VECTORS * LANES <= count; i += MOST_VECTORS * LANES)
    TILE(x + i, w, y + i, taps, stride, MOST_VECTORS);
  for (; i + LANES <= count; i += LANES) TILE(x + i, w, y + i, taps, stride, 1);
  for (; i < count; i++) {
    SCALAR sum = 0, lost = 0;
    for (ptrdiff_t from = 0; from < taps; from += TAP_BLOCK) {
      const ptrdiff_t to = from + TAP_BLOCK < taps ? from + TAP_BLOCK : taps;
      SCALAR block = 0;
      for (ptrdiff_t j = from; j < to; j++) block += w[j] * x[i + j * stride];
      const SCALAR total = sum + block;
      const SCALAR part = total - sum;
      if (from > 0) lost += (sum - (total - part)) + (block - part);
      sum = total;
    }
    y[i] = lost == lost ? sum + lost : sum;
  }
}

#undef EACH
#undef LANES
#undef TILE
#undef VECTOR
#undef ATTRIBUTES
#undef NAME
#undef VECTOR_BYTES
#undef SCALAR
