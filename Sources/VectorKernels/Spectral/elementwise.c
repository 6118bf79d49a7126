// SPDX-License-Identifier: MIT

#define WIDE_LOOPS
#include "../Dispatch/for_each_target.h"

#pragma clang fp contract(fast)

KERNEL(void, multiply, (SCALAR *restrict z, const SCALAR *restrict w, ptrdiff_t count),
       (z, w, count)) {
  for (ptrdiff_t k = 0; k < count; k++) {
    const SCALAR zr = z[2 * k], zi = z[2 * k + 1], wr = w[2 * k], wi = w[2 * k + 1];
    z[2 * k] = zr * wr - zi * wi;
    z[2 * k + 1] = zr * wi + zi * wr;
  }
}

KERNEL(void, multiply_add,
       (SCALAR *restrict s, const SCALAR *restrict z, const SCALAR *restrict w, ptrdiff_t count),
       (s, z, w, count)) {
  for (ptrdiff_t k = 0; k < count; k++) {
    const SCALAR zr = z[2 * k], zi = z[2 * k + 1], wr = w[2 * k], wi = w[2 * k + 1];
    s[2 * k] += zr * wr - zi * wi;
    s[2 * k + 1] += zr * wi + zi * wr;
  }
}

KERNEL(void, multiply_conjugate_add,
       (SCALAR *restrict s, const SCALAR *restrict z, const SCALAR *restrict w, ptrdiff_t count),
       (s, z, w, count)) {
  for (ptrdiff_t k = 0; k < count; k++) {
    const SCALAR zr = z[2 * k], zi = z[2 * k + 1], wr = w[2 * k], wi = w[2 * k + 1];
    s[2 * k] += zr * wr + zi * wi;
    s[2 * k + 1] += zi * wr - zr * wi;
  }
}

KERNEL(void, scale, (const SCALAR *x, double a, SCALAR *y, ptrdiff_t count), (x, a, y, count)) {
  const SCALAR factor = (SCALAR)a;
  for (ptrdiff_t k = 0; k < count; k++) y[k] = factor * x[k];
}

// As integers, magnitudes order like the numbers they are, with the infinities above and NaN above
// those: a maximum of integers cannot lose one, which a maximum of floating-point numbers can.
INLINE SCALAR_BITS NAME(larger_magnitude)(const SCALAR *x, SCALAR_BITS largest) {
  SCALAR_BITS bits;
  __builtin_memcpy(&bits, x, sizeof bits);
  bits &= ~SIGN_BIT;
  return bits > largest ? bits : largest;
}

KERNEL(void, chunk_maxima, (const SCALAR *x, SCALAR *m, ptrdiff_t count, ptrdiff_t chunk),
       (x, m, count, chunk)) {
  for (ptrdiff_t from = 0, c = 0; from < count; from += chunk, c++) {
    const ptrdiff_t to = from + chunk < count ? from + chunk : count;
    SCALAR_BITS largest = 0;
    for (ptrdiff_t k = from; k < to; k++) largest = NAME(larger_magnitude)(x + k, largest);
    __builtin_memcpy(m + c, &largest, sizeof largest);
  }
}

KERNEL(void, raise_to_magnitudes,
       (const SCALAR *restrict x, SCALAR *restrict m, ptrdiff_t count), (x, m, count)) {
  for (ptrdiff_t k = 0; k < count; k++) {
    SCALAR_BITS largest;
    __builtin_memcpy(&largest, m + k, sizeof largest);
    largest = NAME(larger_magnitude)(x + k, largest);
    __builtin_memcpy(m + k, &largest, sizeof largest);
  }
}
