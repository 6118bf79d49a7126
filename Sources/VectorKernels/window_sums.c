#include "window_sums.h"

#include "vector_dispatch.h"

#pragma clang fp contract(fast)

/// Up to how many rows for each row of sums it is faster to add them than to double.
enum { FEW_ROWS = 5 };

#define SCALAR float
#define NAME(function) function##_f32
#include "window_sums_body.h"

#define SCALAR double
#define NAME(function) function##_f64
#include "window_sums_body.h"
