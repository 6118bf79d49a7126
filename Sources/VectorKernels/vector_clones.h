#pragma once

/// Compiles a function three times, for x86-64-v4 (AVX-512), v3 (AVX2 and FMA) and the baseline,
/// and lets the loader choose. Not under the thread sanitizer, whose start-up cannot take it.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
