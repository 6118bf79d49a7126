// What the column transforms do with the numbers of one strip: butterflies and turns, and how numbers
// are made of samples and results of numbers. Part of column_transforms_body.h.

typedef SCALAR VARIANT(lanes) __attribute__((vector_size(VECTOR_BYTES)));
typedef SCALAR VARIANT(loose_lanes)
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(SCALAR)), may_alias));

#define LANES VARIANT(lanes)
#define LOOSE VARIANT(loose_lanes)

/// Multiplies by the number w.
OVERLAP_INLINE void VARIANT(turn)(LANES *re, LANES *im, SCALAR wr, SCALAR wi) {
  const LANES r = *re, i = *im;
  *re = r * wr - i * wi;
  *im = r * wi + i * wr;
}

// Transforms of 4 and of 8 numbers by exp(-2 pi i ...); with the parts exchanged, by exp(2 pi i ...).

OVERLAP_INLINE void VARIANT(butterfly4)(LANES *re, LANES *im) {
  const LANES pr = re[0] + re[2], pi = im[0] + im[2], qr = re[0] - re[2], qi = im[0] - im[2];
  const LANES sr = re[1] + re[3], si = im[1] + im[3], tr = re[1] - re[3], ti = im[1] - im[3];
  re[0] = pr + sr, im[0] = pi + si;
  re[2] = pr - sr, im[2] = pi - si;
  re[1] = qr + ti, im[1] = qi - tr;
  re[3] = qr - ti, im[3] = qi + tr;
}

OVERLAP_INLINE void VARIANT(butterfly8)(LANES *re, LANES *im) {
  LANES er[4], ei[4], or[4], oi[4];
  OVERLAP_UNROLL for (int k = 0; k < 4; ++k) {
    er[k] = re[k] + re[k + 4], ei[k] = im[k] + im[k + 4];
    or[k] = re[k] - re[k + 4], oi[k] = im[k] - im[k + 4];
  }
  const SCALAR h = (SCALAR)0.70710678118654752440;  // the square root of a half
  const LANES r1 = h * (or[1] + oi[1]), i1 = h * (oi[1] - or[1]);
  const LANES r3 = h * (oi[3] - or[3]), i3 = -h * (or[3] + oi[3]);
  const LANES r2 = oi[2], i2 = -or[2];
  or[1] = r1, oi[1] = i1, or[2] = r2, oi[2] = i2, or[3] = r3, oi[3] = i3;
  VARIANT(butterfly4)(er, ei);
  VARIANT(butterfly4)(or, oi);
  OVERLAP_UNROLL for (int k = 0; k < 4; ++k) {
    re[2 * k] = er[k], im[2 * k] = ei[k];
    re[2 * k + 1] = or[k], im[2 * k + 1] = oi[k];
  }
}

OVERLAP_INLINE void VARIANT(butterfly)(LANES *re, LANES *im, const int radix) {
  if (radix == 8) {
    VARIANT(butterfly8)(re, im);
  } else {
    VARIANT(butterfly4)(re, im);
  }
}

/// Reads lanes of complex numbers.
OVERLAP_INLINE void VARIANT(load_pairs)(const SCALAR *p, LANES *re, LANES *im) {
  const LANES low = *(const LOOSE *)p, high = *(const LOOSE *)(p + LANE_NUMBER);
  WILL_READ(p + 2 * STRIP);
  WILL_READ(p + 2 * STRIP + LANE_NUMBER);
  *re = SHUFFLE(EVENS, LANE_NUMBER, low, high);
  *im = SHUFFLE(ODDS, LANE_NUMBER, low, high);
}

/// What the number in row `row` has at the lanes from `lane` of a strip on.
OVERLAP_INLINE void VARIANT(lane_turn)(
    const struct vk_column_job *job, const SCALAR *tables, ptrdiff_t strip, ptrdiff_t row,
    ptrdiff_t lane, LANES *re, LANES *im) {
  const SCALAR *at_strip = tables + job->strip_turns + 2 * (strip * job->rows + row);
  const SCALAR *at_lane = tables + job->lane_turns + 2 * STRIP * row + lane;
  const SCALAR sr = at_strip[0], si = at_strip[1];
  const LANES dr = *(const LOOSE *)at_lane, di = *(const LOOSE *)(at_lane + STRIP);
  // The difference is small, and so is its rounding.
  *re = sr + (sr * dr - si * di);
  *im = si + (sr * di + si * dr);
}

// One strip of samples, and what is done with it.
struct VARIANT(strip) {
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
};

// Where the two vectors are that make up the numbers of a row: real and imaginary parts for real
// samples, pairs for complex ones. So they are for the other rows of a butterfly, `stride` further on.
struct VARIANT(place) {
  ptrdiff_t first, second, stride;
};

OVERLAP_INLINE void VARIANT(find)(
    const struct VARIANT(strip) *s, ptrdiff_t row, ptrdiff_t step, ptrdiff_t lane,
    struct VARIANT(place) *place) {
  const struct vk_column_job *job = s->job;
  const ptrdiff_t width = job->complex_samples ? 2 : 1;
  place->first = width * (row * job->columns + s->strip * STRIP + lane);
  place->second = place->first + (job->complex_samples ? LANE_NUMBER : job->rows * job->columns);
  place->stride = width * step * job->columns;
}

// Vectors that hold samples or results in part go through a copy.

/// Copies the vector at `from`, of which a part is among the samples; the rest is zero.
TARGET static __attribute__((noinline)) void VARIANT(gather)(
    const struct VARIANT(strip) *s, ptrdiff_t from, SCALAR *copy) {
  for (ptrdiff_t lane = 0; lane < LANE_NUMBER; ++lane) {
    copy[lane] = from + lane < s->end ? s->x[from + lane] : 0;
  }
}

/// Writes that part of the vector for `to` that is among the results.
TARGET static __attribute__((noinline)) void VARIANT(scatter)(
    const struct VARIANT(strip) *s, ptrdiff_t to, const SCALAR *copy) {
  for (ptrdiff_t lane = 0; lane < LANE_NUMBER; ++lane) {
    if (to + lane >= s->first && to + lane < s->end) s->y[to + lane - s->first] = copy[lane];
  }
}

/// The numbers of the rows of a butterfly, made of samples.
OVERLAP_INLINE void VARIANT(take)(
    const struct VARIANT(strip) *s, ptrdiff_t row, ptrdiff_t step, ptrdiff_t lane, LANES *re,
    LANES *im, const int radix) {
  static const SCALAR zeros[LANE_NUMBER] = {0};
  struct VARIANT(place) place;
  const SCALAR *sources[16];
  SCALAR copies[2 * LANE_NUMBER];
  VARIANT(find)(s, row, step, lane, &place);
  for (int k = 0; k < 2 * radix; ++k) {
    const ptrdiff_t from = (k % 2 ? place.second : place.first) + k / 2 * place.stride;
    sources[k] = from < s->end ? s->x + from : zeros;
    if (from < s->end && from + LANE_NUMBER > s->end) {
      // Of all vectors of a butterfly at most one for each half of the block ends within.
      SCALAR *copy = copies + k % 2 * LANE_NUMBER;
      VARIANT(gather)(s, from, copy);
      sources[k] = copy;
    }
  }
  OVERLAP_UNROLL for (int k = 0; k < radix; ++k) {
    const LANES u = *(const LOOSE *)sources[2 * k], v = *(const LOOSE *)sources[2 * k + 1];
    WILL_READ(sources[2 * k] + STRIP);
    WILL_READ(sources[2 * k + 1] + STRIP);
    if (s->job->complex_samples) {
      re[k] = s->a * SHUFFLE(EVENS, LANE_NUMBER, u, v);
      im[k] = s->a * SHUFFLE(ODDS, LANE_NUMBER, u, v);
    } else {
      const SCALAR *g = s->tables + s->job->row_turns + 2 * (row + k * step);
      re[k] = u, im[k] = v;
      VARIANT(turn)(&re[k], &im[k], s->a * g[0], s->a * g[1]);
    }
  }
}

/// Writes the results that the numbers in the rows of a butterfly hold.
OVERLAP_INLINE void VARIANT(give)(
    const struct VARIANT(strip) *s, ptrdiff_t row, ptrdiff_t step, ptrdiff_t lane, LANES *re,
    LANES *im, const int radix) {
  struct VARIANT(place) place;
  SCALAR copies[16 * LANE_NUMBER];
  VARIANT(find)(s, row, step, lane, &place);
  int has_edges = 0;
  OVERLAP_UNROLL for (int k = 0; k < radix; ++k) {
    LANES parts[2];
    if (s->job->complex_samples) {
      const LANES r = s->a * re[k], i = s->a * im[k];
      parts[0] = SHUFFLE(LOWS, LANE_NUMBER, r, i), parts[1] = SHUFFLE(HIGHS, LANE_NUMBER, r, i);
    } else {
      const SCALAR *g = s->tables + s->job->row_turns + 2 * (row + k * step);
      parts[0] = re[k], parts[1] = im[k];
      VARIANT(turn)(&parts[0], &parts[1], s->a * g[0], -s->a * g[1]);
    }
    OVERLAP_UNROLL for (int part = 0; part < 2; ++part) {
      const ptrdiff_t to = (part ? place.second : place.first) + k * place.stride;
      if (to >= s->first && to + LANE_NUMBER <= s->end) {
        *(LOOSE *)(s->y + (to - s->first)) = parts[part];
        WILL_WRITE(s->y + (to - s->first) + STRIP);
      } else if (to + LANE_NUMBER > s->first && to < s->end) {
        *(LOOSE *)(copies + (2 * k + part) * LANE_NUMBER) = parts[part];
        has_edges = 1;
      }
    }
  }
  for (int k = 0; k < 2 * radix && has_edges; ++k) {
    const ptrdiff_t to = (k % 2 ? place.second : place.first) + k / 2 * place.stride;
    const int is_whole = to >= s->first && to + LANE_NUMBER <= s->end;
    if (!is_whole && to + LANE_NUMBER > s->first && to < s->end) {
      VARIANT(scatter)(s, to, copies + k * LANE_NUMBER);
    }
  }
}
