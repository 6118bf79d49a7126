// SPDX-License-Identifier: MIT

// Counts what a thread takes from the allocator: for tests of code that must not wait for it.
#pragma once

/// How often this thread has asked for memory so far; -1 where that cannot be counted.
long allocation_count(void);
