// SPDX-License-Identifier: MIT

#include "../Dispatch/for_each_target.h"
#include "any_small.h"

#pragma clang fp contract(off)

INLINE VECTOR NAME(magnitudes)(const SCALAR *x) {
  return (VECTOR)((BITS_VECTOR)LOAD(x) & ~SIGN_BIT);
}

INLINE SCALAR NAME(magnitude)(SCALAR x) { return x < 0 ? -x : x; }

// Writes the indices of the small results among y[from] ..< y[to], and returns how many they are.
TARGET static __attribute__((noinline)) ptrdiff_t NAME(find_small)(
    const SCALAR *y, ptrdiff_t from, ptrdiff_t to, SCALAR limit, const SCALAR *x,
    const struct vk_large_tap *taps, ptrdiff_t tap_count, ptrdiff_t *found) {
  ptrdiff_t found_count = 0;
  for (ptrdiff_t k = from; k < to; k += LANES) {
    const ptrdiff_t end = k + LANES < to ? k + LANES : to;
    int is_whole = k + LANES <= to;
    for (ptrdiff_t t = 0; t < tap_count; t++) {
      is_whole = is_whole && k >= taps[t].first && k + LANES <= taps[t].end;
    }
    if (is_whole) {
      VECTOR sum = (VECTOR){0};
      for (ptrdiff_t t = 0; t < tap_count; t++) {
        sum += (SCALAR)taps[t].weight * NAME(magnitudes)(x + taps[t].offset + k);
      }
      // What is not below the limit; a NaN is not.
      const BITS_VECTOR small = (NAME(magnitudes)(y + k) < limit) & (sum < limit);
      if (!__builtin_reduce_or(small)) continue;
      for (ptrdiff_t lane = 0; lane < LANES; lane++) {
        if (small[lane]) found[found_count++] = k + lane;
      }
      continue;
    }
    for (ptrdiff_t n = k; n < end; n++) {
      SCALAR sum = 0;
      for (ptrdiff_t t = 0; t < tap_count; t++) {
        if (n < taps[t].first || n >= taps[t].end) continue;
        sum += (SCALAR)taps[t].weight * NAME(magnitude)(x[taps[t].offset + n]);
      }
      if (NAME(magnitude)(y[n]) < limit && sum < limit) found[found_count++] = n;
    }
  }
  return found_count;
}

KERNEL(int, has_small_result, (const SCALAR *y, ptrdiff_t count, double limit),
       (y, count, limit)) {
  return NAME(any_small)(y, count, (SCALAR)limit);
}

KERNEL(ptrdiff_t, small_results,
       (const SCALAR *y, ptrdiff_t *from, ptrdiff_t count, double limit, const SCALAR *x,
        const struct vk_large_tap *taps, ptrdiff_t tap_count, ptrdiff_t *found),
       (y, from, count, limit, x, taps, tap_count, found)) {
  const SCALAR smallest = (SCALAR)limit;
  // Hardly any group of vectors of an ordinary signal's results has a small one.
  const ptrdiff_t group = 4 * LANES;
  ptrdiff_t k = *from, found_count = 0;
  while (k < count && found_count + group <= VK_MOST_SMALL_RESULTS) {
    const ptrdiff_t to = k + group <= count ? k + group : count;
    int any = to - k < group;
    if (!any) {
      BITS_VECTOR lanes = (BITS_VECTOR){0};
      UNROLLED for (int v = 0; v < 4; v++) lanes |= NAME(magnitudes)(y + k + v * LANES) < smallest;
      any = __builtin_reduce_or(lanes) != 0;
    }
    if (any) {
      found_count += NAME(find_small)(
          y, k, to, smallest, x, taps, tap_count, found + found_count);
    }
    k = to;
  }
  *from = k;
  return found_count;
}
