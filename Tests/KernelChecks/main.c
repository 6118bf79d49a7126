// SPDX-License-Identifier: MIT

// Runs every kernel on every instruction set of this machine, on the same random inputs, prints a
// checksum of the results of each, and compares them: with the same bits where the kernels promise
// them, and within rounding elsewhere.
//
//     kernel-checks [--cases N] [--seed S] [--write FILE] [--against FILE]
//
// --write keeps the results of the last set, and --against compares those of the first set with
// what was kept, maybe on another architecture. The exit status is 1 where they do not agree.
#include "VectorKernels.h"
#include "check.h"
#include "instruction_sets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SETS = 3, MOST_KERNELS = 128 };

// Units of rounding of the largest result that may lie between results of the same sums.
#define MOST_UNITS 64.0

struct run {
  const char *name;
  int fuses;
  struct results results[MOST_KERNELS];
};

// Without optimisation compilers fuse nothing, but kernels that are written so do.
#ifdef __OPTIMIZE__
enum { IS_OPTIMISED = 1 };
#else
enum { IS_OPTIMISED = 0 };
#endif

static const struct kernel_check *kernels[MOST_KERNELS];
static const char *suffixes[MOST_KERNELS];
static int kernel_count;

static void list(const struct kernel_check *checks, const char *suffix) {
  for (; checks->name; checks++) {
    if (kernel_count == MOST_KERNELS) abort();
    suffixes[kernel_count] = suffix;
    kernels[kernel_count++] = checks;
  }
}

// The same inputs for every set: a case's seed is of the kernel and the case alone.
static void run_all(struct run *run, uint64_t seed, int cases) {
  for (int k = 0; k < kernel_count; k++) {
    for (int n = 0; n < cases; n++) {
      struct check c = {.state = seed + ((uint64_t)k << 40) + ((uint64_t)n << 8),
                        .is_rough = n % 2,
                        .results = &run->results[k]};
      kernels[k]->run(&c);
      for (int i = 0; i < c.kept_count; i++) free(c.kept[i]);
    }
  }
}

// The bits of a value; those of a NaN differ between architectures.
static uint64_t bits_of(double value) {
  uint64_t bits = 0;
  if (value == value) memcpy(&bits, &value, sizeof bits);
  return value == value ? bits : UINT64_MAX;
}

// FNV-1a, of whole words.
static uint64_t checksum(const struct results *r) {
  uint64_t sum = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 1; i < r->count; i += 2)
    sum = (sum ^ bits_of(r->values[i])) * UINT64_C(0x100000001b3);
  return sum ^ sum >> 29;
}

// Prints what is between the results of a kernel in two runs; whether it may be.
static int compare(int kernel, const struct run *a, const struct run *b) {
  const struct results *p = &a->results[kernel], *q = &b->results[kernel];
  const enum promise promise = kernels[kernel]->promise;
  const int same_bits = promise == SAME_BITS ||
                        (promise == SAME_WHERE_FUSED && IS_OPTIMISED && a->fuses == b->fuses);
  int is_same = p->count == q->count, is_near = is_same;
  double most = 0;
  for (size_t i = 0; i < p->count && i < q->count; i += 2) {
    if (bits_of(p->values[i + 1]) == bits_of(q->values[i + 1])) continue;
    is_same = 0;
    const double unit = p->values[i], difference = p->values[i + 1] - q->values[i + 1];
    if (unit == UNCOMPARED) continue;
    const double units = (difference < 0 ? -difference : difference) / unit;
    if (units > most) most = units;
    // Not with NaN either.
    if (!(units <= MOST_UNITS)) is_near = 0;
  }
  if (is_same) {
    printf("  same");
  } else {
    printf("  %.2f%s", most, same_bits || !is_near ? " WRONG" : "");
  }
  return same_bits ? is_same : is_near;
}

static void put(FILE *file, const void *data, size_t bytes) {
  if (fwrite(data, 1, bytes, file) != bytes) {
    fprintf(stderr, "the results could not be written\n");
    exit(2);
  }
}

static void get(FILE *file, void *data, size_t bytes) {
  if (fread(data, 1, bytes, file) != bytes) {
    fprintf(stderr, "these are not the results of the same kernels\n");
    exit(2);
  }
}

static FILE *open_file(const char *name, const char *mode) {
  FILE *file = fopen(name, mode);
  if (!file) {
    perror(name);
    exit(2);
  }
  return file;
}

static void write_run(const char *name, const struct run *run) {
  FILE *file = open_file(name, "wb");
  put(file, &run->fuses, sizeof run->fuses);
  for (int k = 0; k < kernel_count; k++) {
    const uint64_t count = run->results[k].count;
    put(file, &count, sizeof count);
    if (count > 0) put(file, run->results[k].values, count * sizeof(double));
  }
  if (fclose(file) != 0) exit(2);
}

static void read_run(const char *name, struct run *run) {
  FILE *file = open_file(name, "rb");
  get(file, &run->fuses, sizeof run->fuses);
  for (int k = 0; k < kernel_count; k++) {
    uint64_t count;
    get(file, &count, sizeof count);
    run->results[k] = (struct results){.values = malloc(count * sizeof(double) + 1),
                                       .count = count};
    if (!run->results[k].values) abort();
    get(file, run->results[k].values, count * sizeof(double));
  }
  fclose(file);
  run->name = "kept";
}

int main(int argument_count, char **arguments) {
  static struct run runs[MOST_SETS + 1];
  int cases = 40, run_count = instruction_set_count(), kept_index = -1, wrong = 0;
  uint64_t seed = 1;
  const char *to = NULL;
  list(checks_f32, "f32");
  list(checks_f64, "f64");
  for (int i = 1; i + 1 < argument_count; i += 2) {
    const char *option = arguments[i], *value = arguments[i + 1];
    if (strcmp(option, "--cases") == 0) cases = atoi(value);
    if (strcmp(option, "--seed") == 0) seed = strtoull(value, NULL, 10);
    if (strcmp(option, "--write") == 0) to = value;
    if (strcmp(option, "--against") == 0) read_run(value, &runs[kept_index = run_count]);
  }
  for (int s = 0; s < run_count; s++) {
    use_instruction_set((enum instruction_set)s);
    runs[s].name = instruction_set_name((enum instruction_set)s);
    runs[s].fuses = instruction_set_fuses((enum instruction_set)s);
    run_all(&runs[s], seed, cases);
  }
  if (kept_index >= 0) run_count++;
  printf("Seed %llu, %d cases of each kernel. Checksums of the results, and the largest\n",
         (unsigned long long)seed, cases);
  printf("difference from those before, in units of rounding of the largest.\n%-28s", "");
  for (int s = 0; s < run_count; s++) printf("  %-16s%s", runs[s].name, s > 0 ? "      " : "");
  printf("\n");
  for (int k = 0; k < kernel_count; k++) {
    printf("%-24s %s", kernels[k]->name, suffixes[k]);
    for (int s = 0; s < run_count; s++) {
      printf("  %016llx", (unsigned long long)checksum(&runs[s].results[k]));
      if (s > 0) wrong += !compare(k, &runs[s == kept_index ? 0 : s - 1], &runs[s]);
    }
    printf("\n");
  }
  if (to) write_run(to, &runs[instruction_set_count() - 1]);
  if (wrong > 0) printf("%d comparisons of kernels are not as promised\n", wrong);
  return wrong > 0;
}
