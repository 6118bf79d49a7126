// Vectors of real and imaginary parts from vectors of complex numbers, and back.
#pragma once

#define SHUFFLE_JOIN_(name, lanes) name##_##lanes
#define SHUFFLE_JOIN(name, lanes) SHUFFLE_JOIN_(name, lanes)
#define SHUFFLE(name, lanes, p, q) SHUFFLE_JOIN(SHUFFLE_##name, lanes)(p, q)

// EVENS and ODDS: every other lane of p and then of q. LOWS and HIGHS: the lanes of the lower or the
// upper halves of p and q in turns.
#define SHUFFLE_EVENS_16(p, q) \
  __builtin_shufflevector(p, q, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define SHUFFLE_ODDS_16(p, q) \
  __builtin_shufflevector(p, q, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#define SHUFFLE_LOWS_16(p, q) \
  __builtin_shufflevector(p, q, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define SHUFFLE_HIGHS_16(p, q) \
  __builtin_shufflevector(p, q, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define SHUFFLE_EVENS_8(p, q) __builtin_shufflevector(p, q, 0, 2, 4, 6, 8, 10, 12, 14)
#define SHUFFLE_ODDS_8(p, q) __builtin_shufflevector(p, q, 1, 3, 5, 7, 9, 11, 13, 15)
#define SHUFFLE_LOWS_8(p, q) __builtin_shufflevector(p, q, 0, 8, 1, 9, 2, 10, 3, 11)
#define SHUFFLE_HIGHS_8(p, q) __builtin_shufflevector(p, q, 4, 12, 5, 13, 6, 14, 7, 15)
#define SHUFFLE_EVENS_4(p, q) __builtin_shufflevector(p, q, 0, 2, 4, 6)
#define SHUFFLE_ODDS_4(p, q) __builtin_shufflevector(p, q, 1, 3, 5, 7)
#define SHUFFLE_LOWS_4(p, q) __builtin_shufflevector(p, q, 0, 4, 1, 5)
#define SHUFFLE_HIGHS_4(p, q) __builtin_shufflevector(p, q, 2, 6, 3, 7)
#define SHUFFLE_EVENS_2(p, q) __builtin_shufflevector(p, q, 0, 2)
#define SHUFFLE_ODDS_2(p, q) __builtin_shufflevector(p, q, 1, 3)
#define SHUFFLE_LOWS_2(p, q) __builtin_shufflevector(p, q, 0, 2)
#define SHUFFLE_HIGHS_2(p, q) __builtin_shufflevector(p, q, 1, 3)

// By the lanes of a vector and the numbers in a block of it, which is 16 bytes. UNPACK_LOW and
// UNPACK_HIGH: numbers of p and q in turns, from the lower or the upper halves of their blocks.
// EVEN_BLOCKS and ODD_BLOCKS: every other block of p and then of q.
#define SHUFFLE_UNPACK_LOW_16_4(p, q) \
  __builtin_shufflevector(p, q, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define SHUFFLE_UNPACK_HIGH_16_4(p, q) \
  __builtin_shufflevector(p, q, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define SHUFFLE_EVEN_BLOCKS_16_4(p, q) \
  __builtin_shufflevector(p, q, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define SHUFFLE_ODD_BLOCKS_16_4(p, q) \
  __builtin_shufflevector(p, q, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#define SHUFFLE_UNPACK_LOW_8_4(p, q) \
  __builtin_shufflevector(p, q, 0, 8, 1, 9, 4, 12, 5, 13)
#define SHUFFLE_UNPACK_HIGH_8_4(p, q) \
  __builtin_shufflevector(p, q, 2, 10, 3, 11, 6, 14, 7, 15)
#define SHUFFLE_EVEN_BLOCKS_8_4(p, q) \
  __builtin_shufflevector(p, q, 0, 1, 2, 3, 8, 9, 10, 11)
#define SHUFFLE_ODD_BLOCKS_8_4(p, q) \
  __builtin_shufflevector(p, q, 4, 5, 6, 7, 12, 13, 14, 15)
#define SHUFFLE_UNPACK_LOW_4_4(p, q) \
  __builtin_shufflevector(p, q, 0, 4, 1, 5)
#define SHUFFLE_UNPACK_HIGH_4_4(p, q) \
  __builtin_shufflevector(p, q, 2, 6, 3, 7)
#define SHUFFLE_UNPACK_LOW_8_2(p, q) \
  __builtin_shufflevector(p, q, 0, 8, 2, 10, 4, 12, 6, 14)
#define SHUFFLE_UNPACK_HIGH_8_2(p, q) \
  __builtin_shufflevector(p, q, 1, 9, 3, 11, 5, 13, 7, 15)
#define SHUFFLE_EVEN_BLOCKS_8_2(p, q) \
  __builtin_shufflevector(p, q, 0, 1, 4, 5, 8, 9, 12, 13)
#define SHUFFLE_ODD_BLOCKS_8_2(p, q) \
  __builtin_shufflevector(p, q, 2, 3, 6, 7, 10, 11, 14, 15)
#define SHUFFLE_UNPACK_LOW_4_2(p, q) \
  __builtin_shufflevector(p, q, 0, 4, 2, 6)
#define SHUFFLE_UNPACK_HIGH_4_2(p, q) \
  __builtin_shufflevector(p, q, 1, 5, 3, 7)
#define SHUFFLE_EVEN_BLOCKS_4_2(p, q) \
  __builtin_shufflevector(p, q, 0, 1, 4, 5)
#define SHUFFLE_ODD_BLOCKS_4_2(p, q) \
  __builtin_shufflevector(p, q, 2, 3, 6, 7)
#define SHUFFLE_UNPACK_LOW_2_2(p, q) \
  __builtin_shufflevector(p, q, 0, 2)
#define SHUFFLE_UNPACK_HIGH_2_2(p, q) \
  __builtin_shufflevector(p, q, 1, 3)

// By the lanes of a vector. FROM_4, FROM_8 and FROM_12: as many lanes of p and then q, from the one with
// this index on.
#define SHUFFLE_FROM_4_16(p, q) \
  __builtin_shufflevector(p, q, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)
#define SHUFFLE_FROM_8_16(p, q) \
  __builtin_shufflevector(p, q, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)
#define SHUFFLE_FROM_12_16(p, q) \
  __builtin_shufflevector(p, q, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27)
#define SHUFFLE_FROM_4_8(p, q) __builtin_shufflevector(p, q, 4, 5, 6, 7, 8, 9, 10, 11)
