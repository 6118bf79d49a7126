#include "lane_products.h"

#include <stdint.h>

#include "register_tiles.h"

#pragma clang fp contract(fast)

/// How many taps are summed in registers before the sum is put away: partial sums of 64 keep the
/// error growing with 64 + n/64 and not with n, and putting away costs three per cent.
enum { TAPS_AT_ONCE = 64 };
/// How many tiles take turns: three are the 21 displacements of a row of FlowNet's layer.
enum { TILES_AT_ONCE = 3 };

/// Whether a count, below 2⁶³, is a power of two.
static inline int is_power_of_two(double count) {
  const uint64_t whole = (uint64_t)count;
  return (double)whole == count && (whole & (whole - 1)) == 0;
}

enum lane_function { lane_product, lane_difference, lane_sign, lane_reversed_sign };

#define SCALAR float
#define SCALAR_NAME f32
#define SCALAR_BITS int32_t
#define SIGN_BIT INT32_MIN
#include "lane_products_targets.h"

#define SCALAR double
#define SCALAR_NAME f64
#define SCALAR_BITS int64_t
#define SIGN_BIT INT64_MIN
#include "lane_products_targets.h"
