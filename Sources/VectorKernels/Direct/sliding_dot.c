// SPDX-License-Identifier: MIT

#include "../Dispatch/for_each_target.h"

// A fused multiply-add rounds once; it must be used alike in the vector and the scalar tails.
#pragma clang fp contract(fast)

// Taps that are summed plainly before their total is added with compensation: the error of a plain
// sum of 64 random terms is about 2 units of rounding, and the compensation then costs 5 %.
#define TAP_BLOCK 64
// A rest of a few taps joins the last block.
#define LAST_BLOCK 80
#define BLOCK_AT(from) (taps - (from) <= LAST_BLOCK ? taps - (from) : TAP_BLOCK)
// Sums of eight vectors cover the latency of two fused multiply-add units.
#define MOST_VECTORS 8
// Taps that are multiplied together. A load that lies across two cache lines, as most do where
// vectors are as long as a line, takes as long as two multiplications. Four taps and eight vectors of
// results need 11 loads for 32 multiplications, where one tap after the other needs 32.
#define MOST_TAPS 4
// Scalars of x between such taps: the widest vector of all targets, so that the order of additions is
// the same on each of them.
#define STEP BY_SCALAR(16, 8)
// They are j, j + apart, j + 2 apart and so on for each j < apart, in groups of so many taps. If
// `stride` does not divide STEP, each tap is taken by itself.
#define APART(stride) (STEP % (stride) == 0 ? STEP / (stride) : TAP_BLOCK)
#define GROUP (MOST_TAPS * apart < TAP_BLOCK ? MOST_TAPS * apart : TAP_BLOCK)
// Of fewer taps hardly any would be multiplied together, and plain loops take less time.
#define FEW_TAPS (3 * STEP / 2)

#define EACH_VECTOR UNROLLED for (int v = 0; v < vectors; v++)
#define EACH_TAP UNROLLED for (int k = 0; k < count; k++)

// Adds the products with `count` taps from w on.
INLINE void NAME(add_taps)(
    const SCALAR *x, const SCALAR *w, ptrdiff_t apart, VECTOR *block, const int count,
    const int vectors) {
  const int step = STEP / LANES;
  UNROLLED for (int s = 0; s < vectors + (count - 1) * step; s++) {
    const VECTOR samples = LOAD(x + s * LANES);
    EACH_TAP {
      const int v = s - k * step;
      if (v >= 0 && v < vectors) block[v] += w[k * apart] * samples;
    }
  }
}

// Sums the products with `taps` taps, no more than LAST_BLOCK.
INLINE void NAME(sum_block)(
    const SCALAR *x, const SCALAR *w, ptrdiff_t taps, ptrdiff_t stride, ptrdiff_t apart,
    VECTOR *block, const int vectors) {
  const ptrdiff_t group = GROUP;
  EACH_VECTOR block[v] = (VECTOR){0};
  for (ptrdiff_t from = 0; from < taps; from += group) {
    const ptrdiff_t left = taps - from < group ? taps - from : group;
    ptrdiff_t j = 0;
#define ADD_TAPS(count)                                    \
  for (; j < apart && j + (count - 1) * apart < left; j++) \
    NAME(add_taps)(x + (from + j) * stride, w + from + j, apart, block, count, vectors);
    ADD_TAPS(4) ADD_TAPS(3) ADD_TAPS(2) ADD_TAPS(1)
  }
}

// `vectors` vectors of results at once.
INLINE void NAME(tile)(
    const SCALAR *x, const SCALAR *w, SCALAR *y, ptrdiff_t taps, ptrdiff_t stride, ptrdiff_t apart,
    const int vectors) {
  VECTOR block[MOST_VECTORS];
  if (taps <= LAST_BLOCK) {
    NAME(sum_block)(x, w, taps, stride, apart, block, vectors);
    EACH_VECTOR STORE(y + v * LANES, block[v]);
    return;
  }
  VECTOR sum[MOST_VECTORS], lost[MOST_VECTORS];
  EACH_VECTOR sum[v] = lost[v] = (VECTOR){0};
  for (ptrdiff_t from = 0, count; from < taps; from += count) {
    count = BLOCK_AT(from);
    NAME(sum_block)(x + from * stride, w + from, count, stride, apart, block, vectors);
    EACH_VECTOR ADD_COMPENSATED(sum[v], lost[v], block[v]);
  }
  EACH_VECTOR STORE(y + v * LANES, COMPENSATED_TOTAL(sum[v], lost[v]));
}

// The same for no more than FEW_TAPS taps, one after the other.
INLINE void NAME(plain_tile)(
    const SCALAR *x, const SCALAR *w, SCALAR *y, ptrdiff_t taps, ptrdiff_t stride,
    const int vectors) {
  VECTOR block[MOST_VECTORS];
  EACH_VECTOR block[v] = (VECTOR){0};
  for (ptrdiff_t j = 0; j < taps; j++) NAME(add_taps)(x + j * stride, w + j, 0, block, 1, vectors);
  EACH_VECTOR STORE(y + v * LANES, block[v]);
}

// One result, with the additions of a tile.
INLINE SCALAR NAME(one_result)(
    const SCALAR *x, const SCALAR *w, ptrdiff_t taps, ptrdiff_t stride, ptrdiff_t apart) {
  const ptrdiff_t group = GROUP;
  // -0, which changes no sum, for a single block.
  SCALAR sum = 0, lost = -(SCALAR)0;
  for (ptrdiff_t start = 0, count; start < taps; start += count) {
    count = BLOCK_AT(start);
    SCALAR block = 0;
    for (ptrdiff_t from = start; from < start + count; from += group) {
      const ptrdiff_t to = from + group < start + count ? from + group : start + count;
      for (ptrdiff_t first = from; first < from + apart && first < to; first++)
        FUSED for (ptrdiff_t j = first; j < to; j += apart) block += w[j] * x[j * stride];
    }
    if (start == 0) {
      sum = block;
    } else {
      ADD_COMPENSATED(sum, lost, block);
    }
  }
  return lost == lost ? sum + lost : sum;
}

INLINE SCALAR NAME(plain_result)(
    const SCALAR *x, const SCALAR *w, ptrdiff_t taps, ptrdiff_t stride) {
  SCALAR sum = 0;
  FUSED for (ptrdiff_t j = 0; j < taps; j++) sum += w[j] * x[j * stride];
  return sum;
}

// Whole tiles of so many vectors, and one at the end where it is needed for more than half of it,
// which then has some results that were there before.
#define TILES(vectors, TILE)                                                           \
  if (count >= vectors * LANES) {                                                      \
    while (i + vectors / 2 * LANES < count) {                                          \
      const ptrdiff_t at = i + vectors * LANES <= count ? i : count - vectors * LANES; \
      TILE(at, vectors);                                                               \
      i = at + vectors * LANES;                                                        \
    }                                                                                  \
  }
#define FEW(at, vectors) NAME(plain_tile)(x + (at), w, y + (at), taps, stride, vectors)
#define MANY(at, vectors) NAME(tile)(x + (at), w, y + (at), taps, stride, apart, vectors)

// Every result sees the same additions in the same order whichever tile it falls into.
KERNEL(void, sliding_dot,
       (const SCALAR *x, const SCALAR *w, SCALAR *y, ptrdiff_t count, ptrdiff_t taps,
        ptrdiff_t stride),
       (x, w, y, count, taps, stride)) {
  ptrdiff_t i = 0;
  if (taps <= FEW_TAPS) {
    TILES(8, FEW) TILES(4, FEW) TILES(1, FEW)
    for (; i < count; i++) y[i] = NAME(plain_result)(x + i, w, taps, stride);
    return;
  }
  const ptrdiff_t apart = APART(stride);
  TILES(8, MANY) TILES(4, MANY) TILES(1, MANY)
  for (; i < count; i++) y[i] = NAME(one_result)(x + i, w, taps, stride, apart);
}
