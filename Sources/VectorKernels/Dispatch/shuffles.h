// SPDX-License-Identifier: MIT

// Exchanges of lanes between two vectors p and q, for any number of lanes: SHUFFLE(p, q, PATTERN).
// A pattern gives for lane i of the result the index of a lane of p, or LANES more for one of q.
#pragma once

#define SHUFFLE(p, q, pattern) __builtin_shufflevector(p, q, PASTE(SHUFFLE_, LANES, )(pattern))
#define SHUFFLE_2(index) index(0), index(1)
#define SHUFFLE_4(index) SHUFFLE_2(index), index(2), index(3)
#define SHUFFLE_8(index) SHUFFLE_4(index), index(4), index(5), index(6), index(7)
#define SHUFFLE_16(index)                                                          \
  SHUFFLE_8(index), index(8), index(9), index(10), index(11), index(12), index(13), \
      index(14), index(15)

// Every other lane of p and then of q.
#define EVENS(i) (2 * (i))
#define ODDS(i) (2 * (i) + 1)

// Lanes of p and q in turn, from their lower or their upper halves.
#define LOWS(i) ((i) / 2 + (i) % 2 * LANES)
#define HIGHS(i) (LOWS(i) + LANES / 2)

// As many lanes of p and then q, from that with this index on; for LANES > n.
#define FROM_4(i) (((i) + 4) % (2 * LANES))
#define FROM_8(i) (((i) + 8) % (2 * LANES))
#define FROM_12(i) (((i) + 12) % (2 * LANES))

// Within blocks of 16 bytes, of BLOCK_LANES lanes each, as processors shuffle best: scalars of p
// and q in turn, from the lower or the upper halves of their blocks.
#define BLOCK_LANES BY_SCALAR(4, 2)
#define UNPACK_LOW(i) \
  ((i) / BLOCK_LANES * BLOCK_LANES + (i) % BLOCK_LANES / 2 + (i) % 2 * LANES)
#define UNPACK_HIGH(i) (UNPACK_LOW(i) + BLOCK_LANES / 2)

// Every other block of p and then of q.
#define EVEN_BLOCKS(i) ((i) / BLOCK_LANES * 2 * BLOCK_LANES + (i) % BLOCK_LANES)
#define ODD_BLOCKS(i) (EVEN_BLOCKS(i) + BLOCK_LANES)
