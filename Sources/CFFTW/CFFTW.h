// SPDX-License-Identifier: MIT

#ifndef OVERLAP_CFFTW_H
#define OVERLAP_CFFTW_H

#include <fftw3.h>

/// The version and the instruction sets that FFTW was built with, such as "fftw-3.3.10-sse2-avx": an array
/// without a size, which Swift cannot see.
static inline const char *cfftw_version(void) { return fftwf_version; }

#endif
