// What normalised cross-correlation does besides the correlation.
#ifndef OVERLAP_TEMPLATE_SCORES_H
#define OVERLAP_TEMPLATE_SCORES_H

#include <stddef.h>

// sums[k] += entering[k] - leaving[k] and squares[k] += entering[k]^2 - leaving[k]^2, for k < count;
// leaving may be null, for zeros.
void vk_slide_column_sums_f32(const float *leaving, const float *entering, double *sums,
                              double *squares, ptrdiff_t count);
void vk_slide_column_sums_f64(const double *leaving, const double *entering, double *sums,
                              double *squares, ptrdiff_t count);

// For k < count, with the sum of the squared distances of a window of `area` elements from their
// mean, d[k] = squares[k] - sums[k]^2 / area: the score
//
//     scores[k] = products[k] * product_factor / sqrt(d[k] * distance_factor)
//
// limited to -1 ... 1, and 0 where d[k] is not above `flat`. The root and the quotient are taken in
// the type of the scores: distance_factor has to bring d into its range. products may be scores.
void vk_normalise_scores_f32(const float *products, const double *sums, const double *squares,
                             double area, double flat, double product_factor,
                             double distance_factor, float *scores, ptrdiff_t count);
void vk_normalise_scores_f64(const double *products, const double *sums, const double *squares,
                             double area, double flat, double product_factor,
                             double distance_factor, double *scores, ptrdiff_t count);

// y[k] = x[k] - a for k < count, rounded once.
void vk_subtract_f32(const float *x, double a, float *y, ptrdiff_t count);
void vk_subtract_f64(const double *x, double a, double *y, ptrdiff_t count);

#endif
