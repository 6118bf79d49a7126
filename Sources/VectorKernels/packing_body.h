// Packing, unpacking and turning for one scalar type; no include guard, on purpose.
//
// Wants SCALAR and SUFFIX. Each function goes through the fine table once for each number of the
// coarse one: those runs are the vector loops.

CLONES void JOIN(vk_multiply_geometric_, SUFFIX)(SCALAR *restrict z,
                                                 const SCALAR *restrict coarse,
                                                 const SCALAR *restrict fine,
                                                 ptrdiff_t fine_count, ptrdiff_t start,
                                                 SCALAR sign, ptrdiff_t count) {
  for (ptrdiff_t from = 0, to; from < count; from = to) {
    const ptrdiff_t n = start + from, j = n % fine_count;
    to = from + fine_count - j < count ? from + fine_count - j : count;
    const SCALAR cr = coarse[2 * (n / fine_count)], ci = coarse[2 * (n / fine_count) + 1];
    const SCALAR *restrict f = fine + 2 * j;
    SCALAR *restrict run = z + 2 * from;
    for (ptrdiff_t k = 0; k < to - from; k++) {
      const SCALAR gr = cr * f[2 * k] - ci * f[2 * k + 1];
      const SCALAR gi = sign * (cr * f[2 * k + 1] + ci * f[2 * k]);
      const SCALAR zr = run[2 * k], zi = run[2 * k + 1];
      run[2 * k] = zr * gr - zi * gi;
      run[2 * k + 1] = zr * gi + zi * gr;
    }
  }
}

CLONES void JOIN(vk_pack_, SUFFIX)(const SCALAR *restrict x, const SCALAR *restrict y, SCALAR a,
                                   const SCALAR *restrict coarse, const SCALAR *restrict fine,
                                   ptrdiff_t fine_count, ptrdiff_t start, SCALAR *restrict z,
                                   ptrdiff_t count) {
  for (ptrdiff_t from = 0, to; from < count; from = to) {
    const ptrdiff_t n = start + from, j = n % fine_count;
    to = from + fine_count - j < count ? from + fine_count - j : count;
    const SCALAR cr = coarse[2 * (n / fine_count)], ci = coarse[2 * (n / fine_count) + 1];
    const SCALAR *restrict f = fine + 2 * j;
    SCALAR *restrict run = z + 2 * from;
    if (y) {
      for (ptrdiff_t k = 0; k < to - from; k++) {
        const SCALAR gr = cr * f[2 * k] - ci * f[2 * k + 1];
        const SCALAR gi = cr * f[2 * k + 1] + ci * f[2 * k];
        const SCALAR zr = a * x[from + k], zi = a * y[from + k];
        run[2 * k] = zr * gr - zi * gi;
        run[2 * k + 1] = zr * gi + zi * gr;
      }
    } else {
      for (ptrdiff_t k = 0; k < to - from; k++) {
        const SCALAR zr = a * x[from + k];
        run[2 * k] = zr * (cr * f[2 * k] - ci * f[2 * k + 1]);
        run[2 * k + 1] = zr * (cr * f[2 * k + 1] + ci * f[2 * k]);
      }
    }
  }
}

CLONES void JOIN(vk_unpack_, SUFFIX)(const SCALAR *restrict z, SCALAR a,
                                     const SCALAR *restrict coarse, const SCALAR *restrict fine,
                                     ptrdiff_t fine_count, ptrdiff_t start, SCALAR *restrict x,
                                     SCALAR *restrict y, ptrdiff_t count) {
  for (ptrdiff_t from = 0, to; from < count; from = to) {
    const ptrdiff_t n = start + from, j = n % fine_count;
    to = from + fine_count - j < count ? from + fine_count - j : count;
    const SCALAR cr = a * coarse[2 * (n / fine_count)];
    const SCALAR ci = a * coarse[2 * (n / fine_count) + 1];
    const SCALAR *restrict f = fine + 2 * j;
    const SCALAR *restrict run = z + 2 * from;
    if (x && y) {
      for (ptrdiff_t k = 0; k < to - from; k++) {
        const SCALAR gr = cr * f[2 * k] - ci * f[2 * k + 1];
        const SCALAR gi = cr * f[2 * k + 1] + ci * f[2 * k];
        x[from + k] = run[2 * k] * gr + run[2 * k + 1] * gi;
        y[from + k] = run[2 * k + 1] * gr - run[2 * k] * gi;
      }
    } else if (x) {
      for (ptrdiff_t k = 0; k < to - from; k++) {
        const SCALAR gr = cr * f[2 * k] - ci * f[2 * k + 1];
        const SCALAR gi = cr * f[2 * k + 1] + ci * f[2 * k];
        x[from + k] = run[2 * k] * gr + run[2 * k + 1] * gi;
      }
    } else if (y) {
      for (ptrdiff_t k = 0; k < to - from; k++) {
        const SCALAR gr = cr * f[2 * k] - ci * f[2 * k + 1];
        const SCALAR gi = cr * f[2 * k + 1] + ci * f[2 * k];
        y[from + k] = run[2 * k + 1] * gr - run[2 * k] * gi;
      }
    }
  }
}

// One complex number, moved as a whole.
#define PAIR JOIN(complex_, SUFFIX)
typedef SCALAR PAIR
    __attribute__((vector_size(2 * sizeof(SCALAR)), aligned(sizeof(SCALAR)), may_alias));

// Eight by eight at a time, so that whole cache lines are read and written.
CLONES void JOIN(vk_transpose_, SUFFIX)(const SCALAR *restrict x, ptrdiff_t x_stride,
                                        SCALAR *restrict y, ptrdiff_t y_stride, ptrdiff_t rows,
                                        ptrdiff_t columns) {
  for (ptrdiff_t r0 = 0; r0 < rows; r0 += 8) {
    const ptrdiff_t r1 = r0 + 8 < rows ? r0 + 8 : rows;
    for (ptrdiff_t c0 = 0; c0 < columns; c0 += 8) {
      const ptrdiff_t c1 = c0 + 8 < columns ? c0 + 8 : columns;
      for (ptrdiff_t c = c0; c < c1; c++) {
        for (ptrdiff_t r = r0; r < r1; r++) {
          *(PAIR *)(y + 2 * (c * y_stride + r)) = *(const PAIR *)(x + 2 * (r * x_stride + c));
        }
      }
    }
  }
}

#undef PAIR
#undef SUFFIX
#undef SCALAR
