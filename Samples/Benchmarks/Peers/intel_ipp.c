// SPDX-License-Identifier: MIT

// Intel's Performance Primitives on the work of our benchmarks, one thread:
//
//     intel_ipp fir-fft|fir-direct|convolve SAMPLES TAPS CALLS
//     intel_ipp filter|match SIDE KERNEL
//
// The results are those of our side: the convolution in full, an image filtered to its own size with
// zeros around it, the zero-mean normalised scores of a template where it lies inside the image.
// What can be prepared for a length and a kernel is prepared once.
#include <ipp.h>

#include "serve.h"

/// Sizes of memory in bytes as IPP gives them.
static Ipp8u *bytes(int count) { return room(count > 0 ? (size_t)count : 1, 1); }

static void check(IppStatus status) {
  if (status < 0) fail(ippGetStatusString(status));
}

/// What is worked on.
static struct {
  int signal_count, tap_count, result_count;
  float *signal, *taps, *results;
  IppEnum convolution;
  IppsFIRSpec_32f *filter;
  IppiSize image, kernel, scores;
  IppiFilterBorderSpec *image_filter;
  Ipp8u *buffer;
} job;

static float *run_filter(void) {
  check(ippsFIRSR_32f(
      job.signal, job.results, job.result_count, job.filter, NULL, NULL, job.buffer));
  return job.results;
}

static float *run_convolution(void) {
  check(ippsConvolve_32f(
      job.signal, job.signal_count, job.taps, job.tap_count, job.results, job.convolution,
      job.buffer));
  return job.results;
}

static float *run_image_filter(void) {
  const Ipp32f zero = 0;
  const int step = job.image.width * (int)sizeof(float);
  check(ippiFilterBorder_32f_C1R(
      job.signal, step, job.results, step, job.image, ippBorderConst, &zero, job.image_filter,
      job.buffer));
  return job.results;
}

static float *run_match(void) {
  check(ippiCrossCorrNorm_32f_C1R(
      job.signal, job.image.width * (int)sizeof(float), job.image, job.taps,
      job.kernel.width * (int)sizeof(float), job.kernel, job.results,
      job.scores.width * (int)sizeof(float), job.convolution, job.buffer));
  return job.results;
}

/// A filter is causal and gives as many results as it is given samples: zeros follow the signal, so
/// that the rest of the convolution comes out too.
static void serve_filter(IppAlgType algorithm, int calls) {
  float *longer = room((size_t)job.result_count, sizeof(float));
  memset(longer, 0, (size_t)job.result_count * sizeof(float));
  memcpy(longer, job.signal, (size_t)job.signal_count * sizeof(float));
  free(job.signal);
  job.signal = longer;
  int spec_size, buffer_size;
  check(ippsFIRSRGetSize(job.tap_count, ipp32f, &spec_size, &buffer_size));
  job.filter = (IppsFIRSpec_32f *)bytes(spec_size);
  job.buffer = bytes(buffer_size);
  check(ippsFIRSRInit_32f(job.taps, job.tap_count, algorithm, job.filter));
  serve(run_filter, (size_t)job.result_count, calls);
}

static void serve_convolution(int calls) {
  job.convolution = ippAlgAuto;
  int buffer_size;
  check(ippsConvolveGetBufferSize(
      job.signal_count, job.tap_count, ipp32f, job.convolution, &buffer_size));
  job.buffer = bytes(buffer_size);
  serve(run_convolution, (size_t)job.result_count, calls);
}

static void serve_image_filter(void) {
  // It correlates, with the kernel's anchor in the middle: ours is mirrored.
  const int count = job.kernel.width * job.kernel.height;
  for (int i = 0; i < count / 2; i++) {
    const float tap = job.taps[i];
    job.taps[i] = job.taps[count - 1 - i];
    job.taps[count - 1 - i] = tap;
  }
  int spec_size, buffer_size;
  check(ippiFilterBorderGetSize(job.kernel, job.image, ipp32f, ipp32f, 1, &spec_size, &buffer_size));
  job.image_filter = (IppiFilterBorderSpec *)bytes(spec_size);
  job.buffer = bytes(buffer_size);
  check(ippiFilterBorderInit_32f(job.taps, job.kernel, ipp32f, 1, ippRndNear, job.image_filter));
  job.results = room((size_t)job.image.width * (size_t)job.image.height, sizeof(float));
  serve(run_image_filter, (size_t)job.image.width * (size_t)job.image.height, 1);
}

static void serve_match(void) {
  job.convolution = ippAlgAuto | ippiROIValid | ippiNormCoefficient;
  job.scores.width = job.image.width - job.kernel.width + 1;
  job.scores.height = job.image.height - job.kernel.height + 1;
  int buffer_size;
  check(ippiCrossCorrNormGetBufferSize(job.image, job.kernel, job.convolution, &buffer_size));
  job.buffer = bytes(buffer_size);
  const size_t count = (size_t)job.scores.width * (size_t)job.scores.height;
  job.results = room(count, sizeof(float));
  serve(run_match, count, 1);
}

int main(int argc, char **argv) {
  check(ippInit());
  const char *work = argc > 1 ? argv[1] : "";
  if (strcmp(work, "filter") == 0 || strcmp(work, "match") == 0) {
    const int side = size_argument(argc, argv, 2, 1 << 14);
    const int kernel = size_argument(argc, argv, 3, side);
    job.image = (IppiSize){side, side};
    job.kernel = (IppiSize){kernel, kernel};
    // The seeds of ImageBenchmarks.
    uint64_t scene = 1, taps = 2;
    job.signal = noise((size_t)side * (size_t)side, &scene);
    job.taps = noise((size_t)kernel * (size_t)kernel, &taps);
    if (strcmp(work, "filter") == 0) serve_image_filter();
    else serve_match();
    return 0;
  }
  job.signal_count = size_argument(argc, argv, 2, 1 << 28);
  job.tap_count = size_argument(argc, argv, 3, job.signal_count);
  const int calls = size_argument(argc, argv, 4, 1 << 24);
  // The taps' noise goes on where the signal's ends, as in ConvolutionBenchmarks.
  uint64_t state = 1;
  job.signal = noise((size_t)job.signal_count, &state);
  job.taps = noise((size_t)job.tap_count, &state);
  job.result_count = job.signal_count + job.tap_count - 1;
  job.results = room((size_t)job.result_count, sizeof(float));
  if (strcmp(work, "fir-fft") == 0) serve_filter(ippAlgFFT, calls);
  else if (strcmp(work, "fir-direct") == 0) serve_filter(ippAlgDirect, calls);
  else if (strcmp(work, "convolve") == 0) serve_convolution(calls);
  else fail("the work is fir-fft, fir-direct, convolve, filter or match");
  return 0;
}
