// SPDX-License-Identifier: MIT

// Part of separable.c: the sums of a tile of results, TILE_ROWS of which are summed together, and
// of a single result. The result of row o is the sum over a < taps of w[a] * x[o + a].

// Writes the taps that are read to `spread`, which is aligned, each in all lanes: loading it so
// takes the load alone, while to spread it takes an arithmetic unit on top, for as long as an
// addition.
INLINE void NAME(spread)(const SCALAR *w, ptrdiff_t taps, const int symmetry, SCALAR *spread) {
  const ptrdiff_t used = symmetry == 0 ? taps : (taps + 1) / 2;
  for (ptrdiff_t a = 0; a < used; a++) *(VECTOR *)(spread + a * LANES) = w[a] + (VECTOR){0};
}

#define AT(start, row) LOAD((start) + (row) * x_stride)
#define TAP(index) (*(const VECTOR *)(spread + (index) * LANES))

// Adds to each of two sums the tap times the sum, or difference, of its two samples.
INLINE void NAME(add_two)(
    VECTOR *sum, VECTOR tap, VECTOR first, VECTOR second, VECTOR next_first, VECTOR next_second,
    const int symmetry) {
#if BY_TARGET(1, 0, 0, 0)
  // Two additions and then two products: a Zen 4 does a pair of them a cycle in this order, and
  // four pairs in five cycles where they take turns, as compilers put them. Volatile statements
  // stay in order.
  VECTOR both, next_both;
#define TWO(instruction) instruction BY_SCALAR("ps", "pd")
#define BOTH(instruction)                                                               \
  __asm__ volatile(TWO(instruction) " %4, %2, %0\n\t" TWO(instruction) " %5, %3, %1"    \
                   : "=&v"(both), "=&v"(next_both)                                      \
                   : "v"(first), "v"(next_first), "v"(second), "v"(next_second))
  if (symmetry > 0) {
    BOTH("vadd");
  } else {
    BOTH("vsub");
  }
  __asm__ volatile(TWO("vfmadd231") " %2, %4, %0\n\t" TWO("vfmadd231") " %3, %4, %1"
                   : "+&v"(sum[0]), "+&v"(sum[1])
                   : "v"(both), "v"(next_both), "v"(tap));
#else
  sum[0] += tap * (symmetry > 0 ? first + second : first - second);
  sum[1] += tap * (symmetry > 0 ? next_first + next_second : next_first - next_second);
#endif
}

// Sums of `rows` rows, each a row below the one before, for taps with a symmetry. Going outwards
// from the middle the rows of x on either side that the results need shift by one each time, so
// that only one of each is loaded; they take turns in as many registers as there are results.
INLINE void NAME(sum_symmetric)(
    const SCALAR *x, ptrdiff_t x_stride, const SCALAR *spread, ptrdiff_t taps, const int symmetry,
    VECTOR *sum, const int rows) {
  const ptrdiff_t pairs = taps / 2;
  const SCALAR *above = x + (pairs - 1) * x_stride, *below = x + (taps - pairs) * x_stride;
  VECTOR low[TILE_ROWS], high[TILE_ROWS];
  UNROLLED for (int o = 0; o < rows; o++)
    sum[o] = taps % 2 ? TAP(pairs) * AT(x, pairs + o) : (VECTOR){0};
  if (pairs == 0) return;
  UNROLLED for (int o = 0; o + 1 < rows; o++)
    low[o + 1] = AT(above, o + 1), high[o] = AT(below, o);
  for (ptrdiff_t p = 0; p < pairs; p += rows) {
    UNROLLED for (int q = 0; q < rows; q++) {
      if (p + q >= pairs) return;
      low[(rows - q) % rows] = AT(above, -(p + q));
      high[(rows - 1 + q) % rows] = AT(below, rows - 1 + p + q);
      const VECTOR tap = TAP(pairs - 1 - p - q);
      UNROLLED for (int o = 0; o + 1 < rows; o += 2) {
        NAME(add_two)(sum + o, tap, low[(o - q + rows) % rows], high[(o + q) % rows],
                      low[(o + 1 - q + rows) % rows], high[(o + 1 + q) % rows], symmetry);
      }
      if (rows == 1) sum[0] += tap * (symmetry > 0 ? low[0] + high[0] : low[0] - high[0]);
    }
  }
}

// The same for any taps.
INLINE void NAME(sum_any)(
    const SCALAR *x, ptrdiff_t x_stride, const SCALAR *spread, ptrdiff_t taps, VECTOR *sum,
    const int rows) {
  VECTOR line[TILE_ROWS];
  UNROLLED for (int o = 0; o < rows; o++) sum[o] = (VECTOR){0};
  UNROLLED for (int o = 0; o + 1 < rows; o++) line[o] = AT(x, o);
  for (ptrdiff_t a = 0; a < taps; a += rows) {
    UNROLLED for (int q = 0; q < rows; q++) {
      if (a + q >= taps) return;
      line[(rows - 1 + q) % rows] = AT(x, rows - 1 + a + q);
      const VECTOR tap = TAP(a + q);
      UNROLLED for (int o = 0; o < rows; o++) sum[o] += tap * line[(o + q) % rows];
    }
  }
}

INLINE void NAME(sum_tile)(
    const SCALAR *x, ptrdiff_t x_stride, const SCALAR *spread, ptrdiff_t taps, const int symmetry,
    VECTOR *sum, const int rows) {
  if (symmetry == 0) {
    NAME(sum_any)(x, x_stride, spread, taps, sum, rows);
  } else {
    NAME(sum_symmetric)(x, x_stride, spread, taps, symmetry, sum, rows);
  }
}

INLINE SCALAR NAME(sum_one)(
    const SCALAR *x, ptrdiff_t stride, const SCALAR *w, ptrdiff_t taps, const int symmetry) {
  SCALAR sum = 0;
  if (symmetry == 0) {
    FUSED for (ptrdiff_t a = 0; a < taps; a++) sum += w[a] * x[a * stride];
    return sum;
  }
  const ptrdiff_t pairs = taps / 2;
  if (taps % 2) sum = w[pairs] * x[pairs * stride];
  FUSED for (ptrdiff_t a = pairs - 1; a >= 0; a--) {
    const SCALAR first = x[a * stride], second = x[(taps - 1 - a) * stride];
    sum += w[a] * (symmetry > 0 ? first + second : first - second);
  }
  return sum;
}
