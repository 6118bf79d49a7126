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

#undef SCALAR
#undef SCALAR_NAME
#undef STRIP
#undef LANES_OF_64
#undef LANES_OF_32
#undef LANES_OF_16
