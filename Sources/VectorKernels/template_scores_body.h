// The kernels of template matching for one scalar type; no include guard, on purpose.
//
// Wants SCALAR and SUFFIX.

CLONES void JOIN(vk_slide_column_sums_, SUFFIX)(const SCALAR *restrict leaving,
                                                const SCALAR *restrict entering,
                                                double *restrict sums, double *restrict squares,
                                                ptrdiff_t count) {
  double *restrict sums_rest = sums + count, *restrict squares_rest = squares + count;
  if (leaving) {
    for (ptrdiff_t k = 0; k < count; k++) {
      const double old = leaving[k], new = entering[k];
      ADD(sums[k], sums_rest[k], new);
      ADD(sums[k], sums_rest[k], -old);
      ADD(squares[k], squares_rest[k], new * new);
      ADD(squares[k], squares_rest[k], -(old * old));
    }
  } else {
    for (ptrdiff_t k = 0; k < count; k++) {
      const double new = entering[k];
      ADD(sums[k], sums_rest[k], new);
      ADD(squares[k], squares_rest[k], new * new);
    }
  }
}

CLONES void JOIN(vk_normalise_scores_, SUFFIX)(const SCALAR *products,
                                               const double *restrict sums,
                                               const double *restrict squares, double area,
                                               double flat, double rounding,
                                               double product_factor, double distance_factor,
                                               SCALAR *scores, ptrdiff_t count) {
  const double per_element = 1 / area;
  for (ptrdiff_t k = 0; k < count; k++) {
    const double distance = squares[k] - sums[k] * sums[k] * per_element;
    const SCALAR root = __builtin_elementwise_sqrt((SCALAR)(distance * distance_factor));
    SCALAR score = (SCALAR)(products[k] * product_factor) / root;
    score = score > 1 ? 1 : score;
    score = score < -1 ? -1 : score;
    scores[k] = distance > flat && distance > rounding * squares[k] ? score : 0;
  }
}

CLONES void JOIN(vk_subtract_, SUFFIX)(const SCALAR *restrict x, double a, SCALAR *restrict y,
                                       ptrdiff_t count) {
  for (ptrdiff_t k = 0; k < count; k++) y[k] = (SCALAR)((double)x[k] - a);
}

#undef SUFFIX
#undef SCALAR
