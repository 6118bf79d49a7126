// SPDX-License-Identifier: MIT

#include "../Dispatch/for_each_target.h"

// A fused multiply-add rounds once; it must be used alike in the vector and the scalar tails.
#pragma clang fp contract(fast)

// Products that are summed plainly before their total is added with compensation: the error of a
// plain sum of 128 random terms is about 3 units of rounding.
#define TAP_BLOCK 128
// Rows of results that are summed together: each vector of x that is loaded meets the taps of four
// rows of w, so that multiplications and not loads are what takes time. Sixteen of 32 registers
// hold sums, or eight of 16.
#define TILE_ROWS 4
#define TILE_VECTORS BY_TARGET(4, 2, 2, 4)
#define LINE_BYTES 64
// The widths of small kernels. Up to 11 taps a row's loop is so short that unrolling it saves 5 to
// 25 % of the time.
#define SMALL_WIDTHS(CASE) CASE(3) CASE(5) CASE(7) CASE(9) CASE(11)
#define EACH_WIDTH(CASE) BY_TARGET(SMALL_WIDTHS(CASE), SMALL_WIDTHS(CASE), , SMALL_WIDTHS(CASE))

#define EACH_VECTOR UNROLLED for (int v = 0; v < vectors; v++)
#define EACH_ROW(FIRST, END) UNROLLED for (int o = FIRST; o < END; o++)

// Adds one row of x to the sums of the rows first ..< end of results; w is the row of taps that row
// 0 of them would meet, and each further one meets the row of taps before.
INLINE void NAME(add_row)(
    const SCALAR *x, const SCALAR *w, ptrdiff_t w_stride, ptrdiff_t taps, ptrdiff_t tap_stride,
    VECTOR (*block)[TILE_VECTORS], const int first, const int end, const int vectors) {
  for (ptrdiff_t b = 0; b < taps; b++) {
    VECTOR s[TILE_VECTORS];
    EACH_VECTOR s[v] = LOAD(x + b * tap_stride + v * LANES);
    EACH_ROW(first, end) {
      const SCALAR tap = w[b - o * w_stride];
      EACH_VECTOR block[o][v] += tap * s[v];
    }
  }
}

// Adds the products with the taps of the rows a0 ..< a1 of a plane, `taps` of each, for `rows` rows
// of results.
INLINE void NAME(add_plane)(
    const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t w_columns, ptrdiff_t a0,
    ptrdiff_t a1, ptrdiff_t taps, ptrdiff_t tap_stride, VECTOR (*block)[TILE_VECTORS],
    const int rows, const int vectors) {
  for (ptrdiff_t r = a0; r < a1 + rows - 1; r++) {
    // Row r of x meets the tap rows r - o that are among a0 ..< a1.
    const int first = r - a1 + 1 > 0 ? (int)(r - a1 + 1) : 0;
    const int end = r - a0 + 1 < rows ? (int)(r - a0 + 1) : rows;
    const SCALAR *from = x + r * x_stride, *line = w + r * w_columns;
#define SPAN(FIRST, END)                                                                          \
  case FIRST * 8 + END:                                                                           \
    if (END <= rows)                                                                              \
      NAME(add_row)(from, line, w_columns, taps, tap_stride, block, FIRST,                        \
                    END < rows ? END : rows, vectors);                                            \
    break;
    switch (first * 8 + end) {
      SPAN(0, 1) SPAN(0, 2) SPAN(0, 3) SPAN(0, 4) SPAN(1, 2)
      SPAN(1, 3) SPAN(1, 4) SPAN(2, 3) SPAN(2, 4) SPAN(3, 4)
    }
  }
}

// Sums the products with those taps of the planes p0 ..< p1, which lie x_plane and w_plane apart.
INLINE void NAME(sum_block)(
    const SCALAR *x, ptrdiff_t x_plane, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t w_plane,
    ptrdiff_t w_columns, ptrdiff_t p0, ptrdiff_t p1, ptrdiff_t a0, ptrdiff_t a1, ptrdiff_t taps,
    ptrdiff_t tap_stride, VECTOR (*block)[TILE_VECTORS], const int rows, const int vectors) {
  EACH_ROW(0, rows) EACH_VECTOR block[o][v] = (VECTOR){0};
  for (ptrdiff_t p = p0; p < p1; p++)
    NAME(add_plane)(x + p * x_plane, x_stride, w + p * w_plane, w_columns, a0, a1, taps,
                    tap_stride, block, rows, vectors);
}

// Planes of taps that are summed plainly: as many as a block of them holds, or one.
INLINE ptrdiff_t NAME(depth)(ptrdiff_t w_rows, ptrdiff_t w_columns) {
  return w_columns <= TAP_BLOCK && w_rows <= TAP_BLOCK / w_columns
             ? TAP_BLOCK / (w_rows * w_columns) : 1;
}

// With `streams` y is aligned, and stored past the caches.
INLINE void NAME(store)(SCALAR *y, VECTOR result, int streams) {
  if (streams)
    __builtin_nontemporal_store(result, (VECTOR *)y);
  else
    STORE(y, result);
}

// `rows` rows of `vectors` vectors of results. The taps are taken in blocks, by whole planes of w
// where those are small and else by whole rows where those are short; between blocks the running
// total is compensated. `is_one_block` says that
// all taps are one block.
INLINE void NAME(tile)(
    const SCALAR *x, ptrdiff_t x_plane, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t w_planes,
    ptrdiff_t w_rows, ptrdiff_t w_columns, ptrdiff_t tap_stride, SCALAR *y, ptrdiff_t y_stride, const int rows, const int vectors,
    int streams, const int is_one_block) {
  VECTOR block[TILE_ROWS][TILE_VECTORS];
  if (is_one_block) {
    NAME(sum_block)(x, x_plane, x_stride, w, w_rows * w_columns, w_columns, 0, w_planes, 0, w_rows,
                    w_columns, tap_stride, block, rows, vectors);
    EACH_ROW(0, rows) EACH_VECTOR
      NAME(store)(y + o * y_stride + v * LANES, block[o][v], streams);
    return;
  }
  const ptrdiff_t depth = NAME(depth)(w_rows, w_columns);
  const ptrdiff_t height = w_columns < TAP_BLOCK ? TAP_BLOCK / w_columns : 1;
  // Until something is lost it is -0, which changes no sum: 0 would change the sign of -0.
  VECTOR sum[TILE_ROWS][TILE_VECTORS], lost[TILE_ROWS][TILE_VECTORS];
  for (ptrdiff_t p0 = 0; p0 < w_planes; p0 += depth) {
    const ptrdiff_t p1 = p0 + depth < w_planes ? p0 + depth : w_planes;
    for (ptrdiff_t a0 = 0; a0 < w_rows; a0 += height) {
      const ptrdiff_t a1 = a0 + height < w_rows ? a0 + height : w_rows;
      for (ptrdiff_t b0 = 0; b0 < w_columns; b0 += TAP_BLOCK) {
        const ptrdiff_t taps = b0 + TAP_BLOCK < w_columns ? TAP_BLOCK : w_columns - b0;
        NAME(sum_block)(x + b0 * tap_stride, x_plane, x_stride, w + b0, w_rows * w_columns,
                        w_columns, p0, p1, a0, a1, taps, tap_stride, block, rows, vectors);
        if (p0 == 0 && a0 == 0 && b0 == 0) {
          EACH_ROW(0, rows) EACH_VECTOR sum[o][v] = block[o][v], lost[o][v] = -(VECTOR){0};
        } else {
          EACH_ROW(0, rows) EACH_VECTOR ADD_COMPENSATED(sum[o][v], lost[o][v], block[o][v]);
        }
      }
    }
  }
  EACH_ROW(0, rows) EACH_VECTOR
    NAME(store)(y + o * y_stride + v * LANES, COMPENSATED_TOTAL(sum[o][v], lost[o][v]), streams);
}

// The results of rows shorter than a vector, one by one.
INLINE void NAME(short_rows)(
    const SCALAR *x, ptrdiff_t x_plane, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t w_planes,
    ptrdiff_t w_rows, ptrdiff_t w_columns, ptrdiff_t tap_stride, SCALAR *y, ptrdiff_t y_stride, const int rows, ptrdiff_t count) {
  const ptrdiff_t depth = NAME(depth)(w_rows, w_columns);
  const ptrdiff_t height = w_columns < TAP_BLOCK ? TAP_BLOCK / w_columns : 1;
  for (int o = 0; o < rows; o++) {
    for (ptrdiff_t i = 0; i < count; i++) {
      SCALAR sum = 0, lost = -(SCALAR)0;
      for (ptrdiff_t p0 = 0; p0 < w_planes; p0 += depth) {
        const ptrdiff_t p1 = p0 + depth < w_planes ? p0 + depth : w_planes;
        for (ptrdiff_t a0 = 0; a0 < w_rows; a0 += height) {
          const ptrdiff_t a1 = a0 + height < w_rows ? a0 + height : w_rows;
          for (ptrdiff_t b0 = 0; b0 < w_columns; b0 += TAP_BLOCK) {
            const ptrdiff_t b1 = b0 + TAP_BLOCK < w_columns ? b0 + TAP_BLOCK : w_columns;
            SCALAR block = 0;
            for (ptrdiff_t p = p0; p < p1; p++)
              for (ptrdiff_t a = a0; a < a1; a++)
                FUSED for (ptrdiff_t b = b0; b < b1; b++)
                  block += w[(p * w_rows + a) * w_columns + b] *
                           x[p * x_plane + (o + a) * x_stride + i + b * tap_stride];
            if (p0 == 0 && a0 == 0 && b0 == 0) {
              sum = block;
            } else {
              ADD_COMPENSATED(sum, lost, block);
            }
          }
        }
      }
      y[o * y_stride + i] = lost == lost ? sum + lost : sum;
    }
  }
}

// All results of `rows` rows. What is left over by whole tiles goes by single vectors, the last one
// of which may do some results again. With `streams` all rows of y are equally far from a cache
// line's start.
INLINE void NAME(band)(
    const SCALAR *x, ptrdiff_t x_plane, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t w_planes,
    ptrdiff_t w_rows, ptrdiff_t w_columns, ptrdiff_t tap_stride, SCALAR *y, ptrdiff_t y_stride, const int rows, ptrdiff_t count,
    int streams, const int is_one_block) {
#define TILE(at, vectors, streams)                                                            \
  NAME(tile)(x + (at), x_plane, x_stride, w, w_planes, w_rows, w_columns, tap_stride, y + (at), \
             y_stride, rows, vectors, streams, is_one_block)
  ptrdiff_t i = 0;
  if (streams) {
    const ptrdiff_t head = (ptrdiff_t)(-(uintptr_t)y % LINE_BYTES / sizeof(SCALAR));
    for (; i < head; i += LANES) TILE(i, 1, 0);
    i = head;
  }
  for (; i + TILE_VECTORS * LANES <= count; i += TILE_VECTORS * LANES)
    TILE(i, TILE_VECTORS, streams);
  if (count >= LANES) {
    while (i < count) {
      const ptrdiff_t at = i + LANES <= count ? i : count - LANES;
      TILE(at, 1, 0);
      i = at + LANES;
    }
    return;
  }
  NAME(short_rows)(x, x_plane, x_stride, w, w_planes, w_rows, w_columns, tap_stride, y, y_stride,
                   rows, count);
}

// As many bands of TILE_ROWS rows as there are; the number of rows that they hold.
INLINE ptrdiff_t NAME(bands)(
    const SCALAR *x, ptrdiff_t x_plane, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t w_planes,
    ptrdiff_t w_rows, ptrdiff_t w_columns, ptrdiff_t tap_stride, SCALAR *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
    int streams, const int is_one_block) {
  ptrdiff_t r = 0;
  for (; r + TILE_ROWS <= rows; r += TILE_ROWS)
    NAME(band)(x + r * x_stride, x_plane, x_stride, w, w_planes, w_rows, w_columns, tap_stride,
               y + r * y_stride, y_stride, TILE_ROWS, count, streams, is_one_block);
  return r;
}

KERNEL(void, sliding_dot_3d,
       (const SCALAR *x, ptrdiff_t x_plane, ptrdiff_t x_stride, const SCALAR *w,
        ptrdiff_t w_planes, ptrdiff_t w_rows, ptrdiff_t w_columns, ptrdiff_t tap_stride, SCALAR *y,
        ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, int streams),
       (x, x_plane, x_stride, w, w_planes, w_rows, w_columns, tap_stride, y, y_stride, rows, count,
        streams)) {
  ptrdiff_t r = 0;
  streams = streams && y_stride * (ptrdiff_t)sizeof(SCALAR) % LINE_BYTES == 0 &&
            (uintptr_t)y % sizeof(SCALAR) == 0 && count >= 2 * LINE_BYTES;
  // Small kernels of a known width have unrolled loops; the sums are the same.
#define CASE(WIDTH)                                                                               \
  case WIDTH:                                                                                     \
    r = NAME(bands)(x, x_plane, x_stride, w, w_planes, w_rows, WIDTH, 1, y, y_stride, rows, count, \
                    streams, 1);                                                                  \
    break;
  const int is_small = tap_stride == 1 && count >= TILE_VECTORS * LANES &&
                       w_planes <= TAP_BLOCK && w_rows <= TAP_BLOCK / w_planes &&
                       w_columns <= TAP_BLOCK / (w_planes * w_rows);
  switch (is_small ? w_columns : 0) {
    EACH_WIDTH(CASE)
    default:
      r = NAME(bands)(x, x_plane, x_stride, w, w_planes, w_rows, w_columns, tap_stride, y, y_stride,
                      rows, count, streams, 0);
  }
  for (; r < rows; r++)
    NAME(band)(x + r * x_stride, x_plane, x_stride, w, w_planes, w_rows, w_columns, tap_stride,
               y + r * y_stride, y_stride, 1, count, 0, 0);
  // Streamed stores are not ordered with those of other threads until this.
  if (streams) __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
