/// The passes of a separable convolution whose taps are the same backwards, with fewer operations:
/// the taps are taken as groups of seven neighbours, four taps apart, that are the same backwards
/// too and come twice, once to either side of the middle.
///
/// With u[j][n] = w[4j] x[n] + sum over i = 1, 2, 3 of w[4j + i] (x[n - i] + x[n + i]) a result is
///
///   y[n] = u[0][n] + sum over j = 1, 2, ... < groups of u[j][n - 4j] + u[j][n + 4j].
///
/// It has a window of 8 groups - 1 samples and 4 groups products, as many as it has where samples
/// that meet the same tap are added first, but 2 groups + 1 additions in place of 4 groups - 1,
/// since the sums of two samples serve all groups and each u serves two results. And the shifts of
/// whole groups are those of four samples: along rows they take shuffles of a few registers, not of
/// all samples.
///
/// With 1 to 6 groups. A result is not finite if a sample of its window, or a sum, is not. The same
/// operations are done for a result wherever it stands.
#pragma once

#include <stddef.h>

/// y[r][i] for r < rows and i < count, where n = i + 4 groups - 1 in row r's window of
/// count + 8 groups - 2 samples. That is in three parts: `before` samples from `ends`, `middle`
/// ones from x, and `after` ones from `ends`; before, after <= 8 groups + 2. Rows of x and y lie
/// x_stride and y_stride apart, those of `ends` have no gaps.
void vk_grouped_row_pass_f32(const float *x, ptrdiff_t x_stride, ptrdiff_t middle, const float *ends,
                             ptrdiff_t before, ptrdiff_t after, const float *w, int groups, float *y,
                             ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count);
void vk_grouped_row_pass_f64(const double *x, ptrdiff_t x_stride, ptrdiff_t middle,
                             const double *ends, ptrdiff_t before, ptrdiff_t after, const double *w,
                             int groups, double *y, ptrdiff_t y_stride, ptrdiff_t rows,
                             ptrdiff_t count);

/// Elements that hold what the results of `count` columns have so far, in vectors of at most 16:
/// two of these may be filled in part only, and the first begins with a cache line.
static inline ptrdiff_t vk_grouped_state(int groups, ptrdiff_t count) {
  return 8 * (groups - 1) * (count + 2 * 16) + 16;
}

/// The column pass goes down a matrix in bands. It takes a row of samples each time for a row of
/// results: y[r][i] for r < rows and i < count, where n = r + 7 - 4 groups in column i of x, so
/// that samples of the rows 0 ..< rows + 6 of x are read and those above are in `state`. Whether
/// all of these results are finite.
///
/// At first a call without y, of 8 groups - 8 rows, takes in the samples above the first results.
/// Each call but the last does a multiple of 4 rows. `state` is vk_grouped_state(groups, count)
/// elements, whatever they are at first. `lead` < 16 columns come before those that are best stored
/// together; it is the same in each call. If `streams` is not 0 results are stored past the caches
/// where that can be. x has to be readable for 16 columns at least.
int vk_grouped_column_pass_f32(const float *x, ptrdiff_t x_stride, const float *w, int groups,
                               float *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                               ptrdiff_t lead, int streams, float *state);
int vk_grouped_column_pass_f64(const double *x, ptrdiff_t x_stride, const double *w, int groups,
                               double *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                               ptrdiff_t lead, int streams, double *state);

