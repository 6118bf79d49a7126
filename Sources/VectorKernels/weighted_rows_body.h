// One variant of the weighted row sums. Parameters: SCALAR, SCALAR_NAME, TARGET, TARGET_NAME,
// VECTOR_BYTES, and WIDTH_FOR_8, _4, _2 and _1: how many vectors wide the tile of sums is for so
// many rows.

typedef SCALAR VARIANT(lanes) __attribute__((vector_size(VECTOR_BYTES)));
typedef SCALAR VARIANT(loose_lanes)
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(SCALAR)), may_alias));

#define LANES VARIANT(lanes)
#define LOOSE VARIANT(loose_lanes)
#define LANE_COUNT (VECTOR_BYTES / sizeof(SCALAR))

/// The sums of M rows in V vectors from `in` on; `lanes` says how many of the last vector count.
OVERLAP_INLINE void VARIANT(weighted_tile)(
    const SCALAR *weights, const SCALAR *in, SCALAR *out, const ptrdiff_t *taps, size_t tap_count,
    ptrdiff_t out_stride, size_t lanes, int adds, const size_t M, const size_t V) {
  LANES sum[8][8];
  OVERLAP_UNROLL for (size_t m = 0; m < M; ++m) {
    OVERLAP_UNROLL for (size_t v = 0; v < V; ++v) sum[m][v] = (LANES){0};
  }
  _Pragma("clang loop unroll(disable)") for (size_t t = 0; t < tap_count; ++t) {
    const SCALAR *from = in + taps[t];
    LANES row[8];
    OVERLAP_UNROLL for (size_t v = 0; v < V; ++v) {
      row[v] = *(const LOOSE *)(from + v * LANE_COUNT);
    }
    OVERLAP_UNROLL for (size_t m = 0; m < M; ++m) {
      const SCALAR weight = weights[t * 8 + m];
      OVERLAP_UNROLL for (size_t v = 0; v < V; ++v) sum[m][v] += weight * row[v];
    }
  }
  LANES parts[64];
  OVERLAP_UNROLL for (size_t m = 0; m < M; ++m) {
    OVERLAP_UNROLL for (size_t v = 0; v < V; ++v) parts[m * V + v] = sum[m][v];
  }
  _Pragma("clang loop unroll(disable)") for (size_t i = 0; i < M * V; ++i) {
    SCALAR *to = out + (ptrdiff_t)(i / V) * out_stride + (i % V) * LANE_COUNT;
    LANES value = parts[i];
    if (i % V + 1 < V || lanes == LANE_COUNT) {
      if (adds) value += *(const LOOSE *)to;
      *(LOOSE *)to = value;
    } else {
      LANES old = {0};
      if (adds) {
        __builtin_memcpy(&old, to, lanes * sizeof(SCALAR));
        value += old;
      }
      __builtin_memcpy(to, &value, lanes * sizeof(SCALAR));
    }
  }
}

OVERLAP_INLINE void VARIANT(weighted_block)(
    const SCALAR *weights, const SCALAR *in, SCALAR *out, const struct vk_weighted_job *job,
    size_t begin, size_t end, size_t m, const size_t M, const size_t V, size_t *x) {
  const SCALAR *block = weights + (m / 8) * job->block_stride + begin * 8 + m % 8;
  const int adds = job->accumulate || begin > 0;
  SCALAR *to = out + (ptrdiff_t)m * job->out_stride;
  const size_t step = V * LANE_COUNT;
  while (job->width - *x >= step) {
    VARIANT(weighted_tile)(
        block, in + *x, to + *x, job->taps + begin, end - begin, job->out_stride, LANE_COUNT, adds,
        M, V);
    *x += step;
  }
  while (V == 1 && *x < job->width) {
    VARIANT(weighted_tile)(
        block, in + *x, to + *x, job->taps + begin, end - begin, job->out_stride, job->width - *x,
        adds, M, 1);
    *x += LANE_COUNT;
  }
}

TARGET static void VARIANT(weighted_rows)(
    const SCALAR *weights, const SCALAR *in, SCALAR *out, const struct vk_weighted_job *job) {
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
#define BLOCK(M, V) VARIANT(weighted_block)(weights, in, out, &part, begin, end, m, M, V, &x)
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
#undef BLOCK
      }
    }
    begin = end;
  } while (begin < job->tap_count);
}

#undef LANES
#undef LOOSE
#undef LANE_COUNT
#undef TARGET
#undef TARGET_NAME
#undef VECTOR_BYTES
#undef WIDTH_FOR_8
#undef WIDTH_FOR_4
#undef WIDTH_FOR_2
#undef WIDTH_FOR_1
