// SPDX-License-Identifier: MIT

#include "../Dispatch/for_each_target.h"

#pragma clang fp contract(fast)

// How many taps are summed in registers before the sum is put away: their weights for eight rows
// (8 KB) and their rows stay in the first-level cache, and the error grows with 256 + n/256.
#define TAPS_AT_ONCE 256

// How many columns all rows are summed for before the next ones: divisible by every tile's width
// but those of odd widths, and few enough for the rows of 256 taps to stay in the cache.
#define WIDTH_AT_ONCE 240

// How many vectors wide the tile of sums is for so many rows. 24 sums and 3 rows fit 32 registers,
// where AVX-512 broadcasts weights from memory; 12 sums, 3 rows and a weight fit 16. Eight rows at
// once are for 32 registers alone.
#define WIDTH_FOR_8 BY_TARGET(3, 0, 0, 3)
#define WIDTH_FOR_4 BY_TARGET(5, 3, 2, 5)
#define WIDTH_FOR_2 BY_TARGET(8, 5, 4, 8)
#define WIDTH_FOR_1 8

// The sums of M rows in V vectors from `in` on; `lanes` says how many of the last vector count.
INLINE void NAME(weighted_tile)(
    const SCALAR *weights, const SCALAR *in, SCALAR *out, const ptrdiff_t *taps,
    size_t tap_count, ptrdiff_t out_stride, size_t lanes, int adds, const size_t M,
    const size_t V) {
  VECTOR sum[8][8];
  UNROLLED for (size_t m = 0; m < M; m++) {
    UNROLLED for (size_t v = 0; v < V; v++) sum[m][v] = (VECTOR){0};
  }
  ROLLED for (size_t t = 0; t < tap_count; t++) {
    const SCALAR *from = in + taps[t];
    VECTOR row[8];
    UNROLLED for (size_t v = 0; v < V; v++) row[v] = LOAD(from + v * LANES);
    UNROLLED for (size_t m = 0; m < M; m++) {
      const SCALAR weight = weights[t * 8 + m];
      UNROLLED for (size_t v = 0; v < V; v++) sum[m][v] += weight * row[v];
    }
  }
  VECTOR parts[64];
  UNROLLED for (size_t m = 0; m < M; m++) {
    UNROLLED for (size_t v = 0; v < V; v++) parts[m * V + v] = sum[m][v];
  }
  ROLLED for (size_t i = 0; i < M * V; i++) {
    SCALAR *to = out + (ptrdiff_t)(i / V) * out_stride + i % V * LANES;
    VECTOR value = parts[i];
    if (i % V + 1 < V || lanes == LANES) {
      if (adds) value += LOAD(to);
      STORE(to, value);
    } else {
      VECTOR old = {0};
      if (adds) {
        __builtin_memcpy(&old, to, lanes * sizeof(SCALAR));
        value += old;
      }
      __builtin_memcpy(to, &value, lanes * sizeof(SCALAR));
    }
  }
}

INLINE void NAME(weighted_block)(
    const SCALAR *weights, const SCALAR *in, SCALAR *out, const struct vk_weighted_job *job,
    size_t begin, size_t end, size_t m, const size_t M, const size_t V,
    size_t *x) {
  const SCALAR *block = weights + (m / 8) * job->block_stride + begin * 8 + m % 8;
  const int adds = job->accumulate || begin > 0;
  SCALAR *to = out + (ptrdiff_t)m * job->out_stride;
  const size_t step = V * LANES;
  while (job->width - *x >= step) {
    NAME(weighted_tile)(block, in + *x, to + *x, job->taps + begin, end - begin, job->out_stride,
                        LANES, adds, M, V);
    *x += step;
  }
  while (V == 1 && *x < job->width) {
    NAME(weighted_tile)(block, in + *x, to + *x, job->taps + begin, end - begin, job->out_stride,
                        job->width - *x, adds, M, 1);
    *x += LANES;
  }
}

KERNEL(void, weighted_rows,
       (const SCALAR *weights, const SCALAR *in, SCALAR *out, const struct vk_weighted_job *job),
       (weights, in, out, job)) {
  size_t begin = 0;
  do {
    const size_t end =
        job->tap_count - begin < TAPS_AT_ONCE ? job->tap_count : begin + TAPS_AT_ONCE;
    for (size_t x0 = 0; x0 < job->width; x0 += WIDTH_AT_ONCE) {
      struct vk_weighted_job part = *job;
      part.width = job->width - x0 < WIDTH_AT_ONCE ? job->width : x0 + WIDTH_AT_ONCE;
      size_t m = 0;
      while (m < job->row_count) {
        const size_t left = job->row_count - m;
        size_t x = x0;
#define BLOCK(M, V) NAME(weighted_block)(weights, in, out, &part, begin, end, m, M, V, &x)
        if (left >= 8 && WIDTH_FOR_8 > 0) {
          BLOCK(8, WIDTH_FOR_8);
          BLOCK(8, 1);
          m += 8;
        } else if (left >= 4) {
          BLOCK(4, WIDTH_FOR_4);
          BLOCK(4, 1);
          m += 4;
        } else if (left >= 2) {
          BLOCK(2, WIDTH_FOR_2);
          BLOCK(2, 1);
          m += 2;
        } else {
          BLOCK(1, WIDTH_FOR_1);
          BLOCK(1, 1);
          m += 1;
        }
      }
    }
    begin = end;
  } while (begin < job->tap_count);
}
