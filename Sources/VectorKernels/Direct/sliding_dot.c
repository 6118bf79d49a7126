// SPDX-License-Identifier: MIT

#include "../Dispatch/for_each_target.h"

// A fused multiply-add rounds once; it must be used alike in the vector and the scalar tails.
#pragma clang fp contract(fast)

// Taps that are summed plainly before their total is added with compensation: the error of a plain
// sum of 64 random terms is about 2 units of rounding, and the compensation then costs 5 %.
#define TAP_BLOCK 64
#define MOST_VECTORS 8
#define EACH_VECTOR UNROLLED for (int v = 0; v < vectors; v++)

// `vectors` vectors of outputs at once.
INLINE void NAME(tile)(
    const SCALAR *x, const SCALAR *w, SCALAR *y, ptrdiff_t taps, ptrdiff_t stride,
    const int vectors) {
  VECTOR sum[MOST_VECTORS], lost[MOST_VECTORS];
  EACH_VECTOR sum[v] = lost[v] = (VECTOR){0};
  for (ptrdiff_t from = 0; from < taps; from += TAP_BLOCK) {
    const ptrdiff_t to = from + TAP_BLOCK < taps ? from + TAP_BLOCK : taps;
    VECTOR block[MOST_VECTORS];
    EACH_VECTOR block[v] = (VECTOR){0};
    for (ptrdiff_t j = from; j < to; j++) {
      const SCALAR *start = x + j * stride;
      EACH_VECTOR block[v] += w[j] * LOAD(start + v * LANES);
    }
    if (from == 0) {
      EACH_VECTOR sum[v] = block[v];
    } else {
      EACH_VECTOR ADD_COMPENSATED(sum[v], lost[v], block[v]);
    }
  }
  EACH_VECTOR STORE(y + v * LANES, COMPENSATED_TOTAL(sum[v], lost[v]));
}

// Tiles of eight vectors cover the latency of two fused multiply-add units; what is left over goes
// by single vectors and then by single sums. Every output sees the same additions in the same order
// whichever tile it falls into.
KERNEL(void, sliding_dot,
       (const SCALAR *x, const SCALAR *w, SCALAR *y, ptrdiff_t count, ptrdiff_t taps,
        ptrdiff_t stride),
       (x, w, y, count, taps, stride)) {
  ptrdiff_t i = 0;
  for (; i + MOST_VECTORS * LANES <= count; i += MOST_VECTORS * LANES)
    NAME(tile)(x + i, w, y + i, taps, stride, MOST_VECTORS);
  for (; i + LANES <= count; i += LANES) NAME(tile)(x + i, w, y + i, taps, stride, 1);
  for (; i < count; i++) {
    SCALAR sum = 0, lost = 0;
    for (ptrdiff_t from = 0; from < taps; from += TAP_BLOCK) {
      const ptrdiff_t to = from + TAP_BLOCK < taps ? from + TAP_BLOCK : taps;
      SCALAR block = 0;
      FUSED for (ptrdiff_t j = from; j < to; j++) block += w[j] * x[i + j * stride];
      if (from == 0) {
        sum = block;
      } else {
        ADD_COMPENSATED(sum, lost, block);
      }
    }
    y[i] = lost == lost ? sum + lost : sum;
  }
}
