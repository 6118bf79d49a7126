// One clone of the two passes with grouped taps for one scalar type; no include guard, on purpose.
//
// Wants SCALAR, LANES (a number), SUFFIX and ATTRIBUTES.

#define NAMED(NAME) JOIN(NAME, SUFFIX)
#define VECTOR NAMED(grouped_vector_)
#define LINE_VECTOR NAMED(grouped_line_vector_)
#define PAIRS NAMED(grouped_pairs_)
#define ADD_GROUP NAMED(grouped_add_group_)
#define GROUP NAMED(grouped_group_)
#define SPREAD NAMED(grouped_spread_)
#define ROW_STEP NAMED(grouped_row_step_)
#define PART NAMED(grouped_part_)
#define ROW NAMED(grouped_row_)
#define COLUMN_STEP NAMED(grouped_column_step_)
#define COLUMN_PASS NAMED(grouped_columns_)
#define INLINE ATTRIBUTES static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)") for

// Loads and stores need only a scalar's alignment.
typedef SCALAR VECTOR
    __attribute__((vector_size(LANES * sizeof(SCALAR)), aligned(sizeof(SCALAR)), may_alias));
typedef SCALAR LINE_VECTOR __attribute__((vector_size(LANES * sizeof(SCALAR)), may_alias));

// What may be read soon; it need not be memory of ours.
#define PREFETCH(start, distance, level)                                                       \
  __builtin_prefetch(                                                                          \
      (const void *)((uintptr_t)(start) + (uintptr_t)(distance) * sizeof(SCALAR)), 0, level)
#define AT(start) (*(const VECTOR *)(start))
#define MOST_GROUPS 6

// The samples in the middle of groups, and the sums of those around them.
INLINE void PAIRS(const SCALAR *x, ptrdiff_t x_stride, VECTOR *pair) {
  pair[0] = AT(x);
  UNROLLED(int i = 1; i < 4; i++) pair[i] = AT(x - i * x_stride) + AT(x + i * x_stride);
}

INLINE VECTOR ADD_GROUP(VECTOR sum, const VECTOR *w, const VECTOR *pair, const int from) {
  UNROLLED(int i = from; i < 4; i++) sum += w[i] * pair[i];
  return sum;
}

INLINE VECTOR GROUP(const VECTOR *w, const VECTOR *pair) {
  return ADD_GROUP(w[0] * pair[0], w, pair, 1);
}

INLINE void SPREAD(const SCALAR *w, const int groups, VECTOR *spread) {
  UNROLLED(int i = 0; i < 4 * groups; i++) spread[i] = w[i] + (VECTOR){0};
}

// LANES numbers of p and then q, from that with the index `start`, a multiple of 4 below LANES.
#if LANES == 16
#define FROM(start, p, q)                                                                      \
  ((start) == 4   ? SHUFFLE(FROM_4, LANES, p, q)                                               \
   : (start) == 8 ? SHUFFLE(FROM_8, LANES, p, q)                                               \
                  : SHUFFLE(FROM_12, LANES, p, q))
#elif LANES == 8
#define FROM(start, p, q) SHUFFLE(FROM_4, LANES, p, q)
#else
#define FROM(start, p, q) (p)
#endif

// Vectors by which results are finished later than the groups in their middle are summed, and by which
// they are begun earlier.
#define DELAY(groups) ((4 * ((groups) - 1) + LANES - 1) / LANES)
#define AHEAD(groups) (4 * ((groups) - 1) / LANES)

// Sums the groups in the middle of a vector of results and adds them to all results they belong to:
// those of DELAY vectors before to AHEAD after, in `sum`. `last` are the groups of the vector before.
INLINE void ROW_STEP(const SCALAR *x, const VECTOR *w, const int groups, VECTOR *last, VECTOR *sum) {
  VECTOR pair[4];
  PAIRS(x, 1, pair);
  const VECTOR middle = GROUP(w, pair);
  // The vectors of results that are begun now.
  if (AHEAD(groups) == 0) sum[DELAY(groups)] = middle;
  UNROLLED(int j = groups - 1; j > 0; j--) {
    const int vectors = 4 * j / LANES, lanes = 4 * j % LANES;
    const VECTOR group = GROUP(w + 4 * j, pair);
    VECTOR *const earlier = sum + DELAY(groups) - vectors - (lanes > 0),
                  *const later = sum + DELAY(groups) + vectors;
    const VECTOR to_later = lanes ? FROM(LANES - lanes, last[j], group) : group;
    *earlier += lanes ? FROM(lanes, last[j], group) : group;
    *later = j == groups - 1 && vectors > 0 ? to_later : *later + to_later;
    last[j] = group;
  }
  if (AHEAD(groups) > 0) sum[DELAY(groups)] += middle;
}

// Copies the places first ..< end of a window in three parts, and zeros for those beyond it.
ATTRIBUTES static void PART(const SCALAR *x, ptrdiff_t middle, const SCALAR *ends, ptrdiff_t before,
                            ptrdiff_t after, ptrdiff_t first, ptrdiff_t end, SCALAR *part) {
  ptrdiff_t i = first;
  for (; i < end && i < 0; i++) *part++ = 0;
  for (; i < end && i < before; i++) *part++ = ends[i];
  for (; i < end && i < before + middle; i++) *part++ = x[i - before];
  for (; i < end && i < before + middle + after; i++) *part++ = ends[i - middle];
  for (; i < end; i++) *part++ = 0;
}

// A vector of results after the other along a row. Those at its ends are made of copied samples.
INLINE void ROW(const SCALAR *x, ptrdiff_t ahead, ptrdiff_t middle, const SCALAR *ends,
                ptrdiff_t before, ptrdiff_t after, const VECTOR *w, const int groups, SCALAR *y,
                ptrdiff_t count) {
  // Where the middle of the first result is in the window.
  const ptrdiff_t reach = 4 * groups - 1, vectors = (count + LANES - 1) / LANES;
  const ptrdiff_t first = -DELAY(groups), end = vectors + DELAY(groups);
  // Groups in the middle of the vectors own ..< own_end are made of samples of x alone.
  ptrdiff_t own = first, own_end = end;
  while (own < end && own * LANES + reach - 3 < before) own++;
  while (own_end > own && own_end * LANES + reach + 3 > before + middle) own_end--;
  // Samples from 3 before vector `first` on, and from 3 before vector `own_end` on.
  SCALAR left[128 + 6], right[128 + 6];
  PART(x, middle, ends, before, after, first * LANES + reach - 3, own * LANES + reach + 3, left);
  PART(x, middle, ends, before, after, own_end * LANES + reach - 3, end * LANES + reach + 3, right);
  VECTOR sum[2 * DELAY(MOST_GROUPS) + 1], last[MOST_GROUPS];
  UNROLLED(int i = 0; i <= 2 * DELAY(groups); i++) sum[i] = (VECTOR){0};
  UNROLLED(int j = 0; j < groups; j++) last[j] = (VECTOR){0};
  const SCALAR *const starts[] = {left + 3, x + (own * LANES + reach - before), right + 3};
  const ptrdiff_t stops[] = {own, own_end, end};
  ptrdiff_t v = first;
  for (int part = 0; part < 3; part++) {
    for (const SCALAR *from = starts[part]; v < stops[part]; v++, from += LANES) {
      PREFETCH(from, ahead, 2);
      ROW_STEP(from, w, groups, last, sum);
      const ptrdiff_t done = v - DELAY(groups);
      if ((size_t)done < (size_t)(count / LANES)) {
        *(VECTOR *)(y + done * LANES) = sum[0];
      } else if (done >= 0) {
        SCALAR some[LANES];
        *(VECTOR *)some = sum[0];
        for (ptrdiff_t i = done * LANES; i < count; i++) y[i] = some[i - done * LANES];
      }
      VECTOR next[2 * DELAY(MOST_GROUPS) + 1];
      UNROLLED(int i = 0; i < DELAY(groups) + AHEAD(groups); i++) next[i] = sum[i + 1];
      UNROLLED(int i = 0; i < DELAY(groups) + AHEAD(groups); i++) sum[i] = next[i];
    }
  }
}

// Sums the groups in the middle of a vector of results and adds them to all results they belong to,
// of which `sum` holds those four rows apart; the first of these is finished then.
INLINE VECTOR COLUMN_STEP(const SCALAR *x, ptrdiff_t x_stride, const VECTOR *w, const int groups,
                          VECTOR *sum) {
  VECTOR pair[4];
  PAIRS(x, x_stride, pair);
  if (groups == 1) return GROUP(w, pair);
  const int most = groups - 1;
  const VECTOR outermost = GROUP(w + 4 * most, pair), result = sum[0] + outermost;
  VECTOR next[2 * (MOST_GROUPS - 1)];
  UNROLLED(int i = 0; i < 2 * most - 1; i++) next[i] = sum[i + 1];
  next[2 * most - 1] = outermost;
  UNROLLED(int j = most - 1; j > 0; j--) {
    const VECTOR group = GROUP(w + 4 * j, pair);
    next[most - 1 - j] += group;
    next[most - 1 + j] += group;
  }
  next[most - 1] = ADD_GROUP(next[most - 1], w, pair, 0);
  UNROLLED(int i = 0; i < 2 * most; i++) sum[i] = next[i];
  return result;
}

// Every fourth row at a time, whose sums are in registers.
INLINE int COLUMN_PASS(const SCALAR *x, ptrdiff_t x_stride, const VECTOR *w, const int groups,
                       SCALAR *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                       ptrdiff_t lead, int streams, VECTOR *state) {
  SCALAR some[LANES];
  VECTOR total = {0};
  for (ptrdiff_t start = 0, next; start < count; start = next) {
    next = start + LANES >= count ? count
           : start == 0 && lead % LANES > 0 ? lead % LANES
                                            : start + LANES;
    // The last vector may do some columns again; a single one may have results in some lanes only.
    const ptrdiff_t i = next == count && count >= LANES ? count - LANES : start;
    const ptrdiff_t width = count < LANES ? count : LANES;
    const int stores = y && width == LANES;
    const int stream = stores && streams && (uintptr_t)(y + i) % sizeof(VECTOR) == 0;
    for (int phase = 0; phase < 4; phase++, state += 2 * (groups - 1)) {
      VECTOR sum[2 * (MOST_GROUPS - 1)];
      UNROLLED(int s = 0; s < 2 * (groups - 1); s++) sum[s] = state[s];
      const SCALAR *from = x + i + (3 + phase) * x_stride;
      SCALAR *to = y ? y + i + phase * y_stride : some;
      for (ptrdiff_t r = phase; r < rows; r += 4, from += 4 * x_stride) {
        PREFETCH(from, LANES, 3);
        VECTOR result = COLUMN_STEP(from, x_stride, w, groups, sum);
        if (stream) {
          __builtin_nontemporal_store((LINE_VECTOR)result, (LINE_VECTOR *)to);
        } else if (stores) {
          *(VECTOR *)to = result;
        } else {
          *(VECTOR *)some = result;
          for (ptrdiff_t l = 0; y && l < width; l++) to[l] = some[l];
          for (ptrdiff_t l = width; l < LANES; l++) some[l] = 0;
          result = *(const VECTOR *)some;
        }
        // Not finite if any of them is not; or if they are near the end of the type's range.
        total += result;
        if (y) to += 4 * y_stride;
      }
      UNROLLED(int s = 0; s < 2 * (groups - 1); s++) state[s] = sum[s];
    }
  }
  SCALAR all = 0;
  for (int l = 0; l < LANES; l++) all += total[l];
  return all - all == 0;
}

// The passes for a number of groups that is known only now.
#define FOR_GROUPS(groups, call)                                                               \
  do {                                                                                         \
    switch (groups) {                                                                          \
      case 1: { call(1); break; }                                                              \
      case 2: { call(2); break; }                                                              \
      case 3: { call(3); break; }                                                              \
      case 4: { call(4); break; }                                                              \
      case 5: { call(5); break; }                                                              \
      default: { call(6); break; }                                                             \
    }                                                                                          \
  } while (0)

ATTRIBUTES static void NAMED(grouped_row_pass_)(const SCALAR *x, ptrdiff_t x_stride,
                                                ptrdiff_t middle, const SCALAR *ends,
                                                ptrdiff_t before, ptrdiff_t after, const SCALAR *w,
                                                int groups, SCALAR *y, ptrdiff_t y_stride,
                                                ptrdiff_t rows, ptrdiff_t count) {
#define CALL(g)                                                                                \
  VECTOR spread[4 * MOST_GROUPS];                                                              \
  SPREAD(w, g, spread);                                                                        \
  for (ptrdiff_t r = 0; r < rows; r++)                                                         \
    ROW(x + r * x_stride, x_stride, middle, ends + r * (before + after), before, after, spread, \
        g, y + r * y_stride, count)
  FOR_GROUPS(groups, CALL);
#undef CALL
}

ATTRIBUTES static int NAMED(grouped_column_pass_)(const SCALAR *x, ptrdiff_t x_stride,
                                                  const SCALAR *w, int groups, SCALAR *y,
                                                  ptrdiff_t y_stride, ptrdiff_t rows,
                                                  ptrdiff_t count, ptrdiff_t lead, int streams,
                                                  SCALAR *state) {
  streams = streams && y_stride * (ptrdiff_t)sizeof(SCALAR) % (ptrdiff_t)sizeof(VECTOR) == 0;
  state += -(uintptr_t)state % 64 / sizeof(SCALAR);
  int are_finite = 1;
#define CALL(g)                                                                                \
  VECTOR spread[4 * MOST_GROUPS];                                                              \
  SPREAD(w, g, spread);                                                                        \
  are_finite = COLUMN_PASS(x, x_stride, spread, g, y, y_stride, rows, count, lead, streams,    \
                           (VECTOR *)state)
  FOR_GROUPS(groups, CALL);
#undef CALL
  // Streamed stores are not ordered with those of other threads until this.
  if (streams) __atomic_thread_fence(__ATOMIC_SEQ_CST);
  return are_finite;
}

#undef FOR_GROUPS
#undef AHEAD
#undef DELAY
#undef FROM
#undef MOST_GROUPS
#undef AT
#undef PREFETCH
#undef UNROLLED
#undef INLINE
#undef COLUMN_PASS
#undef COLUMN_STEP
#undef ROW
#undef PART
#undef ROW_STEP
#undef SPREAD
#undef GROUP
#undef ADD_GROUP
#undef PAIRS
#undef LINE_VECTOR
#undef VECTOR
#undef NAMED
#undef ATTRIBUTES
#undef SUFFIX
#undef LANES
#undef SCALAR
