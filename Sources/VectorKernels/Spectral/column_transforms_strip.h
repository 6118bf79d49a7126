// SPDX-License-Identifier: MIT

// Part of column_transforms.c: what is done with the rows of one strip. Butterflies and twiddle
// factors, and how complex numbers are made of samples and results of complex numbers.

// Multiplies by the twiddle factor w.
INLINE void NAME(multiply)(VECTOR *re, VECTOR *im, SCALAR wr, SCALAR wi) {
  const VECTOR r = *re, i = *im;
  *re = r * wr - i * wi;
  *im = r * wi + i * wr;
}

// Transforms of 4 and of 8 numbers by exp(-2 pi i ...); with the parts exchanged, by exp(2 pi i
// ...).

INLINE void NAME(butterfly4)(VECTOR *re, VECTOR *im) {
  const VECTOR pr = re[0] + re[2], pi = im[0] + im[2], qr = re[0] - re[2], qi = im[0] - im[2];
  const VECTOR sr = re[1] + re[3], si = im[1] + im[3], tr = re[1] - re[3], ti = im[1] - im[3];
  re[0] = pr + sr, im[0] = pi + si;
  re[2] = pr - sr, im[2] = pi - si;
  re[1] = qr + ti, im[1] = qi - tr;
  re[3] = qr - ti, im[3] = qi + tr;
}

INLINE void NAME(butterfly8)(VECTOR *re, VECTOR *im) {
  VECTOR er[4], ei[4], or[4], oi[4];
  UNROLLED for (int k = 0; k < 4; k++) {
    er[k] = re[k] + re[k + 4], ei[k] = im[k] + im[k + 4];
    or[k] = re[k] - re[k + 4], oi[k] = im[k] - im[k + 4];
  }
  const SCALAR h = (SCALAR)0.70710678118654752440;  // the square root of a half
  const VECTOR r1 = h * (or[1] + oi[1]), i1 = h * (oi[1] - or[1]);
  const VECTOR r3 = h * (oi[3] - or[3]), i3 = -h * (or[3] + oi[3]);
  const VECTOR r2 = oi[2], i2 = -or[2];
  or[1] = r1, oi[1] = i1, or[2] = r2, oi[2] = i2, or[3] = r3, oi[3] = i3;
  NAME(butterfly4)(er, ei);
  NAME(butterfly4)(or, oi);
  UNROLLED for (int k = 0; k < 4; k++) {
    re[2 * k] = er[k], im[2 * k] = ei[k];
    re[2 * k + 1] = or[k], im[2 * k + 1] = oi[k];
  }
}

INLINE void NAME(butterfly)(VECTOR *re, VECTOR *im, const int radix) {
  if (radix == 8) {
    NAME(butterfly8)(re, im);
  } else {
    NAME(butterfly4)(re, im);
  }
}

// One strip of samples, and what is done with it.
struct NAME(strip) {
  const struct vk_column_job *job;
  const SCALAR *tables;
  const SCALAR *x;
  SCALAR *y;
  SCALAR *numbers;
  SCALAR *tile;
  SCALAR a;
  ptrdiff_t strip;
  // The samples or results, counted in real numbers.
  ptrdiff_t first, end;
  // Results below this magnitude are small; a bit for each segment of results that has one, and the
  // binary logarithm of a segment's length.
  SCALAR limit;
  uint64_t small;
  int segment_log2;
};

// Where the numbers of a row are, from a column of the strip on.
INLINE SCALAR *NAME(number)(const struct NAME(strip) *s, ptrdiff_t row, ptrdiff_t column) {
  return s->numbers + 2 * (row * s->job->row_stride + s->strip * STRIP + column);
}

// The twiddle factors of the numbers in a row, from a column of the strip on.
INLINE void NAME(column_twiddles)(
    const struct NAME(strip) *s, ptrdiff_t row, ptrdiff_t column, VECTOR *re, VECTOR *im) {
  const SCALAR *at_strip = s->tables + s->job->strip_twiddles + 2 * (s->strip * s->job->rows + row);
  const SCALAR *at_column = s->tables + s->job->lane_twiddles + 2 * STRIP * row + column;
  const SCALAR sr = at_strip[0], si = at_strip[1];
  const VECTOR dr = LOAD(at_column), di = LOAD(at_column + STRIP);
  // The difference is small, and so is its rounding.
  *re = sr + (sr * dr - si * di);
  *im = si + (sr * di + si * dr);
}

// Reads numbers of a row, over their twiddle factors.
INLINE void NAME(load_number)(
    const struct NAME(strip) *s, ptrdiff_t row, ptrdiff_t column, VECTOR *re, VECTOR *im) {
  VECTOR wr, wi;
  NAME(column_twiddles)(s, row, column, &wr, &wi);
  const SCALAR *from = NAME(number)(s, row, column);
  const VECTOR low = LOAD(from), high = LOAD(from + LANES);
  WILL_READ(from + 2 * STRIP);
  WILL_READ(from + 2 * STRIP + LANES);
  const VECTOR r = SHUFFLE(low, high, EVENS), i = SHUFFLE(low, high, ODDS);
  *re = r * wr + i * wi;
  *im = i * wr - r * wi;
}

// Writes numbers of a row, times their twiddle factors.
INLINE void NAME(store_number)(
    const struct NAME(strip) *s, ptrdiff_t row, ptrdiff_t column, VECTOR re, VECTOR im) {
  VECTOR wr, wi;
  NAME(column_twiddles)(s, row, column, &wr, &wi);
  const VECTOR r = re * wr - im * wi, i = re * wi + im * wr;
  SCALAR *to = NAME(number)(s, row, column);
  STORE(to, SHUFFLE(r, i, LOWS));
  STORE(to + LANES, SHUFFLE(r, i, HIGHS));
  WILL_WRITE(to + 2 * STRIP);
  WILL_WRITE(to + 2 * STRIP + LANES);
}

// Where the two vectors are that make up the numbers of a row: real and imaginary parts for real
// samples, pairs for complex ones. So they are for the other rows of a butterfly, `stride` further
// on.
struct NAME(place) {
  ptrdiff_t first, second, stride;
};

INLINE void NAME(find)(
    const struct NAME(strip) *s, ptrdiff_t row, ptrdiff_t step, ptrdiff_t column,
    struct NAME(place) *place) {
  const struct vk_column_job *job = s->job;
  const ptrdiff_t width = job->complex_samples ? 2 : 1;
  place->first = width * (row * job->columns + s->strip * STRIP + column);
  place->second = place->first + (job->complex_samples ? LANES : job->rows * job->columns);
  place->stride = width * step * job->columns;
}

// Vectors that hold samples or results in part go through a copy.

// Copies the vector at `from`, of which a part is among the samples; the rest is zero.
TARGET static __attribute__((noinline)) void NAME(gather)(
    const struct NAME(strip) *s, ptrdiff_t from, SCALAR *copy) {
  for (ptrdiff_t lane = 0; lane < LANES; lane++) {
    copy[lane] = from + lane < s->end ? s->x[from + lane] : 0;
  }
}

// Writes that part of the vector for `to` that is among the results.
TARGET static __attribute__((noinline)) void NAME(scatter)(
    const struct NAME(strip) *s, ptrdiff_t to, const SCALAR *copy) {
  for (ptrdiff_t lane = 0; lane < LANES; lane++) {
    if (to + lane >= s->first && to + lane < s->end) s->y[to + lane - s->first] = copy[lane];
  }
}

// The numbers of the rows of a butterfly, made of samples.
INLINE void NAME(load_samples)(
    const struct NAME(strip) *s, ptrdiff_t row, ptrdiff_t step, ptrdiff_t column, VECTOR *re,
    VECTOR *im, const int radix) {
  static const SCALAR zeros[LANES] = {0};
  struct NAME(place) place;
  const SCALAR *sources[16];
  SCALAR copies[2 * LANES];
  NAME(find)(s, row, step, column, &place);
  for (int k = 0; k < 2 * radix; k++) {
    const ptrdiff_t from = (k % 2 ? place.second : place.first) + k / 2 * place.stride;
    sources[k] = from < s->end ? s->x + from : zeros;
    if (from < s->end && from + LANES > s->end) {
      // Of all vectors of a butterfly at most one for each half of the block ends within.
      SCALAR *copy = copies + k % 2 * LANES;
      NAME(gather)(s, from, copy);
      sources[k] = copy;
    }
  }
  // The lines of rows that come soon in this strip are asked for too: rows at a stride of a power of
  // two share few sets of the caches, so what was asked for a strip ago may be gone. Measured to
  // save a tenth of a correlation of a million numbers of double precision (Zen 4).
  const ptrdiff_t ahead = 8 * s->job->columns << s->job->complex_samples;
  UNROLLED for (int k = 0; k < radix; k++) {
    const VECTOR u = LOAD(sources[2 * k]), v = LOAD(sources[2 * k + 1]);
    WILL_READ(sources[2 * k] + ahead);
    WILL_READ(sources[2 * k] + STRIP);
    WILL_READ(sources[2 * k + 1] + ahead);
    WILL_READ(sources[2 * k + 1] + STRIP);
    if (s->job->complex_samples) {
      re[k] = s->a * SHUFFLE(u, v, EVENS);
      im[k] = s->a * SHUFFLE(u, v, ODDS);
    } else {
      const SCALAR *g = s->tables + s->job->row_weights + 2 * (row + k * step);
      re[k] = u, im[k] = v;
      NAME(multiply)(&re[k], &im[k], s->a * g[0], s->a * g[1]);
    }
  }
}

// Notes the segments of the small ones among the 2 * radix vectors of results of a butterfly. Hardly
// any butterfly of an ordinary signal has one.
TARGET static __attribute__((noinline)) void NAME(note_small)(
    struct NAME(strip) *s, const struct NAME(place) *place, int radix) {
  for (int k = 0; k < 2 * radix; k++) {
    const ptrdiff_t from = (k % 2 ? place->second : place->first) + k / 2 * place->stride;
    for (ptrdiff_t n = from < s->first ? s->first : from; n < from + LANES && n < s->end; n++) {
      const SCALAR y = s->y[n - s->first];
      if ((y < 0 ? -y : y) < s->limit) s->small |= UINT64_C(1) << ((n - s->first) >> s->segment_log2);
    }
  }
}

// Writes the results that the numbers in the rows of a butterfly hold.
INLINE void NAME(store_results)(
    struct NAME(strip) *s, ptrdiff_t row, ptrdiff_t step, ptrdiff_t column, VECTOR *re,
    VECTOR *im, const int radix) {
  struct NAME(place) place;
  SCALAR copies[16 * LANES];
  NAME(find)(s, row, step, column, &place);
  int has_edges = 0;
  BITS_VECTOR small = {0};
  UNROLLED for (int k = 0; k < radix; k++) {
    VECTOR parts[2];
    if (s->job->complex_samples) {
      const VECTOR r = s->a * re[k], i = s->a * im[k];
      parts[0] = SHUFFLE(r, i, LOWS), parts[1] = SHUFFLE(r, i, HIGHS);
    } else {
      const SCALAR *g = s->tables + s->job->row_weights + 2 * (row + k * step);
      parts[0] = re[k], parts[1] = im[k];
      NAME(multiply)(&parts[0], &parts[1], s->a * g[0], -s->a * g[1]);
    }
    UNROLLED for (int part = 0; part < 2; part++) {
      const ptrdiff_t to = (part ? place.second : place.first) + k * place.stride;
      if (to >= s->first && to + LANES <= s->end) {
        STORE(s->y + (to - s->first), parts[part]);
        small |= (VECTOR)((BITS_VECTOR)parts[part] & ~SIGN_BIT) < s->limit;
        WILL_WRITE(s->y + (to - s->first) + STRIP);
      } else if (to + LANES > s->first && to < s->end) {
        STORE(copies + (2 * k + part) * LANES, parts[part]);
        has_edges = 1;
      }
    }
  }
  for (int k = 0; k < 2 * radix && has_edges; k++) {
    const ptrdiff_t to = (k % 2 ? place.second : place.first) + k / 2 * place.stride;
    const int is_whole = to >= s->first && to + LANES <= s->end;
    if (!is_whole && to + LANES > s->first && to < s->end) {
      NAME(scatter)(s, to, copies + k * LANES);
    }
  }
  if (has_edges || __builtin_reduce_or(small)) NAME(note_small)(s, &place, radix);
}
