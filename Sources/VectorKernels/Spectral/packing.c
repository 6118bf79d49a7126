// SPDX-License-Identifier: MIT

#define WIDE_LOOPS
#include "../Dispatch/for_each_target.h"
#include "any_small.h"

#pragma clang fp contract(fast)

// Each function goes through the fine table once for each number of the coarse one: those runs are
// the vector loops. The number of the sequence at place k of a run, for the number (cr, ci) of the
// coarse table and the place f in the fine one:
#define GR(k) (cr * f[2 * (k)] - ci * f[2 * (k) + 1])
#define GI(k) (cr * f[2 * (k) + 1] + ci * f[2 * (k)])

KERNEL(void, pack,
       (const SCALAR *restrict x, const SCALAR *restrict y, double a,
        const SCALAR *restrict coarse, const SCALAR *restrict fine, ptrdiff_t fine_count,
        ptrdiff_t start, SCALAR *restrict z, ptrdiff_t count),
       (x, y, a, coarse, fine, fine_count, start, z, count)) {
  const SCALAR factor = (SCALAR)a;
  for (ptrdiff_t from = 0, to; from < count; from = to) {
    const ptrdiff_t n = start + from, j = n % fine_count;
    to = from + fine_count - j < count ? from + fine_count - j : count;
    const SCALAR cr = coarse[2 * (n / fine_count)], ci = coarse[2 * (n / fine_count) + 1];
    const SCALAR *restrict f = fine + 2 * j;
    SCALAR *restrict run = z + 2 * from;
    if (y) {
      for (ptrdiff_t k = 0; k < to - from; k++) {
        const SCALAR gr = GR(k), gi = GI(k);
        const SCALAR zr = factor * x[from + k], zi = factor * y[from + k];
        run[2 * k] = zr * gr - zi * gi;
        run[2 * k + 1] = zr * gi + zi * gr;
      }
    } else {
      for (ptrdiff_t k = 0; k < to - from; k++) {
        const SCALAR zr = factor * x[from + k];
        run[2 * k] = zr * GR(k);
        run[2 * k + 1] = zr * GI(k);
      }
    }
  }
}

KERNEL(int, unpack,
       (const SCALAR *restrict z, double a, const SCALAR *restrict coarse,
        const SCALAR *restrict fine, ptrdiff_t fine_count, ptrdiff_t start, SCALAR *restrict x,
        SCALAR *restrict y, ptrdiff_t count, double limit),
       (z, a, coarse, fine, fine_count, start, x, y, count, limit)) {
  const SCALAR factor = (SCALAR)a;
  for (ptrdiff_t from = 0, to; from < count; from = to) {
    const ptrdiff_t n = start + from, j = n % fine_count;
    to = from + fine_count - j < count ? from + fine_count - j : count;
    const SCALAR cr = factor * coarse[2 * (n / fine_count)];
    const SCALAR ci = factor * coarse[2 * (n / fine_count) + 1];
    const SCALAR *restrict f = fine + 2 * j;
    const SCALAR *restrict run = z + 2 * from;
    if (x && y) {
      for (ptrdiff_t k = 0; k < to - from; k++) {
        const SCALAR gr = GR(k), gi = GI(k);
        x[from + k] = run[2 * k] * gr + run[2 * k + 1] * gi;
        y[from + k] = run[2 * k + 1] * gr - run[2 * k] * gi;
      }
    } else if (x) {
      for (ptrdiff_t k = 0; k < to - from; k++) {
        const SCALAR gr = GR(k), gi = GI(k);
        x[from + k] = run[2 * k] * gr + run[2 * k + 1] * gi;
      }
    } else if (y) {
      for (ptrdiff_t k = 0; k < to - from; k++) {
        const SCALAR gr = GR(k), gi = GI(k);
        y[from + k] = run[2 * k + 1] * gr - run[2 * k] * gi;
      }
    }
  }
  // In a loop of its own: comparisons in those above cost twice as much (Zen, AVX2).
  const int x_small = x && NAME(any_small)(x, count, (SCALAR)limit);
  const int y_small = y && NAME(any_small)(y, count, (SCALAR)limit);
  return x_small | y_small << 1;
}
