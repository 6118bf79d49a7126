// SPDX-License-Identifier: MIT

// The kernels of layers, and the blocks of spectra.

static void NAME(lanes)(struct check *c, int kind) {
  const ptrdiff_t a_count = below(c, 8), b_count = below(c, 24), taps = below(c, 100);
  const ptrdiff_t width = 1 + below(c, 60), size = a_count * b_count * width;
  const struct vk_lane_job job = {.a_rows = offsets(c, a_count, 50),
                                  .a_count = (size_t)a_count,
                                  .b_rows = offsets(c, b_count, 50),
                                  .b_count = (size_t)b_count,
                                  .out_rows = places(c, a_count * b_count, width),
                                  .a_taps = offsets(c, taps, 50),
                                  .b_taps = offsets(c, taps, 50),
                                  .tap_count = (size_t)taps,
                                  .width = (size_t)width,
                                  .divisor = (double)(1 + below(c, 5)),
                                  .accumulate = (int)below(c, 2)};
  const SCALAR *a = NAME(numbers_beyond)(c, 98 + width, VK_READ_BEYOND);
  const SCALAR *b = NAME(numbers_beyond)(c, 98 + width, VK_READ_BEYOND);
  SCALAR *out = NAME(numbers)(c, size), *centre = NAME(numbers)(c, size);
  if (kind == 0) VK(lane_products)(a, b, out, &job);
  if (kind == 1) VK(lane_differences)(a, b, out, &job);
  if (kind >= 2) VK(lane_signs)(a, b, centre, out, &job, kind - 2);
  NAME(note)(c, out, size);
}

static void NAME(lane_products)(struct check *c) { NAME(lanes)(c, 0); }
static void NAME(lane_differences)(struct check *c) { NAME(lanes)(c, 1); }
static void NAME(lane_signs)(struct check *c) { NAME(lanes)(c, 2 + (int)below(c, 2)); }

static void NAME(weighted_rows)(struct check *c) {
  const ptrdiff_t rows = below(c, 22), taps = 1 + below(c, below(c, 4) ? 20 : 500);
  const ptrdiff_t width = 1 + below(c, below(c, 4) ? 60 : 500), blocks = (rows + 7) / 8;
  const struct vk_weighted_job job = {.taps = offsets(c, taps, 50),
                                      .tap_count = (size_t)taps,
                                      .row_count = (size_t)rows,
                                      .width = (size_t)width,
                                      .block_stride = (size_t)(8 * taps),
                                      .out_stride = width,
                                      .accumulate = (int)below(c, 2)};
  SCALAR *out = NAME(numbers)(c, rows * width);
  VK(weighted_rows)(NAME(numbers)(c, blocks * 8 * taps),
                    NAME(numbers_beyond)(c, 49 + width, VK_READ_BEYOND), out, &job);
  NAME(note)(c, out, rows * width);
}

static void NAME(window_sums)(struct check *c) {
  const ptrdiff_t size = 1 + below(c, 40), step = 1 + below(c, 6);
  const ptrdiff_t out_rows = 1 + below(c, 6), out_columns = 1 + below(c, 30);
  const ptrdiff_t rows = (out_rows - 1) * step + size, columns = (out_columns - 1) * step + size;
  SCALAR *out = NAME(numbers)(c, out_rows * out_columns);
  VK(window_sums)(NAME(numbers)(c, rows * columns), (size_t)columns, (size_t)size, (size_t)step,
                  out, (size_t)out_rows, (size_t)out_columns, (size_t)out_columns,
                  (double)(1 + below(c, 3)), NAME(numbers)(c, (out_rows + 1) * columns));
  NAME(note)(c, out, out_rows * out_columns);
}

static void NAME(row_sums)(struct check *c) {
  const ptrdiff_t size = 1 + below(c, 60), count = 1 + length(c);
  SCALAR *out = NAME(numbers)(c, count);
  VK(row_sums)(NAME(numbers)(c, count + size - 1), (size_t)(count + size - 1), (size_t)size, out,
               (size_t)count);
  NAME(note)(c, out, count);
}

static void NAME(add)(struct check *c) {
  const ptrdiff_t count = length(c);
  SCALAR *out = NAME(numbers)(c, count);
  VK(add)(NAME(numbers)(c, count), out, (size_t)count);
  NAME(note)(c, out, count);
}

static void NAME(all_finite)(struct check *c) {
  const ptrdiff_t count = 100 * length(c);
  note_integer(c, VK(all_finite)(NAME(numbers)(c, count), (size_t)count));
}

static void NAME(energy)(struct check *c) {
  const ptrdiff_t count = length(c);
  const double energy = VK(energy)(NAME(numbers)(c, count), (size_t)count);
  note_value(c, energy, c->is_rough ? UNCOMPARED : energy * (double)EPSILON / 2);
}

static void NAME(small_places)(struct check *c) {
  const ptrdiff_t count = length(c), step = 1 + below(c, 3);
  ptrdiff_t *found = memory(c, count, sizeof *found);
  const ptrdiff_t number = VK(small_places)(
      NAME(numbers)(c, count == 0 ? 0 : (count - 1) * step + 1), count, step, 0.25, found);
  for (ptrdiff_t k = 0; k < number; k++) note_integer(c, found[k]);
}

static void NAME(are_whole)(struct check *c) {
  const ptrdiff_t count = 10 * length(c);
  SCALAR *x = NAME(numbers)(c, count);
  for (ptrdiff_t k = 0; k < count; k++) x[k] *= 1 << 20;
  note_integer(c, VK(are_whole)(x, (size_t)count));
}

static void NAME(spectrum_products)(struct check *c) {
  const ptrdiff_t block = 2 * VK_SPECTRUM_BLOCK, a_count = below(c, 8), b_count = below(c, 10);
  const ptrdiff_t taps = 1 + below(c, 6), size = a_count * b_count * block;
  const struct vk_spectrum_job job = {.a_rows = offsets(c, a_count, 50),
                                      .a_count = (size_t)a_count,
                                      .b_rows = offsets(c, b_count, 50),
                                      .b_count = (size_t)b_count,
                                      .out_rows = places(c, a_count * b_count, block),
                                      .a_step = block + 1,
                                      .b_step = block,
                                      .tap_count = (size_t)taps};
  SCALAR *out = NAME(numbers)(c, size);
  VK(spectrum_products)(NAME(numbers)(c, 49 + (taps - 1) * (block + 1) + block),
                        NAME(numbers)(c, 49 + taps * block), out, &job);
  NAME(note)(c, out, size);
}

static void NAME(spectrum_split)(struct check *c) {
  const ptrdiff_t block = 2 * VK_SPECTRUM_BLOCK, count = length(c);
  const ptrdiff_t blocks = (2 * count + block - 1) / block, stride = block + below(c, 3);
  const ptrdiff_t size = blocks == 0 ? 0 : (blocks - 1) * stride + block;
  SCALAR *out = NAME(numbers)(c, size), *joined = NAME(numbers)(c, 2 * count);
  VK(spectrum_split)(NAME(numbers)(c, 2 * count), (size_t)count, out, (size_t)stride);
  NAME(note)(c, out, size);
  VK(spectrum_join)(out, (size_t)stride, (size_t)count, joined);
  NAME(note)(c, joined, 2 * count);
}
