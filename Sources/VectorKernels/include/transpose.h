/// Transposition of matrices of complex numbers, which are interleaved.
#pragma once

#include <stddef.h>

/// y[c * y_stride + r] = x[r * x_stride + c] for r < rows and c < columns.
void vk_transpose_f32(
    const float *x, ptrdiff_t x_stride, float *y, ptrdiff_t y_stride, ptrdiff_t rows,
    ptrdiff_t columns);
void vk_transpose_f64(
    const double *x, ptrdiff_t x_stride, double *y, ptrdiff_t y_stride, ptrdiff_t rows,
    ptrdiff_t columns);
