// SPDX-License-Identifier: MIT

// Part of packing.c and small_results.c: whether some result is small.

INLINE int NAME(any_small)(const SCALAR *y, ptrdiff_t count, SCALAR limit) {
  BITS_VECTOR any[4] = {{0}};
  ptrdiff_t k = 0;
  for (; k + 4 * LANES <= count; k += 4 * LANES) {
    UNROLLED for (int v = 0; v < 4; v++) {
      any[v] |= (VECTOR)((BITS_VECTOR)LOAD(y + k + v * LANES) & ~SIGN_BIT) < limit;
    }
  }
  int is_there = __builtin_reduce_or(any[0] | any[1] | any[2] | any[3]) != 0;
  for (; k < count; k++) is_there |= (y[k] < 0 ? -y[k] : y[k]) < limit;
  return is_there;
}
