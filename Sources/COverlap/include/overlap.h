// SPDX-License-Identifier: MIT

/* Convolution, correlation, registration and time alignment, from C: link with -loverlap-c.
 *
 * Every function that can fail returns a status, and overlap_error_message() then says in one sentence
 * what was expected and what was found. No argument ends the process: a pointer that must not be NULL, a
 * shape or a number that makes no sense is an error. All structures may be filled with zeros first
 * ("= {0}"), which everywhere means the default.
 *
 * Plans, and all functions without a filter, may be called from many threads at once. A filter belongs
 * to one thread at a time.
 *
 *     double signal[] = {0, 1, 2, 3}, kernel[] = {1, 2}, result[3];
 *     int64_t n[] = {4}, m[] = {2}, k[] = {3};
 *     overlap_array a = {signal, 1, n, NULL}, b = {kernel, 1, m, NULL}, c = {result, 1, k, NULL};
 *     overlap_options options = {.mode = OVERLAP_VALID};
 *     if (overlap_correlate(OVERLAP_FLOAT64, &a, &b, &c, &options) != OVERLAP_OK)
 *       puts(overlap_error_message());
 *     // result is {2, 5, 8}
 */

#ifndef OVERLAP_H
#define OVERLAP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum overlap_status {
  OVERLAP_OK = 0,
  OVERLAP_INVALID_ARGUMENT = 1, /* a number or a pointer makes no sense */
  OVERLAP_WRONG_SHAPE = 2,      /* shapes do not go together */
  OVERLAP_OUT_OF_RANGE = 3,     /* an integer result does not fit its type */
  OVERLAP_UNFIT_DATA = 4,       /* nothing can be said of this data: silent, flat, NaN, too short */
  OVERLAP_OUT_OF_MEMORY = 5
} overlap_status;

/* What the last call in this thread that failed had to say. It is valid until the next one fails. */
const char *overlap_error_message(void);

/* The types of elements. Complex ones are two numbers, the real part first. */
typedef enum overlap_type {
  OVERLAP_FLOAT32 = 1,
  OVERLAP_FLOAT64 = 2,
  OVERLAP_COMPLEX64 = 3,
  OVERLAP_COMPLEX128 = 4,
  OVERLAP_INT8 = 5,
  OVERLAP_INT16 = 6,
  OVERLAP_INT32 = 7,
  OVERLAP_INT64 = 8,
  OVERLAP_UINT8 = 9,
  OVERLAP_UINT16 = 10,
  OVERLAP_UINT32 = 11,
  OVERLAP_UINT64 = 12
} overlap_type;

/* An array in the caller's memory. The strides say how many bytes it is from one element to the next
 * along each axis, and may be negative, or 0 where nothing is written; NULL stands for an array without
 * gaps whose last axis is the fastest. Such arrays are not copied; others are gathered block by block.
 * What is written must not overlap what is read. (In memory, this is a part of NumPy's array object.) */
typedef struct overlap_array {
  void *data;
  int32_t rank;
  const int64_t *shape;
  const int64_t *strides;
} overlap_array;

/* ---- Convolution and correlation ------------------------------------------------------------- */

/* Which results are wanted, of n samples and a kernel of m along an axis. */
typedef enum overlap_mode {
  OVERLAP_FULL = 0,  /* all n + m - 1 */
  OVERLAP_SAME = 1,  /* n of them, from number (m - 1) / 2 on */
  OVERLAP_VALID = 2, /* those for which the smaller lies wholly inside the larger */
  OVERLAP_LAGS = 3   /* those at given lags, whatever of them there is; 0 where nothing overlaps */
} overlap_mode;

/* What the signal is taken to be beyond its ends; of a b c d, what comes before and after. */
typedef enum overlap_boundary {
  OVERLAP_ZERO = 0,      /* 0 0 0 | a b c d | 0 0 0 */
  OVERLAP_CONSTANT = 1,  /* k k k | a b c d | k k k */
  OVERLAP_WRAP = 2,      /* b c d | a b c d | a b c */
  OVERLAP_SYMMETRIC = 3, /* c b a | a b c d | d c b */
  OVERLAP_REFLECT = 4,   /* d c b | a b c d | c b a */
  OVERLAP_REPLICATE = 5  /* a a a | a b c d | d d d */
} overlap_boundary;

/* How it is computed. It does not show in the result beyond its rounding. */
typedef enum overlap_method {
  OVERLAP_AUTOMATIC = 0, /* the fastest, as predicted */
  OVERLAP_DIRECT = 1,
  OVERLAP_SEPARABLE = 2,
  OVERLAP_FFT = 3,
  OVERLAP_OVERLAP_SAVE = 4
} overlap_method;

typedef struct overlap_options {
  overlap_mode mode;
  overlap_boundary boundary;
  overlap_method method;
  int32_t threads;           /* at most; 0 for one a processor */
  double constant[2];        /* of OVERLAP_CONSTANT: its real and imaginary parts */
  overlap_type result_type;  /* of integers, if it is another than that of the inputs */
  int32_t axis_count;        /* with axes */
  const int64_t *axes;       /* the axes along which the kernel slides, counted from 0, or back from -1 */
  const int64_t *lags;       /* of OVERLAP_LAGS: the first and the last for each of these axes */
} overlap_options;

/* The convolution of an array with a kernel: result[k] = sum over j of signal[k - j] kernel[j], along
 * one axis or several.
 *
 * A kernel of the signal's rank slides along the axes of the options, or along all if axes is NULL; along
 * the others both have the same length, or one of them the length 1, and is used for all of the other's.
 * A kernel of lower rank has one axis for each that it slides along, the last ones if axes is NULL: so
 * one kernel filters all lines, images or volumes of an array. A boundary other than zero is for at most
 * three axes.
 *
 * output has the shape that overlap_result_shape() gives. Integers give the exact result or
 * OVERLAP_OUT_OF_RANGE. If an argument is empty, so is the result in every mode but OVERLAP_LAGS.
 * options may be NULL. */
overlap_status overlap_convolve(
    overlap_type type, const overlap_array *signal, const overlap_array *kernel,
    const overlap_array *output, const overlap_options *options);

/* The correlation: at lag k, the sum over t of signal[t + k] conj(kernel[t]). All else as above; the
 * first result of OVERLAP_FULL is at lag -(m - 1). */
overlap_status overlap_correlate(
    overlap_type type, const overlap_array *signal, const overlap_array *kernel,
    const overlap_array *output, const overlap_options *options);

/* Writes the shape of the result, signal_rank numbers. */
overlap_status overlap_result_shape(
    int32_t signal_rank, const int64_t *signal_shape, int32_t kernel_rank,
    const int64_t *kernel_shape, const overlap_options *options, int64_t *shape);

/* The method that is the fastest for arrays of these shapes in one call, on one to three axes. A kernel
 * is not looked at, so that OVERLAP_SEPARABLE is never the answer. seconds may be NULL, or has room for
 * five numbers: what each method is predicted to take, by its number, 0 where that is not known. */
overlap_status overlap_choose_method(
    overlap_type type, int32_t signal_rank, const int64_t *signal_shape, int32_t kernel_rank,
    const int64_t *kernel_shape, const overlap_options *options, overlap_method *method,
    double *seconds);

/* A kernel, prepared for any number of signals of any shape. */
typedef struct overlap_plan overlap_plan;

typedef enum overlap_operation { OVERLAP_CONVOLUTION = 0, OVERLAP_CORRELATION = 1 } overlap_operation;

/* Makes a plan, which keeps a copy of the kernel and of the options. */
overlap_status overlap_plan_create(
    overlap_type type, overlap_operation operation, const overlap_array *kernel,
    const overlap_options *options, overlap_plan **plan);

/* Writes the results for a signal. */
overlap_status overlap_plan_execute(
    const overlap_plan *plan, const overlap_array *signal, const overlap_array *output);

/* Writes the shape of the results for a signal, signal_rank numbers. */
overlap_status overlap_plan_result_shape(
    const overlap_plan *plan, int32_t signal_rank, const int64_t *signal_shape, int64_t *shape);

/* Ends a plan, which no call may be using; NULL is none. */
void overlap_plan_destroy(overlap_plan *plan);

/* ---- Streams --------------------------------------------------------------------------------- */

/* The convolution of a signal that arrives piece by piece, of any of the four types that are not
 * integers. */
typedef struct overlap_filter overlap_filter;

/* Makes a filter from a kernel of rank 1. Results come `latency` samples later than those of the full
 * convolution; a larger one makes the filter cheaper. */
overlap_status overlap_filter_create(
    overlap_type type, const overlap_array *kernel, int64_t latency, overlap_filter **filter);

/* Takes the next samples, of rank 1, and writes as many results. */
overlap_status overlap_filter_push(
    overlap_filter *filter, const overlap_array *samples, const overlap_array *output);

/* Forgets all samples. */
overlap_status overlap_filter_reset(overlap_filter *filter);

/* Ends a filter; NULL is none. */
void overlap_filter_destroy(overlap_filter *filter);

/* ---- Time alignment -------------------------------------------------------------------------- */

typedef struct overlap_delay_options {
  double maximum_delay;  /* in seconds either way of expected_delay; 0 for every possible one */
  double expected_delay; /* in seconds */
  double lowest_frequency, highest_frequency; /* in Hz, all that count; 0 and 0 for all there are */
  int32_t measures_drift; /* 1 to measure the clocks' difference even where it is not evident */
  int32_t threads;        /* at most; 0 for one a processor */
} overlap_delay_options;

typedef struct overlap_delay {
  double delay;                   /* how much later events come in other than in reference, in seconds */
  double standard_error;          /* of the delay, in seconds */
  double false_alarm_probability; /* that unrelated signals agree as well */
  double peak_ratio;              /* of the best delay to the second best: near 1, it is ambiguous */
  double overlap;                 /* in seconds */
  double drift;                   /* seconds of delay gained in each second; NaN if not measured */
  double drift_standard_error;    /* NaN if not measured */
  int32_t polarity;               /* 1 or -1; 0 where it cannot be told */
  int32_t is_ambiguous;           /* 1 where another delay is about as likely */
} overlap_delay;

/* How much later the same events come in other than in reference, two signals of rank 1 at one rate, of
 * OVERLAP_FLOAT32 or OVERLAP_FLOAT64. options may be NULL. */
overlap_status overlap_estimate_delay(
    overlap_type type, const overlap_array *reference, const overlap_array *other,
    double sample_rate, const overlap_delay_options *options, overlap_delay *estimate);

/* ---- Images ---------------------------------------------------------------------------------- */

typedef struct overlap_translation {
  double row_shift, column_shift; /* of what is in reference: rows further down, columns to the right */
  double row_standard_error, column_standard_error; /* NaN where the images do not tell */
  double false_alarm_probability; /* that unrelated images agree as well */
  double peak_ratio;              /* of the best shift to any that is not near: near 1, it is ambiguous */
  int32_t polarity;               /* 1, or -1 where one is like the negative of the other */
} overlap_translation;

/* How far the contents of reference are shifted in moving: two images of one shape, of OVERLAP_FLOAT32 or
 * OVERLAP_FLOAT64. threads is 0 for one a processor. */
overlap_status overlap_register(
    overlap_type type, const overlap_array *reference, const overlap_array *moving, int32_t threads,
    overlap_translation *translation);

typedef struct overlap_match {
  int64_t row, column;            /* where the template's first element lies */
  double score;                   /* the normalised cross-correlation, -1 to 1 */
  double false_alarm_probability; /* that a template that is not in the image agrees as well */
} overlap_match;

/* Writes the best places of a template in an image, at most `capacity` of them, the best first, and their
 * number. */
overlap_status overlap_find_template(
    overlap_type type, const overlap_array *template_image, const overlap_array *image,
    int32_t threads, int64_t capacity, overlap_match *matches, int64_t *count);

/* ---- Layers of neural networks ---------------------------------------------------------------- */

/* Pairs are rows and columns. */
typedef struct overlap_convolution_layer {
  int64_t stride[2];   /* 0 stands for 1 */
  int64_t dilation[2]; /* 0 stands for 1 */
  int64_t padding[4];  /* top, left, bottom, right */
  int64_t groups;      /* 0 stands for 1 */
} overlap_convolution_layer;

/* Writes the layer's output: input is images x channels x rows x columns, weights are kernels x
 * (channels / groups) x rows x columns, bias has a number for each kernel or is NULL. */
overlap_status overlap_convolution_layer_forward(
    overlap_type type, const overlap_convolution_layer *layer, const overlap_array *input,
    const overlap_array *weights, const overlap_array *bias, int32_t threads,
    const overlap_array *output);

/* Writes the shape of its output, four numbers. */
overlap_status overlap_convolution_layer_shape(
    const overlap_convolution_layer *layer, const int64_t input_shape[4],
    const int64_t weight_shape[4], int64_t shape[4]);

typedef struct overlap_correlation_layer {
  int64_t kernel_size;         /* odd; 0 stands for 1 */
  int64_t max_displacement[2]; /* rows and columns */
  int64_t stride;              /* between patches; 0 stands for 1 */
  int64_t displacement_stride; /* 0 stands for 1 */
  int64_t padding;
  int32_t absolute_difference; /* 1 to compare by |a - b| rather than by a b */
} overlap_correlation_layer;

/* Writes the layer's output for two arrays of one shape, images x channels x rows x columns. */
overlap_status overlap_correlation_layer_forward(
    overlap_type type, const overlap_correlation_layer *layer, const overlap_array *a,
    const overlap_array *b, int32_t threads, const overlap_array *output);

/* Writes the shape of its output, four numbers. */
overlap_status overlap_correlation_layer_shape(
    const overlap_correlation_layer *layer, const int64_t input_shape[4], int64_t shape[4]);

#ifdef __cplusplus
}
#endif

#endif
