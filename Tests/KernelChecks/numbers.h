// SPDX-License-Identifier: MIT

// Numbers of one precision: included for each, with SCALAR and NAME.

// Tame numbers are between -1 and 1; rough ones any pattern of bits, or special.
static SCALAR NAME(number)(struct check *c) {
  const uint64_t bits = next_bits(c);
  const SCALAR tame = (SCALAR)((int64_t)(bits >> 10) - (INT64_C(1) << 53)) / (SCALAR)0x1p53;
  if (!c->is_rough) return tame;
  const SCALAR special[] = {
      (SCALAR)__builtin_nan(""), (SCALAR)__builtin_inf(), -(SCALAR)__builtin_inf(), 0, -(SCALAR)0,
      LARGEST, -LARGEST, SMALLEST, -SMALLEST, LARGEST / 3};
  switch (bits % 16) {
    case 0: return special[(bits >> 8) % (sizeof special / sizeof *special)];
    case 1: {
      SCALAR any;
      const uint64_t other = next_bits(c);
      __builtin_memcpy(&any, &other, sizeof any);
      return any;
    }
    case 2: return tame * SMALLEST * 1000;
    case 3: return tame * LARGEST;
    default: return tame;
  }
}

// Numbers, and `beyond` NaN that may be read and not used.
static SCALAR *NAME(numbers_beyond)(struct check *c, ptrdiff_t count, ptrdiff_t beyond) {
  SCALAR *x = memory(c, count + beyond, sizeof *x);
  for (ptrdiff_t k = 0; k < count; k++) x[k] = NAME(number)(c);
  for (ptrdiff_t k = count; k < count + beyond; k++) x[k] = (SCALAR)__builtin_nan("");
  return x;
}

static SCALAR *NAME(numbers)(struct check *c, ptrdiff_t count) {
  return NAME(numbers_beyond)(c, count, 0);
}

// Notes results, whose differences are counted in units of rounding of the largest.
static void NAME(note)(struct check *c, const SCALAR *y, ptrdiff_t count) {
  double largest = 0;
  for (ptrdiff_t k = 0; k < count; k++) {
    const double size = y[k] < 0 ? -(double)y[k] : (double)y[k];
    if (size > largest) largest = size;
  }
  const double unit = c->is_rough ? UNCOMPARED : largest * (double)EPSILON / 2;
  for (ptrdiff_t k = 0; k < count; k++) note_value(c, (double)y[k], unit);
}

static void NAME(note_doubles)(struct check *c, const double *y, ptrdiff_t count) {
  for (ptrdiff_t k = 0; k < count; k++) note_value(c, y[k], c->is_rough ? UNCOMPARED : 0);
}

// Doubles for the kernels that are given them in either precision.
static double *NAME(doubles)(struct check *c, ptrdiff_t count) {
  double *x = memory(c, count, sizeof *x);
  for (ptrdiff_t k = 0; k < count; k++) x[k] = (double)NAME(number)(c);
  return x;
}
