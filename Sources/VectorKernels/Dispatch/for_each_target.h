// SPDX-License-Identifier: MIT

// One body for every scalar type and instruction set; which set runs is chosen at run time.
//
// A kernel is two functions, `vk_clip_f32` for float and `vk_clip_f64` for double. To add it:
//
// 1. A header in include/, that of the folder it belongs to, declares it and says what it computes.
// 2. clip.c, in this folder, is the one body:
//
//        #include "../Dispatch/for_each_target.h"
//
//        #pragma clang fp contract(fast)  // or off: whether products are fused with additions
//
//        KERNEL(void, clip, (const SCALAR *x, SCALAR *y, ptrdiff_t count), (x, y, count)) {
//          ...
//        }
//
//    This header includes the file again, and so the body, for each scalar type and each target;
//    KERNEL(type, name, parameters, arguments) also defines the public functions, which pick a
//    target. Helpers are `INLINE void NAME(helper)(...)`, or `TARGET static` where they should not
//    be inlined, and see the macros listed below. Macros of a body need no #undef: they are
//    defined again with the same tokens, and what they expand to changes with BY_SCALAR and
//    BY_TARGET. Nothing may depend on the target but speed and fused multiply-adds. A body of plain
//    loops, whose vectors the compiler makes, begins with `#define WIDE_LOOPS`.
// 3. The Swift table of kernels (KernelTable.swift) names both functions.
// 4. Tests/VectorKernelsTests compares them with their definition in plain Swift.
//
// What a body can use:
//
//     SCALAR, SCALAR_BITS, SIGN_BIT      float or double; the signed integer of its size; its sign
//     BY_SCALAR(f32, f64)                a choice by scalar
//     BY_TARGET(v4, v3, baseline, neon)  a choice by instruction set: sizes of tiles, mostly
//     VECTOR, BITS_VECTOR                LANES scalars, or integers, in VECTOR_BYTES; aligned
//     LOAD(p), STORE(p, v)               a vector at any address that is aligned for a scalar
//     NAME(x)                            x_f32_v4 and so on: functions and types of this instance
//     INLINE, TARGET                     how a helper is declared
//     UNROLLED for, ROLLED for           loops that are unrolled completely, or not at all
//     FUSED for                          a sum of products of scalars, rounded as that of vectors is
//
// Two-sums are in compensated_sum.h, exchanges of lanes in shuffles.h.
#ifndef KERNEL

#include <stdint.h>

#include "VectorKernels.h"
#include "compensated_sum.h"
#include "shuffles.h"

#define PASTE_(a, b, c) a##b##c
#define PASTE(a, b, c) PASTE_(a, b, c)

#define SCALAR BY_SCALAR(float, double)
#define SCALAR_BITS BY_SCALAR(int32_t, int64_t)
#define SIGN_BIT BY_SCALAR(INT32_MIN, INT64_MIN)
#define SCALAR_SUFFIX BY_SCALAR(_f32, _f64)

// The targets: AVX-512, AVX2 with fused multiply-adds, and what every processor of the architecture
// has: SSE2 on x86-64, NEON on arm64. AVX-512 and NEON have 32 registers, the others 16.
#ifdef WIDE_LOOPS
// The named architectures come with a tuning that keeps the compiler's own vectors to half the
// width of AVX-512; the list of their instructions does not.
#define V3 "bmi,bmi2,crc32,cx16,f16c,fma,lzcnt,movbe,popcnt,sahf,avx2"
#define V4 V3 ",avx512f,avx512bw,avx512cd,avx512dq,avx512vl"
#else
#define V3 "arch=x86-64-v3"
#define V4 "arch=x86-64-v4"
#endif
#define TARGET                                                           \
  BY_TARGET(__attribute__((target(V4), min_vector_width(512))), __attribute__((target(V3))), , )
#define VECTOR_BYTES BY_TARGET(64, 32, 16, 16)
#define LANES BY_SCALAR(BY_TARGET(16, 8, 4, 4), BY_TARGET(8, 4, 2, 2))

#define NAME(x) PASTE(x, SCALAR_SUFFIX, BY_TARGET(_v4, _v3, _baseline, _neon))
#define VECTOR NAME(vector)
#define BITS_VECTOR NAME(bits_vector)
#define LOAD(p) (*(const NAME(unaligned_vector) *)(p))
#define STORE(p, v) (*(NAME(unaligned_vector) *)(p) = (v))

#define INLINE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
#define ROLLED _Pragma("clang loop unroll(disable)")
// For arm64 compilers otherwise make vectors of products alone, which are added one after the other
// and so are not fused with the additions.
#define FUSED _Pragma("clang loop vectorize(disable)")

// The choice is a test of two bits in memory, in every call: no dearer than a jump through the
// loader's table, and unlike a resolver that runs in the loader it works with sanitizers and with
// every C library. Bodies are never inlined into it, so that their prologues do not come before it.
#if defined(__x86_64__) && defined(__linux__)
#define CHOOSE(name, arguments)                                                              \
  if (__builtin_cpu_supports("x86-64-v4")) return PASTE(name, SCALAR_SUFFIX, _v4) arguments; \
  if (__builtin_cpu_supports("x86-64-v3")) return PASTE(name, SCALAR_SUFFIX, _v3) arguments;
#else
#define CHOOSE(name, arguments)
#endif
#define BODY_OF(type, name, parameters) \
  TARGET static __attribute__((noinline)) type NAME(name) parameters
#define ENTRY(type, name, parameters, arguments)         \
  BODY_OF(type, name, parameters);                       \
  type PASTE(vk_, name, SCALAR_SUFFIX) parameters {      \
    CHOOSE(name, arguments) return NAME(name) arguments; \
  }
// The public function comes with the last target, which every processor has.
#define KERNEL(type, name, parameters, arguments)     \
  BY_TARGET(, , ENTRY(type, name, parameters, arguments), \
            ENTRY(type, name, parameters, arguments)) \
  BODY_OF(type, name, parameters)

// The list of instances. The file that is compiled goes on as the last of them.
#define BY_SCALAR(f32, f64) f32
#if defined(__x86_64__) && defined(__linux__)
#define BY_TARGET(v4, v3, baseline, neon) v4
#include __BASE_FILE__
#undef BY_TARGET
#define BY_TARGET(v4, v3, baseline, neon) v3
#include __BASE_FILE__
#undef BY_TARGET
#endif
#if defined(__aarch64__)
#define BY_TARGET(v4, v3, baseline, neon) neon
#else
#define BY_TARGET(v4, v3, baseline, neon) baseline
#endif
#include __BASE_FILE__

#undef BY_SCALAR
#define BY_SCALAR(f32, f64) f64
#if defined(__x86_64__) && defined(__linux__)
#undef BY_TARGET
#define BY_TARGET(v4, v3, baseline, neon) v4
#include __BASE_FILE__
#undef BY_TARGET
#define BY_TARGET(v4, v3, baseline, neon) v3
#include __BASE_FILE__
#undef BY_TARGET
#define BY_TARGET(v4, v3, baseline, neon) baseline
#endif

#endif

// For each instance:
typedef SCALAR VECTOR __attribute__((vector_size(VECTOR_BYTES), may_alias));
typedef SCALAR NAME(unaligned_vector)
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(SCALAR)), may_alias));
typedef SCALAR_BITS BITS_VECTOR __attribute__((vector_size(VECTOR_BYTES)));
