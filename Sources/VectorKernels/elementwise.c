#include <string.h>

#include "include/VectorKernels.h"
#include "vector_dispatch.h"

#pragma clang fp contract(fast)

#define SCALAR float
#define BITS uint32_t
#define MAGNITUDE 0x7fffffffu
#define SUFFIX f32
#include "elementwise_body.h"

#define SCALAR double
#define BITS uint64_t
#define MAGNITUDE 0x7fffffffffffffffu
#define SUFFIX f64
#include "elementwise_body.h"
