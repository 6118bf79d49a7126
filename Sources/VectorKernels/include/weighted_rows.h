#pragma once

#include <stddef.h>

/// What to sum: for every row m below row_count and every lane x below width,
///
///     out[m * out_stride + x] = Σ_t weights[(m / 8) * block_stride + t * 8 + m % 8] · in[taps[t] + x]
///
/// in element offsets. It is a matrix product whose right-hand side is given by the offsets of its
/// rows, so that the rows of a convolution's patch matrix need not be copied out of the image.
/// Sums are taken 256 taps at a time, and these partial sums one after another. Up to 16 elements
/// beyond the end of a row of `in` may be read (and ignored).
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

/// The inner loop of convolution layers: weighted sums of shifted rows.
void vk_weighted_rows_f32(
    const float *weights, const float *in, float *out, const struct vk_weighted_job *job);
void vk_weighted_rows_f64(
    const double *weights, const double *in, double *out, const struct vk_weighted_job *job);
