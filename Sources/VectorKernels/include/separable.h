/// The passes of a separable convolution: sliding dot products along the rows of a matrix, and down
/// its columns.
///
/// `symmetry` says how taps read backwards: as they are if it is 1, negated if it is -1; 0 says
/// nothing. With a symmetry two samples that meet such taps are added or subtracted before they are
/// multiplied, from the middle outwards, which halves the products, and only the first
/// (taps + 1) / 2 taps are read. That sum must not overflow: if it does, or a sample is not finite,
/// neither is the result. The same operations are done for a result wherever it stands.
///
/// `room` is the call's own while it lasts: vk_pass_room(taps) elements.
#pragma once

#include <stddef.h>

/// Columns that the first pass keeps: those that results share, and enough new ones that moving
/// those to the front is rare.
static inline ptrdiff_t vk_pass_columns(ptrdiff_t taps) { return 96 + 2 * taps; }

/// In vectors of at most 16 elements: a tap in each, the columns, three squares that turn rows into
/// columns and back, and one for beginning with a cache line.
static inline ptrdiff_t vk_pass_room(ptrdiff_t taps) {
  return 16 * (taps + vk_pass_columns(taps) + 3 * 16 + 1);
}

/// y[r][i] = sum over b < taps of w[b] * x[r][i + b], for r < rows and i < count; rows of x and y
/// lie x_stride and y_stride apart.
void vk_row_pass_f32(const float *x, ptrdiff_t x_stride, const float *w, ptrdiff_t taps, int symmetry,
                     float *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, float *room);
void vk_row_pass_f64(const double *x, ptrdiff_t x_stride, const double *w, ptrdiff_t taps, int symmetry,
                     double *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, double *room);

/// y[r][i] = sum over a < taps of w[a] * x[r + a][i], for r < rows and i < count; whether all of
/// them are finite. If `streams` is not 0 they are stored past the caches where that can be: for y
/// that is too large for them.
int vk_column_pass_f32(const float *x, ptrdiff_t x_stride, const float *w, ptrdiff_t taps,
                       int symmetry, float *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                       int streams, float *room);
int vk_column_pass_f64(const double *x, ptrdiff_t x_stride, const double *w, ptrdiff_t taps,
                       int symmetry, double *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                       int streams, double *room);

