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
