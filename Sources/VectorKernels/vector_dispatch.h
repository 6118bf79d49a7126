// How a kernel is compiled for several processors and chosen when the program runs.
#ifndef OVERLAP_VECTOR_DISPATCH_H
#define OVERLAP_VECTOR_DISPATCH_H

// CLONES: the compiler makes a clone of the function for each kind of processor and the loader
// picks one. ThreadSanitizer is not set up yet when the loader runs the choice, so there is only
// the plain clone under it.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define OVERLAP_DISPATCHES 1
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define OVERLAP_DISPATCHES 0
#define CLONES
#endif

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#endif
