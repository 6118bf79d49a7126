#include "lane_products.h"

#include <stdint.h>

#include "register_tiles.h"

#pragma clang fp contract(fast)

/// How many taps are summed in registers before the sum is put away: partial sums of 64 keep the
/// error growing with 64 + n/64 and not with n, and putting away costs three per cent.
enum { TAPS_AT_ONCE = 64 };
/// How many tiles take turns: three are the 21 displacements of a row of FlowNet's layer.
enum { TILES_AT_ONCE = 3 };

/// Whether a count, below 2⁶³, is a power of two.
static inline int is_power_of_two(double count) {
  const uint64_t whole = (uint64_t)count;
  return (double)whole == count && (whole & (whole - 1)) == 0;
}

enum lane_function { lane_product, lane_difference, lane_sign, lane_reversed_sign };

#define SCALAR float
#define SCALAR_NAME f32
#define SCALAR_BITS int32_t
#define SIGN_BIT INT32_MIN
#include "lane_products_targets.h"

#define SCALAR double
#define SCALAR_NAME f64
#define SCALAR_BITS int64_t
#define SIGN_BIT INT64_MIN
#include "lane_products_targets.h"

void vk_lane_products_f32(
    const float *a, const float *b, float *out, const struct vk_lane_job *job) {
  DISPATCH(lane_products_f32, a, b, out, job)
}

void vk_lane_products_f64(
    const double *a, const double *b, double *out, const struct vk_lane_job *job) {
  DISPATCH(lane_products_f64, a, b, out, job)
}

void vk_lane_differences_f32(
    const float *a, const float *b, float *out, const struct vk_lane_job *job) {
  DISPATCH(lane_differences_f32, a, b, out, job)
}

void vk_lane_differences_f64(
    const double *a, const double *b, double *out, const struct vk_lane_job *job) {
  DISPATCH(lane_differences_f64, a, b, out, job)
}

void vk_lane_signs_f32(
    const float *a, const float *b, const float *centre, float *out,
    const struct vk_lane_job *job, int reversed) {
  DISPATCH(lane_signs_f32, a, b, centre, out, job, reversed)
}

void vk_lane_signs_f64(
    const double *a, const double *b, const double *centre, double *out,
    const struct vk_lane_job *job, int reversed) {
  DISPATCH(lane_signs_f64, a, b, centre, out, job, reversed)
}
