// The weighted row sums of one scalar, for every instruction set.

#if OVERLAP_DISPATCHES
// 24 sums and 3 rows in 32 registers; the weights are broadcast from memory.
#define TARGET V4
#define TARGET_NAME v4
#define VECTOR_BYTES 64
#define WIDTH_FOR_8 3
#define WIDTH_FOR_4 5
#define WIDTH_FOR_2 8
#define WIDTH_FOR_1 8
#include "weighted_rows_body.h"

// 12 sums, 3 rows and a weight in 16 registers.
#define TARGET V3
#define TARGET_NAME v3
#define VECTOR_BYTES 32
#define WIDTH_FOR_8 0
#define WIDTH_FOR_4 3
#define WIDTH_FOR_2 5
#define WIDTH_FOR_1 8
#include "weighted_rows_body.h"
#endif

#define TARGET
#define TARGET_NAME plain
#define VECTOR_BYTES 16
#define WIDTH_FOR_8 0
#define WIDTH_FOR_4 2
#define WIDTH_FOR_2 4
#define WIDTH_FOR_1 8
#include "weighted_rows_body.h"

void JOIN(vk_weighted_rows_, SCALAR_NAME)(
    const SCALAR *weights, const SCALAR *in, SCALAR *out, const struct vk_weighted_job *job) {
  DISPATCH(JOIN(weighted_rows_, SCALAR_NAME), weights, in, out, job)
}

#undef SCALAR
#undef SCALAR_NAME
