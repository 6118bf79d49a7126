/// What normalised cross-correlation does besides the correlation.
#pragma once

#include <stddef.h>

/// sums[k] += entering[k] - leaving[k] and squares[k] += entering[k]^2 - leaving[k]^2, for k <
/// count; leaving may be null, for zeros. What rounding takes from them is added up in sums[count +
/// k] and squares[count + k], so that a large number leaves nothing behind when it goes.
void vk_slide_column_sums_f32(const float *leaving, const float *entering, double *sums,
                              double *squares, ptrdiff_t count);
void vk_slide_column_sums_f64(const double *leaving, const double *entering, double *sums,
                              double *squares, ptrdiff_t count);

/// sums[k] = sum over j < width of columns[k + j] + columns[count + k + j], for k < count - width +
/// 1, and likewise the others. Nothing is ever taken away: what is beside a window leaves no trace
/// in it (M. van Herk, Pattern Recognition Letters 13 (1992)).
void vk_sum_neighbours(const double *columns, const double *other_columns, ptrdiff_t count,
                       ptrdiff_t width, double *restrict sums, double *restrict other_sums);

/// For k < count, with the sum of the squared distances of a window of `area` elements from their
/// mean, d[k] = squares[k] - sums[k]^2 / area: the score
///
///     scores[k] = products[k] * product_factor / sqrt(d[k] * distance_factor)
///
/// limited to -1 ... 1, and 0 where d[k] is not above both `flat` and `rounding` * squares[k]. The
/// root and the quotient are taken in the type of the scores: distance_factor has to bring d into
/// its range. products may be scores.
void vk_normalise_scores_f32(const float *products, const double *sums, const double *squares,
                             double area, double flat, double rounding, double product_factor,
                             double distance_factor, float *scores, ptrdiff_t count);
void vk_normalise_scores_f64(const double *products, const double *sums, const double *squares,
                             double area, double flat, double rounding, double product_factor,
                             double distance_factor, double *scores, ptrdiff_t count);

/// y[k] = x[k] - a for k < count, rounded once.
void vk_subtract_f32(const float *x, double a, float *y, ptrdiff_t count);
void vk_subtract_f64(const double *x, double a, double *y, ptrdiff_t count);

