// SPDX-License-Identifier: MIT

#include "instruction_sets.h"

#include <stdlib.h>

#if defined(__x86_64__) && defined(__linux__)

// What __builtin_cpu_supports tests, in each call of a kernel: bits that the compiler's support
// library has set before main from what the processor says of itself.
extern unsigned __cpu_features2[] __attribute__((visibility("hidden")));

// Feature number n is bit n % 32 of word n / 32 - 1.
enum { FEATURE_V3 = 97, FEATURE_V4 = 98 };

static int has_v3(void) { return __builtin_cpu_supports("x86-64-v3") != 0; }
static int has_v4(void) { return __builtin_cpu_supports("x86-64-v4") != 0; }

static int machine_count(void) { return !has_v3() ? 1 : !has_v4() ? 2 : 3; }

static void set_feature(int feature, int is_there) {
  volatile unsigned *word = &__cpu_features2[feature / 32 - 1];
  const unsigned bit = 1u << feature % 32;
  *word = is_there ? *word | bit : *word & ~bit;
}

int instruction_set_count(void) {
  // Of the machine, whatever has been chosen since.
  static int count;
  if (count == 0) count = machine_count();
  return count;
}

const char *instruction_set_name(enum instruction_set set) {
  return set == INSTRUCTIONS_AVX512 ? "AVX-512" : set == INSTRUCTIONS_AVX2 ? "AVX2" : "plain";
}

int instruction_set_fuses(enum instruction_set set) { return set != INSTRUCTIONS_OF_ALL; }

void use_instruction_set(enum instruction_set set) {
  if ((int)set >= instruction_set_count()) abort();
  set_feature(FEATURE_V3, set >= INSTRUCTIONS_AVX2);
  set_feature(FEATURE_V4, set >= INSTRUCTIONS_AVX512);
  // A support library with other numbers has to be noticed.
  if (machine_count() != (int)set + 1) abort();
}

#else

int instruction_set_count(void) { return 1; }

const char *instruction_set_name(enum instruction_set set) {
#if defined(__aarch64__)
  return "NEON";
#else
  return "plain";
#endif
}

int instruction_set_fuses(enum instruction_set set) {
#if defined(__aarch64__)
  return 1;
#else
  return 0;
#endif
}

void use_instruction_set(enum instruction_set set) {
  if (set != INSTRUCTIONS_OF_ALL) abort();
}

#endif
