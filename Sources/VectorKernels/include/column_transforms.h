#pragma once

#include <stddef.h>

/// How many columns make a strip: as many as real numbers fill 64 bytes.
enum { VK_STRIP_COLUMNS_F32 = 16, VK_STRIP_COLUMNS_F64 = 8 };

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
  /// A multiple of a strip's.
  ptrdiff_t columns;
  /// How far apart rows are in memory, in complex numbers.
  ptrdiff_t row_distance;
  /// 1 if samples are complex numbers, 0 if they are real.
  int complex_samples;
  /// Where in the tables are: for each level of a column's transform but the last, size n and radix
  /// r, for each j < n / r the r - 1 powers of exp(-2 pi i j / n) from the first on;
  ptrdiff_t level_turns;
  /// for each strip, and in it for each row, what the frequency in that row has at the column in
  /// the strip's middle, half a strip from its first;
  ptrdiff_t strip_turns;
  /// for each row what its frequency has, relative to that, at each column of a strip, less 1: all
  /// real parts, then all imaginary parts;
  ptrdiff_t lane_turns;
  /// for each row g(r * columns).
  ptrdiff_t row_turns;
};

/// The radix of the first level of a transform of `rows` numbers: 8 where the others can be 8 too.
static inline ptrdiff_t vk_column_radix(ptrdiff_t rows) {
  return __builtin_ctzl((unsigned long)rows) % 3 == 0 ? 8 : 4;
}

/// Writes the transformed columns of strips `from` ..< `to` of `a` times the `count` samples `x`,
/// to `numbers`. Beyond them samples are zero. `tile` has room for a strip.
void vk_columns_forward_f32(
    const struct vk_column_job *job, const float *tables, const float *x, ptrdiff_t count, float a,
    ptrdiff_t from, ptrdiff_t to, float *tile, float *numbers);
void vk_columns_forward_f64(
    const struct vk_column_job *job, const double *tables, const double *x, ptrdiff_t count,
    double a, ptrdiff_t from, ptrdiff_t to, double *tile, double *numbers);

/// Writes those of the block's results `first` ..< `first + count` that strips `from` ..< `to`
/// hold, times `a`, to y[0] on.
void vk_columns_inverse_f32(
    const struct vk_column_job *job, const float *tables, const float *numbers, float a,
    ptrdiff_t from, ptrdiff_t to, float *tile, float *y, ptrdiff_t first, ptrdiff_t count);
void vk_columns_inverse_f64(
    const struct vk_column_job *job, const double *tables, const double *numbers, double a,
    ptrdiff_t from, ptrdiff_t to, double *tile, double *y, ptrdiff_t first, ptrdiff_t count);
