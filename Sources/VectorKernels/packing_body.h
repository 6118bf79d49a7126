// Packing, unpacking and turning for one scalar type; no include guard, on purpose.
//
// Wants SCALAR and SUFFIX. Each function goes through the fine table once for each number of the
// coarse one: those runs are the vector loops.

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

// Four complex numbers of four rows each.
#define QUAD JOIN(quad_, SUFFIX)
typedef SCALAR QUAD
    __attribute__((vector_size(8 * sizeof(SCALAR)), aligned(sizeof(SCALAR)), may_alias));

// Four by four at a time in registers, and those eight by eight, so that whole cache lines are
// read and written.
CLONES void JOIN(vk_transpose_, SUFFIX)(const SCALAR *restrict x, ptrdiff_t x_stride,
                                        SCALAR *restrict y, ptrdiff_t y_stride, ptrdiff_t rows,
                                        ptrdiff_t columns) {
  const ptrdiff_t whole_rows = rows & ~(ptrdiff_t)7, whole_columns = columns & ~(ptrdiff_t)7;
  for (ptrdiff_t r0 = 0; r0 < whole_rows; r0 += 8) {
    for (ptrdiff_t c0 = 0; c0 < whole_columns; c0 += 8) {
      for (ptrdiff_t c = c0; c < c0 + 8; c += 4) {
        for (ptrdiff_t r = r0; r < r0 + 8; r += 4) {
          const SCALAR *from = x + 2 * (r * x_stride + c);
          SCALAR *to = y + 2 * (c * y_stride + r);
          const QUAD p = *(const QUAD *)from, q = *(const QUAD *)(from + 2 * x_stride);
          const QUAD s = *(const QUAD *)(from + 4 * x_stride);
          const QUAD t = *(const QUAD *)(from + 6 * x_stride);
          const QUAD pq02 = __builtin_shufflevector(p, q, 0, 1, 8, 9, 4, 5, 12, 13);
          const QUAD pq13 = __builtin_shufflevector(p, q, 2, 3, 10, 11, 6, 7, 14, 15);
          const QUAD st02 = __builtin_shufflevector(s, t, 0, 1, 8, 9, 4, 5, 12, 13);
          const QUAD st13 = __builtin_shufflevector(s, t, 2, 3, 10, 11, 6, 7, 14, 15);
          *(QUAD *)to = __builtin_shufflevector(pq02, st02, 0, 1, 2, 3, 8, 9, 10, 11);
          *(QUAD *)(to + 2 * y_stride) =
              __builtin_shufflevector(pq13, st13, 0, 1, 2, 3, 8, 9, 10, 11);
          *(QUAD *)(to + 4 * y_stride) =
              __builtin_shufflevector(pq02, st02, 4, 5, 6, 7, 12, 13, 14, 15);
          *(QUAD *)(to + 6 * y_stride) =
              __builtin_shufflevector(pq13, st13, 4, 5, 6, 7, 12, 13, 14, 15);
        }
      }
    }
  }
  for (ptrdiff_t r = 0; r < rows; r++) {
    for (ptrdiff_t c = r < whole_rows ? whole_columns : 0; c < columns; c++)
      *(PAIR *)(y + 2 * (c * y_stride + r)) = *(const PAIR *)(x + 2 * (r * x_stride + c));
  }
}

#undef QUAD
#undef PAIR
#undef SUFFIX
#undef SCALAR
