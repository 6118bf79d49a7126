#include "include/template_scores.h"
#include "vector_dispatch.h"

// No fused products: what leaves a window has to take away just what it brought.
#pragma clang fp contract(off)

#define SCALAR float
#define SUFFIX f32
#include "template_scores_body.h"

#define SCALAR double
#define SUFFIX f64
#include "template_scores_body.h"
