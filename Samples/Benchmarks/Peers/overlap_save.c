// SPDX-License-Identifier: MIT

// The plain overlap-save of the textbooks on whatever has FFTW's interface: Intel's MKL, or FFTW.
//
//     overlap_save SAMPLES TAPS CALLS
//
// A block is transformed, multiplied by the kernel's spectrum, and transformed back in place; what a
// block has in common with the one before is thrown away. Block lengths are the powers of two from
// twice the kernel's length on, up to what the signal fills: each is tried with plans that are measured,
// until three in a row were no faster, and the fastest one serves. Plans and the kernel's spectrum are
// made before the clock runs.
#include <fftw3.h>

#include "serve.h"

/// A block length with what it needs.
typedef struct {
  size_t block;
  float *space;
  fftwf_complex *spectrum, *kernel;
  fftwf_plan forward, inverse;
} Plan;

static size_t signal_count, tap_count, result_count;
static float *signal_samples, *taps, *results;
static Plan plan;

static Plan prepared(size_t block) {
  Plan made = {.block = block};
  made.space = room(block + 2, sizeof(float));
  made.spectrum = (fftwf_complex *)made.space;
  made.kernel = room(block / 2 + 1, sizeof(fftwf_complex));
  made.forward = fftwf_plan_dft_r2c_1d((int)block, made.space, made.spectrum, FFTW_MEASURE);
  made.inverse = fftwf_plan_dft_c2r_1d((int)block, made.spectrum, made.space, FFTW_MEASURE);
  if (!made.forward || !made.inverse) fail("no plan");
  memset(made.space, 0, block * sizeof(float));
  for (size_t i = 0; i < tap_count; i++) made.space[i] = taps[i] / (float)block;
  fftwf_execute(made.forward);
  memcpy(made.kernel, made.spectrum, (block / 2 + 1) * sizeof(fftwf_complex));
  return made;
}

static void dispose(Plan made) {
  fftwf_destroy_plan(made.forward);
  fftwf_destroy_plan(made.inverse);
  free(made.space);
  free(made.kernel);
}

/// The results below `end`, which are all of them or no more than that.
static void compute(size_t end) {
  const size_t step = plan.block - tap_count + 1;
  for (size_t start = 0; start < end; start += step) {
    // The samples that meet this block's results: zeros before the signal and behind it.
    const ptrdiff_t from = (ptrdiff_t)start - (ptrdiff_t)(tap_count - 1);
    const size_t before = from < 0 ? (size_t)-from : 0;
    const size_t first = from < 0 ? 0 : (size_t)from;
    const size_t left = first < signal_count ? signal_count - first : 0;
    const size_t there = left < plan.block - before ? left : plan.block - before;
    memset(plan.space, 0, before * sizeof(float));
    memcpy(plan.space + before, signal_samples + first, there * sizeof(float));
    memset(plan.space + before + there, 0, (plan.block - before - there) * sizeof(float));
    fftwf_execute(plan.forward);
    const float *k = &plan.kernel[0][0];
    float *s = &plan.spectrum[0][0];
    for (size_t i = 0; i < plan.block + 2; i += 2) {
      const float real = s[i] * k[i] - s[i + 1] * k[i + 1];
      s[i + 1] = s[i] * k[i + 1] + s[i + 1] * k[i];
      s[i] = real;
    }
    fftwf_execute(plan.inverse);
    const size_t rest = result_count - start;
    memcpy(results + start, plan.space + tap_count - 1, (step < rest ? step : rest) * sizeof(float));
  }
}

static float *run(void) {
  compute(result_count);
  return results;
}

/// The shortest time of three for a result, over eight blocks or a million results at least.
static double trial(Plan candidate) {
  plan = candidate;
  const size_t step = plan.block - tap_count + 1;
  size_t blocks = (1 << 20) / step + 8;
  if (blocks > (result_count + step - 1) / step) blocks = (result_count + step - 1) / step;
  const size_t end = blocks * step < result_count ? blocks * step : result_count;
  compute(end);
  double best = 1e300;
  for (int i = 0; i < 3; i++) {
    const double start = seconds_now();
    compute(end);
    const double time = seconds_now() - start;
    if (time < best) best = time;
  }
  return best / (double)end;
}

int main(int argc, char **argv) {
  signal_count = (size_t)size_argument(argc, argv, 1, 1 << 28);
  tap_count = (size_t)size_argument(argc, argv, 2, (int)signal_count);
  const int calls = size_argument(argc, argv, 3, 1 << 24);
  result_count = signal_count + tap_count - 1;
  // The taps' noise goes on where the signal's ends, as in ConvolutionBenchmarks.
  uint64_t state = 1;
  signal_samples = noise(signal_count, &state);
  taps = noise(tap_count, &state);
  results = room(result_count, sizeof(float));
  Plan best = {0};
  double least = 1e300;
  size_t block = 64;
  while (block < 2 * tap_count) block *= 2;
  int slower = 0;
  do {
    const Plan candidate = prepared(block);
    const double time = trial(candidate);
    if (time < least) {
      if (best.block) dispose(best);
      least = time;
      best = candidate;
      slower = 0;
    } else {
      dispose(candidate);
      slower++;
    }
    block *= 2;
  } while (slower < 3 && block < 2 * result_count);
  plan = best;
  fprintf(stderr, "blocks of %zu\n", plan.block);
  serve(run, result_count, calls);
  return 0;
}
