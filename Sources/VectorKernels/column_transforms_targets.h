// The column transforms of one scalar, for every instruction set.

#if OVERLAP_DISPATCHES
#define TARGET V4
#define TARGET_NAME v4
#define VECTOR_BYTES 64
#define LANE_NUMBER LANES_OF_64
#include "column_transforms_body.h"

#define TARGET V3
#define TARGET_NAME v3
#define VECTOR_BYTES 32
#define LANE_NUMBER LANES_OF_32
#include "column_transforms_body.h"
#endif

#define TARGET
#define TARGET_NAME plain
#define VECTOR_BYTES 16
#define LANE_NUMBER LANES_OF_16
#include "column_transforms_body.h"

void JOIN(vk_columns_forward_, SCALAR_NAME)(
    const struct vk_column_job *job, const SCALAR *tables, const SCALAR *x, ptrdiff_t count,
    SCALAR a, ptrdiff_t from, ptrdiff_t to, SCALAR *tile, SCALAR *numbers) {
  DISPATCH(JOIN(columns_forward_, SCALAR_NAME), job, tables, x, count, a, from, to, tile, numbers)
}

void JOIN(vk_columns_inverse_, SCALAR_NAME)(
    const struct vk_column_job *job, const SCALAR *tables, const SCALAR *numbers, SCALAR a,
    ptrdiff_t from, ptrdiff_t to, SCALAR *tile, SCALAR *y, ptrdiff_t first, ptrdiff_t count) {
  DISPATCH(JOIN(columns_inverse_, SCALAR_NAME), job, tables, numbers, a, from, to, tile, y, first,
           count)
}

#undef SCALAR
#undef SCALAR_NAME
#undef STRIP
#undef LANES_OF_64
#undef LANES_OF_32
#undef LANES_OF_16
