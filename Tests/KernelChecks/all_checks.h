// SPDX-License-Identifier: MIT

// All kernels of one precision: included for each, with what is asked for by checks.c.

#include "numbers.h"

#include "direct_checks.h"
#include "image_checks.h"
#include "layer_checks.h"
#include "spectral_checks.h"

#define CHECK(name, promise) {#name, promise, NAME(name)}

const struct kernel_check CHECKS[] = {
    CHECK(sliding_dot, SAME_WHERE_FUSED),
    CHECK(sliding_dot_3d, SAME_WHERE_FUSED),
    CHECK(row_pass, SAME_WHERE_FUSED),
    CHECK(column_pass, SAME_WHERE_FUSED),
    CHECK(grouped_row_pass, SAME_BUT_FOR_ROUNDING),
    CHECK(grouped_column_pass, SAME_BUT_FOR_ROUNDING),
    CHECK(multiply, SAME_BUT_FOR_ROUNDING),
    CHECK(multiply_add, SAME_BUT_FOR_ROUNDING),
    CHECK(multiply_conjugate_add, SAME_BUT_FOR_ROUNDING),
    CHECK(pack, SAME_BUT_FOR_ROUNDING),
    CHECK(unpack, SAME_BUT_FOR_ROUNDING),
    CHECK(columns_forward, SAME_BUT_FOR_ROUNDING),
    CHECK(columns_inverse, SAME_BUT_FOR_ROUNDING),
    CHECK(transpose, SAME_BITS),
    CHECK(scale, SAME_BITS),
    CHECK(chunk_maxima, SAME_BITS),
    CHECK(raise_to_magnitudes, SAME_BITS),
    CHECK(has_small_result, SAME_BITS),
    CHECK(small_results, SAME_BITS),
    CHECK(spectrum_products, SAME_WHERE_FUSED),
    CHECK(spectrum_split, SAME_BITS),
    CHECK(lane_products, SAME_WHERE_FUSED),
    CHECK(lane_differences, SAME_BITS),
    CHECK(lane_signs, SAME_BITS),
    CHECK(weighted_rows, SAME_WHERE_FUSED),
    CHECK(window_sums, SAME_BITS),
    CHECK(row_sums, SAME_BITS),
    CHECK(add, SAME_BITS),
    CHECK(all_finite, SAME_BITS),
    CHECK(energy, SAME_BUT_FOR_ROUNDING),
    CHECK(small_places, SAME_BITS),
    CHECK(are_whole, SAME_BITS),
    CHECK(slide_column_sums, SAME_BITS),
    CHECK(normalise_scores, SAME_BITS),
    CHECK(subtract, SAME_BITS),
    CHECK(sum_neighbours, SAME_BITS),
    CHECK(differing_bits, SAME_BITS),
    {NULL, SAME_BITS, NULL},
};
