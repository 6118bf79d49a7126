// SPDX-License-Identifier: MIT

// What goes with transforms: products, packing, transforms of columns, and small results.

static void NAME(multiply)(struct check *c) {
  const ptrdiff_t count = length(c);
  SCALAR *z = NAME(numbers)(c, 2 * count);
  VK(multiply)(z, NAME(numbers)(c, 2 * count), count);
  NAME(note)(c, z, 2 * count);
}

static void NAME(multiply_add)(struct check *c) {
  const ptrdiff_t count = length(c);
  SCALAR *s = NAME(numbers)(c, 2 * count);
  VK(multiply_add)(s, NAME(numbers)(c, 2 * count), NAME(numbers)(c, 2 * count), count);
  NAME(note)(c, s, 2 * count);
}

static void NAME(multiply_conjugate_add)(struct check *c) {
  const ptrdiff_t count = length(c);
  SCALAR *s = NAME(numbers)(c, 2 * count);
  VK(multiply_conjugate_add)(s, NAME(numbers)(c, 2 * count), NAME(numbers)(c, 2 * count), count);
  NAME(note)(c, s, 2 * count);
}

static void NAME(pack)(struct check *c) {
  const ptrdiff_t count = length(c), start = below(c, 50), fine = 1 + below(c, 40);
  SCALAR *z = NAME(numbers)(c, 2 * count);
  SCALAR *coarse = NAME(numbers)(c, count == 0 ? 0 : 2 * ((start + count - 1) / fine + 1));
  SCALAR *x = NAME(numbers)(c, count), *y = NAME(numbers)(c, count);
  VK(pack)(x, below(c, 2) ? y : NULL, 0.75, coarse, NAME(numbers)(c, 2 * fine), fine, start, z,
           count);
  NAME(note)(c, z, 2 * count);
}

static void NAME(unpack)(struct check *c) {
  const ptrdiff_t count = length(c), start = below(c, 50), fine = 1 + below(c, 40);
  const ptrdiff_t wanted = below(c, 4);
  SCALAR *coarse = NAME(numbers)(c, count == 0 ? 0 : 2 * ((start + count - 1) / fine + 1));
  SCALAR *x = NAME(numbers)(c, count), *y = NAME(numbers)(c, count);
  note_integer(c, VK(unpack)(NAME(numbers)(c, 2 * count), 0.75, coarse, NAME(numbers)(c, 2 * fine),
                             fine, start, wanted & 1 ? x : NULL, wanted & 2 ? y : NULL, count,
                             1.0 / 1024));
  NAME(note)(c, x, count);
  NAME(note)(c, y, count);
}

// The tables hold any numbers: what is computed of them is the same.
static SCALAR *NAME(column_job)(struct check *c, struct vk_column_job *job) {
  const ptrdiff_t strip = 64 / sizeof(SCALAR), rows = 4 << below(c, 5);
  job->rows = rows;
  job->columns = strip * (1 + below(c, 3));
  job->row_stride = job->columns + below(c, 4);
  job->complex_samples = (int)below(c, 2);
  job->level_twiddles = 0;
  job->strip_twiddles = 0;
  for (ptrdiff_t size = rows; size > vk_column_radix(size); size /= vk_column_radix(size))
    job->strip_twiddles += 2 * (vk_column_radix(size) - 1) * (size / vk_column_radix(size));
  job->lane_twiddles = job->strip_twiddles + 2 * rows * (job->columns / strip);
  job->row_weights = job->lane_twiddles + 2 * strip * rows;
  return NAME(numbers)(c, job->row_weights + 2 * rows);
}

static void NAME(columns_forward)(struct check *c) {
  struct vk_column_job job;
  const SCALAR *tables = NAME(column_job)(c, &job);
  const ptrdiff_t strip = 64 / sizeof(SCALAR), strips = job.columns / strip;
  const ptrdiff_t from = below(c, strips), to = from + 1 + below(c, strips - from);
  const ptrdiff_t most = 2 * job.rows * job.columns >> job.complex_samples;
  const ptrdiff_t count = below(c, most + 1);
  const ptrdiff_t size = 2 * ((job.rows - 1) * job.row_stride + job.columns);
  SCALAR *z = NAME(numbers)(c, size);
  VK(columns_forward)(&job, tables, NAME(numbers)(c, count << job.complex_samples), count, 0.75,
                      from, to, NAME(numbers)(c, 2 * strip * job.rows), z);
  NAME(note)(c, z, size);
}

static void NAME(columns_inverse)(struct check *c) {
  struct vk_column_job job;
  const SCALAR *tables = NAME(column_job)(c, &job);
  const ptrdiff_t strip = 64 / sizeof(SCALAR), strips = job.columns / strip;
  const ptrdiff_t from = below(c, strips), to = from + 1 + below(c, strips - from);
  const ptrdiff_t most = 2 * job.rows * job.columns >> job.complex_samples;
  const ptrdiff_t first = below(c, most), count = below(c, most - first + 1);
  const ptrdiff_t size = count << job.complex_samples;
  int log2 = 0;
  while (size >> log2 > 64 || (size >> log2 == 64 && size & ((1 << log2) - 1))) log2++;
  SCALAR *z = NAME(numbers)(c, 2 * ((job.rows - 1) * job.row_stride + job.columns));
  SCALAR *y = NAME(numbers)(c, size);
  note_integer(c, (int64_t)VK(columns_inverse)(
                      &job, tables, z, 0.75, from, to, NAME(numbers)(c, 2 * strip * job.rows), y,
                      first, count, 1.0 / 1024, log2));
  NAME(note)(c, y, size);
}

static void NAME(transpose)(struct check *c) {
  const ptrdiff_t rows = 1 + below(c, 40), columns = 1 + below(c, 40);
  const ptrdiff_t x_stride = columns + below(c, 3), y_stride = rows + below(c, 3);
  const ptrdiff_t size = 2 * ((columns - 1) * y_stride + rows);
  SCALAR *y = NAME(numbers)(c, size);
  VK(transpose)(NAME(numbers)(c, 2 * ((rows - 1) * x_stride + columns)), x_stride, y, y_stride,
                rows, columns);
  NAME(note)(c, y, size);
}

static void NAME(scale)(struct check *c) {
  const ptrdiff_t count = length(c);
  SCALAR *y = NAME(numbers)(c, count);
  VK(scale)(NAME(numbers)(c, count), 0.7, y, count);
  NAME(note)(c, y, count);
}

static void NAME(chunk_maxima)(struct check *c) {
  const ptrdiff_t count = length(c), chunk = 1 + below(c, 70), chunks = (count + chunk - 1) / chunk;
  SCALAR *m = NAME(numbers)(c, chunks);
  VK(chunk_maxima)(NAME(numbers)(c, count), m, count, chunk);
  NAME(note)(c, m, chunks);
}

static void NAME(raise_to_magnitudes)(struct check *c) {
  const ptrdiff_t count = length(c);
  SCALAR *m = NAME(numbers)(c, count);
  for (ptrdiff_t k = 0; k < count; k++) m[k] = m[k] < 0 ? -m[k] : m[k] > 0 ? m[k] : 0;
  VK(raise_to_magnitudes)(NAME(numbers)(c, count), m, count);
  NAME(note)(c, m, count);
}

static void NAME(has_small_result)(struct check *c) {
  const ptrdiff_t count = length(c);
  note_integer(c, VK(has_small_result)(NAME(numbers)(c, count), count, 1.0 / 64));
}

static void NAME(small_results)(struct check *c) {
  const ptrdiff_t count = length(c), tap_count = below(c, 5);
  struct vk_large_tap *taps = memory(c, tap_count, sizeof *taps);
  for (ptrdiff_t t = 0; t < tap_count; t++) {
    const ptrdiff_t first = below(c, count + 1);
    taps[t] = (struct vk_large_tap){.offset = below(c, 41),
                                    .first = first,
                                    .end = first + below(c, count - first + 1),
                                    .weight = 0.25 + (double)below(c, 4)};
  }
  ptrdiff_t from = 0, *found = memory(c, VK_MOST_SMALL_RESULTS, sizeof *found);
  const SCALAR *y = NAME(numbers)(c, count), *x = NAME(numbers)(c, count + 40);
  while (from < count) {
    const ptrdiff_t number =
        VK(small_results)(y, &from, count, 0.5, x, taps, tap_count, found);
    for (ptrdiff_t k = 0; k < number; k++) note_integer(c, found[k]);
  }
}
