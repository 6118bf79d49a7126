/// The inner loops that are worth choosing by the processor at run time.
///
/// Each function exists for Float (suffix _f32) and Double (_f64), with the same meaning. Complex
/// numbers are interleaved, real part first. No function allocates, and none keeps a pointer.
/// Every one has a plain Swift reference in Tests/VectorKernelsTests. How to add one is told in
/// Dispatch/for_each_target.h.
#pragma once

#include "column_transforms.h"
#include "elementwise.h"
#include "grouped_passes.h"
#include "lane_products.h"
#include "packing.h"
#include "separable.h"
#include "sliding_dot.h"
#include "sliding_dot_2d.h"
#include "spectrum_products.h"
#include "template_scores.h"
#include "transpose.h"
#include "weighted_rows.h"
#include "window_sums.h"
