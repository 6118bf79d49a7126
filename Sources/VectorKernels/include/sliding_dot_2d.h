/// Two-dimensional sliding dot products.
#pragma once

#include <stddef.h>

/// y[r][i] = sum over a < w_rows and b < w_columns of w[a][b] * x[r + a][i + b * tap_stride], for
/// r < rows and i < count; rows of x and y lie x_stride and y_stride apart, those of w w_columns.
///
/// Each result is summed by rows of w, in blocks of about 128 products whose totals are added with
/// a compensation; the same additions are done for a result wherever it stands in y. If `streams`
/// is not 0 results are stored past the caches where that can be: for y that is too large for them.
void vk_sliding_dot_2d_f32(const float *x, ptrdiff_t x_stride, const float *w, ptrdiff_t w_rows,
                           ptrdiff_t w_columns, ptrdiff_t tap_stride, float *y, ptrdiff_t y_stride,
                           ptrdiff_t rows, ptrdiff_t count, int streams);
void vk_sliding_dot_2d_f64(const double *x, ptrdiff_t x_stride, const double *w, ptrdiff_t w_rows,
                           ptrdiff_t w_columns, ptrdiff_t tap_stride, double *y,
                           ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, int streams);

