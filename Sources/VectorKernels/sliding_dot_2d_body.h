// One clone of the two-dimensional sliding dot product for one scalar type; no include guard, on
// purpose.
//
// Wants SCALAR, VECTOR_BYTES, TILE_VECTORS, NAME, ATTRIBUTES, and EACH_WIDTH(CASE): CASE(n) for each
// width of kernels that has loops of its own.

#define VECTOR JOIN(NAME, _vector)
#define LINE_VECTOR JOIN(NAME, _line_vector)
#define ROW JOIN(NAME, _row)
#define TILE JOIN(NAME, _tile)
#define BLOCK JOIN(NAME, _block)
#define STORE JOIN(NAME, _store)
#define BAND JOIN(NAME, _band)
#define BANDS JOIN(NAME, _bands)
#define LANES ((ptrdiff_t)(VECTOR_BYTES / sizeof(SCALAR)))
#define EACH_VECTOR _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
#define EACH_ROW(FIRST, END) _Pragma("clang loop unroll(full)") for (int o = FIRST; o < END; o++)

// Loads and stores need only a scalar's alignment.
typedef SCALAR VECTOR
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(SCALAR)), may_alias));
typedef SCALAR LINE_VECTOR __attribute__((vector_size(VECTOR_BYTES), may_alias));

// Adds one row of x to the sums of the rows first ..< end of results; w is the row of taps that row
// 0 of them would meet, and each further one meets the row of taps before.
ATTRIBUTES static inline __attribute__((always_inline)) void ROW(
    const SCALAR *x, const SCALAR *w, ptrdiff_t w_stride, ptrdiff_t taps, ptrdiff_t tap_stride,
    VECTOR (*block)[TILE_VECTORS], const int first, const int end, const int vectors) {
  for (ptrdiff_t b = 0; b < taps; b++) {
    VECTOR s[TILE_VECTORS];
    EACH_VECTOR s[v] = *(const VECTOR *)(x + b * tap_stride + v * LANES);
    EACH_ROW(first, end) {
      const SCALAR tap = w[b - o * w_stride];
      EACH_VECTOR block[o][v] += tap * s[v];
    }
  }
}

// Adds the products with the taps of the rows a0 ..< a1, `taps` of each, to `rows` rows of results.
ATTRIBUTES static inline __attribute__((always_inline)) void BLOCK(
    const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t w_columns, ptrdiff_t a0,
    ptrdiff_t a1, ptrdiff_t taps, ptrdiff_t tap_stride, VECTOR (*block)[TILE_VECTORS],
    const int rows, const int vectors) {
  EACH_ROW(0, rows) EACH_VECTOR block[o][v] = (VECTOR){0};
  for (ptrdiff_t r = a0; r < a1 + rows - 1; r++) {
    // Row r of x meets the tap rows r - o that are among a0 ..< a1.
    const int first = r - a1 + 1 > 0 ? (int)(r - a1 + 1) : 0;
    const int end = r - a0 + 1 < rows ? (int)(r - a0 + 1) : rows;
    const SCALAR *from = x + r * x_stride, *line = w + r * w_columns;
#define SPAN(FIRST, END)                                                                          \
  case FIRST * 8 + END:                                                                           \
    if (END <= rows)                                                                              \
      ROW(from, line, w_columns, taps, tap_stride, block, FIRST, END < rows ? END : rows,         \
          vectors);                                                                               \
    break;
    switch (first * 8 + end) {
      SPAN(0, 1) SPAN(0, 2) SPAN(0, 3) SPAN(0, 4) SPAN(1, 2)
      SPAN(1, 3) SPAN(1, 4) SPAN(2, 3) SPAN(2, 4) SPAN(3, 4)
    }
#undef SPAN
  }
}

// With `streams` y is aligned, and stored past the caches.
ATTRIBUTES static inline __attribute__((always_inline)) void STORE(SCALAR *y, VECTOR result,
                                                                   int streams) {
  if (streams)
    __builtin_nontemporal_store((LINE_VECTOR)result, (LINE_VECTOR *)y);
  else
    *(VECTOR *)y = result;
}

// `rows` rows of `vectors` vectors of results. The taps are taken in blocks, by whole rows of w
// where those are short; between blocks the running total is kept with Knuth's two-sum. Where the
// total has become infinite `lost` is NaN and says nothing. `is_one_block` says that the taps are.
ATTRIBUTES static inline __attribute__((always_inline)) void TILE(
    const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t w_rows, ptrdiff_t w_columns,
    ptrdiff_t tap_stride, SCALAR *y, ptrdiff_t y_stride, const int rows, const int vectors,
    int streams, const int is_one_block) {
  VECTOR block[TILE_ROWS][TILE_VECTORS];
  if (is_one_block) {
    BLOCK(x, x_stride, w, w_columns, 0, w_rows, w_columns, tap_stride, block, rows, vectors);
    EACH_ROW(0, rows) EACH_VECTOR STORE(y + o * y_stride + v * LANES, block[o][v], streams);
    return;
  }
  const ptrdiff_t height = w_columns < TAP_BLOCK ? TAP_BLOCK / w_columns : 1;
  VECTOR sum[TILE_ROWS][TILE_VECTORS], lost[TILE_ROWS][TILE_VECTORS];
  for (ptrdiff_t a0 = 0; a0 < w_rows; a0 += height) {
    const ptrdiff_t a1 = a0 + height < w_rows ? a0 + height : w_rows;
    for (ptrdiff_t b0 = 0; b0 < w_columns; b0 += TAP_BLOCK) {
      const ptrdiff_t taps = b0 + TAP_BLOCK < w_columns ? TAP_BLOCK : w_columns - b0;
      BLOCK(x + b0 * tap_stride, x_stride, w + b0, w_columns, a0, a1, taps, tap_stride, block,
            rows, vectors);
      if (a0 == 0 && b0 == 0) {
        EACH_ROW(0, rows) EACH_VECTOR sum[o][v] = block[o][v], lost[o][v] = (VECTOR){0};
      } else {
        EACH_ROW(0, rows) EACH_VECTOR {
          const VECTOR total = sum[o][v] + block[o][v];
          const VECTOR part = total - sum[o][v];
          lost[o][v] += (sum[o][v] - (total - part)) + (block[o][v] - part);
          sum[o][v] = total;
        }
      }
    }
  }
  EACH_ROW(0, rows) EACH_VECTOR {
    typedef __typeof__(lost[o][v] == lost[o][v]) Mask;
    const VECTOR known = (VECTOR)((Mask)lost[o][v] & (lost[o][v] == lost[o][v]));
    STORE(y + o * y_stride + v * LANES, sum[o][v] + known, streams);
  }
}

// All results of `rows` rows. What is left over by whole tiles goes by single vectors, the last one
// of which may do some results again, and the results of rows shorter than a vector one by one.
// With `streams` all rows of y are equally far from a cache line's start.
ATTRIBUTES static inline __attribute__((always_inline)) void BAND(
    const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t w_rows, ptrdiff_t w_columns,
    ptrdiff_t tap_stride, SCALAR *y, ptrdiff_t y_stride, const int rows, ptrdiff_t count,
    int streams, const int is_one_block) {
  ptrdiff_t i = 0;
  if (streams) {
    const ptrdiff_t head = (ptrdiff_t)(-(uintptr_t)y % LINE_BYTES / sizeof(SCALAR));
    for (; i < head; i += LANES)
      TILE(x + i, x_stride, w, w_rows, w_columns, tap_stride, y + i, y_stride, rows, 1, 0,
           is_one_block);
    i = head;
  }
  for (; i + TILE_VECTORS * LANES <= count; i += TILE_VECTORS * LANES)
    TILE(x + i, x_stride, w, w_rows, w_columns, tap_stride, y + i, y_stride, rows, TILE_VECTORS,
         streams, is_one_block);
  if (count >= LANES) {
    while (i < count) {
      const ptrdiff_t at = i + LANES <= count ? i : count - LANES;
      TILE(x + at, x_stride, w, w_rows, w_columns, tap_stride, y + at, y_stride, rows, 1, 0,
           is_one_block);
      i = at + LANES;
    }
    return;
  }
  const ptrdiff_t height = w_columns < TAP_BLOCK ? TAP_BLOCK / w_columns : 1;
  for (int o = 0; o < rows; o++) {
    for (i = 0; i < count; i++) {
      SCALAR sum = 0, lost = 0;
      for (ptrdiff_t a0 = 0; a0 < w_rows; a0 += height) {
        const ptrdiff_t a1 = a0 + height < w_rows ? a0 + height : w_rows;
        for (ptrdiff_t b0 = 0; b0 < w_columns; b0 += TAP_BLOCK) {
          const ptrdiff_t b1 = b0 + TAP_BLOCK < w_columns ? b0 + TAP_BLOCK : w_columns;
          SCALAR block = 0;
          for (ptrdiff_t a = a0; a < a1; a++)
            for (ptrdiff_t b = b0; b < b1; b++)
              block += w[a * w_columns + b] * x[(o + a) * x_stride + i + b * tap_stride];
          const SCALAR total = sum + block;
          const SCALAR part = total - sum;
          if (a0 > 0 || b0 > 0) lost += (sum - (total - part)) + (block - part);
          sum = total;
        }
      }
      y[o * y_stride + i] = lost == lost ? sum + lost : sum;
    }
  }
}

// As many bands of TILE_ROWS rows as there are; the number of rows that they hold.
ATTRIBUTES static inline __attribute__((always_inline)) ptrdiff_t BANDS(
    const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t w_rows, ptrdiff_t w_columns,
    ptrdiff_t tap_stride, SCALAR *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
    int streams, const int is_one_block) {
  ptrdiff_t r = 0;
  for (; r + TILE_ROWS <= rows; r += TILE_ROWS)
    BAND(x + r * x_stride, x_stride, w, w_rows, w_columns, tap_stride, y + r * y_stride, y_stride,
         TILE_ROWS, count, streams, is_one_block);
  return r;
}

ATTRIBUTES static void NAME(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t w_rows,
                            ptrdiff_t w_columns, ptrdiff_t tap_stride, SCALAR *y,
                            ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, int streams) {
  ptrdiff_t r = 0;
  streams = streams && y_stride * (ptrdiff_t)sizeof(SCALAR) % LINE_BYTES == 0 &&
            (uintptr_t)y % sizeof(SCALAR) == 0 && count >= 2 * LINE_BYTES;
  // Small kernels of a known width have unrolled loops; the sums are the same.
#define CASE(WIDTH)                                                                               \
  case WIDTH:                                                                                     \
    r = BANDS(x, x_stride, w, w_rows, WIDTH, 1, y, y_stride, rows, count, streams, 1);            \
    break;
  const int is_small = tap_stride == 1 && count >= TILE_VECTORS * LANES &&
                       w_columns < TAP_BLOCK && w_rows <= TAP_BLOCK / w_columns;
  switch (is_small ? w_columns : 0) {
    EACH_WIDTH(CASE)
    default:
      r = BANDS(x, x_stride, w, w_rows, w_columns, tap_stride, y, y_stride, rows, count, streams,
                0);
  }
#undef CASE
  for (; r < rows; r++)
    BAND(x + r * x_stride, x_stride, w, w_rows, w_columns, tap_stride, y + r * y_stride, y_stride,
         1, count, 0, 0);
  // Streamed stores are not ordered with those of other threads until this.
  if (streams) __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

#undef EACH_ROW
#undef EACH_VECTOR
#undef LANES
#undef BANDS
#undef BAND
#undef TILE
#undef BLOCK
#undef STORE
#undef ROW
#undef LINE_VECTOR
#undef VECTOR
#undef EACH_WIDTH
#undef ATTRIBUTES
#undef NAME
#undef TILE_VECTORS
#undef VECTOR_BYTES
#undef SCALAR
