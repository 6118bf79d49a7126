// One variant of the column transforms. Parameters: SCALAR, SCALAR_NAME, STRIP, TARGET, TARGET_NAME,
// VECTOR_BYTES and LANE_NUMBER.
//
// A strip is transformed in a tile: rows of STRIP real parts and as many imaginary parts. Levels are
// those of decimation in frequency forward, and of decimation in time back, so that no order has to
// be restored in between. The first level forward reads samples and the last writes numbers; back it
// is the other way round.

#include "column_transforms_strip.h"

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
