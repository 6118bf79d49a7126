#pragma once

#include <stddef.h>

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

void vk_spectrum_products_f32(
    const float *a, const float *b, float *out, const struct vk_spectrum_job *job);
void vk_spectrum_products_f64(
    const double *a, const double *b, double *out, const struct vk_spectrum_job *job);

/// Divides a spectrum of `count` interleaved complex numbers into blocks `stride` elements apart;
/// the last block is filled up with zeros.
void vk_spectrum_split_f32(const float *in, size_t count, float *out, size_t stride);
void vk_spectrum_split_f64(const double *in, size_t count, double *out, size_t stride);

/// Puts a spectrum of `count` complex numbers together from its blocks.
void vk_spectrum_join_f32(const float *in, size_t stride, size_t count, float *out);
void vk_spectrum_join_f64(const double *in, size_t stride, size_t count, double *out);
