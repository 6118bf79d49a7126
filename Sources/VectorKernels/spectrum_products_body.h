// One variant of the spectrum products. Parameters: SCALAR, SCALAR_NAME, TARGET, TARGET_NAME,
// VECTOR_BYTES, and the tile of sums TILE_A x TILE_B.

typedef SCALAR VARIANT(lanes) __attribute__((vector_size(VECTOR_BYTES)));
typedef SCALAR VARIANT(loose_lanes)
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(SCALAR)), may_alias));

#define LANES VARIANT(lanes)
#define LOOSE VARIANT(loose_lanes)
#define LANE_COUNT (VECTOR_BYTES / sizeof(SCALAR))

/// The sums of R blocks of a with K blocks of b, in the lanes from x on.
OVERLAP_INLINE void VARIANT(spectrum_tile)(
    const SCALAR *a, const SCALAR *b, SCALAR *out, const struct vk_spectrum_job *job,
    size_t r0, size_t k0, size_t x, const size_t R, const size_t K) {
  const SCALAR *a_row[TILE_A];
  const SCALAR *b_row[TILE_B];
  LANES re[TILE_A][TILE_B], im[TILE_A][TILE_B];
  OVERLAP_UNROLL for (size_t r = 0; r < R; ++r) {
    a_row[r] = a + job->a_rows[r0 + r] + x;
    OVERLAP_UNROLL for (size_t k = 0; k < K; ++k) {
      b_row[k] = b + job->b_rows[k0 + k] + x;
      re[r][k] = (LANES){0};
      im[r][k] = (LANES){0};
    }
  }
  _Pragma("clang loop unroll(disable)") for (size_t t = 0; t < job->tap_count; ++t) {
    const ptrdiff_t at = (ptrdiff_t)t * job->a_step, bt = (ptrdiff_t)t * job->b_step;
    LANES ar[TILE_A], ai[TILE_A];
    OVERLAP_UNROLL for (size_t r = 0; r < R; ++r) {
      ar[r] = *(const LOOSE *)(a_row[r] + at);
      ai[r] = *(const LOOSE *)(a_row[r] + at + VK_SPECTRUM_BLOCK);
    }
    OVERLAP_UNROLL for (size_t k = 0; k < K; ++k) {
      const LANES br = *(const LOOSE *)(b_row[k] + bt);
      const LANES bi = *(const LOOSE *)(b_row[k] + bt + VK_SPECTRUM_BLOCK);
      OVERLAP_UNROLL for (size_t r = 0; r < R; ++r) {
        re[r][k] += ar[r] * br;
        im[r][k] += ar[r] * bi;
        re[r][k] += ai[r] * bi;
        im[r][k] -= ai[r] * br;
      }
    }
  }
  OVERLAP_UNROLL for (size_t r = 0; r < R; ++r) {
    OVERLAP_UNROLL for (size_t k = 0; k < K; ++k) {
      SCALAR *to = out + job->out_rows[(r0 + r) * job->b_count + k0 + k] + x;
      *(LOOSE *)to = re[r][k];
      *(LOOSE *)(to + VK_SPECTRUM_BLOCK) = im[r][k];
    }
  }
}

TARGET static void VARIANT(spectrum_products)(
    const SCALAR *a, const SCALAR *b, SCALAR *out, const struct vk_spectrum_job *job) {
  for (size_t x = 0; x < VK_SPECTRUM_BLOCK; x += LANE_COUNT) {
    size_t r = 0;
    while (r < job->a_count) {
      const size_t rows = job->a_count - r < TILE_A ? 1 : TILE_A;
      size_t k = 0;
      while (k < job->b_count) {
        const size_t count = job->b_count - k < TILE_B ? 1 : TILE_B;
        if (rows == TILE_A) {
          if (count == TILE_B) {
            VARIANT(spectrum_tile)(a, b, out, job, r, k, x, TILE_A, TILE_B);
          } else {
            VARIANT(spectrum_tile)(a, b, out, job, r, k, x, TILE_A, 1);
          }
        } else if (count == TILE_B) {
          VARIANT(spectrum_tile)(a, b, out, job, r, k, x, 1, TILE_B);
        } else {
          VARIANT(spectrum_tile)(a, b, out, job, r, k, x, 1, 1);
        }
        k += count;
      }
      r += rows;
    }
  }
}

#undef LANES
#undef LOOSE
#undef LANE_COUNT
#undef TARGET
#undef TARGET_NAME
#undef VECTOR_BYTES
#undef TILE_A
#undef TILE_B
