#include "include/VectorKernels.h"
#include "vector_dispatch.h"

// A fused multiply-add rounds once; it must be used alike in the vector and the scalar tails.
#pragma clang fp contract(fast)

// Taps that are summed plainly before their total is added with compensation: the error of a plain
// sum of 64 random terms is about 2 units of rounding, and the compensation then costs 5 %.
#define TAP_BLOCK 64
#define MOST_VECTORS 8

#if OVERLAP_DISPATCHES
#define SCALAR float
#define VECTOR_BYTES 64
#define NAME sliding_dot_f32_v4
#define ATTRIBUTES V4
#include "sliding_dot_body.h"
#define SCALAR float
#define VECTOR_BYTES 32
#define NAME sliding_dot_f32_v3
#define ATTRIBUTES V3
#include "sliding_dot_body.h"
#define SCALAR double
#define VECTOR_BYTES 64
#define NAME sliding_dot_f64_v4
#define ATTRIBUTES V4
#include "sliding_dot_body.h"
#define SCALAR double
#define VECTOR_BYTES 32
#define NAME sliding_dot_f64_v3
#define ATTRIBUTES V3
#include "sliding_dot_body.h"
#endif

#define SCALAR float
#define VECTOR_BYTES 16
#define NAME sliding_dot_f32_plain
#define ATTRIBUTES
#include "sliding_dot_body.h"
#define SCALAR double
#define VECTOR_BYTES 16
#define NAME sliding_dot_f64_plain
#define ATTRIBUTES
#include "sliding_dot_body.h"

void vk_sliding_dot_f32(const float *x, const float *w, float *y, ptrdiff_t count, ptrdiff_t taps,
                        ptrdiff_t stride) {
  DISPATCH(sliding_dot_f32, x, w, y, count, taps, stride)
}

void vk_sliding_dot_f64(const double *x, const double *w, double *y, ptrdiff_t count,
                        ptrdiff_t taps, ptrdiff_t stride) {
  DISPATCH(sliding_dot_f64, x, w, y, count, taps, stride)
}
