// SPDX-License-Identifier: MIT

#include "ShippedTuning.h"

// C23's, which the compiler has as an extension of the older standard that the package is built by.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const char text[] = {
#embed "zen4.tuning"
  , 0
};

const char *shipped_tuning(void) { return text; }
