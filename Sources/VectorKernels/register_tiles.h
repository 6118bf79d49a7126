#pragma once

// For the kernels that hold a tile of sums in registers.
//
// Their tile has to fit the register file (32 registers of 64 bytes with AVX-512, 16 of 32 with
// AVX2, 16 of 16 without), so that one body compiled three times by the CLONES macro would be wrong
// for two of them. Their bodies are headers, included once for each instruction set and scalar with
// these macros set, and OVERLAP_DISPATCH chooses among the results at run time.

#define OVERLAP_JOIN3(a, b, c) a##_##b##_##c
#define OVERLAP_JOIN(a, b, c) OVERLAP_JOIN3(a, b, c)
/// The name of this variant of a function.
#define VARIANT(name) OVERLAP_JOIN(name, SCALAR_NAME, TARGET_NAME)

#if defined(__x86_64__) && defined(__linux__)
#define OVERLAP_HAS_TARGETS 1
#define OVERLAP_V4 __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define OVERLAP_V3 __attribute__((target("arch=x86-64-v3")))
#define OVERLAP_DISPATCH(name, scalar, arguments)         \
  do {                                                    \
    if (__builtin_cpu_supports("x86-64-v4")) {            \
      name##_##scalar##_v4 arguments;                     \
    } else if (__builtin_cpu_supports("x86-64-v3")) {     \
      name##_##scalar##_v3 arguments;                     \
    } else {                                              \
      name##_##scalar##_base arguments;                   \
    }                                                     \
  } while (0)
#else
#define OVERLAP_HAS_TARGETS 0
#define OVERLAP_DISPATCH(name, scalar, arguments) name##_##scalar##_base arguments
#endif

#define OVERLAP_INLINE static inline __attribute__((always_inline))
#define OVERLAP_UNROLL _Pragma("clang loop unroll(full)")
