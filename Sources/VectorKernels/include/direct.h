// SPDX-License-Identifier: MIT

// Sliding dot products, in one to three dimensions and in the two passes of a separable kernel.

/// y[i] = sum over j < taps of w[j] * x[i + j * stride], for i < count.
///
/// Reads x[0 ..< count + (taps - 1) * stride]. Each y[i] is summed in blocks of 64 taps, the last of up
/// to 80, whose totals are added with a compensation, so that its error does not grow with `taps`; the
/// same additions are done for an output wherever it stands in y. With s = 16 floats or 8 doubles, up to
/// 3 s / 2 taps are summed over j upwards. Of more, those that are a = s / stride apart follow each other,
/// in groups of 4 a within a block: j, j + a, j + 2 a, j + 3 a, then j + 1, j + 1 + a, and so on. Where
/// stride does not divide s, it is upwards again.
void VK(sliding_dot)(const SCALAR *x, const SCALAR *w, SCALAR *y, ptrdiff_t count, ptrdiff_t taps,
                     ptrdiff_t stride);

/// y[r][i] = sum over p < w_planes, a < w_rows and b < w_columns of
/// w[p][a][b] * x[p][r + a][i + b * tap_stride], for r < rows and i < count: a plane of results of
/// a volume, or of an image, which is one plane.
///
/// Planes of x lie x_plane apart, rows of x and y x_stride and y_stride, those of w w_columns. Each
/// result is summed by planes and rows of w, in blocks of about 128 products whose totals are added
/// with a compensation; the same additions are done for a result wherever it stands in y. If
/// `streams` is not 0 results are stored past the caches where that can be: for y that is too large
/// for them.
void VK(sliding_dot_3d)(const SCALAR *x, ptrdiff_t x_plane, ptrdiff_t x_stride, const SCALAR *w,
                        ptrdiff_t w_planes, ptrdiff_t w_rows, ptrdiff_t w_columns,
                        ptrdiff_t tap_stride, SCALAR *y, ptrdiff_t y_stride, ptrdiff_t rows,
                        ptrdiff_t count, int streams);

// The passes of a separable convolution: along the rows of a matrix, and down its columns.
//
// `symmetry` says how taps read backwards: as they are if it is 1, negated if it is -1; 0 says
// nothing. With a symmetry two samples that meet such taps are added or subtracted before they are
// multiplied, from the middle outwards, which halves the products, and only the first
// (taps + 1) / 2 taps are read. That sum must not overflow: if it does, or a sample is not finite,
// neither is the result. The same operations are done for a result wherever it stands. `scratch` is
// vk_pass_scratch(taps) elements.

/// y[r][i] = sum over b < taps of w[b] * x[r][i + b], for r < rows and i < count; rows of x and y
/// lie x_stride and y_stride apart.
void VK(row_pass)(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t taps, int symmetry,
                  SCALAR *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, SCALAR *scratch);

/// y[r][i] = sum over a < taps of w[a] * x[r + a][i], for r < rows and i < count; whether all of
/// them are finite. `streams` is that of sliding_dot_3d.
int VK(column_pass)(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, ptrdiff_t taps,
                    int symmetry, SCALAR *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                    int streams, SCALAR *scratch);

// The passes for taps that are the same backwards, in 1 to 6 groups of seven; why is told by
// SeparableKernels.md in the documentation. With
// u[j][n] = w[4j] x[n] + sum over i = 1, 2, 3 of w[4j + i] (x[n - i] + x[n + i]) a result is
//
//   y[n] = u[0][n] + sum over j = 1, 2, ... < groups of u[j][n - 4j] + u[j][n + 4j].
//
// It is not finite if a sample of its window, or a sum, is not. The same operations are done for a
// result wherever it stands.

/// y[r][i] for r < rows and i < count, where n = i + 4 groups - 1 in row r's window of
/// count + 8 groups - 2 samples. That is in three parts: `before` samples from `ends`, `middle`
/// ones from x, and `after` ones from `ends`; before, after <= 8 groups + 2. Rows of x and y lie
/// x_stride and y_stride apart, those of `ends` have no gaps.
void VK(grouped_row_pass)(const SCALAR *x, ptrdiff_t x_stride, ptrdiff_t middle, const SCALAR *ends,
                          ptrdiff_t before, ptrdiff_t after, const SCALAR *w, int groups, SCALAR *y,
                          ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count);

/// The column pass goes down a matrix in bands. It takes a row of samples each time for a row of
/// results: y[r][i] for r < rows and i < count, where n = r + 7 - 4 groups in column i of x, so
/// that samples of the rows 0 ..< rows + 6 of x are read and those above are in `state`. Whether
/// all of these results are finite.
///
/// At first a call without y, of 8 groups - 8 rows, takes in the samples above the first results.
/// Each call but the last does a multiple of 4 rows. `state` is vk_grouped_state(groups, count)
/// elements, whatever they are at first. `lead` < 16 columns come before those that are best stored
/// together; it is the same in each call. `streams` is that of sliding_dot_3d. x has to be readable
/// for 16 columns at least.
int VK(grouped_column_pass)(const SCALAR *x, ptrdiff_t x_stride, const SCALAR *w, int groups,
                            SCALAR *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                            ptrdiff_t lead, int streams, SCALAR *state);
