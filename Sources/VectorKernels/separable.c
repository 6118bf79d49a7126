#include "include/separable.h"

#include <stdint.h>

#include "lane_shuffles.h"
#include "vector_dispatch.h"

// A fused multiply-add rounds once; it must be used alike in the vectors and the single sums.
#pragma clang fp contract(fast)

#define LINE_BYTES 64
// Vectors side by side in the second pass: memory likes longer runs than one line.
#define STRIP_VECTORS 8
// A tile holds three registers for each of its results: 24 of the 32, or 12 of the 16.
#if OVERLAP_DISPATCHES
#define SCALAR float
#define LANES 16
#define BLOCK 4
#define LAYOUT 16_4
#define TILE_ROWS 8
#define SUFFIX f32_v4
#define ORDERED "ps"
#define ATTRIBUTES V4
#include "separable_body.h"
#define SCALAR float
#define LANES 8
#define BLOCK 4
#define LAYOUT 8_4
#define TILE_ROWS 4
#define SUFFIX f32_v3
#define ATTRIBUTES V3
#include "separable_body.h"
#define SCALAR double
#define LANES 8
#define BLOCK 2
#define LAYOUT 8_2
#define TILE_ROWS 8
#define SUFFIX f64_v4
#define ORDERED "pd"
#define ATTRIBUTES V4
#include "separable_body.h"
#define SCALAR double
#define LANES 4
#define BLOCK 2
#define LAYOUT 4_2
#define TILE_ROWS 4
#define SUFFIX f64_v3
#define ATTRIBUTES V3
#include "separable_body.h"
#endif

#define SCALAR float
#define LANES 4
#define BLOCK 4
#define LAYOUT 4_4
#define TILE_ROWS 4
#define SUFFIX f32_plain
#define ATTRIBUTES
#include "separable_body.h"
#define SCALAR double
#define LANES 2
#define BLOCK 2
#define LAYOUT 2_2
#define TILE_ROWS 2
#define SUFFIX f64_plain
#define ATTRIBUTES
#include "separable_body.h"

void vk_row_pass_f32(const float *x, ptrdiff_t x_stride, const float *w, ptrdiff_t taps, int symmetry,
                     float *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, float *room) {
  DISPATCH(row_pass_f32, x, x_stride, w, taps, symmetry, y, y_stride, rows, count, room)
}

int vk_column_pass_f32(const float *x, ptrdiff_t x_stride, const float *w, ptrdiff_t taps,
                       int symmetry, float *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                       int streams, float *room) {
  DISPATCH(column_pass_f32, x, x_stride, w, taps, symmetry, y, y_stride, rows, count, streams, room)
}

void vk_row_pass_f64(const double *x, ptrdiff_t x_stride, const double *w, ptrdiff_t taps, int symmetry,
                     double *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count, double *room) {
  DISPATCH(row_pass_f64, x, x_stride, w, taps, symmetry, y, y_stride, rows, count, room)
}

int vk_column_pass_f64(const double *x, ptrdiff_t x_stride, const double *w, ptrdiff_t taps,
                       int symmetry, double *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                       int streams, double *room) {
  DISPATCH(column_pass_f64, x, x_stride, w, taps, symmetry, y, y_stride, rows, count, streams, room)
}
