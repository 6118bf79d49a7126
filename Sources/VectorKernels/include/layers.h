// SPDX-License-Identifier: MIT

// The inner loops of correlation and convolution layers.

/// The sums that the job tells of, with f(a, b) = a · b: the inner loop of the correlation layer,
/// forward and backward, and of the weight gradient of convolution layers.
void VK(lane_products)(const SCALAR *a, const SCALAR *b, SCALAR *out,
                       const struct vk_lane_job *job);

/// f(a, b) = |a - b|: the correlation layer with the absolute difference.
void VK(lane_differences)(const SCALAR *a, const SCALAR *b, SCALAR *out,
                          const struct vk_lane_job *job);

/// f(a, b) = a where centre >= b, and -a elsewhere: the gradient of the absolute difference.
///
/// The centres lie where the sums go: centre[out_rows[r * b_count + k] + x]. With
/// `reversed`, f is -a where b >= centre, and a elsewhere.
void VK(lane_signs)(const SCALAR *a, const SCALAR *b, const SCALAR *centre, SCALAR *out,
                    const struct vk_lane_job *job, int reversed);

/// The inner loop of convolution layers: weighted sums of shifted rows.
void VK(weighted_rows)(const SCALAR *weights, const SCALAR *in, SCALAR *out,
                       const struct vk_weighted_job *job);

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
void VK(window_sums)(SCALAR *rows, size_t columns, size_t size, size_t step, SCALAR *out,
                     size_t out_rows, size_t out_columns, size_t out_stride, double divisor,
                     SCALAR *scratch);

/// Sums over `size` neighbours of one row: out[j] = Σ_{w < size} row[j + w] for j below
/// out_columns, which is columns - size + 1. The row's contents are unspecified afterwards.
void VK(row_sums)(SCALAR *row, size_t columns, size_t size, SCALAR *out, size_t out_columns);

/// out[x] += in[x] for x below count.
void VK(add)(const SCALAR *in, SCALAR *out, size_t count);

/// Whether no number is a NaN or an infinity.
int VK(all_finite)(const SCALAR *in, size_t count);

// What is asked of transformed planes and of results that are made by transforms.

/// The sum of the squares of `count` numbers.
double VK(energy)(const SCALAR *x, size_t count);

/// Writes the numbers k, from 0 to `count` - 1, for which |x[k * step]| is below `limit` to
/// `places`, which has room for all, and returns how many they are.
ptrdiff_t VK(small_places)(const SCALAR *x, ptrdiff_t count, ptrdiff_t step, double limit,
                           ptrdiff_t *places);

/// Whether all numbers are whole and at most 2^22 (2^51 in double precision).
int VK(are_whole)(const SCALAR *x, size_t count);
