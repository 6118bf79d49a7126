/// Products and magnitudes, element by element. Complex numbers are interleaved.
#pragma once

#include <stddef.h>

/// z[k] = z[k] * w[k], complex, for k < count.
void vk_multiply_f32(float *z, const float *w, ptrdiff_t count);
void vk_multiply_f64(double *z, const double *w, ptrdiff_t count);

/// s[k] += z[k] * w[k], complex, for k < count.
void vk_multiply_add_f32(float *s, const float *z, const float *w, ptrdiff_t count);
void vk_multiply_add_f64(double *s, const double *z, const double *w, ptrdiff_t count);

/// s[k] += z[k] * conj(w[k]), complex, for k < count.
void vk_multiply_conjugate_add_f32(float *s, const float *z, const float *w, ptrdiff_t count);
void vk_multiply_conjugate_add_f64(double *s, const double *z, const double *w, ptrdiff_t count);

/// y[k] = a * x[k] for k < count.
void vk_scale_f32(const float *x, float a, float *y, ptrdiff_t count);
void vk_scale_f64(const double *x, double a, double *y, ptrdiff_t count);

/// m[c] = the largest |x[k]| of chunk c, for chunks of `chunk` elements (the last may be shorter).
/// A chunk with an infinity or NaN gives a value that is not finite.
void vk_chunk_maxima_f32(const float *x, float *m, ptrdiff_t count, ptrdiff_t chunk);
void vk_chunk_maxima_f64(const double *x, double *m, ptrdiff_t count, ptrdiff_t chunk);

/// m[k] = the larger of m[k], which is 0 or more, and |x[k]|, for k < count. NaN is larger than the
/// infinities, and those than the rest.
void vk_raise_to_magnitudes_f32(const float *x, float *m, ptrdiff_t count);
void vk_raise_to_magnitudes_f64(const double *x, double *m, ptrdiff_t count);
