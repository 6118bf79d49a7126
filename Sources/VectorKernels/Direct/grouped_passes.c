// SPDX-License-Identifier: MIT

#include "../Dispatch/for_each_target.h"

// A fused multiply-add rounds once; it must be used alike wherever a result stands.
#pragma clang fp contract(fast)

// What may be read soon; it need not be memory of ours.
#define PREFETCH(start, distance, level)                                                       \
  __builtin_prefetch(                                                                          \
      (const void *)((uintptr_t)(start) + (uintptr_t)(distance) * sizeof(SCALAR)), 0, level)
#define MOST_GROUPS 6

// The samples in the middle of groups, and the sums of those around them.
INLINE void NAME(pair_sums)(const SCALAR *x, ptrdiff_t x_stride, VECTOR *pair) {
  pair[0] = LOAD(x);
  UNROLLED for (int i = 1; i < 4; i++) pair[i] = LOAD(x - i * x_stride) + LOAD(x + i * x_stride);
}

INLINE VECTOR NAME(add_group)(VECTOR sum, const VECTOR *w, const VECTOR *pair, const int from) {
  UNROLLED for (int i = from; i < 4; i++) sum += w[i] * pair[i];
  return sum;
}

INLINE VECTOR NAME(group)(const VECTOR *w, const VECTOR *pair) {
  return NAME(add_group)(w[0] * pair[0], w, pair, 1);
}

INLINE void NAME(spread)(const SCALAR *w, const int groups, VECTOR *spread) {
  UNROLLED for (int i = 0; i < 4 * groups; i++) spread[i] = w[i] + (VECTOR){0};
}

// LANES scalars of p and then q, from that with the index `start`, a multiple of 4 below LANES.
#define FROM(start, p, q)                                                       \
  ((start) == 4 ? SHUFFLE(p, q, FROM_4) : (start) == 8 ? SHUFFLE(p, q, FROM_8)  \
                                                       : SHUFFLE(p, q, FROM_12))

// Vectors by which results are finished later than the groups in their middle are summed, and by
// which they are begun earlier.
#define DELAY(groups) ((4 * ((groups) - 1) + LANES - 1) / LANES)
#define AHEAD(groups) (4 * ((groups) - 1) / LANES)

// Sums the groups in the middle of a vector of results and adds them to all results they belong to:
// those of DELAY vectors before to AHEAD after, in `sum`. `last` are the groups of the vector
// before.
INLINE void NAME(row_step)(
    const SCALAR *x, const VECTOR *w, const int groups, VECTOR *last, VECTOR *sum) {
  VECTOR pair[4];
  NAME(pair_sums)(x, 1, pair);
  const VECTOR middle = NAME(group)(w, pair);
  // The vectors of results that are begun now.
  if (AHEAD(groups) == 0) sum[DELAY(groups)] = middle;
  UNROLLED for (int j = groups - 1; j > 0; j--) {
    const int vectors = 4 * j / LANES, lanes = 4 * j % LANES;
    const VECTOR group = NAME(group)(w + 4 * j, pair);
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
TARGET static void NAME(copy_part)(
    const SCALAR *x, ptrdiff_t middle, const SCALAR *ends, ptrdiff_t before, ptrdiff_t after,
    ptrdiff_t first, ptrdiff_t end, SCALAR *part) {
  ptrdiff_t i = first;
  for (; i < end && i < 0; i++) *part++ = 0;
  for (; i < end && i < before; i++) *part++ = ends[i];
  for (; i < end && i < before + middle; i++) *part++ = x[i - before];
  for (; i < end && i < before + middle + after; i++) *part++ = ends[i - middle];
  for (; i < end; i++) *part++ = 0;
}

// A vector of results after the other along a row. Those at its ends are made of copied samples.
INLINE void NAME(filter_row)(
    const SCALAR *x, ptrdiff_t ahead, ptrdiff_t middle, const SCALAR *ends, ptrdiff_t before,
    ptrdiff_t after, const VECTOR *w, const int groups, SCALAR *y, ptrdiff_t count) {
  // Where the middle of the first result is in the window.
  const ptrdiff_t reach = 4 * groups - 1, vectors = (count + LANES - 1) / LANES;
  const ptrdiff_t first = -DELAY(groups), end = vectors + DELAY(groups);
  // Groups in the middle of the vectors own ..< own_end are made of samples of x alone.
  ptrdiff_t own = first, own_end = end;
  while (own < end && own * LANES + reach - 3 < before) own++;
  while (own_end > own && own_end * LANES + reach + 3 > before + middle) own_end--;
  // Samples from 3 before vector `first` on, and from 3 before vector `own_end` on.
  SCALAR left[128 + 6], right[128 + 6];
  NAME(copy_part)(x, middle, ends, before, after, first * LANES + reach - 3,
                  own * LANES + reach + 3, left);
  NAME(copy_part)(x, middle, ends, before, after, own_end * LANES + reach - 3,
                  end * LANES + reach + 3, right);
  VECTOR sum[2 * DELAY(MOST_GROUPS) + 1], last[MOST_GROUPS];
  UNROLLED for (int i = 0; i <= 2 * DELAY(groups); i++) sum[i] = (VECTOR){0};
  UNROLLED for (int j = 0; j < groups; j++) last[j] = (VECTOR){0};
  const SCALAR *const starts[] = {left + 3, x + (own * LANES + reach - before), right + 3};
  const ptrdiff_t stops[] = {own, own_end, end};
  ptrdiff_t v = first;
  for (int part = 0; part < 3; part++) {
    for (const SCALAR *from = starts[part]; v < stops[part]; v++, from += LANES) {
      PREFETCH(from, ahead, 2);
      NAME(row_step)(from, w, groups, last, sum);
      const ptrdiff_t done = v - DELAY(groups);
      if ((size_t)done < (size_t)(count / LANES)) {
        STORE(y + done * LANES, sum[0]);
      } else if (done >= 0) {
        SCALAR some[LANES];
        STORE(some, sum[0]);
        for (ptrdiff_t i = done * LANES; i < count; i++) y[i] = some[i - done * LANES];
      }
      VECTOR next[2 * DELAY(MOST_GROUPS) + 1];
      UNROLLED for (int i = 0; i < DELAY(groups) + AHEAD(groups); i++) next[i] = sum[i + 1];
      UNROLLED for (int i = 0; i < DELAY(groups) + AHEAD(groups); i++) sum[i] = next[i];
    }
  }
}

// Sums the groups in the middle of a vector of results and adds them to all results they belong to,
// of which `sum` holds those four rows apart; the first of these is finished then.
INLINE VECTOR NAME(column_step)(
    const SCALAR *x, ptrdiff_t x_stride, const VECTOR *w, const int groups, VECTOR *sum) {
  VECTOR pair[4];
  NAME(pair_sums)(x, x_stride, pair);
  if (groups == 1) return NAME(group)(w, pair);
  const int most = groups - 1;
  const VECTOR outermost = NAME(group)(w + 4 * most, pair), result = sum[0] + outermost;
  VECTOR next[2 * (MOST_GROUPS - 1)];
  UNROLLED for (int i = 0; i < 2 * most - 1; i++) next[i] = sum[i + 1];
  next[2 * most - 1] = outermost;
  UNROLLED for (int j = most - 1; j > 0; j--) {
    const VECTOR group = NAME(group)(w + 4 * j, pair);
    next[most - 1 - j] += group;
    next[most - 1 + j] += group;
  }
  next[most - 1] = NAME(add_group)(next[most - 1], w, pair, 0);
  UNROLLED for (int i = 0; i < 2 * most; i++) sum[i] = next[i];
  return result;
}

// Every fourth row at a time, whose sums are in registers.
INLINE int NAME(filter_columns)(
    const SCALAR *x, ptrdiff_t x_stride, const VECTOR *w, const int groups, SCALAR *y,
    ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, ptrdiff_t lead, int streams,
    VECTOR *state) {
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
      UNROLLED for (int s = 0; s < 2 * (groups - 1); s++) sum[s] = state[s];
      const SCALAR *from = x + i + (3 + phase) * x_stride;
      SCALAR *to = y ? y + i + phase * y_stride : some;
      for (ptrdiff_t r = phase; r < rows; r += 4, from += 4 * x_stride) {
        PREFETCH(from, LANES, 3);
        VECTOR result = NAME(column_step)(from, x_stride, w, groups, sum);
        if (stream) {
          __builtin_nontemporal_store(result, (VECTOR *)to);
        } else if (stores) {
          STORE(to, result);
        } else {
          STORE(some, result);
          for (ptrdiff_t l = 0; y && l < width; l++) to[l] = some[l];
          for (ptrdiff_t l = width; l < LANES; l++) some[l] = 0;
          result = LOAD(some);
        }
        // Not finite if any of them is not; or if they are near the end of the type's range.
        total += result;
        if (y) to += 4 * y_stride;
      }
      UNROLLED for (int s = 0; s < 2 * (groups - 1); s++) state[s] = sum[s];
    }
  }
  SCALAR all = 0;
  for (int l = 0; l < LANES; l++) all += total[l];
  return all - all == 0;
}

// The passes for a number of groups that is known only now.
#define FOR_GROUPS(groups, call)       \
  switch (groups) {                    \
    case 1: { call(1); break; }        \
    case 2: { call(2); break; }        \
    case 3: { call(3); break; }        \
    case 4: { call(4); break; }        \
    case 5: { call(5); break; }        \
    default: { call(6); break; }       \
  }

KERNEL(void, grouped_row_pass,
       (const SCALAR *x, ptrdiff_t x_stride, ptrdiff_t middle, const SCALAR *ends,
        ptrdiff_t before, ptrdiff_t after, const SCALAR *w, int groups, SCALAR *y,
        ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count),
       (x, x_stride, middle, ends, before, after, w, groups, y, y_stride, rows, count)) {
#define ROWS(g)                                                                            \
  VECTOR spread[4 * MOST_GROUPS];                                                          \
  NAME(spread)(w, g, spread);                                                              \
  for (ptrdiff_t r = 0; r < rows; r++)                                                     \
    NAME(filter_row)(x + r * x_stride, x_stride, middle, ends + r * (before + after), before, \
                     after, spread, g, y + r * y_stride, count)
  FOR_GROUPS(groups, ROWS)
}

KERNEL(int, grouped_column_pass,
       (const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, int groups, SCALAR *y,
        ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, ptrdiff_t lead, int streams,
        SCALAR *state),
       (x, x_stride, w, groups, y, y_stride, rows, count, lead, streams, state)) {
  streams = streams && y_stride * (ptrdiff_t)sizeof(SCALAR) % (ptrdiff_t)sizeof(VECTOR) == 0;
  state += -(uintptr_t)state % 64 / sizeof(SCALAR);
  int are_finite = 1;
#define COLUMNS(g)                                                                         \
  VECTOR spread[4 * MOST_GROUPS];                                                          \
  NAME(spread)(w, g, spread);                                                              \
  are_finite = NAME(filter_columns)(x, x_stride, spread, g, y, y_stride, rows, count, lead, \
                                    streams, (VECTOR *)state)
  FOR_GROUPS(groups, COLUMNS)
  // Streamed stores are not ordered with those of other threads until this.
  if (streams) __atomic_thread_fence(__ATOMIC_SEQ_CST);
  return are_finite;
}
