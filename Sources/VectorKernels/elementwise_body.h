// The elementwise kernels for one scalar type; no include guard, on purpose.
//
// Wants SCALAR, BITS (the unsigned integer of its size), MAGNITUDE (the mask of all its bits but
// the sign) and SUFFIX.

CLONES void JOIN(vk_multiply_, SUFFIX)(SCALAR *restrict z, const SCALAR *restrict w,
                                       ptrdiff_t count) {
  for (ptrdiff_t k = 0; k < count; k++) {
    const SCALAR zr = z[2 * k], zi = z[2 * k + 1], wr = w[2 * k], wi = w[2 * k + 1];
    z[2 * k] = zr * wr - zi * wi;
    z[2 * k + 1] = zr * wi + zi * wr;
  }
}

CLONES void JOIN(vk_multiply_add_, SUFFIX)(SCALAR *restrict s, const SCALAR *restrict z,
                                           const SCALAR *restrict w, ptrdiff_t count) {
  for (ptrdiff_t k = 0; k < count; k++) {
    const SCALAR zr = z[2 * k], zi = z[2 * k + 1], wr = w[2 * k], wi = w[2 * k + 1];
    s[2 * k] += zr * wr - zi * wi;
    s[2 * k + 1] += zr * wi + zi * wr;
  }
}

CLONES void JOIN(vk_multiply_conjugate_add_, SUFFIX)(SCALAR *restrict s,
                                                     const SCALAR *restrict z,
                                                     const SCALAR *restrict w, ptrdiff_t count) {
  for (ptrdiff_t k = 0; k < count; k++) {
    const SCALAR zr = z[2 * k], zi = z[2 * k + 1], wr = w[2 * k], wi = w[2 * k + 1];
    s[2 * k] += zr * wr + zi * wi;
    s[2 * k + 1] += zi * wr - zr * wi;
  }
}

CLONES void JOIN(vk_scale_, SUFFIX)(const SCALAR *x, SCALAR a, SCALAR *y, ptrdiff_t count) {
  for (ptrdiff_t k = 0; k < count; k++) y[k] = a * x[k];
}

// As integers, magnitudes order like the numbers they are, with the infinities above and NaN above
// those: a maximum of integers cannot lose one, which a maximum of floating-point numbers can.
CLONES void JOIN(vk_chunk_maxima_, SUFFIX)(const SCALAR *x, SCALAR *m, ptrdiff_t count,
                                           ptrdiff_t chunk) {
  for (ptrdiff_t from = 0, c = 0; from < count; from += chunk, c++) {
    const ptrdiff_t to = from + chunk < count ? from + chunk : count;
    BITS largest = 0;
    for (ptrdiff_t k = from; k < to; k++) {
      BITS bits;
      memcpy(&bits, x + k, sizeof bits);
      bits &= MAGNITUDE;
      largest = bits > largest ? bits : largest;
    }
    memcpy(m + c, &largest, sizeof largest);
  }
}

CLONES void JOIN(vk_raise_to_magnitudes_, SUFFIX)(const SCALAR *restrict x, SCALAR *restrict m,
                                                  ptrdiff_t count) {
  for (ptrdiff_t k = 0; k < count; k++) {
    BITS bits, largest;
    memcpy(&bits, x + k, sizeof bits);
    memcpy(&largest, m + k, sizeof largest);
    bits &= MAGNITUDE;
    largest = bits > largest ? bits : largest;
    memcpy(m + k, &largest, sizeof largest);
  }
}

#undef SUFFIX
#undef MAGNITUDE
#undef BITS
#undef SCALAR
