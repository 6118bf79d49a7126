// SPDX-License-Identifier: MIT

#include "check.h"

#include <stdlib.h>

// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
uint64_t next_bits(struct check *c) {
  uint64_t z = c->state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

ptrdiff_t below(struct check *c, ptrdiff_t end) {
  return (ptrdiff_t)(next_bits(c) % (uint64_t)end);
}

ptrdiff_t length(struct check *c) {
  switch (below(c, 8)) {
    case 0: return below(c, 3);
    case 1: return 64 * (1 + below(c, 4)) + below(c, 3) - 1;
    default: return below(c, 70);
  }
}

void *memory(struct check *c, ptrdiff_t count, size_t size) {
  const size_t shift = (size_t)below(c, 4) * size;
  char *start = malloc(shift + (size_t)count * size);
  if (!start || c->kept_count == sizeof c->kept / sizeof *c->kept) abort();
  c->kept[c->kept_count++] = start;
  return start + shift;
}

ptrdiff_t *offsets(struct check *c, ptrdiff_t count, ptrdiff_t end) {
  ptrdiff_t *all = memory(c, count, sizeof *all);
  for (ptrdiff_t k = 0; k < count; k++) all[k] = below(c, end);
  return all;
}

ptrdiff_t *places(struct check *c, ptrdiff_t count, ptrdiff_t step) {
  ptrdiff_t *all = memory(c, count, sizeof *all);
  for (ptrdiff_t k = 0; k < count; k++) {
    const ptrdiff_t other = below(c, k + 1);
    all[k] = all[other];
    all[other] = k * step;
  }
  return all;
}

void note_value(struct check *c, double value, double unit) {
  struct results *r = c->results;
  if (r->count + 3 > r->room) {
    r->room = 2 * r->room + 1024;
    r->values = realloc(r->values, r->room * sizeof *r->values);
    if (!r->values) abort();
  }
  r->values[r->count++] = unit;
  r->values[r->count++] = value;
}

void note_integer(struct check *c, int64_t value) {
  // In halves, which a double holds.
  const double unit = c->is_rough ? UNCOMPARED : 0;
  note_value(c, (double)(value >> 32), unit);
  note_value(c, (double)(value & UINT32_MAX), unit);
}
