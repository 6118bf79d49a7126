// One variant of the column transforms. Parameters: SCALAR, SCALAR_NAME, STRIP, TARGET, TARGET_NAME,
// VECTOR_BYTES and LANE_NUMBER.
//
// A strip is transformed in a tile: rows of STRIP real parts and as many imaginary parts. Levels are
// those of decimation in frequency forward, and of decimation in time back, so that no order has to
// be restored in between. The first level forward reads samples and the last writes numbers; back it
// is the other way round.

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

/// One level of a transform of the `size` rows from `start` on.
OVERLAP_INLINE void VARIANT(forward_level)(
    const struct VARIANT(strip) *s, ptrdiff_t start, ptrdiff_t size, const SCALAR *turns,
    const int radix, const int is_first, const int is_last) {
  const ptrdiff_t step = size / radix;
  for (ptrdiff_t j = 0; j < step; ++j) {
    _Pragma("clang loop unroll(disable)") for (ptrdiff_t lane = 0; lane < STRIP;
                                               lane += LANE_NUMBER) {
      LANES re[8], im[8];
      SCALAR *rows = s->tile + 2 * STRIP * (start + j) + lane;
      if (is_first) VARIANT(take)(s, start + j, step, lane, re, im, radix);
      OVERLAP_UNROLL for (int k = 0; k < radix && !is_first; ++k) {
        re[k] = *(const LOOSE *)(rows + 2 * STRIP * k * step);
        im[k] = *(const LOOSE *)(rows + 2 * STRIP * k * step + STRIP);
      }
      VARIANT(butterfly)(re, im, radix);
      OVERLAP_UNROLL for (int k = 0; k < radix; ++k) {
        if (is_last) {
          LANES wr, wi;
          VARIANT(lane_turn)(s->job, s->tables, s->strip, start + k, lane, &wr, &wi);
          const LANES r = re[k] * wr - im[k] * wi, i = re[k] * wi + im[k] * wr;
          SCALAR *to = s->numbers +
                       2 * ((start + k) * s->job->row_distance + s->strip * STRIP + lane);
          *(LOOSE *)to = SHUFFLE(LOWS, LANE_NUMBER, r, i);
          *(LOOSE *)(to + LANE_NUMBER) = SHUFFLE(HIGHS, LANE_NUMBER, r, i);
          WILL_WRITE(to + 2 * STRIP);
          WILL_WRITE(to + 2 * STRIP + LANE_NUMBER);
        } else {
          const SCALAR *w = turns + 2 * ((radix - 1) * j + k - 1);
          if (k > 0) VARIANT(turn)(&re[k], &im[k], w[0], w[1]);
          *(LOOSE *)(rows + 2 * STRIP * k * step) = re[k];
          *(LOOSE *)(rows + 2 * STRIP * k * step + STRIP) = im[k];
        }
      }
    }
  }
}

/// The same backwards.
OVERLAP_INLINE void VARIANT(inverse_level)(
    const struct VARIANT(strip) *s, ptrdiff_t start, ptrdiff_t size, const SCALAR *turns,
    const int radix, const int is_first, const int is_last) {
  const ptrdiff_t step = size / radix;
  for (ptrdiff_t j = 0; j < step; ++j) {
    _Pragma("clang loop unroll(disable)") for (ptrdiff_t lane = 0; lane < STRIP;
                                               lane += LANE_NUMBER) {
      LANES re[8], im[8];
      SCALAR *rows = s->tile + 2 * STRIP * (start + j) + lane;
      OVERLAP_UNROLL for (int k = 0; k < radix; ++k) {
        if (is_last) {
          LANES wr, wi, r, i;
          VARIANT(lane_turn)(s->job, s->tables, s->strip, start + k, lane, &wr, &wi);
          VARIANT(load_pairs)
          (s->numbers + 2 * ((start + k) * s->job->row_distance + s->strip * STRIP + lane), &r, &i);
          re[k] = r * wr + i * wi;
          im[k] = i * wr - r * wi;
        } else {
          const SCALAR *w = turns + 2 * ((radix - 1) * j + k - 1);
          re[k] = *(const LOOSE *)(rows + 2 * STRIP * k * step);
          im[k] = *(const LOOSE *)(rows + 2 * STRIP * k * step + STRIP);
          if (k > 0) VARIANT(turn)(&re[k], &im[k], w[0], -w[1]);
        }
      }
      VARIANT(butterfly)(im, re, radix);
      if (is_first) VARIANT(give)(s, start + j, step, lane, re, im, radix);
      OVERLAP_UNROLL for (int k = 0; k < radix && !is_first; ++k) {
        *(LOOSE *)(rows + 2 * STRIP * k * step) = re[k];
        *(LOOSE *)(rows + 2 * STRIP * k * step + STRIP) = im[k];
      }
    }
  }
}

#define LEVEL(direction, start, size, turns, first, last)                         \
  do {                                                                            \
    if (vk_column_radix(size) == 8) {                                             \
      VARIANT(direction##_level)(s, start, size, turns, 8, first, last);          \
    } else {                                                                      \
      VARIANT(direction##_level)(s, start, size, turns, 4, first, last);          \
    }                                                                             \
  } while (0)

/// The numbers that the turns of a level take in the table.
OVERLAP_INLINE ptrdiff_t VARIANT(turn_count)(ptrdiff_t size) {
  const ptrdiff_t radix = vk_column_radix(size);
  return 2 * (radix - 1) * (size / radix);
}

// All levels but the first are done for one part of the tile after the other, so that they find it in
// the first-level cache.

TARGET static void VARIANT(forward_part)(
    const struct VARIANT(strip) *s, ptrdiff_t start, ptrdiff_t count, const SCALAR *turns) {
  for (ptrdiff_t size = count; size > 1; size /= vk_column_radix(size)) {
    const int is_last = size == vk_column_radix(size);
    for (ptrdiff_t from = start; from < start + count; from += size) {
      if (is_last) {
        LEVEL(forward, from, size, turns, 0, 1);
      } else {
        LEVEL(forward, from, size, turns, 0, 0);
      }
    }
    turns += VARIANT(turn_count)(size);
  }
}

TARGET static void VARIANT(columns_forward)(
    const struct vk_column_job *job, const SCALAR *tables, const SCALAR *x, ptrdiff_t count,
    SCALAR a, ptrdiff_t from, ptrdiff_t to, SCALAR *tile, SCALAR *numbers) {
  struct VARIANT(strip) all = {
      .job = job, .tables = tables, .x = x, .numbers = numbers, .tile = tile, .a = a,
      .end = count << job->complex_samples};
  const struct VARIANT(strip) *s = &all;
  const SCALAR *turns = tables + job->level_turns;
  const ptrdiff_t rows = job->rows, part = rows / vk_column_radix(rows);
  for (all.strip = from; all.strip < to; ++all.strip) {
    if (part == 1) {
      LEVEL(forward, 0, rows, turns, 1, 1);
      continue;
    }
    LEVEL(forward, 0, rows, turns, 1, 0);
    for (ptrdiff_t start = 0; start < rows; start += part) {
      VARIANT(forward_part)(s, start, part, turns + VARIANT(turn_count)(rows));
    }
  }
}

TARGET static void VARIANT(inverse_part)(
    const struct VARIANT(strip) *s, ptrdiff_t start, ptrdiff_t count, const SCALAR *turns) {
  // From the last level to the first.
  ptrdiff_t sizes[32];
  const SCALAR *tables[32];
  int levels = 0;
  for (ptrdiff_t size = count; size > 1; size /= vk_column_radix(size)) {
    sizes[levels] = size;
    tables[levels++] = turns;
    turns += VARIANT(turn_count)(size);
  }
  for (int level = levels - 1; level >= 0; --level) {
    const ptrdiff_t size = sizes[level];
    for (ptrdiff_t from = start; from < start + count; from += size) {
      if (level == levels - 1) {
        LEVEL(inverse, from, size, tables[level], 0, 1);
      } else {
        LEVEL(inverse, from, size, tables[level], 0, 0);
      }
    }
  }
}

TARGET static void VARIANT(columns_inverse)(
    const struct vk_column_job *job, const SCALAR *tables, const SCALAR *numbers, SCALAR a,
    ptrdiff_t from, ptrdiff_t to, SCALAR *tile, SCALAR *y, ptrdiff_t first, ptrdiff_t count) {
  struct VARIANT(strip) all = {.job = job,
                               .tables = tables,
                               .y = y,
                               .numbers = (SCALAR *)numbers,
                               .tile = tile,
                               .a = a,
                               .first = first << job->complex_samples,
                               .end = (first + count) << job->complex_samples};
  const struct VARIANT(strip) *s = &all;
  const SCALAR *turns = tables + job->level_turns;
  const ptrdiff_t rows = job->rows, part = rows / vk_column_radix(rows);
  for (all.strip = from; all.strip < to; ++all.strip) {
    if (part == 1) {
      LEVEL(inverse, 0, rows, turns, 1, 1);
      continue;
    }
    for (ptrdiff_t start = 0; start < rows; start += part) {
      VARIANT(inverse_part)(s, start, part, turns + VARIANT(turn_count)(rows));
    }
    LEVEL(inverse, 0, rows, turns, 1, 0);
  }
}

#undef LEVEL
#undef LANES
#undef LOOSE
#undef TARGET
#undef TARGET_NAME
#undef VECTOR_BYTES
#undef LANE_NUMBER
