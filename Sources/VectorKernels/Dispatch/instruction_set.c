// SPDX-License-Identifier: MIT

#include "VectorKernels.h"

const char *vk_instruction_set(void) {
#if defined(__x86_64__) && defined(__linux__)
  // The tests of for_each_target.h.
  if (__builtin_cpu_supports("x86-64-v4")) return "AVX-512";
  if (__builtin_cpu_supports("x86-64-v3")) return "AVX2";
#endif
#if defined(__aarch64__)
  return "NEON";
#else
  return "plain";
#endif
}
