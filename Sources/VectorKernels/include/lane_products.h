#pragma once

#include <stddef.h>

/// How many elements beyond a row's end the kernels may read (and ignore).
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

/// f(a, b) = a · b: the inner loop of the correlation layer, forward and backward, and of the
/// weight gradient of convolution layers.
void vk_lane_products_f32(
    const float *a, const float *b, float *out, const struct vk_lane_job *job);
void vk_lane_products_f64(
    const double *a, const double *b, double *out, const struct vk_lane_job *job);

/// f(a, b) = |a - b|: the correlation layer with the absolute difference.
void vk_lane_differences_f32(
    const float *a, const float *b, float *out, const struct vk_lane_job *job);
void vk_lane_differences_f64(
    const double *a, const double *b, double *out, const struct vk_lane_job *job);

/// f(a, b) = a where centre >= b, and -a elsewhere: the gradient of the absolute difference.
///
/// The centres lie where the sums go: centre[out_rows[r * b_count + k] + x]. With
/// `reversed`, f is -a where b >= centre, and a elsewhere.
void vk_lane_signs_f32(
    const float *a, const float *b, const float *centre, float *out,
    const struct vk_lane_job *job, int reversed);
void vk_lane_signs_f64(
    const double *a, const double *b, const double *centre, double *out,
    const struct vk_lane_job *job, int reversed);
