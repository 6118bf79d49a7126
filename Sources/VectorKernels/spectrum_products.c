#include "spectrum_products.h"

#include "register_tiles.h"
#include "vector_dispatch.h"

#pragma clang fp contract(fast)

#define SCALAR float
#define SCALAR_NAME f32
#include "spectrum_products_targets.h"

#define SCALAR double
#define SCALAR_NAME f64
#include "spectrum_products_targets.h"

void vk_spectrum_products_f32(
    const float *a, const float *b, float *out, const struct vk_spectrum_job *job) {
  DISPATCH(spectrum_products_f32, a, b, out, job)
}

void vk_spectrum_products_f64(
    const double *a, const double *b, double *out, const struct vk_spectrum_job *job) {
  DISPATCH(spectrum_products_f64, a, b, out, job)
}

CLONES void vk_spectrum_split_f32(const float *in, size_t count, float *out, size_t stride) {
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

CLONES void vk_spectrum_join_f32(const float *in, size_t stride, size_t count, float *out) {
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

CLONES void vk_spectrum_split_f64(const double *in, size_t count, double *out, size_t stride) {
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

CLONES void vk_spectrum_join_f64(const double *in, size_t stride, size_t count, double *out) {
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
