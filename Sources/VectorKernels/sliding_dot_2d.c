#include "include/VectorKernels.h"
#include "vector_dispatch.h"

// A fused multiply-add rounds once; it must be used alike in the vector and the scalar tails.
#pragma clang fp contract(fast)

// Products that are summed plainly before their total is added with compensation: the error of a
// plain sum of 128 random terms is about 3 units of rounding.
#define TAP_BLOCK 128
// Rows of results that are summed together: each vector of x that is loaded meets the taps of four
// rows of w, so that multiplications and not loads are what takes time.
#define TILE_ROWS 4
#define LINE_BYTES 64
// The widths of small kernels. Up to 11 taps a row's loop is so short that unrolling it saves 5 to
// 25 % of the time.
#define SMALL_WIDTHS(CASE) CASE(3) CASE(5) CASE(7) CASE(9) CASE(11)
#define NO_WIDTHS(CASE)

#if OVERLAP_DISPATCHES
// Sixteen of the 32 registers hold sums, or eight of the 16.
#define SCALAR float
#define VECTOR_BYTES 64
#define TILE_VECTORS 4
#define NAME sliding_dot_2d_f32_v4
#define ATTRIBUTES V4
#define EACH_WIDTH SMALL_WIDTHS
#include "sliding_dot_2d_body.h"
#define SCALAR float
#define VECTOR_BYTES 32
#define TILE_VECTORS 2
#define NAME sliding_dot_2d_f32_v3
#define ATTRIBUTES V3
#define EACH_WIDTH SMALL_WIDTHS
#include "sliding_dot_2d_body.h"
#define SCALAR double
#define VECTOR_BYTES 64
#define TILE_VECTORS 4
#define NAME sliding_dot_2d_f64_v4
#define ATTRIBUTES V4
#define EACH_WIDTH SMALL_WIDTHS
#include "sliding_dot_2d_body.h"
#define SCALAR double
#define VECTOR_BYTES 32
#define TILE_VECTORS 2
#define NAME sliding_dot_2d_f64_v3
#define ATTRIBUTES V3
#define EACH_WIDTH SMALL_WIDTHS
#include "sliding_dot_2d_body.h"
#endif

#define SCALAR float
#define VECTOR_BYTES 16
#define TILE_VECTORS 2
#define NAME sliding_dot_2d_f32_plain
#define ATTRIBUTES
#define EACH_WIDTH NO_WIDTHS
#include "sliding_dot_2d_body.h"
#define SCALAR double
#define VECTOR_BYTES 16
#define TILE_VECTORS 2
#define NAME sliding_dot_2d_f64_plain
#define ATTRIBUTES
#define EACH_WIDTH NO_WIDTHS
#include "sliding_dot_2d_body.h"

void vk_sliding_dot_2d_f32(const float *x, ptrdiff_t x_stride, const float *w, ptrdiff_t w_rows,
                           ptrdiff_t w_columns, ptrdiff_t tap_stride, float *y, ptrdiff_t y_stride,
                           ptrdiff_t rows, ptrdiff_t count, int streams) {
  DISPATCH(sliding_dot_2d_f32, x, x_stride, w, w_rows, w_columns, tap_stride, y, y_stride, rows,
           count, streams)
}

void vk_sliding_dot_2d_f64(const double *x, ptrdiff_t x_stride, const double *w, ptrdiff_t w_rows,
                           ptrdiff_t w_columns, ptrdiff_t tap_stride, double *y,
                           ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, int streams) {
  DISPATCH(sliding_dot_2d_f64, x, x_stride, w, w_rows, w_columns, tap_stride, y, y_stride, rows,
           count, streams)
}
