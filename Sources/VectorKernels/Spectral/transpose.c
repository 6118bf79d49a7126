// SPDX-License-Identifier: MIT

#define WIDE_LOOPS
#include "../Dispatch/for_each_target.h"

// One complex number, moved as a whole, and four of a row. Only a scalar's alignment is needed.
typedef SCALAR NAME(one)
    __attribute__((vector_size(2 * sizeof(SCALAR)), aligned(sizeof(SCALAR)), may_alias));
typedef SCALAR NAME(four)
    __attribute__((vector_size(8 * sizeof(SCALAR)), aligned(sizeof(SCALAR)), may_alias));

#define ONE(p) (*(NAME(one) *)(p))
#define FOUR(p) (*(NAME(four) *)(p))

// Four by four.
INLINE void NAME(transpose_square)(
    const SCALAR *x, ptrdiff_t x_stride, SCALAR *y, ptrdiff_t y_stride) {
  const NAME(four) p = FOUR(x), q = FOUR(x + 2 * x_stride);
  const NAME(four) s = FOUR(x + 4 * x_stride), t = FOUR(x + 6 * x_stride);
  const NAME(four) pq02 = __builtin_shufflevector(p, q, 0, 1, 8, 9, 4, 5, 12, 13);
  const NAME(four) pq13 = __builtin_shufflevector(p, q, 2, 3, 10, 11, 6, 7, 14, 15);
  const NAME(four) st02 = __builtin_shufflevector(s, t, 0, 1, 8, 9, 4, 5, 12, 13);
  const NAME(four) st13 = __builtin_shufflevector(s, t, 2, 3, 10, 11, 6, 7, 14, 15);
  FOUR(y) = __builtin_shufflevector(pq02, st02, 0, 1, 2, 3, 8, 9, 10, 11);
  FOUR(y + 2 * y_stride) = __builtin_shufflevector(pq13, st13, 0, 1, 2, 3, 8, 9, 10, 11);
  FOUR(y + 4 * y_stride) = __builtin_shufflevector(pq02, st02, 4, 5, 6, 7, 12, 13, 14, 15);
  FOUR(y + 6 * y_stride) = __builtin_shufflevector(pq13, st13, 4, 5, 6, 7, 12, 13, 14, 15);
}

// Four by four at a time in registers, and those eight by eight, so that whole cache lines are
// read and written.
KERNEL(void, transpose,
       (const SCALAR *restrict x, ptrdiff_t x_stride, SCALAR *restrict y, ptrdiff_t y_stride,
        ptrdiff_t rows, ptrdiff_t columns),
       (x, x_stride, y, y_stride, rows, columns)) {
  const ptrdiff_t whole_rows = rows & ~(ptrdiff_t)7, whole_columns = columns & ~(ptrdiff_t)7;
  for (ptrdiff_t r0 = 0; r0 < whole_rows; r0 += 8) {
    for (ptrdiff_t c0 = 0; c0 < whole_columns; c0 += 8) {
      for (ptrdiff_t c = c0; c < c0 + 8; c += 4) {
        for (ptrdiff_t r = r0; r < r0 + 8; r += 4)
          NAME(transpose_square)(x + 2 * (r * x_stride + c), x_stride, y + 2 * (c * y_stride + r),
                                 y_stride);
      }
    }
  }
  for (ptrdiff_t r = 0; r < rows; r++) {
    for (ptrdiff_t c = r < whole_rows ? whole_columns : 0; c < columns; c++)
      ONE(y + 2 * (c * y_stride + r)) = ONE(x + 2 * (r * x_stride + c));
  }
}
