// SPDX-License-Identifier: MIT

/// The inner loops that are worth choosing by the processor at run time.
///
/// Each function exists for Float (suffix _f32) and Double (_f64), with the same meaning, and is
/// declared once for both. Complex numbers are interleaved, real part first. No function allocates,
/// and none keeps a pointer. Every one has a plain Swift reference in Tests/VectorKernelsTests. How
/// to add one is told in Dispatch/for_each_target.h.
#pragma once

#include "jobs.h"

#define SCALAR float
#define VK(name) vk_##name##_f32
#include "direct.h"
#include "images.h"
#include "layers.h"
#include "spectral.h"
#undef SCALAR
#undef VK

#define SCALAR double
#define VK(name) vk_##name##_f64
#include "direct.h"
#include "images.h"
#include "layers.h"
#include "spectral.h"
#undef SCALAR
#undef VK

/// sums[k] = sum over j < width of columns[k + j] + columns[count + k + j], for k < count - width +
/// 1, and likewise the others. Nothing is ever taken away: what is beside a window leaves no trace
/// in it (M. van Herk, Pattern Recognition Letters 13 (1992)).
void vk_sum_neighbours(const double *columns, const double *other_columns, ptrdiff_t count,
                       ptrdiff_t width, double *restrict sums, double *restrict other_sums);

/// counts[k] = the number of bits in which words[k + j * step] differs from pattern[j], summed over
/// j < taps, for k < count. The suffix tells the size of the words.
void vk_differing_bits_f32(const uint32_t *words, ptrdiff_t count, const uint32_t *pattern,
                           ptrdiff_t taps, ptrdiff_t step, uint32_t *restrict counts);

/// Which instruction set the kernels use on this machine: "AVX-512", "AVX2", "NEON" or "plain".
const char *vk_instruction_set(void);
