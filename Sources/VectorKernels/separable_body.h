// One clone of the two passes of separable convolutions for one scalar type; no include guard, on
// purpose.
//
// Wants SCALAR, LANES (a number), BLOCK (the numbers in 16 bytes), LAYOUT (the two of them, as the
// shuffles are called), TILE_ROWS (which divides it), SUFFIX and ATTRIBUTES.

#define NAMED(NAME) JOIN(NAME, SUFFIX)
#define VECTOR NAMED(separable_vector_)
#define LINE_VECTOR NAMED(separable_line_vector_)
#define PAIRED NAMED(separable_paired_)
#define PLAIN NAMED(separable_plain_)
#define TILE NAMED(separable_tile_)
#define ONE NAMED(separable_one_)
#define TRANSPOSE NAMED(separable_transpose_)
#define TURN NAMED(separable_turn_)
#define ROW_PASS NAMED(separable_row_pass_)
#define COLUMN_PASS NAMED(separable_column_pass_)
#define next_vector NAMED(separable_next_vector_)
#define INLINE ATTRIBUTES static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)") for

// Loads and stores need only a scalar's alignment.
typedef SCALAR VECTOR
    __attribute__((vector_size(LANES * sizeof(SCALAR)), aligned(sizeof(SCALAR)), may_alias));
typedef SCALAR LINE_VECTOR __attribute__((vector_size(LANES * sizeof(SCALAR)), may_alias));

#define AT(start, row) (*(const VECTOR *)((start) + (row) * x_stride))

// Sums of `rows` rows, each a row below the one before, for taps with a symmetry. Going outwards
// from the middle the rows of x on either side that the results need shift by one each time, so that
// only one of each is loaded; they take turns in as many registers as there are results.
INLINE void PAIRED(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t taps,
                   const int symmetry, VECTOR *sum, const int rows) {
  const ptrdiff_t pairs = taps / 2;
  const SCALAR *above = x + (pairs - 1) * x_stride, *below = x + (taps - pairs) * x_stride;
  VECTOR low[TILE_ROWS], high[TILE_ROWS];
  UNROLLED(int o = 0; o < rows; o++)
    sum[o] = taps % 2 ? w[pairs] * AT(x, pairs + o) : (VECTOR){0};
  if (pairs == 0) return;
  UNROLLED(int o = 0; o + 1 < rows; o++) low[o + 1] = AT(above, o + 1), high[o] = AT(below, o);
  for (ptrdiff_t p = 0; p < pairs; p += rows) {
    UNROLLED(int q = 0; q < rows; q++) {
      if (p + q >= pairs) return;
      low[(rows - q) % rows] = AT(above, -(p + q));
      high[(rows - 1 + q) % rows] = AT(below, rows - 1 + p + q);
      const SCALAR tap = w[pairs - 1 - p - q];
      UNROLLED(int o = 0; o < rows; o++) {
        const VECTOR first = low[(o - q + rows) % rows], second = high[(o + q) % rows];
        sum[o] += tap * (symmetry > 0 ? first + second : first - second);
      }
    }
  }
}

// The same for any taps.
INLINE void PLAIN(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t taps,
                  VECTOR *sum, const int rows) {
  VECTOR line[TILE_ROWS];
  UNROLLED(int o = 0; o < rows; o++) sum[o] = (VECTOR){0};
  UNROLLED(int o = 0; o + 1 < rows; o++) line[o] = AT(x, o);
  for (ptrdiff_t a = 0; a < taps; a += rows) {
    UNROLLED(int q = 0; q < rows; q++) {
      if (a + q >= taps) return;
      line[(rows - 1 + q) % rows] = AT(x, rows - 1 + a + q);
      const SCALAR tap = w[a + q];
      UNROLLED(int o = 0; o < rows; o++) sum[o] += tap * line[(o + q) % rows];
    }
  }
}

#undef AT

INLINE void TILE(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t taps,
                 const int symmetry, VECTOR *sum, const int rows) {
  if (symmetry == 0) {
    PLAIN(x, x_stride, w, taps, sum, rows);
  } else {
    PAIRED(x, x_stride, w, taps, symmetry, sum, rows);
  }
}

INLINE SCALAR ONE(const SCALAR *x, ptrdiff_t stride, const SCALAR *w, ptrdiff_t taps,
                  const int symmetry) {
  SCALAR sum = 0;
  if (symmetry == 0) {
    for (ptrdiff_t a = 0; a < taps; a++) sum += w[a] * x[a * stride];
    return sum;
  }
  const ptrdiff_t pairs = taps / 2;
  if (taps % 2) sum = w[pairs] * x[pairs * stride];
  for (ptrdiff_t a = pairs - 1; a >= 0; a--) {
    const SCALAR first = x[a * stride], second = x[(taps - 1 - a) * stride];
    sum += w[a] * (symmetry > 0 ? first + second : first - second);
  }
  return sum;
}

// Swaps vectors and lanes: first within squares of BLOCK by BLOCK numbers, where a block is 16 bytes,
// then whole blocks. These shuffles leave the processor's multipliers alone, which those across
// blocks may not.
INLINE void TRANSPOSE(VECTOR *v) {
  UNROLLED(int s = 1; s < BLOCK; s *= 2) {
    VECTOR next[LANES];
    UNROLLED(int i = 0; i < LANES; i++) {
      // A perfect shuffle of the BLOCK vectors of a square.
      const int square = i / BLOCK * BLOCK, place = i % BLOCK / 2;
      const VECTOR p = v[square + place], q = v[square + place + BLOCK / 2];
      next[i] = i % 2 ? SHUFFLE(UNPACK_HIGH, LAYOUT, p, q) : SHUFFLE(UNPACK_LOW, LAYOUT, p, q);
    }
    UNROLLED(int i = 0; i < LANES; i++) v[i] = next[i];
  }
  // Unshuffles of whole blocks: every other one, from the first or from the second.
#if LANES > BLOCK
  const int groups = LANES / BLOCK;
  UNROLLED(int s = 1; s < groups; s *= 2) {
    VECTOR next[LANES];
    UNROLLED(int i = 0; i < LANES; i++) {
      const int group = i / BLOCK, place = i % BLOCK, from = group % (groups / 2) * 2;
      const VECTOR p = v[from * BLOCK + place], q = v[(from + 1) * BLOCK + place];
      next[i] = group < groups / 2 ? SHUFFLE(EVEN_BLOCKS, LAYOUT, p, q)
                                   : SHUFFLE(ODD_BLOCKS, LAYOUT, p, q);
    }
    UNROLLED(int i = 0; i < LANES; i++) v[i] = next[i];
  }
#endif
}

// Where the vector after the one at i begins, of those that cover 0 ..< end, which is at least LANES:
// all but the first and the last are aligned in `line`, and these do some places again.
INLINE ptrdiff_t next_vector(const SCALAR *line, ptrdiff_t i, ptrdiff_t end) {
  const ptrdiff_t last = end - LANES;
  if (i == last) return end;
  const ptrdiff_t next = i + LANES - (ptrdiff_t)((uintptr_t)(line + i) % sizeof(VECTOR) / sizeof(SCALAR));
  return next < last ? next : last;
}

// `height` rows, at most LANES, as columns; lanes without a row repeat the last.
ATTRIBUTES static __attribute__((noinline)) void TURN(const SCALAR *x, ptrdiff_t x_stride,
                                                      int height, ptrdiff_t count,
                                                      SCALAR *columns, int has_next) {
  VECTOR v[LANES];
  for (ptrdiff_t i = 0; i < count; i = next_vector(x, i, count)) {
    // The rows of the next turn, which come from afar and in runs too short to be foreseen.
    if (has_next) {
      UNROLLED(int l = 0; l < LANES; l++) __builtin_prefetch(x + (LANES + l) * x_stride + i, 0, 2);
    }
    UNROLLED(int l = 0; l < LANES; l++) v[l] =
        *(const VECTOR *)(x + (l < height ? l : height - 1) * x_stride + i);
    TRANSPOSE(v);
    UNROLLED(int l = 0; l < LANES; l++) *(LINE_VECTOR *)(columns + (i + l) * LANES) = v[l];
  }
}

// Sums along rows that have become columns, so that they need no shifted loads.
INLINE void ROW_PASS(const SCALAR *columns, const SCALAR *w, ptrdiff_t taps, const int symmetry,
                     SCALAR *y, ptrdiff_t y_stride, int height, ptrdiff_t count) {
  VECTOR v[LANES];
  for (ptrdiff_t i = 0; i < count; i = next_vector(y, i, count)) {
    UNROLLED(int o = 0; o < LANES; o += TILE_ROWS)
      TILE(columns + (i + o) * LANES, LANES, w, taps, symmetry, v + o, TILE_ROWS);
    TRANSPOSE(v);
    UNROLLED(int l = 0; l < LANES; l++) if (l < height) *(VECTOR *)(y + l * y_stride + i) = v[l];
  }
}

// Sums down columns, a strip of a few vectors' width after the other, which keeps the rows that
// results share in the first-level cache; whether all results are finite.
INLINE int COLUMN_PASS(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t taps,
                       const int symmetry, SCALAR *y, ptrdiff_t y_stride, ptrdiff_t rows,
                       ptrdiff_t count, int streams) {
  VECTOR sum[TILE_ROWS], nothing = {0};
  for (ptrdiff_t strip = 0, end; strip < count; strip = end) {
    end = strip;
    for (int v = 0; v < STRIP_VECTORS && end < count; v++) end = next_vector(y, end, count);
    for (ptrdiff_t r = 0; rows >= TILE_ROWS && r < rows; r += TILE_ROWS) {
      // The last tile may do some rows again.
      if (r + TILE_ROWS > rows) r = rows - TILE_ROWS;
      for (ptrdiff_t i = strip; i < end; i = next_vector(y, i, count)) {
        TILE(x + r * x_stride + i, x_stride, w, taps, symmetry, sum, TILE_ROWS);
        // Zero where all are finite.
        UNROLLED(int o = 0; o < TILE_ROWS; o++) nothing += sum[o] - sum[o];
        SCALAR *to = y + r * y_stride + i;
        if (streams && (uintptr_t)to % sizeof(VECTOR) == 0) {
          UNROLLED(int o = 0; o < TILE_ROWS; o++)
            __builtin_nontemporal_store((LINE_VECTOR)sum[o], (LINE_VECTOR *)(to + o * y_stride));
        } else {
          UNROLLED(int o = 0; o < TILE_ROWS; o++) *(VECTOR *)(to + o * y_stride) = sum[o];
        }
      }
    }
    for (ptrdiff_t r = 0; rows < TILE_ROWS && r < rows; r++) {
      for (ptrdiff_t i = strip; i < end; i = next_vector(y, i, count)) {
        TILE(x + r * x_stride + i, x_stride, w, taps, symmetry, sum, 1);
        nothing += sum[0] - sum[0];
        *(VECTOR *)(y + r * y_stride + i) = sum[0];
      }
    }
  }
  SCALAR total = 0;
  for (int l = 0; l < LANES; l++) total += nothing[l];
  return total == 0;
}

// The passes for a symmetry that is known only now.
#define FOR_SYMMETRY(symmetry, call) \
  do {                               \
    if ((symmetry) > 0) {            \
      call(1);                       \
    } else if ((symmetry) < 0) {     \
      call(-1);                      \
    } else {                         \
      call(0);                       \
    }                                \
  } while (0)

ATTRIBUTES static void NAMED(row_pass_)(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w,
                                        ptrdiff_t taps, int symmetry, SCALAR *y,
                                        ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                                        SCALAR *room) {
  if (count < LANES) {
    for (ptrdiff_t r = 0; r < rows; r++)
      for (ptrdiff_t i = 0; i < count; i++)
        y[r * y_stride + i] = ONE(x + r * x_stride + i, 1, w, taps, symmetry);
    return;
  }
  room += -(uintptr_t)room % LINE_BYTES / sizeof(SCALAR);
  for (ptrdiff_t r = 0; r < rows; r += LANES) {
    const int height = rows - r < LANES ? (int)(rows - r) : LANES;
    TURN(x + r * x_stride, x_stride, height, count + taps - 1, room,
         r + 2 * LANES <= rows);
#define CALL(s) ROW_PASS(room, w, taps, s, y + r * y_stride, y_stride, height, count)
    FOR_SYMMETRY(symmetry, CALL);
#undef CALL
  }
}

ATTRIBUTES static int NAMED(column_pass_)(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w,
                                          ptrdiff_t taps, int symmetry, SCALAR *y,
                                          ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                                          int streams) {
  int are_finite = 1;
  if (count < LANES) {
    for (ptrdiff_t r = 0; r < rows; r++) {
      for (ptrdiff_t i = 0; i < count; i++) {
        const SCALAR sum = ONE(x + r * x_stride + i, x_stride, w, taps, symmetry);
        if (sum - sum != 0) are_finite = 0;
        y[r * y_stride + i] = sum;
      }
    }
    return are_finite;
  }
  streams = streams && y_stride * (ptrdiff_t)sizeof(SCALAR) % LINE_BYTES == 0;
#define CALL(s) \
  are_finite = COLUMN_PASS(x, x_stride, w, taps, s, y, y_stride, rows, count, streams)
  FOR_SYMMETRY(symmetry, CALL);
#undef CALL
  // Streamed stores are not ordered with those of other threads until this.
  if (streams) __atomic_thread_fence(__ATOMIC_SEQ_CST);
  return are_finite;
}

#undef FOR_SYMMETRY
#undef UNROLLED
#undef INLINE
#undef next_vector
#undef COLUMN_PASS
#undef ROW_PASS
#undef TURN
#undef TRANSPOSE
#undef ONE
#undef TILE
#undef PLAIN
#undef PAIRED
#undef LINE_VECTOR
#undef VECTOR
#undef NAMED
#undef ATTRIBUTES
#undef SUFFIX
#undef TILE_ROWS
#undef LANES
#undef BLOCK
#undef LAYOUT
#undef SCALAR
