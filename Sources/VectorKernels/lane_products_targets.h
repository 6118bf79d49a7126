// The lane kernels of one scalar, for every instruction set.

#if OVERLAP_DISPATCHES
// 21 sums, 3 rows of a and 7 of b: 31 of 32 registers (the compiler loads all rows first).
#define TARGET V4
#define TARGET_NAME v4
#define VECTOR_BYTES 64
#define TILE_A 3
#define TILE_B 7
#include "lane_products_body.h"

// 12 sums, 2 rows of a and one of b: 15 of 16 registers.
#define TARGET V3
#define TARGET_NAME v3
#define VECTOR_BYTES 32
#define TILE_A 2
#define TILE_B 6
#include "lane_products_body.h"
#endif

#define TARGET
#define TARGET_NAME plain
#define VECTOR_BYTES 16
#define TILE_A 2
#define TILE_B 4
#include "lane_products_body.h"

void JOIN(vk_lane_products_, SCALAR_NAME)(
    const SCALAR *a, const SCALAR *b, SCALAR *out, const struct vk_lane_job *job) {
  DISPATCH(JOIN(lane_products_, SCALAR_NAME), a, b, out, job)
}

void JOIN(vk_lane_differences_, SCALAR_NAME)(
    const SCALAR *a, const SCALAR *b, SCALAR *out, const struct vk_lane_job *job) {
  DISPATCH(JOIN(lane_differences_, SCALAR_NAME), a, b, out, job)
}

void JOIN(vk_lane_signs_, SCALAR_NAME)(
    const SCALAR *a, const SCALAR *b, const SCALAR *centre, SCALAR *out,
    const struct vk_lane_job *job, int reversed) {
  DISPATCH(JOIN(lane_signs_, SCALAR_NAME), a, b, centre, out, job, reversed)
}

#undef SCALAR
#undef SCALAR_NAME
#undef SCALAR_BITS
#undef SIGN_BIT
