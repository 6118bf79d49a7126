// SPDX-License-Identifier: MIT

#define WIDE_LOOPS
#include "../Dispatch/for_each_target.h"

KERNEL(void, spectrum_split, (const SCALAR *in, size_t count, SCALAR *out, size_t stride),
       (in, count, out, stride)) {
  size_t start = 0;
  for (; start + VK_SPECTRUM_BLOCK <= count; start += VK_SPECTRUM_BLOCK, out += stride) {
    for (size_t x = 0; x < VK_SPECTRUM_BLOCK; x++) {
      out[x] = in[2 * (start + x)];
      out[VK_SPECTRUM_BLOCK + x] = in[2 * (start + x) + 1];
    }
  }
  if (start < count) {
    for (size_t x = 0; x < VK_SPECTRUM_BLOCK; x++) {
      const int inside = start + x < count;
      out[x] = inside ? in[2 * (start + x)] : 0;
      out[VK_SPECTRUM_BLOCK + x] = inside ? in[2 * (start + x) + 1] : 0;
    }
  }
}

KERNEL(void, spectrum_join, (const SCALAR *in, size_t stride, size_t count, SCALAR *out),
       (in, stride, count, out)) {
  size_t start = 0;
  for (; start + VK_SPECTRUM_BLOCK <= count; start += VK_SPECTRUM_BLOCK, in += stride) {
    for (size_t x = 0; x < VK_SPECTRUM_BLOCK; x++) {
      out[2 * (start + x)] = in[x];
      out[2 * (start + x) + 1] = in[VK_SPECTRUM_BLOCK + x];
    }
  }
  for (size_t x = 0; start + x < count; x++) {
    out[2 * (start + x)] = in[x];
    out[2 * (start + x) + 1] = in[VK_SPECTRUM_BLOCK + x];
  }
}
