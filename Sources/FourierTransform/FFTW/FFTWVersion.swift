// SPDX-License-Identifier: MIT

internal import CFFTW

/// What the FFTW that is linked calls itself, such as "fftw-3.3.10-sse2-avx".
package var fftwVersion: String { unsafe String(cString: cfftw_version()) }
