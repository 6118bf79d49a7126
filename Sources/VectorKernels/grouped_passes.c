#include "include/grouped_passes.h"

#include <stdint.h>

#include "lane_shuffles.h"
#include "vector_dispatch.h"

// A fused multiply-add rounds once; it must be used alike wherever a result stands.
#pragma clang fp contract(fast)

#if OVERLAP_DISPATCHES
#define SCALAR float
#define LANES 16
#define SUFFIX f32_v4
#define ATTRIBUTES V4
#include "grouped_passes_body.h"
#define SCALAR float
#define LANES 8
#define SUFFIX f32_v3
#define ATTRIBUTES V3
#include "grouped_passes_body.h"
#define SCALAR double
#define LANES 8
#define SUFFIX f64_v4
#define ATTRIBUTES V4
#include "grouped_passes_body.h"
#define SCALAR double
#define LANES 4
#define SUFFIX f64_v3
#define ATTRIBUTES V3
#include "grouped_passes_body.h"
#endif

#define SCALAR float
#define LANES 4
#define SUFFIX f32_plain
#define ATTRIBUTES
#include "grouped_passes_body.h"
#define SCALAR double
#define LANES 2
#define SUFFIX f64_plain
#define ATTRIBUTES
#include "grouped_passes_body.h"

void vk_grouped_row_pass_f32(const float *x, ptrdiff_t x_stride, ptrdiff_t middle, const float *ends,
                             ptrdiff_t before, ptrdiff_t after, const float *w, int groups, float *y,
                             ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count) {
  DISPATCH(grouped_row_pass_f32, x, x_stride, middle, ends, before, after, w, groups, y, y_stride,
           rows, count)
}

void vk_grouped_row_pass_f64(const double *x, ptrdiff_t x_stride, ptrdiff_t middle,
                             const double *ends, ptrdiff_t before, ptrdiff_t after, const double *w,
                             int groups, double *y, ptrdiff_t y_stride, ptrdiff_t rows,
                             ptrdiff_t count) {
  DISPATCH(grouped_row_pass_f64, x, x_stride, middle, ends, before, after, w, groups, y, y_stride,
           rows, count)
}

int vk_grouped_column_pass_f32(const float *x, ptrdiff_t x_stride, const float *w, int groups,
                               float *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                               ptrdiff_t lead, int streams, float *state) {
  DISPATCH(grouped_column_pass_f32, x, x_stride, w, groups, y, y_stride, rows, count, lead, streams,
           state)
}

int vk_grouped_column_pass_f64(const double *x, ptrdiff_t x_stride, const double *w, int groups,
                               double *y, ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t count,
                               ptrdiff_t lead, int streams, double *state) {
  DISPATCH(grouped_column_pass_f64, x, x_stride, w, groups, y, y_stride, rows, count, lead, streams,
           state)
}
