// One clone of the two passes of separable convolutions for one scalar type; no include guard, on
// purpose.
//
// Wants SCALAR, LANES (a number), BLOCK (the numbers in 16 bytes), LAYOUT (the two of them, as the
// shuffles are called), TILE_ROWS (even, divides LANES, and BLOCK divides it), SUFFIX and ATTRIBUTES;
// and ORDERED, the end of an instruction's name, where the order of instructions is not left to the
// compiler.

#define NAMED(NAME) JOIN(NAME, SUFFIX)
#define VECTOR NAMED(separable_vector_)
#define LINE_VECTOR NAMED(separable_line_vector_)
#define PAIRED NAMED(separable_paired_)
#define PLAIN NAMED(separable_plain_)
#define ADD_TWO NAMED(separable_add_two_)
#define SPREAD NAMED(separable_spread_)
#define TILE NAMED(separable_tile_)
#define ONE NAMED(separable_one_)
#define SQUARES NAMED(separable_squares_)
#define BLOCKS NAMED(separable_blocks_)
#define TURN NAMED(separable_turn_)
#define TURN_BACK NAMED(separable_turn_back_)
#define ROW_PASS NAMED(separable_row_pass_)
#define COLUMN_PASS NAMED(separable_column_pass_)
#define next_vector NAMED(separable_next_vector_)
#define INLINE ATTRIBUTES static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)") for

// Loads and stores need only a scalar's alignment.
typedef SCALAR VECTOR
    __attribute__((vector_size(LANES * sizeof(SCALAR)), aligned(sizeof(SCALAR)), may_alias));
typedef SCALAR LINE_VECTOR __attribute__((vector_size(LANES * sizeof(SCALAR)), may_alias));

// Writes the taps that are read to `spread`, which is aligned, each in all lanes: loading it so takes
// the load alone, while to spread it takes an arithmetic unit on top, for as long as an addition.
INLINE void SPREAD(const SCALAR *w, ptrdiff_t taps, const int symmetry, SCALAR *spread) {
  const ptrdiff_t used = symmetry == 0 ? taps : (taps + 1) / 2;
  for (ptrdiff_t a = 0; a < used; a++)
    *(LINE_VECTOR *)(spread + a * LANES) = w[a] + (LINE_VECTOR){0};
}

#define AT(start, row) (*(const VECTOR *)((start) + (row) * x_stride))
#define TAP(index) (*(const LINE_VECTOR *)(spread + (index) * LANES))

// Adds to each of two sums the tap times what its two samples make.
INLINE void ADD_TWO(VECTOR *sum, VECTOR tap, VECTOR first, VECTOR second, VECTOR next_first,
                    VECTOR next_second, const int symmetry) {
#ifdef ORDERED
  // Two additions and then two products: a Zen 4 does a pair of them a cycle in this order, and four
  // pairs in five cycles where they take turns, as compilers put them. Volatile statements stay in
  // order.
  VECTOR both, next_both;
#define BOTH(add)                                                                       \
  __asm__ volatile(add ORDERED " %4, %2, %0\n\t" add ORDERED " %5, %3, %1"              \
                   : "=&v"(both), "=&v"(next_both)                                      \
                   : "v"(first), "v"(next_first), "v"(second), "v"(next_second))
  if (symmetry > 0) {
    BOTH("vadd");
  } else {
    BOTH("vsub");
  }
#undef BOTH
  __asm__ volatile("vfmadd231" ORDERED " %2, %4, %0\n\tvfmadd231" ORDERED " %3, %4, %1"
                   : "+&v"(sum[0]), "+&v"(sum[1])
                   : "v"(both), "v"(next_both), "v"(tap));
#else
  sum[0] += tap * (symmetry > 0 ? first + second : first - second);
  sum[1] += tap * (symmetry > 0 ? next_first + next_second : next_first - next_second);
#endif
}

// Sums of `rows` rows, each a row below the one before, for taps with a symmetry. Going outwards
// from the middle the rows of x on either side that the results need shift by one each time, so that
// only one of each is loaded; they take turns in as many registers as there are results.
INLINE void PAIRED(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *spread, ptrdiff_t taps,
                   const int symmetry, VECTOR *sum, const int rows) {
  const ptrdiff_t pairs = taps / 2;
  const SCALAR *above = x + (pairs - 1) * x_stride, *below = x + (taps - pairs) * x_stride;
  VECTOR low[TILE_ROWS], high[TILE_ROWS];
  UNROLLED(int o = 0; o < rows; o++)
    sum[o] = taps % 2 ? TAP(pairs) * AT(x, pairs + o) : (VECTOR){0};
  if (pairs == 0) return;
  UNROLLED(int o = 0; o + 1 < rows; o++) low[o + 1] = AT(above, o + 1), high[o] = AT(below, o);
  for (ptrdiff_t p = 0; p < pairs; p += rows) {
    UNROLLED(int q = 0; q < rows; q++) {
      if (p + q >= pairs) return;
      low[(rows - q) % rows] = AT(above, -(p + q));
      high[(rows - 1 + q) % rows] = AT(below, rows - 1 + p + q);
      const VECTOR tap = TAP(pairs - 1 - p - q);
      UNROLLED(int o = 0; o + 1 < rows; o += 2) {
        ADD_TWO(sum + o, tap, low[(o - q + rows) % rows], high[(o + q) % rows],
                low[(o + 1 - q + rows) % rows], high[(o + 1 + q) % rows], symmetry);
      }
      if (rows == 1) sum[0] += tap * (symmetry > 0 ? low[0] + high[0] : low[0] - high[0]);
    }
  }
}

// The same for any taps.
INLINE void PLAIN(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *spread, ptrdiff_t taps,
                  VECTOR *sum, const int rows) {
  VECTOR line[TILE_ROWS];
  UNROLLED(int o = 0; o < rows; o++) sum[o] = (VECTOR){0};
  UNROLLED(int o = 0; o + 1 < rows; o++) line[o] = AT(x, o);
  for (ptrdiff_t a = 0; a < taps; a += rows) {
    UNROLLED(int q = 0; q < rows; q++) {
      if (a + q >= taps) return;
      line[(rows - 1 + q) % rows] = AT(x, rows - 1 + a + q);
      const VECTOR tap = TAP(a + q);
      UNROLLED(int o = 0; o < rows; o++) sum[o] += tap * line[(o + q) % rows];
    }
  }
}

#undef TAP
#undef AT

INLINE void TILE(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *spread, ptrdiff_t taps,
                 const int symmetry, VECTOR *sum, const int rows) {
  if (symmetry == 0) {
    PLAIN(x, x_stride, spread, taps, sum, rows);
  } else {
    PAIRED(x, x_stride, spread, taps, symmetry, sum, rows);
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

// Vectors and lanes change places in two steps, each in parts that know nothing of one another: within
// squares of BLOCK by BLOCK numbers, where a block is 16 bytes, and then whole blocks. These shuffles
// are cheaper than those across blocks.
#define GROUPS (LANES / BLOCK)
#define PARTS (GROUPS + BLOCK)

// Perfect shuffles of the BLOCK vectors of a row of squares.
INLINE void SQUARES(VECTOR *v) {
  UNROLLED(int s = 1; s < BLOCK; s *= 2) {
    VECTOR next[BLOCK];
    UNROLLED(int i = 0; i < BLOCK; i++) {
      const VECTOR p = v[i / 2], q = v[i / 2 + BLOCK / 2];
      next[i] = i % 2 ? SHUFFLE(UNPACK_HIGH, LAYOUT, p, q) : SHUFFLE(UNPACK_LOW, LAYOUT, p, q);
    }
    UNROLLED(int i = 0; i < BLOCK; i++) v[i] = next[i];
  }
}

// Unshuffles of whole blocks of GROUPS vectors: every other one, from the first or from the second.
#if LANES > BLOCK
INLINE void BLOCKS(VECTOR *v) {
  UNROLLED(int s = 1; s < GROUPS; s *= 2) {
    VECTOR next[GROUPS];
    UNROLLED(int i = 0; i < GROUPS; i++) {
      const VECTOR p = v[i % (GROUPS / 2) * 2], q = v[i % (GROUPS / 2) * 2 + 1];
      next[i] = i < GROUPS / 2 ? SHUFFLE(EVEN_BLOCKS, LAYOUT, p, q)
                               : SHUFFLE(ODD_BLOCKS, LAYOUT, p, q);
    }
    UNROLLED(int i = 0; i < GROUPS; i++) v[i] = next[i];
  }
}
#else
#undef BLOCKS
#define BLOCKS(v) ((void)(v))
#endif

// Where the vector after the one at i begins, of those that cover 0 ..< end, which is at least LANES:
// all but the first and the last are aligned in `line`, and these do some places again.
INLINE ptrdiff_t next_vector(const SCALAR *line, ptrdiff_t i, ptrdiff_t end) {
  const ptrdiff_t last = end - LANES;
  if (i == last) return end;
  const ptrdiff_t next = i + LANES - (ptrdiff_t)((uintptr_t)(line + i) % sizeof(VECTOR) / sizeof(SCALAR));
  return next < last ? next : last;
}

// A part of turning `height` rows, at most LANES, into columns; lanes without a row repeat the last.
INLINE void TURN(const int part, const SCALAR *x, ptrdiff_t x_stride, int height, LINE_VECTOR *half,
                 LINE_VECTOR *columns) {
  if (part < GROUPS) {
    VECTOR v[BLOCK];
    UNROLLED(int l = 0; l < BLOCK; l++) {
      const int row = part * BLOCK + l;
      const SCALAR *start = x + (row < height ? row : height - 1) * x_stride;
      v[l] = *(const VECTOR *)start;
      // What comes next along these rows: so many side by side are not foreseen by every processor.
      __builtin_prefetch(start + 16 * LANES, 0, 2);
    }
    SQUARES(v);
    UNROLLED(int l = 0; l < BLOCK; l++) half[part * BLOCK + l] = v[l];
  } else {
    VECTOR v[GROUPS];
    UNROLLED(int g = 0; g < GROUPS; g++) v[g] = half[g * BLOCK + part - GROUPS];
    BLOCKS(v);
    UNROLLED(int g = 0; g < GROUPS; g++) columns[g * BLOCK + part - GROUPS] = v[g];
  }
}

// A part of turning sums back into rows; `half` is what their squares have made of them.
INLINE void TURN_BACK(const int place, const LINE_VECTOR *half, SCALAR *y, ptrdiff_t y_stride,
                      int height) {
  VECTOR v[GROUPS];
  UNROLLED(int g = 0; g < GROUPS; g++) v[g] = half[g * BLOCK + place];
  BLOCKS(v);
  UNROLLED(int g = 0; g < GROUPS; g++) {
    const int row = g * BLOCK + place;
    if (row < height) *(VECTOR *)(y + row * y_stride) = v[g];
  }
}

// Sums along `height` rows, at most LANES, which become columns, so that they need no shifted loads,
// and rows again. While a vector of each row is summed, the one after it becomes columns and the one
// before it rows, a part of them after each tile: many shuffles in a row would keep the multipliers
// waiting, and so would loads of samples from afar. Of the columns there are only as many as stay in
// the first-level cache.
INLINE void ROW_PASS(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *spread, ptrdiff_t taps,
                     const int symmetry, SCALAR *y, ptrdiff_t y_stride, int height, ptrdiff_t count,
                     SCALAR *room) {
  const ptrdiff_t samples = count + taps - 1, most = vk_pass_columns(taps);
  LINE_VECTOR *half = (LINE_VECTOR *)room, *sums = half + LANES, *last_sums = sums + LANES,
              *columns = last_sums + LANES;
  // The samples first ..< end are columns; those that become some next start at `next`.
  ptrdiff_t first = 0, next = 0, end = 0;
  SCALAR *last_y = NULL;
  for (ptrdiff_t i = 0; i < count; i = next_vector(y, i, count)) {
    if (next + 2 * LANES - first > most) {
      __builtin_memmove(columns, columns + (i - first), (size_t)(end - i) * sizeof(VECTOR));
      first = i;
    }
    while (end < i + LANES + taps - 1) {
      UNROLLED(int part = 0; part < PARTS; part++)
        TURN(part, x + next, x_stride, height, half, columns + (next - first));
      end = next + LANES;
      next = next_vector(x, next, samples);
    }
    const int turns = next < samples;
    UNROLLED(int o = 0; o < LANES; o += TILE_ROWS) {
      VECTOR sum[TILE_ROWS];
      TILE((const SCALAR *)(columns + (i - first + o)), LANES, spread, taps, symmetry, sum,
           TILE_ROWS);
      UNROLLED(int g = 0; g < TILE_ROWS; g += BLOCK) SQUARES(sum + g);
      UNROLLED(int l = 0; l < TILE_ROWS; l++) sums[o + l] = sum[l];
      if (turns) {
        UNROLLED(int part = o * PARTS / LANES; part < (o + TILE_ROWS) * PARTS / LANES; part++)
          TURN(part, x + next, x_stride, height, half, columns + (next - first));
      }
      if (last_y) {
        UNROLLED(int place = o * BLOCK / LANES; place < (o + TILE_ROWS) * BLOCK / LANES; place++)
          TURN_BACK(place, last_sums, last_y, y_stride, height);
      }
    }
    if (turns) {
      end = next + LANES;
      next = next_vector(x, next, samples);
    }
    LINE_VECTOR *const free = last_sums;
    last_sums = sums;
    sums = free;
    last_y = y + i;
  }
  UNROLLED(int place = 0; place < BLOCK; place++)
    TURN_BACK(place, last_sums, last_y, y_stride, height);
}

// Sums down columns, a strip of a few vectors' width after the other, which keeps the rows that
// results share in the first-level cache; whether all results are finite.
INLINE int COLUMN_PASS(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *spread, ptrdiff_t taps,
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
        TILE(x + r * x_stride + i, x_stride, spread, taps, symmetry, sum, TILE_ROWS);
        // Zero where all are finite.
        UNROLLED(int o = 0; o < TILE_ROWS; o++) nothing += 0 * sum[o];
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
        TILE(x + r * x_stride + i, x_stride, spread, taps, symmetry, sum, 1);
        nothing += 0 * sum[0];
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
#define CALL(s)                                                                              \
  do {                                                                                       \
    SPREAD(w, taps, s, room);                                                                \
    for (ptrdiff_t r = 0; r < rows; r += LANES)                                              \
      ROW_PASS(x + r * x_stride, x_stride, room, taps, s, y + r * y_stride, y_stride,        \
               rows - r < LANES ? (int)(rows - r) : LANES, count, room + taps * LANES);      \
  } while (0)
  FOR_SYMMETRY(symmetry, CALL);
#undef CALL
}

ATTRIBUTES static int NAMED(column_pass_)(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w,
                                          ptrdiff_t taps, int symmetry, SCALAR *y,
                                          ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                                          int streams, SCALAR *room) {
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
  room += -(uintptr_t)room % LINE_BYTES / sizeof(SCALAR);
#define CALL(s)                                                                              \
  do {                                                                                       \
    SPREAD(w, taps, s, room);                                                                \
    are_finite = COLUMN_PASS(x, x_stride, room, taps, s, y, y_stride, rows, count, streams); \
  } while (0)
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
#undef TURN_BACK
#undef TURN
#undef PARTS
#undef GROUPS
#undef BLOCKS
#undef SQUARES
#undef ONE
#undef TILE
#undef PLAIN
#undef ADD_TWO
#undef SPREAD
#undef ORDERED
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
