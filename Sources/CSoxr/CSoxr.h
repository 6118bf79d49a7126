// SPDX-License-Identifier: MIT

#include <soxr.h>
