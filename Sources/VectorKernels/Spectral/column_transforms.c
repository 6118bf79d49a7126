// A strip is transformed in a tile: rows of STRIP real parts and as many imaginary parts. Levels
// are those of decimation in frequency forward, and of decimation in time for the inverse, so that
// no order has to be restored in between. The first level forward reads samples and the last writes
// numbers; for the inverse it is the other way round.
#include "column_transforms.h"

#define KERNEL_FILE "../Spectral/column_transforms.c"
#include "../Dispatch/for_each_target.h"

#include "../Dispatch/shuffles.h"

// Butterflies and twiddle factors are fused multiply-adds.
#pragma clang fp contract(fast)

#define STRIP BY_SCALAR(VK_STRIP_COLUMNS_F32, VK_STRIP_COLUMNS_F64)

// A strip takes a line of the cache from each of many rows, which no processor foresees: the next
// strip's line, right after it, is asked for at the same time. Measured to save a twentieth of a
// convolution in long blocks. Beyond the last strip it does no harm: a prefetch cannot fail.
#define WILL_READ(address) __builtin_prefetch(address, 0)
#define WILL_WRITE(address) __builtin_prefetch(address, 1)

#include "column_transforms_strip.h"

// One level of a transform of the `size` rows from `start` on.
INLINE void NAME(forward_level)(
    const struct NAME(strip) *s, ptrdiff_t start, ptrdiff_t size, const SCALAR *twiddles,
    const int radix, const int is_first, const int is_last) {
  const ptrdiff_t step = size / radix;
  for (ptrdiff_t j = 0; j < step; j++) {
    ROLLED for (ptrdiff_t column = 0; column < STRIP; column += LANES) {
      VECTOR re[8], im[8];
      SCALAR *rows = s->tile + 2 * STRIP * (start + j) + column;
      if (is_first) NAME(load_samples)(s, start + j, step, column, re, im, radix);
      UNROLLED for (int k = 0; k < radix && !is_first; k++) {
        re[k] = LOAD(rows + 2 * STRIP * k * step);
        im[k] = LOAD(rows + 2 * STRIP * k * step + STRIP);
      }
      NAME(butterfly)(re, im, radix);
      UNROLLED for (int k = 0; k < radix; k++) {
        if (is_last) {
          VECTOR wr, wi;
          NAME(column_twiddles)(s->job, s->tables, s->strip, start + k, column, &wr, &wi);
          const VECTOR r = re[k] * wr - im[k] * wi, i = re[k] * wi + im[k] * wr;
          SCALAR *to = s->numbers +
                       2 * ((start + k) * s->job->row_distance + s->strip * STRIP + column);
          STORE(to, SHUFFLE(r, i, LOWS));
          STORE(to + LANES, SHUFFLE(r, i, HIGHS));
          WILL_WRITE(to + 2 * STRIP);
          WILL_WRITE(to + 2 * STRIP + LANES);
        } else {
          const SCALAR *w = twiddles + 2 * ((radix - 1) * j + k - 1);
          if (k > 0) NAME(multiply)(&re[k], &im[k], w[0], w[1]);
          STORE(rows + 2 * STRIP * k * step, re[k]);
          STORE(rows + 2 * STRIP * k * step + STRIP, im[k]);
        }
      }
    }
  }
}

// The same of the inverse.
INLINE void NAME(inverse_level)(
    const struct NAME(strip) *s, ptrdiff_t start, ptrdiff_t size, const SCALAR *twiddles,
    const int radix, const int is_first, const int is_last) {
  const ptrdiff_t step = size / radix;
  for (ptrdiff_t j = 0; j < step; j++) {
    ROLLED for (ptrdiff_t column = 0; column < STRIP; column += LANES) {
      VECTOR re[8], im[8];
      SCALAR *rows = s->tile + 2 * STRIP * (start + j) + column;
      UNROLLED for (int k = 0; k < radix; k++) {
        if (is_last) {
          VECTOR wr, wi, r, i;
          NAME(column_twiddles)(s->job, s->tables, s->strip, start + k, column, &wr, &wi);
          NAME(load_complex)(
              s->numbers + 2 * ((start + k) * s->job->row_distance + s->strip * STRIP + column),
              &r, &i);
          re[k] = r * wr + i * wi;
          im[k] = i * wr - r * wi;
        } else {
          const SCALAR *w = twiddles + 2 * ((radix - 1) * j + k - 1);
          re[k] = LOAD(rows + 2 * STRIP * k * step);
          im[k] = LOAD(rows + 2 * STRIP * k * step + STRIP);
          if (k > 0) NAME(multiply)(&re[k], &im[k], w[0], -w[1]);
        }
      }
      NAME(butterfly)(im, re, radix);
      if (is_first) NAME(store_results)(s, start + j, step, column, re, im, radix);
      UNROLLED for (int k = 0; k < radix && !is_first; k++) {
        STORE(rows + 2 * STRIP * k * step, re[k]);
        STORE(rows + 2 * STRIP * k * step + STRIP, im[k]);
      }
    }
  }
}

#define LEVEL(direction, start, size, twiddles, first, last)                      \
  do {                                                                            \
    if (vk_column_radix(size) == 8) {                                             \
      NAME(direction##_level)(s, start, size, twiddles, 8, first, last);          \
    } else {                                                                      \
      NAME(direction##_level)(s, start, size, twiddles, 4, first, last);          \
    }                                                                             \
  } while (0)

// The scalars that the twiddle factors of a level take in the table.
INLINE ptrdiff_t NAME(twiddle_count)(ptrdiff_t size) {
  const ptrdiff_t radix = vk_column_radix(size);
  return 2 * (radix - 1) * (size / radix);
}

// All levels but the first are done for one part of the tile after the other, so that they find it
// in the first-level cache.

TARGET static void NAME(forward_part)(
    const struct NAME(strip) *s, ptrdiff_t start, ptrdiff_t count, const SCALAR *twiddles) {
  for (ptrdiff_t size = count; size > 1; size /= vk_column_radix(size)) {
    const int is_last = size == vk_column_radix(size);
    for (ptrdiff_t from = start; from < start + count; from += size) {
      if (is_last) {
        LEVEL(forward, from, size, twiddles, 0, 1);
      } else {
        LEVEL(forward, from, size, twiddles, 0, 0);
      }
    }
    twiddles += NAME(twiddle_count)(size);
  }
}

KERNEL(void, columns_forward,
       (const struct vk_column_job *job, const SCALAR *tables, const SCALAR *x, ptrdiff_t count,
        SCALAR a, ptrdiff_t from, ptrdiff_t to, SCALAR *tile, SCALAR *numbers),
       (job, tables, x, count, a, from, to, tile, numbers)) {
  struct NAME(strip) all = {
      .job = job, .tables = tables, .x = x, .numbers = numbers, .tile = tile, .a = a,
      .end = count << job->complex_samples};
  const struct NAME(strip) *s = &all;
  const SCALAR *twiddles = tables + job->level_turns;
  const ptrdiff_t rows = job->rows, part = rows / vk_column_radix(rows);
  for (all.strip = from; all.strip < to; all.strip++) {
    if (part == 1) {
      LEVEL(forward, 0, rows, twiddles, 1, 1);
      continue;
    }
    LEVEL(forward, 0, rows, twiddles, 1, 0);
    for (ptrdiff_t start = 0; start < rows; start += part) {
      NAME(forward_part)(s, start, part, twiddles + NAME(twiddle_count)(rows));
    }
  }
}

TARGET static void NAME(inverse_part)(
    const struct NAME(strip) *s, ptrdiff_t start, ptrdiff_t count, const SCALAR *twiddles) {
  // From the last level to the first.
  ptrdiff_t sizes[32];
  const SCALAR *tables[32];
  int levels = 0;
  for (ptrdiff_t size = count; size > 1; size /= vk_column_radix(size)) {
    sizes[levels] = size;
    tables[levels++] = twiddles;
    twiddles += NAME(twiddle_count)(size);
  }
  for (int level = levels - 1; level >= 0; level--) {
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

KERNEL(void, columns_inverse,
       (const struct vk_column_job *job, const SCALAR *tables, const SCALAR *numbers, SCALAR a,
        ptrdiff_t from, ptrdiff_t to, SCALAR *tile, SCALAR *y, ptrdiff_t first, ptrdiff_t count),
       (job, tables, numbers, a, from, to, tile, y, first, count)) {
  struct NAME(strip) all = {
      .job = job, .tables = tables, .y = y, .numbers = (SCALAR *)numbers, .tile = tile, .a = a,
      .first = first << job->complex_samples, .end = (first + count) << job->complex_samples};
  const struct NAME(strip) *s = &all;
  const SCALAR *twiddles = tables + job->level_turns;
  const ptrdiff_t rows = job->rows, part = rows / vk_column_radix(rows);
  for (all.strip = from; all.strip < to; all.strip++) {
    if (part == 1) {
      LEVEL(inverse, 0, rows, twiddles, 1, 1);
      continue;
    }
    for (ptrdiff_t start = 0; start < rows; start += part) {
      NAME(inverse_part)(s, start, part, twiddles + NAME(twiddle_count)(rows));
    }
    LEVEL(inverse, 0, rows, twiddles, 1, 0);
  }
}
