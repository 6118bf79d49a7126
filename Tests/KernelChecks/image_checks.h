// SPDX-License-Identifier: MIT

// The kernels of template matching and of registration, and the differing bits.

static void NAME(slide_column_sums)(struct check *c) {
  const ptrdiff_t count = length(c);
  double *sums = NAME(doubles)(c, 2 * count), *squares = NAME(doubles)(c, 2 * count);
  const SCALAR *leaving = NAME(numbers)(c, count);
  VK(slide_column_sums)(below(c, 3) ? leaving : NULL, NAME(numbers)(c, count), sums, squares,
                        count);
  NAME(note_doubles)(c, sums, 2 * count);
  NAME(note_doubles)(c, squares, 2 * count);
}

static void NAME(normalise_scores)(struct check *c) {
  const ptrdiff_t count = length(c);
  SCALAR *scores = NAME(numbers)(c, count);
  const SCALAR *others = NAME(numbers)(c, count);
  VK(normalise_scores)(below(c, 2) ? scores : others, NAME(doubles)(c, count),
                       NAME(doubles)(c, count), (double)(1 + below(c, 9)), 0.01, 0.1, 0.3, 0.7,
                       scores, count);
  NAME(note)(c, scores, count);
}

static void NAME(subtract)(struct check *c) {
  const ptrdiff_t count = length(c);
  SCALAR *y = NAME(numbers)(c, count);
  VK(subtract)(NAME(numbers)(c, count), 0.3, y, count);
  NAME(note)(c, y, count);
}

static void NAME(sum_neighbours)(struct check *c) {
  const ptrdiff_t width = 1 + below(c, 40), places = length(c), count = places + width - 1;
  double *sums = NAME(doubles)(c, places), *other_sums = NAME(doubles)(c, places);
  vk_sum_neighbours(NAME(doubles)(c, 2 * count), NAME(doubles)(c, 2 * count), count, width, sums,
                    other_sums);
  NAME(note_doubles)(c, sums, places);
  NAME(note_doubles)(c, other_sums, places);
}

static void NAME(differing_bits)(struct check *c) {
  const ptrdiff_t count = length(c), taps = 1 + below(c, below(c, 4) ? 40 : 300);
  const ptrdiff_t step = 1 + below(c, 4), words = count == 0 ? 0 : count + (taps - 1) * step;
  uint32_t *x = memory(c, words, sizeof *x), *pattern = memory(c, taps, sizeof *pattern);
  uint32_t *counts = memory(c, count, sizeof *counts);
  for (ptrdiff_t k = 0; k < words; k++) x[k] = (uint32_t)next_bits(c);
  for (ptrdiff_t k = 0; k < taps; k++) pattern[k] = (uint32_t)next_bits(c);
  vk_differing_bits_f32(x, count, pattern, taps, step, counts);
  for (ptrdiff_t k = 0; k < count; k++) note_integer(c, counts[k]);
}
