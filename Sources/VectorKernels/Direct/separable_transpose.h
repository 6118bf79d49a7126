// SPDX-License-Identifier: MIT

// Part of separable.c: squares of LANES by LANES scalars are transposed in two steps, each in parts
// that know nothing of one another: within squares of BLOCK_LANES by BLOCK_LANES scalars, where a
// block is 16 bytes, and then whole blocks. These shuffles are cheaper than those across blocks.

#define BLOCKS (LANES / BLOCK_LANES)
#define PARTS (BLOCKS + BLOCK_LANES)

// Perfect shuffles of the BLOCK_LANES vectors of a row of squares.
INLINE void NAME(transpose_squares)(VECTOR *v) {
  UNROLLED for (int s = 1; s < BLOCK_LANES; s *= 2) {
    VECTOR next[BLOCK_LANES];
    UNROLLED for (int i = 0; i < BLOCK_LANES; i++) {
      const VECTOR p = v[i / 2], q = v[i / 2 + BLOCK_LANES / 2];
      next[i] = i % 2 ? SHUFFLE(p, q, UNPACK_HIGH) : SHUFFLE(p, q, UNPACK_LOW);
    }
    UNROLLED for (int i = 0; i < BLOCK_LANES; i++) v[i] = next[i];
  }
}

// Unshuffles of whole blocks of BLOCKS vectors: every other one, from the first or from the second.
INLINE void NAME(transpose_blocks)(VECTOR *v) {
#if LANES > BLOCK_LANES
  UNROLLED for (int s = 1; s < BLOCKS; s *= 2) {
    VECTOR next[BLOCKS];
    UNROLLED for (int i = 0; i < BLOCKS; i++) {
      const VECTOR p = v[i % (BLOCKS / 2) * 2], q = v[i % (BLOCKS / 2) * 2 + 1];
      next[i] = i < BLOCKS / 2 ? SHUFFLE(p, q, EVEN_BLOCKS) : SHUFFLE(p, q, ODD_BLOCKS);
    }
    UNROLLED for (int i = 0; i < BLOCKS; i++) v[i] = next[i];
  }
#endif
}

// A part of transposing `height` rows, at most LANES, into columns; lanes without a row repeat the
// last.
INLINE void NAME(transpose_part)(
    const int part, const SCALAR *x, ptrdiff_t x_stride, int height, VECTOR *half,
    VECTOR *columns) {
  if (part < BLOCKS) {
    VECTOR v[BLOCK_LANES];
    UNROLLED for (int l = 0; l < BLOCK_LANES; l++) {
      const int row = part * BLOCK_LANES + l;
      const SCALAR *start = x + (row < height ? row : height - 1) * x_stride;
      v[l] = LOAD(start);
      // What comes next along these rows: so many side by side are not foreseen by every processor.
      __builtin_prefetch(start + 16 * LANES, 0, 2);
    }
    NAME(transpose_squares)(v);
    UNROLLED for (int l = 0; l < BLOCK_LANES; l++) half[part * BLOCK_LANES + l] = v[l];
  } else {
    VECTOR v[BLOCKS];
    UNROLLED for (int b = 0; b < BLOCKS; b++) v[b] = half[b * BLOCK_LANES + part - BLOCKS];
    NAME(transpose_blocks)(v);
    UNROLLED for (int b = 0; b < BLOCKS; b++) columns[b * BLOCK_LANES + part - BLOCKS] = v[b];
  }
}

// A part of transposing sums back into rows, whose squares are transposed in `half`.
INLINE void NAME(transpose_back_part)(
    const int part, const VECTOR *half, SCALAR *y, ptrdiff_t y_stride, int height) {
  VECTOR v[BLOCKS];
  UNROLLED for (int b = 0; b < BLOCKS; b++) v[b] = half[b * BLOCK_LANES + part];
  NAME(transpose_blocks)(v);
  UNROLLED for (int b = 0; b < BLOCKS; b++) {
    const int row = b * BLOCK_LANES + part;
    if (row < height) STORE(y + row * y_stride, v[b]);
  }
}
