// SPDX-License-Identifier: MIT

#include "../Dispatch/for_each_target.h"

// a · b is fused with the addition where the machine can; no other rounding may change.
#pragma clang fp contract(fast)

// How many taps are summed in registers before the sum is put away: partial sums of 64 keep the
// error growing with 64 + n/64 and not with n, and putting away costs three per cent.
#define TAPS_AT_ONCE 64
// How many tiles take turns: three are the 21 displacements of a row of FlowNet's layer.
#define TILES_AT_ONCE 3

// A tile is the sums of so many rows of a with so many of b, a vector each: 21 sums, 3 rows of a
// and 7 of b are 31 registers (the compiler loads all rows first); 12 sums, 2 rows of a and one of
// b are 15 of AVX2, where products are fused.
#define TILE_A BY_TARGET(3, 2, 2, 3)
#define TILE_B BY_TARGET(7, 6, 4, 7)

enum NAME(function) {
  NAME(product),
  NAME(difference),
  NAME(sign),
  NAME(reversed_sign),
};

// Whether a count, below 2⁶³, is a power of two.
INLINE int NAME(is_power_of_two)(double count) {
  const uint64_t whole = (uint64_t)count;
  return (double)whole == count && (whole & (whole - 1)) == 0;
}

// Adds to `totals` the sums of R rows of a with K rows of b, in the lanes from x on, over the taps
// from begin on: at most TAPS_AT_ONCE of them.
INLINE void NAME(lane_tile)(
    const SCALAR *a, const SCALAR *b, const SCALAR *centre, const struct vk_lane_job *job,
    size_t r0, size_t k0, size_t x, size_t begin, VECTOR *totals, const size_t R,
    const size_t K, const enum NAME(function) function) {
  const SCALAR *a_row[TILE_A];
  const SCALAR *b_row[TILE_B];
  for (size_t r = 0; r < R; r++) a_row[r] = a + job->a_rows[r0 + r] + x;
  for (size_t k = 0; k < K; k++) b_row[k] = b + job->b_rows[k0 + k] + x;
  const ptrdiff_t *const a_taps = job->a_taps;
  const ptrdiff_t *const b_taps = job->b_taps;
  VECTOR middle[TILE_A][TILE_B];
  if (function >= NAME(sign)) {
    const size_t lanes = job->width - x < LANES ? job->width - x : LANES;
    VECTOR parts[TILE_A * TILE_B];
    ROLLED for (size_t i = 0; i < R * K; i++) {
      const SCALAR *from = centre + job->out_rows[(r0 + i / K) * job->b_count + k0 + i % K] + x;
      parts[i] = (VECTOR){0};
      __builtin_memcpy(&parts[i], from, lanes * sizeof(SCALAR));
    }
    UNROLLED for (size_t r = 0; r < R; r++) {
      UNROLLED for (size_t k = 0; k < K; k++) middle[r][k] = parts[r * K + k];
    }
  }
  const size_t end =
      job->tap_count - begin < TAPS_AT_ONCE ? job->tap_count : begin + TAPS_AT_ONCE;
  VECTOR sum[TILE_A][TILE_B];
  UNROLLED for (size_t r = 0; r < R; r++) {
    UNROLLED for (size_t k = 0; k < K; k++) sum[r][k] = (VECTOR){0};
  }
  ROLLED for (ptrdiff_t t = begin; t < end; t++) {
    VECTOR left[TILE_A];
    UNROLLED for (size_t r = 0; r < R; r++) left[r] = LOAD(a_row[r] + a_taps[t]);
    UNROLLED for (size_t k = 0; k < K; k++) {
      const VECTOR right = LOAD(b_row[k] + b_taps[t]);
      UNROLLED for (size_t r = 0; r < R; r++) {
        if (function == NAME(product)) {
          sum[r][k] += left[r] * right;
        } else if (function == NAME(difference)) {
          sum[r][k] += __builtin_elementwise_abs(left[r] - right);
        } else {
          const BITS_VECTOR keeps = function == NAME(sign)
                                        ? (BITS_VECTOR)(middle[r][k] >= right)
                                        : ~(BITS_VECTOR)(right >= middle[r][k]);
          sum[r][k] += (VECTOR)((BITS_VECTOR)left[r] ^ (~keeps & SIGN_BIT));
        }
      }
    }
  }
  UNROLLED for (size_t r = 0; r < R; r++) {
    UNROLLED for (size_t k = 0; k < K; k++) totals[r * K + k] += sum[r][k];
  }
}

// Reads what the sums of a tile are added to, or writes them.
INLINE void NAME(move_tile)(
    SCALAR *out, const struct vk_lane_job *job, size_t r0, size_t k0, size_t x,
    VECTOR *totals, size_t R, size_t K, const int writes) {
  const size_t lanes = job->width - x < LANES ? job->width - x : LANES;
  // Powers of two have exact inverses, and a product takes a tenth of the time.
  const SCALAR inverse = (SCALAR)(1 / job->divisor);
  const int exact = NAME(is_power_of_two)(job->divisor);
  ROLLED for (size_t r = 0; r < R; r++) {
    const ptrdiff_t *rows = job->out_rows + (r0 + r) * job->b_count + k0;
    ROLLED for (size_t k = 0; k < K; k++) {
      SCALAR *place = out + rows[k] + x;
      VECTOR *total = totals + r * K + k;
      if (writes) {
        const VECTOR value = exact ? *total * inverse : *total / (SCALAR)job->divisor;
        if (lanes == LANES) {
          STORE(place, value);
        } else {
          __builtin_memcpy(place, &value, lanes * sizeof(SCALAR));
        }
      } else {
        // Long before they are written: fetching the places then would stop everything.
        __builtin_prefetch(place, 1);
        __builtin_prefetch(place + lanes - 1, 1);
        *total = (VECTOR){0};
        if (job->accumulate) __builtin_memcpy(total, place, lanes * sizeof(SCALAR));
      }
    }
  }
}

INLINE void NAME(lane_rows)(
    const SCALAR *a, const SCALAR *b, const SCALAR *centre, SCALAR *out,
    const struct vk_lane_job *job, const enum NAME(function) function) {
  // The sign kernel keeps its centres in registers beside its sums.
  const size_t most = function >= NAME(sign) ? TILE_B / 2 : TILE_B;
  // Blocks of equal size, to within one: 21 rows are 7 + 7 + 7 and not 8 + 8 + 5.
  const size_t blocks = (job->b_count + most - 1) / most;
#define FIRST(block) (job->b_count * (block) / blocks)
#define COUNT(block) (FIRST(block + 1) - FIRST(block))
  // A few tiles take turns, part by part of the taps, so that each part of a and b stays in the
  // first cache for all of them.
  VECTOR totals[TILES_AT_ONCE][TILE_A * TILE_B];
  for (size_t x = 0; x < job->width; x += LANES) {
    for (size_t r = 0; r < job->a_count; r += TILE_A) {
      const size_t rows = job->a_count - r < TILE_A ? job->a_count - r : TILE_A;
      for (size_t start = 0; start < blocks; start += TILES_AT_ONCE) {
        const size_t stop = blocks - start < TILES_AT_ONCE ? blocks : start + TILES_AT_ONCE;
#define MOVE(block, writes)                                                                 \
  NAME(move_tile)(out, job, r, FIRST(block), x, totals[block - start], rows, COUNT(block),    \
                  writes)
        for (size_t block = start; block < stop; block++) MOVE(block, 0);
        for (size_t begin = 0; begin < job->tap_count; begin += TAPS_AT_ONCE) {
          for (size_t block = start; block < stop; block++) {
            const size_t k = FIRST(block);
#define TILE(R, K) \
  NAME(lane_tile)(a, b, centre, job, r, k, x, begin, totals[block - start], R, K, function)
#define ROWS(K)                              \
  case K:                                    \
    if (K <= most) {                         \
      if (rows == 1) {                       \
        TILE(1, K);                          \
      } else if (rows == 2 && TILE_A > 2) {  \
        TILE(2, K);                          \
      } else {                               \
        TILE(TILE_A, K);                     \
      }                                      \
    }                                        \
    break
            switch (FIRST(block + 1) - k) {
              ROWS(1);
              ROWS(2);
              ROWS(3);
              ROWS(4);
              ROWS(5);
              ROWS(6);
              ROWS(7);
            }
          }
        }
        for (size_t block = start; block < stop; block++) MOVE(block, 1);
      }
    }
  }
}

KERNEL(void, lane_products,
       (const SCALAR *a, const SCALAR *b, SCALAR *out, const struct vk_lane_job *job),
       (a, b, out, job)) {
  NAME(lane_rows)(a, b, NULL, out, job, NAME(product));
}

KERNEL(void, lane_differences,
       (const SCALAR *a, const SCALAR *b, SCALAR *out, const struct vk_lane_job *job),
       (a, b, out, job)) {
  NAME(lane_rows)(a, b, NULL, out, job, NAME(difference));
}

KERNEL(void, lane_signs,
       (const SCALAR *a, const SCALAR *b, const SCALAR *centre, SCALAR *out,
        const struct vk_lane_job *job, int reversed),
       (a, b, centre, out, job, reversed)) {
  if (reversed) {
    NAME(lane_rows)(a, b, centre, out, job, NAME(reversed_sign));
  } else {
    NAME(lane_rows)(a, b, centre, out, job, NAME(sign));
  }
}
