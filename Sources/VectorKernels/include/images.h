// SPDX-License-Identifier: MIT

// What normalised cross-correlation does besides the correlation.

/// sums[k] += entering[k] - leaving[k] and squares[k] += entering[k]^2 - leaving[k]^2, for k <
/// count; leaving may be null, for zeros. What rounding takes from them is added up in sums[count +
/// k] and squares[count + k], so that a large number leaves nothing behind when it goes.
void VK(slide_column_sums)(const SCALAR *leaving, const SCALAR *entering, double *sums,
                           double *squares, ptrdiff_t count);

/// For k < count, with the sum of the squared distances of a window of `area` elements from their
/// mean, d[k] = squares[k] - sums[k]^2 / area: the score
///
///     scores[k] = products[k] * product_factor / sqrt(d[k] * distance_factor)
///
/// limited to -1 ... 1, and infinity where it is not sure: where d[k] is not above both `flat` and
/// `rounding` * squares[k], or the product is NaN. The root and the quotient are taken in the type of
/// the scores: distance_factor has to bring d into its range. products may be scores.
void VK(normalise_scores)(const SCALAR *products, const double *sums, const double *squares,
                          double area, double flat, double rounding, double product_factor,
                          double distance_factor, SCALAR *scores, ptrdiff_t count);

/// y[k] = x[k] - a for k < count, rounded once.
void VK(subtract)(const SCALAR *x, double a, SCALAR *y, ptrdiff_t count);
