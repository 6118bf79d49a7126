// SPDX-License-Identifier: MIT

// Sliding dot products and the passes of separable kernels.

static ptrdiff_t NAME(span)(ptrdiff_t rows, ptrdiff_t stride, ptrdiff_t count) {
  return rows == 0 ? 0 : (rows - 1) * stride + count;
}

static void NAME(sliding_dot)(struct check *c) {
  const ptrdiff_t count = length(c), taps = 1 + below(c, 150), stride = 1 + below(c, 3);
  SCALAR *y = NAME(numbers)(c, count);
  VK(sliding_dot)(NAME(numbers)(c, count == 0 ? 0 : count + (taps - 1) * stride),
                  NAME(numbers)(c, taps), y, count, taps, stride);
  NAME(note)(c, y, count);
}

// Whole cache lines, which streaming needs, now and then.
static ptrdiff_t NAME(stride)(struct check *c, ptrdiff_t count) {
  return below(c, 2) ? (count + 15) / 16 * 16 : count + below(c, 3);
}

static void NAME(sliding_dot_3d)(struct check *c) {
  const ptrdiff_t rows = below(c, 11), count = length(c);
  const int is_wide = below(c, 4) == 0;
  const ptrdiff_t w_rows = 1 + below(c, is_wide ? 2 : 14);
  const ptrdiff_t w_columns = is_wide ? 1 + below(c, 300) : 1 + below(c, 14);
  const ptrdiff_t w_planes = 1 + below(c, 6) / 3 * below(c, 5);
  const ptrdiff_t step = 1 + below(c, 5) / 4, reach = count + (w_columns - 1) * step;
  const ptrdiff_t x_stride = reach + below(c, 3), y_stride = NAME(stride)(c, count);
  const ptrdiff_t x_plane = (rows + w_rows - 1) * x_stride + below(c, 3);
  const ptrdiff_t y_count = NAME(span)(rows, y_stride, count);
  SCALAR *y = NAME(numbers)(c, y_count);
  SCALAR *x = NAME(numbers)(c, rows * count == 0 ? 0
                               : (w_planes - 1) * x_plane + (rows + w_rows - 2) * x_stride + reach);
  VK(sliding_dot_3d)(x, x_plane, x_stride, NAME(numbers)(c, w_planes * w_rows * w_columns),
                     w_planes, w_rows, w_columns, step, y, y_stride, rows, count,
                     (int)below(c, 2));
  NAME(note)(c, y, y_count);
}

static void NAME(row_pass)(struct check *c) {
  const ptrdiff_t rows = below(c, 36), count = length(c), taps = 1 + below(c, 40);
  const int symmetry = (int)below(c, 3) - 1;
  const ptrdiff_t reach = count + taps - 1, x_stride = reach + below(c, 3);
  const ptrdiff_t y_stride = NAME(stride)(c, count), y_count = NAME(span)(rows, y_stride, count);
  SCALAR *y = NAME(numbers)(c, y_count);
  VK(row_pass)(NAME(numbers)(c, NAME(span)(rows, x_stride, reach)), x_stride,
               NAME(numbers)(c, symmetry ? (taps + 1) / 2 : taps), taps, symmetry, y, y_stride,
               rows, count, NAME(numbers)(c, vk_pass_scratch(taps)));
  NAME(note)(c, y, y_count);
}

static void NAME(column_pass)(struct check *c) {
  const ptrdiff_t rows = below(c, 30), count = length(c), taps = 1 + below(c, 40);
  const int symmetry = (int)below(c, 3) - 1;
  const ptrdiff_t x_stride = count + below(c, 3);
  const ptrdiff_t y_stride = NAME(stride)(c, count), y_count = NAME(span)(rows, y_stride, count);
  SCALAR *y = NAME(numbers)(c, y_count);
  SCALAR *x = NAME(numbers)(c, rows * count == 0 ? 0 : (rows + taps - 2) * x_stride + count);
  note_integer(c, VK(column_pass)(x, x_stride,
                                  NAME(numbers)(c, symmetry ? (taps + 1) / 2 : taps), taps,
                                  symmetry, y, y_stride, rows, count, (int)below(c, 2),
                                  NAME(numbers)(c, vk_pass_scratch(taps))));
  NAME(note)(c, y, y_count);
}

static void NAME(grouped_row_pass)(struct check *c) {
  const int groups = 1 + (int)below(c, 6);
  const ptrdiff_t rows = below(c, 5), count = length(c), samples = count + 8 * groups - 2;
  ptrdiff_t before = below(c, 8 * groups + 3), after = below(c, 8 * groups + 3);
  if (before > samples) before = samples;
  if (after > samples - before) after = samples - before;
  const ptrdiff_t middle = samples - before - after, x_stride = middle + below(c, 3);
  const ptrdiff_t y_stride = NAME(stride)(c, count), y_count = NAME(span)(rows, y_stride, count);
  SCALAR *y = NAME(numbers)(c, y_count);
  VK(grouped_row_pass)(NAME(numbers)(c, NAME(span)(rows, x_stride, middle)), x_stride, middle,
                       NAME(numbers)(c, rows * (before + after)), before, after,
                       NAME(numbers)(c, 4 * groups), groups, y, y_stride, rows, count);
  NAME(note)(c, y, y_count);
}

static void NAME(grouped_column_pass)(struct check *c) {
  const int groups = 1 + (int)below(c, 6), streams = (int)below(c, 2);
  const ptrdiff_t count = 1 + length(c) / 2, rows = 1 + below(c, 30);
  const ptrdiff_t lead = below(c, 16), above = 8 * groups - 8;
  const ptrdiff_t x_stride = count + below(c, 3), y_stride = NAME(stride)(c, count);
  const ptrdiff_t y_count = NAME(span)(rows, y_stride, count);
  SCALAR *y = NAME(numbers)(c, y_count), *w = NAME(numbers)(c, 4 * groups);
  SCALAR *x = NAME(numbers)(c, (rows + above + 5) * x_stride + (count < 16 ? 16 : count));
  SCALAR *state = NAME(numbers)(c, vk_grouped_state(groups, count));
  VK(grouped_column_pass)(x, x_stride, w, groups, NULL, 0, above, count, lead, streams, state);
  for (ptrdiff_t r = 0; r < rows; r += 8)
    note_integer(c, VK(grouped_column_pass)(x + (above + r) * x_stride, x_stride, w, groups,
                                            y + r * y_stride, y_stride, rows - r < 8 ? rows - r : 8,
                                            count, lead, streams, state));
  NAME(note)(c, y, y_count);
}
