// SPDX-License-Identifier: MIT

#include "VectorKernels.h"
#include "check.h"

#include <float.h>

#define SCALAR float
#define VK(name) vk_##name##_f32
#define NAME(name) name##_f32
#define CHECKS checks_f32
#define EPSILON FLT_EPSILON
#define LARGEST FLT_MAX
#define SMALLEST FLT_TRUE_MIN
#include "all_checks.h"
#undef SCALAR
#undef VK
#undef NAME
#undef CHECKS
#undef EPSILON
#undef LARGEST
#undef SMALLEST

#define SCALAR double
#define VK(name) vk_##name##_f64
#define NAME(name) name##_f64
#define CHECKS checks_f64
#define EPSILON DBL_EPSILON
#define LARGEST DBL_MAX
#define SMALLEST DBL_TRUE_MIN
#include "all_checks.h"
