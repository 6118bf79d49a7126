// SPDX-License-Identifier: MIT

#include "../Dispatch/for_each_target.h"

#pragma clang fp contract(fast)

// Rows of a and of b whose products are summed together. 24 sums, 6 parts of a and 2 of b are 32
// registers; 8 sums, 4 parts of a and 2 of b fit 16.
#define TILE_A BY_TARGET(3, 2, 2, 3)
#define TILE_B BY_TARGET(4, 2, 2, 4)

// The sums of R blocks of a with K blocks of b, in the lanes from x on.
INLINE void NAME(spectrum_tile)(
    const SCALAR *a, const SCALAR *b, SCALAR *out, const struct vk_spectrum_job *job,
    size_t r0, size_t k0, size_t x, const size_t R, const size_t K) {
  const SCALAR *a_row[TILE_A];
  const SCALAR *b_row[TILE_B];
  VECTOR re[TILE_A][TILE_B], im[TILE_A][TILE_B];
  UNROLLED for (size_t r = 0; r < R; r++) {
    a_row[r] = a + job->a_rows[r0 + r] + x;
    UNROLLED for (size_t k = 0; k < K; k++) {
      b_row[k] = b + job->b_rows[k0 + k] + x;
      re[r][k] = (VECTOR){0};
      im[r][k] = (VECTOR){0};
    }
  }
  ROLLED for (size_t t = 0; t < job->tap_count; t++) {
    const ptrdiff_t at = (ptrdiff_t)t * job->a_step, bt = (ptrdiff_t)t * job->b_step;
    VECTOR ar[TILE_A], ai[TILE_A];
    UNROLLED for (size_t r = 0; r < R; r++) {
      ar[r] = LOAD(a_row[r] + at);
      ai[r] = LOAD(a_row[r] + at + VK_SPECTRUM_BLOCK);
    }
    UNROLLED for (size_t k = 0; k < K; k++) {
      const VECTOR br = LOAD(b_row[k] + bt), bi = LOAD(b_row[k] + bt + VK_SPECTRUM_BLOCK);
      UNROLLED for (size_t r = 0; r < R; r++) {
        re[r][k] += ar[r] * br;
        im[r][k] += ar[r] * bi;
        re[r][k] += ai[r] * bi;
        im[r][k] -= ai[r] * br;
      }
    }
  }
  UNROLLED for (size_t r = 0; r < R; r++) {
    UNROLLED for (size_t k = 0; k < K; k++) {
      SCALAR *to = out + job->out_rows[(r0 + r) * job->b_count + k0 + k] + x;
      STORE(to, re[r][k]);
      STORE(to + VK_SPECTRUM_BLOCK, im[r][k]);
    }
  }
}

KERNEL(void, spectrum_products,
       (const SCALAR *a, const SCALAR *b, SCALAR *out, const struct vk_spectrum_job *job),
       (a, b, out, job)) {
  for (size_t x = 0; x < VK_SPECTRUM_BLOCK; x += LANES) {
    for (size_t r = 0, rows; r < job->a_count; r += rows) {
      rows = job->a_count - r < TILE_A ? 1 : TILE_A;
      for (size_t k = 0, count; k < job->b_count; k += count) {
        count = job->b_count - k < TILE_B ? 1 : TILE_B;
        if (rows == TILE_A) {
          if (count == TILE_B) {
            NAME(spectrum_tile)(a, b, out, job, r, k, x, TILE_A, TILE_B);
          } else {
            NAME(spectrum_tile)(a, b, out, job, r, k, x, TILE_A, 1);
          }
        } else if (count == TILE_B) {
          NAME(spectrum_tile)(a, b, out, job, r, k, x, 1, TILE_B);
        } else {
          NAME(spectrum_tile)(a, b, out, job, r, k, x, 1, 1);
        }
      }
    }
  }
}
