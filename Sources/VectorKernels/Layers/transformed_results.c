// SPDX-License-Identifier: MIT

#include "../Dispatch/for_each_target.h"

#pragma clang fp contract(fast)

INLINE VECTOR NAME(magnitudes)(const SCALAR *x) {
  return (VECTOR)((BITS_VECTOR)LOAD(x) & ~SIGN_BIT);
}

INLINE SCALAR NAME(magnitude)(SCALAR x) { return x < 0 ? -x : x; }

KERNEL(double, energy, (const SCALAR *x, size_t count), (x, count)) {
  const size_t group = 4 * LANES;
  VECTOR sums[4] = {{0}, {0}, {0}, {0}};
  size_t from = 0;
  for (; from + group <= count; from += group) {
    UNROLLED for (int v = 0; v < 4; v++) {
      const VECTOR part = LOAD(x + from + v * LANES);
      sums[v] += part * part;
    }
  }
  for (; from + LANES <= count; from += LANES) {
    const VECTOR part = LOAD(x + from);
    sums[0] += part * part;
  }
  sums[0] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  double sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += sums[0][lane];
  for (; from < count; from++) sum += (double)x[from] * x[from];
  return sum;
}

KERNEL(ptrdiff_t, small_places,
       (const SCALAR *x, ptrdiff_t count, ptrdiff_t step, double limit, ptrdiff_t *places),
       (x, count, step, limit, places)) {
  const SCALAR least = (SCALAR)limit;
  ptrdiff_t from = 0, found = 0;
  if (step == 1) {
    // Hardly any group of vectors of an ordinary image's results has a small one.
    const ptrdiff_t group = 4 * LANES;
    for (; from + group <= count; from += group) {
      BITS_VECTOR any = (BITS_VECTOR){0};
      UNROLLED for (int v = 0; v < 4; v++) any |= NAME(magnitudes)(x + from + v * LANES) < least;
      if (!__builtin_reduce_or(any)) continue;
      for (ptrdiff_t k = from; k < from + group; k++) {
        if (NAME(magnitude)(x[k]) < least) places[found++] = k;
      }
    }
  }
  for (; from < count; from++) {
    if (NAME(magnitude)(x[from * step]) < least) places[found++] = from;
  }
  return found;
}

KERNEL(int, are_whole, (const SCALAR *x, size_t count), (x, count)) {
  // Beside so large a number there is no room for a fraction.
  const SCALAR large = BY_SCALAR(0x1.8p23f, 0x1.8p52), limit = BY_SCALAR(0x1p22f, 0x1p51);
  for (size_t start = 0; start < count; start += 256) {
    const size_t end = count - start < 256 ? count : start + 256;
    int others = 0;
    for (size_t k = start; k < end; k++) {
      others |= !(NAME(magnitude)(x[k]) <= limit) | ((x[k] + large) - large != x[k]);
    }
    if (others) return 0;
  }
  return 1;
}
