// SPDX-License-Identifier: MIT

// What a case of a kernel is made of: random sizes and numbers, memory that is as large as the
// header says and no larger, and a note of what came out.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// What is the same on every instruction set and architecture.
enum promise {
  /// All bits of the results.
  SAME_BITS,
  /// All bits, among those that fuse products with additions; on others what is within rounding.
  SAME_WHERE_FUSED,
  /// What is within rounding: the order of a sum depends on the length of vectors, or it is left
  /// to the compiler which products are fused.
  SAME_BUT_FOR_ROUNDING,
};

/// Results of a kernel, one case after the other: for each the unit that its differences are counted
/// in, and its value. The unit is 0 where there may be none, and UNCOMPARED where numbers are so
/// rough that only the same operations have the same results.
struct results {
  double *values;
  size_t count, room;
};

#define UNCOMPARED (-1.0)

struct check {
  uint64_t state;
  /// Whether numbers are of any magnitude, with NaN, infinities, and subnormal numbers among them.
  int is_rough;
  struct results *results;
  void *kept[32];
  int kept_count;
};

struct kernel_check {
  const char *name;
  enum promise promise;
  void (*run)(struct check *);
};

/// The kernels of each precision, up to one without a name.
extern const struct kernel_check checks_f32[], checks_f64[];

/// The next 64 random bits, and an integer below `end`, which is above 0.
uint64_t next_bits(struct check *c);
ptrdiff_t below(struct check *c, ptrdiff_t end);

/// A length: most often one that fills a few vectors or none.
ptrdiff_t length(struct check *c);

/// Memory of this size, until the end of the case, which may begin off the usual alignment.
void *memory(struct check *c, ptrdiff_t count, size_t size);

/// As many integers below `end`.
ptrdiff_t *offsets(struct check *c, ptrdiff_t count, ptrdiff_t end);

/// Multiples of `step`, each once, in random order.
ptrdiff_t *places(struct check *c, ptrdiff_t count, ptrdiff_t step);

void note_value(struct check *c, double value, double unit);

/// An integer, which has to be the same.
void note_integer(struct check *c, int64_t value);
