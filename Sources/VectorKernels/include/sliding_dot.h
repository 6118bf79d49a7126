/// Sliding dot products.
#pragma once

#include <stddef.h>

/// y[i] = sum over j < taps of w[j] * x[i + j * stride], for i < count.
///
/// Reads x[0 ..< count + (taps - 1) * stride]. Each y[i] is summed over j upwards in blocks of 64
/// whose totals are added with a compensation, so that its error does not grow with `taps`; the
/// same additions are done for an output wherever it stands in y.
void vk_sliding_dot_f32(
    const float *x, const float *w, float *y, ptrdiff_t count, ptrdiff_t taps, ptrdiff_t stride);
void vk_sliding_dot_f64(
    const double *x, const double *w, double *y, ptrdiff_t count, ptrdiff_t taps, ptrdiff_t stride);
