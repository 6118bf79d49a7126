#include "column_transforms.h"

#include "lane_shuffles.h"
#include "register_tiles.h"

// Butterflies and turns are fused multiply-adds.
#pragma clang fp contract(fast)

// A strip takes a line of the cache from each of many rows, which no processor foresees: the next
// strip's line, right after it, is asked for at the same time. Measured to save a twentieth of a
// convolution in long blocks. Beyond the last strip it does no harm: a prefetch cannot fail.
#define WILL_READ(address) __builtin_prefetch(address, 0)
#define WILL_WRITE(address) __builtin_prefetch(address, 1)

#define SCALAR float
#define SCALAR_NAME f32
#define STRIP VK_STRIP_COLUMNS_F32
#define LANES_OF_64 16
#define LANES_OF_32 8
#define LANES_OF_16 4
#include "column_transforms_targets.h"

#define SCALAR double
#define SCALAR_NAME f64
#define STRIP VK_STRIP_COLUMNS_F64
#define LANES_OF_64 8
#define LANES_OF_32 4
#define LANES_OF_16 2
#include "column_transforms_targets.h"
