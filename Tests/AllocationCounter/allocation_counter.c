// SPDX-License-Identifier: MIT

#include "allocation_counter.h"

#include <errno.h>
#include <stddef.h>

// Swift's runtime and the libraries call the functions of the C library by their names, and those of
// the program itself come first. Sanitizers have such functions of their own.
#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Thread_local long count;

long allocation_count(void) { return count; }

void *malloc(size_t size) {
  ++count;
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  ++count;
  return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
  ++count;
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  ++count;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  void *taken = memalign(alignment, size);
  if (!taken) return ENOMEM;
  *memory = taken;
  return 0;
}

#else

long allocation_count(void) { return -1; }

#endif
