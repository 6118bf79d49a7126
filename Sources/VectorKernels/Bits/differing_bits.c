// SPDX-License-Identifier: MIT

#define WIDE_LOOPS
#include "../Dispatch/for_each_target.h"

// For words of one size alone.
#if BY_SCALAR(1, 0)

// Places that are counted at once: their counts stay in registers or in the first cache.
#define PLACES 64
// Each group of three words adds at most 24 to a byte.
#define GROUPS_PER_BYTE 10

KERNEL(void, differing_bits,
       (const uint32_t *words, ptrdiff_t count, const uint32_t *pattern, ptrdiff_t taps,
        ptrdiff_t step, uint32_t *restrict counts),
       (words, count, pattern, taps, step, counts)) {
  for (ptrdiff_t start = 0; start < count; start += PLACES) {
    const ptrdiff_t places = count - start < PLACES ? count - start : PLACES;
    uint32_t totals[PLACES] = {0}, bytes[PLACES];
    ptrdiff_t tap = 0;
    while (tap + 3 <= taps) {
      for (ptrdiff_t k = 0; k < PLACES; k++) bytes[k] = 0;
      for (int group = 0; group < GROUPS_PER_BYTE && tap + 3 <= taps; group++, tap += 3) {
        const uint32_t *row = words + start + tap * step;
        const uint32_t p = pattern[tap], q = pattern[tap + 1], r = pattern[tap + 2];
        for (ptrdiff_t k = 0; k < places; k++) {
          const uint32_t a = row[k] ^ p, b = row[k + step] ^ q, c = row[k + 2 * step] ^ r;
          // A full adder for each bit; then the ones and the twos in pairs, nibbles and bytes.
          const uint32_t sum = a ^ b ^ c, carry = (a & b) | ((a ^ b) & c);
          const uint32_t ones = sum - (sum >> 1 & 0x55555555), twos = carry - (carry >> 1 & 0x55555555);
          const uint32_t nibbles = (ones & 0x33333333) + (ones >> 2 & 0x33333333) +
                                   2 * ((twos & 0x33333333) + (twos >> 2 & 0x33333333));
          bytes[k] += (nibbles & 0x0f0f0f0f) + (nibbles >> 4 & 0x0f0f0f0f);
        }
      }
      for (ptrdiff_t k = 0; k < PLACES; k++) {
        const uint32_t pairs = (bytes[k] & 0x00ff00ff) + (bytes[k] >> 8 & 0x00ff00ff);
        totals[k] += (pairs & 0xffff) + (pairs >> 16);
      }
    }
    for (; tap < taps; tap++) {
      for (ptrdiff_t k = 0; k < places; k++) {
        totals[k] += (uint32_t)__builtin_popcount(words[start + tap * step + k] ^ pattern[tap]);
      }
    }
    for (ptrdiff_t k = 0; k < places; k++) counts[start + k] = totals[k];
  }
}

#endif
