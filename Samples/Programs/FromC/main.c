// SPDX-License-Identifier: MIT

// The C interface: a correlation, a plan that filters the columns of an image where they are, a filter
// for a stream, and the delay between two recordings. Without Swift's package manager:
//
//     cc main.c -I Sources/COverlap/include -L .build/release -loverlap-c

#include <overlap.h>
#include <stdio.h>
#include <stdlib.h>

static void check(overlap_status status) {
  if (status == OVERLAP_OK) return;
  fprintf(stderr, "%s\n", overlap_error_message());
  exit(1);
}

static void print(const char *name, const double *values, int count) {
  printf("%s:", name);
  for (int index = 0; index < count; index++) printf(" %g", values[index]);
  printf("\n");
}

int main(void) {
  // One call: what lies inside alone, without options where the defaults will do.
  double signal[] = {0, 1, 2, 3}, kernel[] = {1, 2}, found[3];
  int64_t four[] = {4}, two[] = {2}, three[] = {3};
  overlap_array a = {signal, 1, four, NULL}, b = {kernel, 1, two, NULL}, c = {found, 1, three, NULL};
  overlap_options options = {.mode = OVERLAP_VALID};
  check(overlap_correlate(OVERLAP_FLOAT64, &a, &b, &c, &options));
  print("correlation", found, 3);

  // A plan: each column of an image of three rows, by a kernel that is prepared once. Strides, in bytes,
  // say where things are: here every other column is taken, and the rows are written backwards.
  double image[3][4] = {{1, 9, 4, 9}, {2, 9, 5, 9}, {3, 9, 6, 9}}, columns[3][2];
  int64_t shape[] = {3, 2}, steps[] = {sizeof image[0], 2 * sizeof(double)};
  int64_t backwards[] = {-(int64_t)sizeof columns[0], sizeof(double)}, along[] = {0};
  overlap_array taken = {image, 2, shape, steps}, written = {columns[2], 2, shape, backwards};
  overlap_options down = {.mode = OVERLAP_SAME, .axis_count = 1, .axes = along};
  overlap_plan *plan;
  check(overlap_plan_create(OVERLAP_FLOAT64, OVERLAP_CONVOLUTION, &b, &down, &plan));
  check(overlap_plan_execute(plan, &taken, &written));
  print("columns, the last row first", columns[0], 6);
  overlap_plan_destroy(plan);

  // A stream: the results of each piece as soon as it is there.
  overlap_filter *filter;
  check(overlap_filter_create(OVERLAP_FLOAT64, &b, 0, &filter));
  overlap_array piece = {signal, 1, two, NULL}, result = {found, 1, two, NULL};
  for (int from = 0; from < 4; from += 2) {
    piece.data = signal + from;
    check(overlap_filter_push(filter, &piece, &result));
    print("stream", found, 2);
  }
  overlap_filter_destroy(filter);

  // Two recordings of one noise, of which one started an eighth of a second later than the other.
  enum { rate = 8000, count = 4 * rate };
  float *noise = malloc((count + rate) * sizeof *noise);
  uint32_t state = 1;
  for (int index = 0; index < count + rate; index++) {
    state = state * 1664525u + 1013904223u;
    noise[index] = (float)state / 4294967296.0f - 0.5f;
  }
  int64_t length[] = {count};
  overlap_array first = {noise, 1, length, NULL}, second = {noise + rate / 8, 1, length, NULL};
  overlap_delay delay;
  check(overlap_estimate_delay(OVERLAP_FLOAT32, &first, &second, rate, NULL, &delay));
  printf("delay: %.4f s, %s\n", delay.delay, delay.false_alarm_probability < 1e-6 ? "sure" : "unsure");
  free(noise);

  // What is wrong is told, and nothing ends.
  c.shape = two;
  if (overlap_convolve(OVERLAP_FLOAT64, &a, &b, &c, NULL) != OVERLAP_OK)
    printf("error: %s\n", overlap_error_message());
}
