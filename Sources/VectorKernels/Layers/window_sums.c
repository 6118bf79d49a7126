// SPDX-License-Identifier: MIT

#define WIDE_LOOPS
#include "../Dispatch/for_each_target.h"

// Up to how many rows for each row of sums it is faster to add them than to double: doubling reads
// and writes each row about twice for each binary digit of the size.
#define FEW_ROWS 5

KERNEL(void, add, (const SCALAR *in, SCALAR *out, size_t count), (in, out, count)) {
  for (size_t x = 0; x < count; x++) out[x] += in[x];
}

KERNEL(int, all_finite, (const SCALAR *in, size_t count), (in, count)) {
  // x - x is 0 for finite numbers alone. In blocks, so that the loop has no branch inside and yet
  // stops early.
  for (size_t start = 0; start < count; start += 4096) {
    const size_t end = count - start < 4096 ? count : start + 4096;
    int others = 0;
    for (size_t x = start; x < end; x++) others |= !(in[x] - in[x] == 0);
    if (others) return 0;
  }
  return 1;
}

// Sums over `size` successive rows, `step` apart, by adding them.
TARGET static __attribute__((noinline)) void NAME(add_few_rows)(
    const SCALAR *rows, size_t columns, size_t size, size_t step, SCALAR *out,
    size_t out_rows) {
  for (size_t i = 0; i < out_rows; i++) {
    const SCALAR *from = rows + i * step * columns;
    SCALAR *to = out + i * columns;
    for (size_t x = 0; x < columns; x++) to[x] = from[x];
    for (size_t h = 1; h < size; h++) {
      const SCALAR *next = from + h * columns;
      for (size_t x = 0; x < columns; x++) to[x] += next[x];
    }
  }
}

// Sums over `size` successive rows, `step` apart, by doubling: after pass p, row y holds the sum
// of 2^p rows from y on, and each binary digit of `size` takes one such sum.
TARGET static __attribute__((noinline)) void NAME(double_rows)(
    SCALAR *rows, size_t columns, size_t size, size_t step, SCALAR *out,
    size_t out_rows) {
  const size_t row_count = (out_rows - 1) * step + size;
  size_t taken = 0;
  for (size_t length = 1; length <= size; length *= 2) {
    if (size & length) {
      for (size_t i = 0; i < out_rows; i++) {
        const SCALAR *from = rows + (i * step + taken) * columns;
        SCALAR *to = out + i * columns;
        if (taken == 0) {
          for (size_t x = 0; x < columns; x++) to[x] = from[x];
        } else {
          for (size_t x = 0; x < columns; x++) to[x] += from[x];
        }
      }
      taken += length;
    }
    if (2 * length <= size) {
      // Rows from row_count - 2·length + 1 on are in no sum of 2·length rows.
      for (size_t x = 0; x < (row_count - 2 * length + 1) * columns; x++) {
        rows[x] += rows[x + length * columns];
      }
    }
  }
}

// Sums over `size` neighbours of one row, `step` apart, by doubling.
TARGET static __attribute__((noinline)) void NAME(double_columns)(
    SCALAR *row, size_t columns, size_t size, size_t step, SCALAR *out,
    size_t out_columns) {
  size_t taken = 0;
  for (size_t length = 1; length <= size; length *= 2) {
    if (size & length) {
      if (taken == 0 && step == 1) {
        for (size_t j = 0; j < out_columns; j++) out[j] = row[j];
      } else if (taken == 0) {
        for (size_t j = 0; j < out_columns; j++) out[j] = row[j * step];
      } else if (step == 1) {
        for (size_t j = 0; j < out_columns; j++) out[j] += row[j + taken];
      } else {
        for (size_t j = 0; j < out_columns; j++) out[j] += row[j * step + taken];
      }
      taken += length;
    }
    if (2 * length <= size) {
      for (size_t x = 0; x < columns - 2 * length + 1; x++) row[x] += row[x + length];
    }
  }
}

KERNEL(void, row_sums,
       (SCALAR *row, size_t columns, size_t size, SCALAR *out, size_t out_columns),
       (row, columns, size, out, out_columns)) {
  NAME(double_columns)(row, columns, size, 1, out, out_columns);
}

KERNEL(void, window_sums,
       (SCALAR *rows, size_t columns, size_t size, size_t step, SCALAR *out,
        size_t out_rows, size_t out_columns, size_t out_stride, double divisor,
        SCALAR *scratch),
       (rows, columns, size, step, out, out_rows, out_columns, out_stride, divisor, scratch)) {
  SCALAR *const sums = scratch + columns;
  if (size <= FEW_ROWS * step) {
    NAME(add_few_rows)(rows, columns, size, step, sums, out_rows);
  } else {
    NAME(double_rows)(rows, columns, size, step, sums, out_rows);
  }
  for (size_t i = 0; i < out_rows; i++) {
    SCALAR *to = out + i * out_stride;
    NAME(double_columns)(sums + i * columns, columns, size, step, to, out_columns);
    for (size_t j = 0; j < out_columns && divisor != 1; j++) to[j] /= (SCALAR)divisor;
  }
}
