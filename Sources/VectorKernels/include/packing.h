/// Two real signals as one complex signal times a geometric sequence, and back: what makes cyclic
/// transforms give right-angle convolutions.
///
/// The sequence g is kept in two tables: g[n] = coarse[n / fine_count] * fine[n % fine_count].
/// Complex numbers are interleaved.
#pragma once

#include <stddef.h>

/// z[k] = a * (x[k] + i * y[k]) * g[start + k] for k < count; y may be null, for zeros.
void vk_pack_f32(
    const float *x, const float *y, float a, const float *coarse, const float *fine,
    ptrdiff_t fine_count, ptrdiff_t start, float *z, ptrdiff_t count);
void vk_pack_f64(
    const double *x, const double *y, double a, const double *coarse, const double *fine,
    ptrdiff_t fine_count, ptrdiff_t start, double *z, ptrdiff_t count);

/// x[k] + i * y[k] = a * z[k] * conj(g[start + k]) for k < count; x or y may be null, not wanted.
void vk_unpack_f32(
    const float *z, float a, const float *coarse, const float *fine, ptrdiff_t fine_count,
    ptrdiff_t start, float *x, float *y, ptrdiff_t count);
void vk_unpack_f64(
    const double *z, double a, const double *coarse, const double *fine, ptrdiff_t fine_count,
    ptrdiff_t start, double *x, double *y, ptrdiff_t count);
