// SPDX-License-Identifier: MIT

// libpng, and around it the little that cannot be said in Swift: libpng reports errors by a long
// jump, which must begin and end in C.

#ifndef OVERLAP_CPNG_H
#define OVERLAP_CPNG_H

#include <png.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

/// An image as it is given to or taken from libpng: rows from top to bottom, samples interleaved,
/// those of 16 bits little-endian.
typedef struct {
  uint32_t width;
  uint32_t height;
  /// 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha.
  int channels;
  /// 8 or 16.
  int depth;
  /// What went wrong.
  char problem[160];
} cpng_image;

/// The file's bytes, and how far they have been read.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t position;
} cpng_source;

/// Takes the bytes of a file that is being written; returns whether it could.
typedef int (*cpng_sink)(void *context, const uint8_t *bytes, size_t count);

typedef struct {
  cpng_sink write;
  void *context;
} cpng_target;

static inline void cpng_fail(png_structp png, png_const_charp problem) {
  cpng_image *image = (cpng_image *)png_get_error_ptr(png);
  strncpy(image->problem, problem, sizeof image->problem - 1);
  png_longjmp(png, 1);
}

static inline void cpng_ignore(png_structp png, png_const_charp warning) {
  (void)png;
  (void)warning;
}

static inline void cpng_take(png_structp png, png_bytep to, size_t count) {
  cpng_source *source = (cpng_source *)png_get_io_ptr(png);
  if (count > source->count - source->position) png_error(png, "it ends too early");
  memcpy(to, source->bytes + source->position, count);
  source->position += count;
}

static inline void cpng_give(png_structp png, png_bytep from, size_t count) {
  cpng_target *target = (cpng_target *)png_get_io_ptr(png);
  if (!target->write(target->context, from, count)) png_error(png, "cannot write");
}

static inline void cpng_no_flush(png_structp png) { (void)png; }

/// Reads an image's description, and its pixels too unless `pixels` is null. Palettes become
/// colours, transparent colours become alpha, grey of fewer than 8 bits is spread over 8; nothing
/// else is changed: there is no correction of gamma.
///
/// Returns 0 if something is wrong, and says what in `image`.
static inline int cpng_read(const uint8_t *bytes, size_t count, cpng_image *image,
                            uint8_t *pixels) {
  memset(image, 0, sizeof *image);
  cpng_source source = {bytes, count, 0};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, image, cpng_fail, cpng_ignore);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    strcpy(image->problem, "out of memory");
    return 0;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
  }
  png_set_read_fn(png, &source, cpng_take);
  png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);
  // Chunks that tell nothing about pixels are passed over: libpng takes memory of the size that they
  // announce, or that they unfold to, before they are there.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(png, info);
  // Deflate shortens at most 1032 to 1: rows that need more bytes than that, with the one for their
  // filter, cannot be in the file, and nobody shall allocate for them.
  size_t stored = count * 1032 / png_get_image_height(png, info);
  if (png_get_rowbytes(png, info) >= stored) png_error(png, "it is too short for its size");
  png_set_expand(png);
  png_set_swap(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  image->width = png_get_image_width(png, info);
  image->height = png_get_image_height(png, info);
  image->channels = png_get_channels(png, info);
  image->depth = png_get_bit_depth(png, info);
  if (pixels) {
    size_t row_bytes = png_get_rowbytes(png, info);
    for (int pass = 0; pass < passes; pass++)
      for (uint32_t row = 0; row < image->height; row++)
        png_read_row(png, pixels + row * row_bytes, NULL);
    png_read_end(png, NULL);
  }
  png_destroy_read_struct(&png, &info, NULL);
  return 1;
}

/// Writes `image`, whose fields up to `depth` describe `pixels`.
///
/// Returns 0 if something is wrong, and says what in `image`.
static inline int cpng_write(cpng_image *image, const uint8_t *pixels, cpng_sink write,
                             void *context) {
  static const int color_types[5] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA,
                                     PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
  cpng_target target = {write, context};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, image, cpng_fail, cpng_ignore);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_write_struct(&png, NULL);
    strcpy(image->problem, "out of memory");
    return 0;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return 0;
  }
  png_set_write_fn(png, &target, cpng_give, cpng_no_flush);
  png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);
  png_set_IHDR(png, info, image->width, image->height, image->depth, color_types[image->channels],
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  if (image->depth == 16) png_set_swap(png);
  size_t row_bytes = (size_t)image->width * (size_t)image->channels * (size_t)(image->depth / 8);
  for (uint32_t row = 0; row < image->height; row++) png_write_row(png, pixels + row * row_bytes);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return 1;
}

#endif
