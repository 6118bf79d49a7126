// One variant of the lane kernels. Parameters: SCALAR, SCALAR_NAME, SCALAR_BITS (a signed integer
// of its size), TARGET, TARGET_NAME, VECTOR_BYTES, and the tile of sums TILE_A x TILE_B.

typedef SCALAR VARIANT(lanes) __attribute__((vector_size(VECTOR_BYTES)));
typedef SCALAR VARIANT(loose_lanes)
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(SCALAR)), may_alias));
typedef SCALAR_BITS VARIANT(lane_bits) __attribute__((vector_size(VECTOR_BYTES)));

#define LANES VARIANT(lanes)
#define LOOSE VARIANT(loose_lanes)
#define BITS VARIANT(lane_bits)
#define LANE_COUNT (VECTOR_BYTES / sizeof(SCALAR))

/// Adds to `totals` the sums of R rows of a with K rows of b, in the lanes from x on, over the taps
/// from begin on: at most TAPS_AT_ONCE of them.
OVERLAP_INLINE void VARIANT(lane_tile)(
    const SCALAR *a, const SCALAR *b, const SCALAR *centre, const struct vk_lane_job *job,
    size_t r0, size_t k0, size_t x, size_t begin, LANES *totals, const size_t R, const size_t K,
    const enum lane_function function) {
  const SCALAR *a_row[TILE_A];
  const SCALAR *b_row[TILE_B];
  for (size_t r = 0; r < R; ++r) a_row[r] = a + job->a_rows[r0 + r] + x;
  for (size_t k = 0; k < K; ++k) b_row[k] = b + job->b_rows[k0 + k] + x;
  const ptrdiff_t *const a_taps = job->a_taps;
  const ptrdiff_t *const b_taps = job->b_taps;
  LANES middle[TILE_A][TILE_B];
  if (function >= lane_sign) {
    const size_t lanes = job->width - x < LANE_COUNT ? job->width - x : LANE_COUNT;
    LANES parts[TILE_A * TILE_B];
    _Pragma("clang loop unroll(disable)") for (size_t i = 0; i < R * K; ++i) {
      const SCALAR *from = centre + job->out_rows[(r0 + i / K) * job->b_count + k0 + i % K] + x;
      parts[i] = (LANES){0};
      __builtin_memcpy(&parts[i], from, lanes * sizeof(SCALAR));
    }
    OVERLAP_UNROLL for (size_t r = 0; r < R; ++r) {
      OVERLAP_UNROLL for (size_t k = 0; k < K; ++k) middle[r][k] = parts[r * K + k];
    }
  }
  const size_t end =
      job->tap_count - begin < TAPS_AT_ONCE ? job->tap_count : begin + TAPS_AT_ONCE;
  LANES sum[TILE_A][TILE_B];
  OVERLAP_UNROLL for (size_t r = 0; r < R; ++r) {
    OVERLAP_UNROLL for (size_t k = 0; k < K; ++k) sum[r][k] = (LANES){0};
  }
  _Pragma("clang loop unroll(disable)") for (size_t t = begin; t < end; ++t) {
    LANES left[TILE_A];
    OVERLAP_UNROLL for (size_t r = 0; r < R; ++r) {
      left[r] = *(const LOOSE *)(a_row[r] + a_taps[t]);
    }
    OVERLAP_UNROLL for (size_t k = 0; k < K; ++k) {
      const LANES right = *(const LOOSE *)(b_row[k] + b_taps[t]);
      OVERLAP_UNROLL for (size_t r = 0; r < R; ++r) {
        if (function == lane_product) {
          sum[r][k] += left[r] * right;
        } else if (function == lane_difference) {
          sum[r][k] += __builtin_elementwise_abs(left[r] - right);
        } else {
          const BITS keeps = function == lane_sign ? (BITS)(middle[r][k] >= right)
                                                   : ~(BITS)(right >= middle[r][k]);
          sum[r][k] += (LANES)((BITS)left[r] ^ (~keeps & SIGN_BIT));
        }
      }
    }
  }
  OVERLAP_UNROLL for (size_t r = 0; r < R; ++r) {
    OVERLAP_UNROLL for (size_t k = 0; k < K; ++k) totals[r * K + k] += sum[r][k];
  }
}

/// Reads what the sums of a tile are added to, or writes them.
OVERLAP_INLINE void VARIANT(lane_move)(
    SCALAR *out, const struct vk_lane_job *job, size_t r0, size_t k0, size_t x, LANES *totals,
    size_t R, size_t K, const int writes) {
  const size_t lanes = job->width - x < LANE_COUNT ? job->width - x : LANE_COUNT;
  // Powers of two have exact inverses, and a product takes a tenth of the time.
  const SCALAR inverse = (SCALAR)(1 / job->divisor);
  const int exact = is_power_of_two(job->divisor);
  _Pragma("clang loop unroll(disable)") for (size_t r = 0; r < R; ++r) {
    const ptrdiff_t *rows = job->out_rows + (r0 + r) * job->b_count + k0;
    _Pragma("clang loop unroll(disable)") for (size_t k = 0; k < K; ++k) {
      SCALAR *place = out + rows[k] + x;
      LANES *total = totals + r * K + k;
      if (writes) {
        const LANES value = exact ? *total * inverse : *total / (SCALAR)job->divisor;
        if (lanes == LANE_COUNT) {
          *(LOOSE *)place = value;
        } else {
          __builtin_memcpy(place, &value, lanes * sizeof(SCALAR));
        }
      } else {
        // Long before they are written: fetching the places then would stop everything.
        __builtin_prefetch(place, 1);
        __builtin_prefetch(place + lanes - 1, 1);
        *total = (LANES){0};
        if (job->accumulate) __builtin_memcpy(total, place, lanes * sizeof(SCALAR));
      }
    }
  }
}

OVERLAP_INLINE void VARIANT(lane_rows)(
    const SCALAR *a, const SCALAR *b, const SCALAR *centre, SCALAR *out,
    const struct vk_lane_job *job, const enum lane_function function) {
  // The sign kernel keeps its centres in registers beside its sums.
  const size_t most = function >= lane_sign ? TILE_B / 2 : TILE_B;
  // Blocks of equal size, to within one: 21 rows are 7 + 7 + 7 and not 8 + 8 + 5.
  const size_t blocks = (job->b_count + most - 1) / most;
#define FIRST(block) (job->b_count * (block) / blocks)
  // A few tiles take turns, part by part of the taps, so that each part of a and b stays in the
  // first cache for all of them.
  LANES totals[TILES_AT_ONCE][TILE_A * TILE_B];
  for (size_t x = 0; x < job->width; x += LANE_COUNT) {
    for (size_t r = 0; r < job->a_count; r += TILE_A) {
      const size_t rows = job->a_count - r < TILE_A ? job->a_count - r : TILE_A;
      for (size_t start = 0; start < blocks; start += TILES_AT_ONCE) {
        const size_t stop = blocks - start < TILES_AT_ONCE ? blocks : start + TILES_AT_ONCE;
        for (size_t block = start; block < stop; ++block) {
          const size_t k = FIRST(block);
          VARIANT(lane_move)(
              out, job, r, k, x, totals[block - start], rows, FIRST(block + 1) - k, 0);
        }
        for (size_t begin = 0; begin < job->tap_count; begin += TAPS_AT_ONCE) {
          for (size_t block = start; block < stop; ++block) {
            const size_t k = FIRST(block);
#define TILE(R, K) \
  VARIANT(lane_tile)(a, b, centre, job, r, k, x, begin, totals[block - start], R, K, function)
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
              ROWS(8);
            }
#undef ROWS
#undef TILE
          }
        }
        for (size_t block = start; block < stop; ++block) {
          const size_t k = FIRST(block);
          VARIANT(lane_move)(
              out, job, r, k, x, totals[block - start], rows, FIRST(block + 1) - k, 1);
        }
      }
    }
  }
#undef FIRST
}

// a · b is fused with the addition where the machine can; no other rounding may change.
TARGET static void VARIANT(lane_products)(
    const SCALAR *a, const SCALAR *b, SCALAR *out, const struct vk_lane_job *job) {
  VARIANT(lane_rows)(a, b, NULL, out, job, lane_product);
}

TARGET static void VARIANT(lane_differences)(
    const SCALAR *a, const SCALAR *b, SCALAR *out, const struct vk_lane_job *job) {
  VARIANT(lane_rows)(a, b, NULL, out, job, lane_difference);
}

TARGET static void VARIANT(lane_signs)(
    const SCALAR *a, const SCALAR *b, const SCALAR *centre, SCALAR *out,
    const struct vk_lane_job *job, int reversed) {
  if (reversed) {
    VARIANT(lane_rows)(a, b, centre, out, job, lane_reversed_sign);
  } else {
    VARIANT(lane_rows)(a, b, centre, out, job, lane_sign);
  }
}

#undef LANES
#undef LOOSE
#undef BITS
#undef LANE_COUNT
#undef TARGET
#undef TARGET_NAME
#undef VECTOR_BYTES
#undef TILE_A
#undef TILE_B
