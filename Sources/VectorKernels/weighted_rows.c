#include "weighted_rows.h"

#include "register_tiles.h"

#pragma clang fp contract(fast)

/// How many taps are summed in registers before the sum is put away: their weights for eight rows
/// (8 KB) and their rows stay in the first-level cache, and the error grows with 256 + n/256.
enum { TAPS_AT_ONCE = 256 };

/// How many lanes all rows are summed for before the next ones: divisible by every tile's width but
/// those of odd widths, and few enough for the rows of 256 taps to stay in the cache.
enum { WIDTH_AT_ONCE = 240 };

#define SCALAR float
#define SCALAR_NAME f32
#include "weighted_rows_targets.h"

#define SCALAR double
#define SCALAR_NAME f64
#include "weighted_rows_targets.h"
