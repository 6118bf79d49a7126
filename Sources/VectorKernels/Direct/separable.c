// SPDX-License-Identifier: MIT

#include "../Dispatch/for_each_target.h"

// A fused multiply-add rounds once; it must be used alike in the vectors and the single sums.
#pragma clang fp contract(fast)

#define LINE_BYTES 64
// A tile holds three registers for each of its results: 24 of the 32, or 12 of the 16. Even,
// divides LANES, and is divided by BLOCK_LANES.
#define TILE_ROWS BY_TARGET(8, 4, LANES, LANES)
// Vectors side by side in the second pass: memory likes longer runs than one line.
#define STRIP_VECTORS 8

#include "separable_tile.h"
#include "separable_transpose.h"

// Where the vector after the one at i begins, of those that cover 0 ..< end, which is at least
// LANES: all but the first and the last are aligned in `line`, and these do some places again.
INLINE ptrdiff_t NAME(next_vector)(const SCALAR *line, ptrdiff_t i, ptrdiff_t end) {
  const ptrdiff_t last = end - LANES;
  if (i == last) return end;
  const ptrdiff_t next =
      i + LANES - (ptrdiff_t)((uintptr_t)(line + i) % sizeof(VECTOR) / sizeof(SCALAR));
  return next < last ? next : last;
}

// Sums along `height` rows, at most LANES, which are transposed to columns, so that they need no
// shifted loads, and back. While a vector of each row is summed, the one after it is transposed and
// the one before it transposed back, a part of them after each tile: many shuffles in a row would
// keep the multipliers waiting, and so would loads of samples from afar. Of the columns there are
// only as many as stay in the first-level cache.
INLINE void NAME(filter_rows)(
    const SCALAR *x, ptrdiff_t x_stride, const SCALAR *spread, ptrdiff_t taps, const int symmetry,
    SCALAR *y, ptrdiff_t y_stride, int height, ptrdiff_t count, SCALAR *scratch) {
  const ptrdiff_t samples = count + taps - 1, most = vk_pass_columns(taps);
  VECTOR *half = (VECTOR *)scratch, *sums = half + LANES, *last_sums = sums + LANES,
         *columns = last_sums + LANES;
  // The samples first ..< end are columns; those that become some next start at `next`.
  ptrdiff_t first = 0, next = 0, end = 0;
  SCALAR *last_y = NULL;
  for (ptrdiff_t i = 0; i < count; i = NAME(next_vector)(y, i, count)) {
    if (next + 2 * LANES - first > most) {
      __builtin_memmove(columns, columns + (i - first), (size_t)(end - i) * sizeof(VECTOR));
      first = i;
    }
    while (end < i + LANES + taps - 1) {
      UNROLLED for (int part = 0; part < PARTS; part++)
        NAME(transpose_part)(part, x + next, x_stride, height, half, columns + (next - first));
      end = next + LANES;
      next = NAME(next_vector)(x, next, samples);
    }
    const int is_more = next < samples;
    UNROLLED for (int o = 0; o < LANES; o += TILE_ROWS) {
      VECTOR sum[TILE_ROWS];
      NAME(sum_tile)((const SCALAR *)(columns + (i - first + o)), LANES, spread, taps, symmetry,
                     sum, TILE_ROWS);
      UNROLLED for (int b = 0; b < TILE_ROWS; b += BLOCK_LANES) NAME(transpose_squares)(sum + b);
      UNROLLED for (int l = 0; l < TILE_ROWS; l++) sums[o + l] = sum[l];
      // The parts that go with this tile.
      if (is_more) {
        UNROLLED for (int p = o * PARTS / LANES; p < (o + TILE_ROWS) * PARTS / LANES; p++)
          NAME(transpose_part)(p, x + next, x_stride, height, half, columns + (next - first));
      }
      if (last_y) {
        UNROLLED for (int p = o * BLOCK_LANES / LANES; p < (o + TILE_ROWS) * BLOCK_LANES / LANES;
                      p++)
          NAME(transpose_back_part)(p, last_sums, last_y, y_stride, height);
      }
    }
    if (is_more) {
      end = next + LANES;
      next = NAME(next_vector)(x, next, samples);
    }
    VECTOR *const free = last_sums;
    last_sums = sums;
    sums = free;
    last_y = y + i;
  }
  UNROLLED for (int p = 0; p < BLOCK_LANES; p++)
    NAME(transpose_back_part)(p, last_sums, last_y, y_stride, height);
}

// Sums down columns, a strip of a few vectors' width after the other, which keeps the rows that
// results share in the first-level cache; whether all results are finite.
INLINE int NAME(filter_columns)(
    const SCALAR *x, ptrdiff_t x_stride, const SCALAR *spread, ptrdiff_t taps, const int symmetry,
    SCALAR *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, int streams) {
  VECTOR sum[TILE_ROWS], zeros = {0};
  for (ptrdiff_t strip = 0, end; strip < count; strip = end) {
    end = strip;
    for (int v = 0; v < STRIP_VECTORS && end < count; v++) end = NAME(next_vector)(y, end, count);
    for (ptrdiff_t r = 0; rows >= TILE_ROWS && r < rows; r += TILE_ROWS) {
      // The last tile may do some rows again.
      if (r + TILE_ROWS > rows) r = rows - TILE_ROWS;
      for (ptrdiff_t i = strip; i < end; i = NAME(next_vector)(y, i, count)) {
        NAME(sum_tile)(x + r * x_stride + i, x_stride, spread, taps, symmetry, sum, TILE_ROWS);
        // Zero where all are finite.
        UNROLLED for (int o = 0; o < TILE_ROWS; o++) zeros += 0 * sum[o];
        SCALAR *to = y + r * y_stride + i;
        if (streams && (uintptr_t)to % sizeof(VECTOR) == 0) {
          UNROLLED for (int o = 0; o < TILE_ROWS; o++)
            __builtin_nontemporal_store(sum[o], (VECTOR *)(to + o * y_stride));
        } else {
          UNROLLED for (int o = 0; o < TILE_ROWS; o++) STORE(to + o * y_stride, sum[o]);
        }
      }
    }
    for (ptrdiff_t r = 0; rows < TILE_ROWS && r < rows; r++) {
      for (ptrdiff_t i = strip; i < end; i = NAME(next_vector)(y, i, count)) {
        NAME(sum_tile)(x + r * x_stride + i, x_stride, spread, taps, symmetry, sum, 1);
        zeros += 0 * sum[0];
        STORE(y + r * y_stride + i, sum[0]);
      }
    }
  }
  SCALAR total = 0;
  for (int l = 0; l < LANES; l++) total += zeros[l];
  return total == 0;
}

// The passes for a symmetry that is known only now.
#define FOR_SYMMETRY(symmetry, call) \
  switch (symmetry) {                \
    case 1: { call(1); break; }      \
    case -1: { call(-1); break; }    \
    default: { call(0); break; }     \
  }

KERNEL(void, row_pass,
       (const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t taps, int symmetry,
        SCALAR *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, SCALAR *scratch),
       (x, x_stride, w, taps, symmetry, y, y_stride, rows, count, scratch)) {
  if (count < LANES) {
    for (ptrdiff_t r = 0; r < rows; r++)
      for (ptrdiff_t i = 0; i < count; i++)
        y[r * y_stride + i] = NAME(sum_one)(x + r * x_stride + i, 1, w, taps, symmetry);
    return;
  }
  scratch += -(uintptr_t)scratch % LINE_BYTES / sizeof(SCALAR);
#define ROWS(s)                                                                          \
  NAME(spread)(w, taps, s, scratch);                                                     \
  for (ptrdiff_t r = 0; r < rows; r += LANES)                                            \
    NAME(filter_rows)(x + r * x_stride, x_stride, scratch, taps, s, y + r * y_stride,     \
                      y_stride, rows - r < LANES ? (int)(rows - r) : LANES, count,       \
                      scratch + taps * LANES)
  FOR_SYMMETRY(symmetry, ROWS)
}

KERNEL(int, column_pass,
       (const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t taps, int symmetry,
        SCALAR *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, int streams,
        SCALAR *scratch),
       (x, x_stride, w, taps, symmetry, y, y_stride, rows, count, streams, scratch)) {
  int are_finite = 1;
  if (count < LANES) {
    for (ptrdiff_t r = 0; r < rows; r++) {
      for (ptrdiff_t i = 0; i < count; i++) {
        const SCALAR sum = NAME(sum_one)(x + r * x_stride + i, x_stride, w, taps, symmetry);
        if (sum - sum != 0) are_finite = 0;
        y[r * y_stride + i] = sum;
      }
    }
    return are_finite;
  }
  streams = streams && y_stride * (ptrdiff_t)sizeof(SCALAR) % LINE_BYTES == 0;
  scratch += -(uintptr_t)scratch % LINE_BYTES / sizeof(SCALAR);
#define COLUMNS(s)                                                                       \
  NAME(spread)(w, taps, s, scratch);                                                     \
  are_finite = NAME(filter_columns)(x, x_stride, scratch, taps, s, y, y_stride, rows,     \
                                    count, streams)
  FOR_SYMMETRY(symmetry, COLUMNS)
  // Streamed stores are not ordered with those of other threads until this.
  if (streams) __atomic_thread_fence(__ATOMIC_SEQ_CST);
  return are_finite;
}
