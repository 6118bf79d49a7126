// SPDX-License-Identifier: MIT

// Swift has no variables of a thread's own that C could read.

#include "message.h"
#include "overlap.h"

#include <stdio.h>

// The longest messages name two shapes.
static _Thread_local char kept[1024];

void overlap_keep_message(const char *message) { snprintf(kept, sizeof kept, "%s", message); }

const char *overlap_error_message(void) { return kept; }
