// The spectrum products of one scalar, for every instruction set.

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

#undef SCALAR
#undef SCALAR_NAME
