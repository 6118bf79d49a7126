// How a kernel is compiled for several processors and chosen when the program runs.
#ifndef OVERLAP_VECTOR_DISPATCH_H
#define OVERLAP_VECTOR_DISPATCH_H

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

// A kernel whose sums have to fit the registers is a header, included once for each kind of
// processor: what fits 32 registers of 64 bytes does not fit 16 of 32, or of 16. V4 and V3 are the
// attributes of the first two (AVX-512, AVX2) and _v4 and _v3 the ends of their names; _plain is for
// any processor. DISPATCH(NAME, arguments...) is the body of the function that picks one.
#if defined(__x86_64__) && defined(__linux__)
#define OVERLAP_DISPATCHES 1
#define V4 __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define V3 __attribute__((target("arch=x86-64-v3")))
#define DISPATCH(NAME, ...)                                                     \
  if (__builtin_cpu_supports("x86-64-v4")) return JOIN(NAME, _v4)(__VA_ARGS__); \
  if (__builtin_cpu_supports("x86-64-v3")) return JOIN(NAME, _v3)(__VA_ARGS__); \
  return JOIN(NAME, _plain)(__VA_ARGS__);
#else
#define OVERLAP_DISPATCHES 0
#define DISPATCH(NAME, ...) return JOIN(NAME, _plain)(__VA_ARGS__);
#endif

// CLONES is for plain loops: the compiler makes a clone of the function for each kind of processor
// and the loader picks one. ThreadSanitizer is not set up yet when the loader runs the choice, so
// there is only the plain clone under it.
#if OVERLAP_DISPATCHES && !__has_feature(thread_sanitizer)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

#endif
