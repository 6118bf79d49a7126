// The inner loops that are worth choosing by the processor at run time.
//
// Each function exists for Float (suffix _f32) and Double (_f64), with the same meaning. Complex
// numbers are interleaved, real part first. No function allocates, and none keeps a pointer.
// Every one has a plain Swift reference in Tests/VectorKernelsTests.
#ifndef OVERLAP_VECTOR_KERNELS_H
#define OVERLAP_VECTOR_KERNELS_H

#include <stddef.h>
#include <stdint.h>

// The kernels that are given their work as a structure.
#include "column_transforms.h"
#include "grouped_passes.h"
#include "lane_products.h"
#include "spectrum_products.h"
#include "separable.h"
#include "sliding_dot_2d.h"
#include "template_scores.h"
#include "weighted_rows.h"
#include "window_sums.h"

// y[i] = sum over j < taps of w[j] * x[i + j * stride], for i < count.
//
// Reads x[0 ..< count + (taps - 1) * stride]. Each y[i] is summed over j upwards in blocks of 64
// whose totals are added with a compensation, so that its error does not grow with `taps`; the
// same additions are done for an output wherever it stands in y.
void vk_sliding_dot_f32(const float *x, const float *w, float *y, ptrdiff_t count, ptrdiff_t taps,
                        ptrdiff_t stride);
void vk_sliding_dot_f64(const double *x, const double *w, double *y, ptrdiff_t count,
                        ptrdiff_t taps, ptrdiff_t stride);

// z[k] = z[k] * w[k], complex, for k < count.
void vk_multiply_f32(float *z, const float *w, ptrdiff_t count);
void vk_multiply_f64(double *z, const double *w, ptrdiff_t count);

// s[k] += z[k] * w[k], complex, for k < count.
void vk_multiply_add_f32(float *s, const float *z, const float *w, ptrdiff_t count);
void vk_multiply_add_f64(double *s, const double *z, const double *w, ptrdiff_t count);

// s[k] += z[k] * conj(w[k]), complex, for k < count.
void vk_multiply_conjugate_add_f32(float *s, const float *z, const float *w, ptrdiff_t count);
void vk_multiply_conjugate_add_f64(double *s, const double *z, const double *w, ptrdiff_t count);

// A geometric sequence of complex numbers is kept in two tables: its number n is
// coarse[n / fine_count] * fine[n % fine_count]; g below is such a sequence.

// z[k] = a * (x[k] + i * y[k]) * g[start + k] for k < count; y may be null, for zeros.
void vk_pack_f32(const float *x, const float *y, float a, const float *coarse, const float *fine,
                 ptrdiff_t fine_count, ptrdiff_t start, float *z, ptrdiff_t count);
void vk_pack_f64(const double *x, const double *y, double a, const double *coarse,
                 const double *fine, ptrdiff_t fine_count, ptrdiff_t start, double *z,
                 ptrdiff_t count);

// x[k] + i * y[k] = a * z[k] * conj(g[start + k]) for k < count; x or y may be null, not wanted.
void vk_unpack_f32(const float *z, float a, const float *coarse, const float *fine,
                   ptrdiff_t fine_count, ptrdiff_t start, float *x, float *y, ptrdiff_t count);
void vk_unpack_f64(const double *z, double a, const double *coarse, const double *fine,
                   ptrdiff_t fine_count, ptrdiff_t start, double *x, double *y, ptrdiff_t count);

// y[c * y_stride + r] = x[r * x_stride + c] for r < rows and c < columns, complex.
void vk_transpose_f32(const float *x, ptrdiff_t x_stride, float *y, ptrdiff_t y_stride,
                      ptrdiff_t rows, ptrdiff_t columns);
void vk_transpose_f64(const double *x, ptrdiff_t x_stride, double *y, ptrdiff_t y_stride,
                      ptrdiff_t rows, ptrdiff_t columns);

// y[k] = a * x[k] for k < count.
void vk_scale_f32(const float *x, float a, float *y, ptrdiff_t count);
void vk_scale_f64(const double *x, double a, double *y, ptrdiff_t count);

// m[c] = the largest |x[k]| of chunk c, for chunks of `chunk` elements (the last may be shorter).
// A chunk with an infinity or NaN gives a value that is not finite.
void vk_chunk_maxima_f32(const float *x, float *m, ptrdiff_t count, ptrdiff_t chunk);
void vk_chunk_maxima_f64(const double *x, double *m, ptrdiff_t count, ptrdiff_t chunk);

// m[k] = the larger of m[k], which is 0 or more, and |x[k]|, for k < count. NaN is larger than the
// infinities, and those than the rest.
void vk_raise_to_magnitudes_f32(const float *x, float *m, ptrdiff_t count);
void vk_raise_to_magnitudes_f64(const double *x, double *m, ptrdiff_t count);

#endif
