// SPDX-License-Identifier: MIT

// A strip is transformed in a tile: rows of STRIP real parts and as many imaginary parts. Levels
// are those of decimation in frequency forward, and of decimation in time for the inverse, so that
// no order has to be restored in between. The first level forward reads samples and the last writes
// numbers; for the inverse it is the other way round.
#include "../Dispatch/for_each_target.h"

// Butterflies and twiddle factors are fused multiply-adds.
#pragma clang fp contract(fast)

// Columns of a strip.
#define STRIP BY_SCALAR(16, 8)

// A strip takes a line of the cache from each of many rows, which no processor foresees: the next
// strip's line, right after it, is asked for at the same time. Measured to save a twentieth of a
// convolution in long blocks. Beyond the last strip it does no harm: a prefetch cannot fail.
#define WILL_READ(address) __builtin_prefetch(address, 0)
#define WILL_WRITE(address) __builtin_prefetch(address, 1)

#include "column_transforms_strip.h"

// One level of a transform of the `size` rows from `start` on, forward or inverse.
INLINE void NAME(level)(
    struct NAME(strip) *s, ptrdiff_t start, ptrdiff_t size, const SCALAR *twiddles,
    const int inverse, const int radix, const int is_first, const int is_last) {
  const ptrdiff_t step = size / radix;
  for (ptrdiff_t j = 0; j < step; j++) {
    ROLLED for (ptrdiff_t column = 0; column < STRIP; column += LANES) {
      VECTOR re[8], im[8];
      SCALAR *rows = s->tile + 2 * STRIP * (start + j) + column;
      if (!inverse && is_first) NAME(load_samples)(s, start + j, step, column, re, im, radix);
      UNROLLED for (int k = 0; k < radix && (inverse || !is_first); k++) {
        if (inverse && is_last) {
          NAME(load_number)(s, start + k, column, &re[k], &im[k]);
        } else {
          const SCALAR *w = twiddles + 2 * ((radix - 1) * j + k - 1);
          re[k] = LOAD(rows + 2 * STRIP * k * step);
          im[k] = LOAD(rows + 2 * STRIP * k * step + STRIP);
          if (inverse && k > 0) NAME(multiply)(&re[k], &im[k], w[0], -w[1]);
        }
      }
      NAME(butterfly)(inverse ? im : re, inverse ? re : im, radix);
      if (inverse && is_first) NAME(store_results)(s, start + j, step, column, re, im, radix);
      UNROLLED for (int k = 0; k < radix && !(inverse && is_first); k++) {
        if (!inverse && is_last) {
          NAME(store_number)(s, start + k, column, re[k], im[k]);
        } else {
          const SCALAR *w = twiddles + 2 * ((radix - 1) * j + k - 1);
          if (!inverse && k > 0) NAME(multiply)(&re[k], &im[k], w[0], w[1]);
          STORE(rows + 2 * STRIP * k * step, re[k]);
          STORE(rows + 2 * STRIP * k * step + STRIP, im[k]);
        }
      }
    }
  }
}

#define LEVEL(start, size, twiddles, first, last)                          \
  do {                                                                     \
    if (vk_column_radix(size) == 8) {                                      \
      NAME(level)(s, start, size, twiddles, inverse, 8, first, last);      \
    } else {                                                               \
      NAME(level)(s, start, size, twiddles, inverse, 4, first, last);      \
    }                                                                      \
  } while (0)

// The scalars that the twiddle factors of a level take in the table.
INLINE ptrdiff_t NAME(twiddle_count)(ptrdiff_t size) {
  const ptrdiff_t radix = vk_column_radix(size);
  return 2 * (radix - 1) * (size / radix);
}

// All levels but the first are done for one part of the tile after the other, so that they find it
// in the first-level cache; those of an inverse from the last to the first.
INLINE void NAME(part)(
    struct NAME(strip) *s, ptrdiff_t start, ptrdiff_t count, const SCALAR *twiddles,
    const int inverse) {
  ptrdiff_t sizes[32];
  const SCALAR *tables[32];
  int levels = 0;
  for (ptrdiff_t size = count; size > 1; size /= vk_column_radix(size)) {
    sizes[levels] = size;
    tables[levels++] = twiddles;
    twiddles += NAME(twiddle_count)(size);
  }
  for (int i = 0; i < levels; i++) {
    const int level = inverse ? levels - 1 - i : i;
    const ptrdiff_t size = sizes[level];
    for (ptrdiff_t from = start; from < start + count; from += size) {
      if (level == levels - 1) {
        LEVEL(from, size, tables[level], 0, 1);
      } else {
        LEVEL(from, size, tables[level], 0, 0);
      }
    }
  }
}

INLINE void NAME(strips)(
    struct NAME(strip) *s, ptrdiff_t from, ptrdiff_t to, const int inverse) {
  const SCALAR *twiddles = s->tables + s->job->level_twiddles;
  const ptrdiff_t rows = s->job->rows, part = rows / vk_column_radix(rows);
  const SCALAR *further = twiddles + NAME(twiddle_count)(rows);
  for (s->strip = from; s->strip < to; s->strip++) {
    if (part == 1) {
      LEVEL(0, rows, twiddles, 1, 1);
      continue;
    }
    if (!inverse) LEVEL(0, rows, twiddles, 1, 0);
    for (ptrdiff_t start = 0; start < rows; start += part) {
      NAME(part)(s, start, part, further, inverse);
    }
    if (inverse) LEVEL(0, rows, twiddles, 1, 0);
  }
}

KERNEL(void, columns_forward,
       (const struct vk_column_job *job, const SCALAR *tables, const SCALAR *x, ptrdiff_t count,
        double a, ptrdiff_t from, ptrdiff_t to, SCALAR *tile, SCALAR *numbers),
       (job, tables, x, count, a, from, to, tile, numbers)) {
  struct NAME(strip) strip = {
      .job = job, .tables = tables, .x = x, .numbers = numbers, .tile = tile,
      .a = (SCALAR)a,
      .end = count << job->complex_samples};
  NAME(strips)(&strip, from, to, 0);
}

KERNEL(uint64_t, columns_inverse,
       (const struct vk_column_job *job, const SCALAR *tables, const SCALAR *numbers, double a,
        ptrdiff_t from, ptrdiff_t to, SCALAR *tile, SCALAR *y, ptrdiff_t first, ptrdiff_t count,
        double limit, int segment_log2),
       (job, tables, numbers, a, from, to, tile, y, first, count, limit, segment_log2)) {
  struct NAME(strip) strip = {
      .job = job, .tables = tables, .y = y, .numbers = (SCALAR *)numbers, .tile = tile,
      .a = (SCALAR)a, .limit = (SCALAR)limit, .segment_log2 = segment_log2,
      .first = first << job->complex_samples, .end = (first + count) << job->complex_samples};
  NAME(strips)(&strip, from, to, 1);
  return strip.small;
}
