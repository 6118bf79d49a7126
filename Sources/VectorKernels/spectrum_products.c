#include "spectrum_products.h"

#include "register_tiles.h"

#pragma clang fp contract(fast)

#define SCALAR float
#define SCALAR_NAME f32
#include "spectrum_products_targets.h"

#define SCALAR double
#define SCALAR_NAME f64
#include "spectrum_products_targets.h"
