// The spectrum kernels of one scalar: the products for every instruction set, and the order of their
// blocks.

#if OVERLAP_DISPATCHES
// 24 sums, 6 parts of a and 2 of b: 32 registers.
#define TARGET V4
#define TARGET_NAME v4
#define VECTOR_BYTES 64
#define TILE_A 3
#define TILE_B 4
#include "spectrum_products_body.h"

// 8 sums, 4 parts of a and 2 of b in 16 registers.
#define TARGET V3
#define TARGET_NAME v3
#define VECTOR_BYTES 32
#define TILE_A 2
#define TILE_B 2
#include "spectrum_products_body.h"
#endif

#define TARGET
#define TARGET_NAME plain
#define VECTOR_BYTES 16
#define TILE_A 2
#define TILE_B 2
#include "spectrum_products_body.h"

void JOIN(vk_spectrum_products_, SCALAR_NAME)(
    const SCALAR *a, const SCALAR *b, SCALAR *out, const struct vk_spectrum_job *job) {
  DISPATCH(JOIN(spectrum_products_, SCALAR_NAME), a, b, out, job)
}

// Blocks of real and imaginary parts, from pairs and back: plain loops.

CLONES void JOIN(vk_spectrum_split_, SCALAR_NAME)(
    const SCALAR *in, size_t count, SCALAR *out, size_t stride) {
  size_t start = 0;
  for (; start + VK_SPECTRUM_BLOCK <= count; start += VK_SPECTRUM_BLOCK, out += stride) {
    for (size_t x = 0; x < VK_SPECTRUM_BLOCK; ++x) {
      out[x] = in[2 * (start + x)];
      out[VK_SPECTRUM_BLOCK + x] = in[2 * (start + x) + 1];
    }
  }
  if (start < count) {
    for (size_t x = 0; x < VK_SPECTRUM_BLOCK; ++x) {
      const int inside = start + x < count;
      out[x] = inside ? in[2 * (start + x)] : 0;
      out[VK_SPECTRUM_BLOCK + x] = inside ? in[2 * (start + x) + 1] : 0;
    }
  }
}

CLONES void JOIN(vk_spectrum_join_, SCALAR_NAME)(
    const SCALAR *in, size_t stride, size_t count, SCALAR *out) {
  size_t start = 0;
  for (; start + VK_SPECTRUM_BLOCK <= count; start += VK_SPECTRUM_BLOCK, in += stride) {
    for (size_t x = 0; x < VK_SPECTRUM_BLOCK; ++x) {
      out[2 * (start + x)] = in[x];
      out[2 * (start + x) + 1] = in[VK_SPECTRUM_BLOCK + x];
    }
  }
  for (size_t x = 0; start + x < count; ++x) {
    out[2 * (start + x)] = in[x];
    out[2 * (start + x) + 1] = in[VK_SPECTRUM_BLOCK + x];
  }
}

#undef SCALAR
#undef SCALAR_NAME
