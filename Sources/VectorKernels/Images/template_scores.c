// SPDX-License-Identifier: MIT

#define WIDE_LOOPS
#include "../Dispatch/for_each_target.h"

// No fused products: what leaves a window has to take away just what it brought.
#pragma clang fp contract(off)

KERNEL(void, slide_column_sums,
       (const SCALAR *restrict leaving, const SCALAR *restrict entering, double *restrict sums,
        double *restrict squares, ptrdiff_t count),
       (leaving, entering, sums, squares, count)) {
  double *restrict sums_rest = sums + count, *restrict squares_rest = squares + count;
  if (leaving) {
    for (ptrdiff_t k = 0; k < count; k++) {
      const double old = leaving[k], new = entering[k];
      ADD_COMPENSATED(sums[k], sums_rest[k], new);
      ADD_COMPENSATED(sums[k], sums_rest[k], -old);
      ADD_COMPENSATED(squares[k], squares_rest[k], new * new);
      ADD_COMPENSATED(squares[k], squares_rest[k], -(old * old));
    }
  } else {
    for (ptrdiff_t k = 0; k < count; k++) {
      const double new = entering[k];
      ADD_COMPENSATED(sums[k], sums_rest[k], new);
      ADD_COMPENSATED(squares[k], squares_rest[k], new * new);
    }
  }
}

KERNEL(void, normalise_scores,
       (const SCALAR *products, const double *restrict sums, const double *restrict squares,
        double area, double flat, double rounding, double product_factor, double distance_factor,
        SCALAR *scores, ptrdiff_t count),
       (products, sums, squares, area, flat, rounding, product_factor, distance_factor, scores,
        count)) {
  const double per_element = 1 / area;
  for (ptrdiff_t k = 0; k < count; k++) {
    const double distance = squares[k] - sums[k] * sums[k] * per_element;
    const SCALAR root = __builtin_elementwise_sqrt((SCALAR)(distance * distance_factor));
    SCALAR score = (SCALAR)(products[k] * product_factor) / root;
    score = score > 1 ? 1 : score;
    score = score < -1 ? -1 : score;
    const int is_sure = distance > flat && distance > rounding * squares[k] && score == score;
    scores[k] = is_sure ? score : (SCALAR)__builtin_inf();
  }
}

KERNEL(void, subtract,
       (const SCALAR *restrict x, double a, SCALAR *restrict y, ptrdiff_t count),
       (x, a, y, count)) {
  for (ptrdiff_t k = 0; k < count; k++) y[k] = (SCALAR)((double)x[k] - a);
}
