// SPDX-License-Identifier: MIT

// How a peer that is written in C takes turns with the others: it makes the inputs, says so in a line,
// and then answers each line of standard input, as ours does. "answer PATH" is answered by the results
// as they lie in memory, in a new file, and a line that tells their number; any other line by the
// seconds of the processor that the work took.
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// Ends the program with a sentence for whoever drives it.
static void fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

/// Memory for `count` numbers; never null.
static void *room(size_t count, size_t size) {
  void *memory = count <= SIZE_MAX / size ? aligned_alloc(64, (count * size + 63) / 64 * 64) : NULL;
  if (!memory) fail("there is not enough memory");
  return memory;
}

/// Uniform noise of -1 ..< 1 from a state: SplitMix64 (Steele, Lea, Flood 2014), the numbers that
/// BenchmarkSupport's Noise gives.
static double next_noise(uint64_t *state) {
  uint64_t mixed = *state += UINT64_C(0x9E3779B97F4A7C15);
  mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
  mixed ^= mixed >> 31;
  return (double)((int64_t)mixed >> 11) * 0x1p-52;
}

/// `count` numbers of noise.
static float *noise(size_t count, uint64_t *state) {
  float *numbers = room(count, sizeof(float));
  for (size_t i = 0; i < count; i++) numbers[i] = (float)next_noise(state);
  return numbers;
}

/// A number from 1 to `largest` among the arguments.
static int size_argument(int argc, char **argv, int index, int largest) {
  char *end = NULL;
  const long value = index < argc ? strtol(argv[index], &end, 10) : 0;
  if (!end || *end || value < 1 || value > largest) fail("a size is missing or out of range");
  return (int)value;
}

/// What this process has had of the processors so far.
static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/// Answers until standard input ends. `work` gives `count` results, done `calls` times a measurement.
static void serve(float *(*work)(void), size_t count, int calls) {
  char line[4096];
  puts("{\"ready\":true}");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, "answer ", 7) == 0) {
      const float *results = work();
      FILE *file = fopen(line + 7, "wb");
      if (!file || fwrite(results, sizeof(float), count, file) != count || fclose(file) != 0) {
        fail("the answer cannot be written");
      }
      printf("{\"count\":%zu}\n", count);
    } else {
      const double start = seconds_now();
      for (int call = 0; call < calls; call++) work();
      printf("{\"seconds\":%.9g}\n", (seconds_now() - start) / calls);
    }
    fflush(stdout);
  }
}
