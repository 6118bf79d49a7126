#pragma once

#include "vector_dispatch.h"

// For the kernels that hold a tile of sums in registers, in a body that is included once for each
// kind of processor and each scalar.

#define OVERLAP_JOIN3(a, b, c) a##_##b##_##c
#define OVERLAP_JOIN(a, b, c) OVERLAP_JOIN3(a, b, c)
/// The name of this variant of a function.
#define VARIANT(name) OVERLAP_JOIN(name, SCALAR_NAME, TARGET_NAME)

#define OVERLAP_INLINE static inline __attribute__((always_inline))
#define OVERLAP_UNROLL _Pragma("clang loop unroll(full)")
