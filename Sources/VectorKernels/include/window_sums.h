#pragma once

#include <stddef.h>

/// Sums over windows of `size` x `size` elements whose corners are `step` apart: for i below
/// out_rows and j below out_columns,
///
///     out[i * out_stride + j] = Σ_{h, w < size} rows[(i * step + h) * columns + i' + w] / divisor
///
/// with i' = j * step. `rows` has (out_rows - 1) * step + size rows of `columns` elements, and its
/// contents are unspecified afterwards; `scratch` has (out_rows + 1) * columns elements.
///
/// Nothing is ever subtracted: a sum of many is built from sums of 1, 2, 4 … neighbours, so that
/// the error grows with log₂(size), large neighbours leave no trace, and a NaN or an infinity stays
/// inside the windows that hold it.
void vk_window_sums_f32(
    float *rows, size_t columns, size_t size, size_t step, float *out, size_t out_rows,
    size_t out_columns, size_t out_stride, float divisor, float *scratch);
void vk_window_sums_f64(
    double *rows, size_t columns, size_t size, size_t step, double *out, size_t out_rows,
    size_t out_columns, size_t out_stride, double divisor, double *scratch);

/// Sums over `size` neighbours of one row: out[j] = Σ_{w < size} row[j + w] for j below
/// out_columns, which is columns - size + 1. The row's contents are unspecified afterwards.
void vk_row_sums_f32(
    float *row, size_t columns, size_t size, float *out, size_t out_columns);
void vk_row_sums_f64(
    double *row, size_t columns, size_t size, double *out, size_t out_columns);

/// out[x] += in[x] for x below count.
void vk_add_f32(const float *in, float *out, size_t count);
void vk_add_f64(const double *in, double *out, size_t count);

/// Whether no number is a NaN or an infinity.
int vk_all_finite_f32(const float *in, size_t count);
int vk_all_finite_f64(const double *in, size_t count);
