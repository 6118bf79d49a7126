// SPDX-License-Identifier: MIT

/// What kernels with many arguments are told, and the sizes that their callers have to know.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The columns of M complex numbers, seen as `rows` rows of `columns`, that are transformed along
/// their columns: the outer half of a long Fourier transform, of which the transforms of the rows
/// are the inner half.
///
/// The numbers are made of the samples of a block as they are read, and results as they are
/// written. Number n of row r and column c is n = r * columns + c; of real samples it is
/// (x[n] + i * x[n + M]) * g(n), of complex ones x[n]. Forward, each column is transformed, by
/// exp(-2 pi i ...), and its frequency k is multiplied by g(c) * exp(-2 pi i k c / M). Frequencies
/// come in the order in which the transform leaves them. The inverse undoes this, up to a factor of
/// `rows`.
struct vk_column_job {
  /// A power of two, at least 4.
  ptrdiff_t rows;
  /// A multiple of a strip's, which are as many as real numbers fill 64 bytes.
  ptrdiff_t columns;
  /// How far apart rows are in memory, in complex numbers.
  ptrdiff_t row_stride;
  /// 1 if samples are complex numbers, 0 if they are real.
  int complex_samples;
  /// Where in the tables are: for each level of a column's transform but the last, size n and radix
  /// r, for each j < n / r the r - 1 powers of exp(-2 pi i j / n) from the first on;
  ptrdiff_t level_twiddles;
  /// for each strip, and in it for each row, what the frequency in that row has at the column in
  /// the strip's middle, half a strip from its first;
  ptrdiff_t strip_twiddles;
  /// for each row what its frequency has, relative to that, at each column of a strip, less 1: all
  /// real parts, then all imaginary parts;
  ptrdiff_t lane_twiddles;
  /// for each row g(r * columns).
  ptrdiff_t row_weights;
};

/// The radix of the first level of a transform of `rows` numbers: 8 where the others can be 8 too.
static inline ptrdiff_t vk_column_radix(ptrdiff_t rows) {
  return __builtin_ctzl((unsigned long)rows) % 3 == 0 ? 8 : 4;
}

/// Asks for the cache lines of memory that will be written soon: a hint, which changes nothing else.
static inline void vk_will_write(const void *memory, ptrdiff_t bytes) {
  for (ptrdiff_t k = 0; k < bytes; k += 64) __builtin_prefetch((const char *)memory + k, 1);
}

/// The same of memory that will be read.
static inline void vk_will_read(const void *memory, ptrdiff_t bytes) {
  for (ptrdiff_t k = 0; k < bytes; k += 64) __builtin_prefetch((const char *)memory + k, 0);
}

/// How many small results are found at once: a kilobyte of indices, which fits on the stack.
enum { VK_MOST_SMALL_RESULTS = 128 };

/// A large tap of a kernel, and the samples that results meet it with: result n, for
/// `first` <= n < `end`, the sample `offset` + n. `weight` is the tap's magnitude.
struct vk_large_tap {
  ptrdiff_t offset;
  ptrdiff_t first;
  ptrdiff_t end;
  double weight;
};

/// How many frequencies a block of a spectrum holds: their real parts, then their imaginary parts.
enum { VK_SPECTRUM_BLOCK = 16 };

/// Sums of products of blocks of spectra: for every row r of a and every row k of b,
///
///     out[out_rows[r * b_count + k]] = Σ_t conj(a[a_rows[r] + t * a_step]) · b[b_rows[k] + t * b_step]
///
/// where each offset, in elements, is that of a block. Sums are taken in the order of t.
struct vk_spectrum_job {
  const ptrdiff_t *a_rows;
  size_t a_count;
  const ptrdiff_t *b_rows;
  size_t b_count;
  const ptrdiff_t *out_rows;
  ptrdiff_t a_step;
  ptrdiff_t b_step;
  size_t tap_count;
};

/// How many elements beyond a row's end the kernels of layers may read (and ignore).
enum { VK_READ_BEYOND = 16 };

/// What to sum: for every row r of a, every row k of b and every lane x below width,
///
///     out[out_rows[r * b_count + k] + x] = Σ_t f(a[a_rows[r] + a_taps[t] + x],
///                                                b[b_rows[k] + b_taps[t] + x]) / divisor
///
/// in element offsets. Sums are taken 64 taps at a time, and these partial sums one after another.
struct vk_lane_job {
  const ptrdiff_t *a_rows;
  size_t a_count;
  const ptrdiff_t *b_rows;
  size_t b_count;
  const ptrdiff_t *out_rows;
  const ptrdiff_t *a_taps;
  const ptrdiff_t *b_taps;
  size_t tap_count;
  size_t width;
  double divisor;
  /// Whether to add to what out holds instead of replacing it (before the division).
  int accumulate;
};

/// What to sum: for every row m below row_count and every lane x below width,
///
///     out[m * out_stride + x] = Σ_t weights[(m / 8) * block_stride + t * 8 + m % 8] · in[taps[t] + x]
///
/// in element offsets. It is a matrix product whose right-hand side is given by the offsets of its
/// rows, so that the rows of a convolution's patch matrix need not be copied out of the image.
/// Sums are taken 256 taps at a time, and these partial sums one after another.
struct vk_weighted_job {
  const ptrdiff_t *taps;
  size_t tap_count;
  size_t row_count;
  size_t width;
  size_t block_stride;
  ptrdiff_t out_stride;
  /// Whether to add to what out holds instead of replacing it.
  int accumulate;
};

/// Columns that the first pass of a separable convolution keeps: those that results share, and
/// enough new ones that moving those to the front is rare.
static inline ptrdiff_t vk_pass_columns(ptrdiff_t taps) { return 96 + 2 * taps; }

/// Elements that its passes work in, in vectors of at most 16: a tap in each, the columns, three
/// squares that turn rows into columns and back, and one for beginning with a cache line.
static inline ptrdiff_t vk_pass_scratch(ptrdiff_t taps) {
  return 16 * (taps + vk_pass_columns(taps) + 3 * 16 + 1);
}

/// Elements that hold what the results of `count` columns have so far in grouped passes, in vectors
/// of at most 16: two of these may be filled in part only, and the first begins with a cache line.
static inline ptrdiff_t vk_grouped_state(int groups, ptrdiff_t count) {
  return 8 * (groups - 1) * (count + 2 * 16) + 16;
}
