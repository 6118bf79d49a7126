#include "include/VectorKernels.h"
#include "vector_dispatch.h"

#pragma clang fp contract(fast)

#define SCALAR float
#define SUFFIX f32
#include "packing_body.h"

#define SCALAR double
#define SUFFIX f64
#include "packing_body.h"
