// SPDX-License-Identifier: MIT

// Transforms of columns and what goes with transforms. Complex numbers are interleaved.

/// Writes the transformed columns of strips `from` ..< `to` of `a` times the `count` samples `x`,
/// to `numbers`. Beyond them samples are zero. `tile` has room for a strip.
void VK(columns_forward)(const struct vk_column_job *job, const SCALAR *tables, const SCALAR *x,
                         ptrdiff_t count, double a, ptrdiff_t from, ptrdiff_t to, SCALAR *tile,
                         SCALAR *numbers);

/// Writes those of the block's results `first` ..< `first + count` that strips `from` ..< `to`
/// hold, times `a`, to y[0] on. Of y, counted in real numbers and seen as at most 64 segments of
/// 2^segment_log2, returns bit n if one of those results with |y| < limit is in segment n.
uint64_t VK(columns_inverse)(const struct vk_column_job *job, const SCALAR *tables,
                             const SCALAR *numbers, double a, ptrdiff_t from, ptrdiff_t to,
                             SCALAR *tile, SCALAR *y, ptrdiff_t first, ptrdiff_t count,
                             double limit, int segment_log2);

// Two real signals as one complex signal times a geometric sequence, and back: what makes cyclic
// transforms give right-angle convolutions. The sequence g is kept in two tables:
// g[n] = coarse[n / fine_count] * fine[n % fine_count].

/// z[k] = a * (x[k] + i * y[k]) * g[start + k] for k < count; y may be null, for zeros.
void VK(pack)(const SCALAR *x, const SCALAR *y, double a, const SCALAR *coarse, const SCALAR *fine,
              ptrdiff_t fine_count, ptrdiff_t start, SCALAR *z, ptrdiff_t count);

/// x[k] + i * y[k] = a * z[k] * conj(g[start + k]) for k < count; x or y may be null, not wanted.
/// Returns 1 if |x[k]| < limit for some k, plus 2 if |y[k]| is.
int VK(unpack)(const SCALAR *z, double a, const SCALAR *coarse, const SCALAR *fine,
               ptrdiff_t fine_count, ptrdiff_t start, SCALAR *x, SCALAR *y, ptrdiff_t count,
               double limit);

/// y[c * y_stride + r] = x[r * x_stride + c], complex, for r < rows and c < columns.
void VK(transpose)(const SCALAR *x, ptrdiff_t x_stride, SCALAR *y, ptrdiff_t y_stride,
                   ptrdiff_t rows, ptrdiff_t columns);

/// z[k] = z[k] * w[k], complex, for k < count.
void VK(multiply)(SCALAR *z, const SCALAR *w, ptrdiff_t count);

/// s[k] += z[k] * w[k], complex, for k < count.
void VK(multiply_add)(SCALAR *s, const SCALAR *z, const SCALAR *w, ptrdiff_t count);

/// s[k] += z[k] * conj(w[k]), complex, for k < count.
void VK(multiply_conjugate_add)(SCALAR *s, const SCALAR *z, const SCALAR *w, ptrdiff_t count);

/// y[k] = a * x[k] for k < count.
void VK(scale)(const SCALAR *x, double a, SCALAR *y, ptrdiff_t count);

/// m[c] = the largest |x[k]| of chunk c, for chunks of `chunk` elements (the last may be shorter).
/// A chunk with an infinity or NaN gives a value that is not finite.
void VK(chunk_maxima)(const SCALAR *x, SCALAR *m, ptrdiff_t count, ptrdiff_t chunk);

/// m[k] = the larger of m[k], which is 0 or more, and |x[k]|, for k < count. NaN is larger than the
/// infinities, and those than the rest.
void VK(raise_to_magnitudes)(const SCALAR *x, SCALAR *m, ptrdiff_t count);

/// Whether |y[n]| < limit for some n < count.
int VK(has_small_result)(const SCALAR *y, ptrdiff_t count, double limit);

/// Writes to `found` indices `from` <= n < count for which |y[n]| < limit and the sum of
/// weight * |x[offset + n]| over the taps that n meets is below it too; returns how many they are.
/// It ends when there may be no more room in `found`, for `VK_MOST_SMALL_RESULTS`; `from` is
/// then where to go on, and else count.
ptrdiff_t VK(small_results)(const SCALAR *y, ptrdiff_t *from, ptrdiff_t count, double limit,
                            const SCALAR *x, const struct vk_large_tap *taps, ptrdiff_t tap_count,
                            ptrdiff_t *found);

/// The sums of products of blocks of spectra that the job tells of.
void VK(spectrum_products)(const SCALAR *a, const SCALAR *b, SCALAR *out,
                           const struct vk_spectrum_job *job);

/// Divides a spectrum of `count` complex numbers into blocks `stride` elements apart; the last block
/// is filled up with zeros.
void VK(spectrum_split)(const SCALAR *in, size_t count, SCALAR *out, size_t stride);

/// Puts a spectrum of `count` complex numbers together from its blocks.
void VK(spectrum_join)(const SCALAR *in, size_t stride, size_t count, SCALAR *out);
