# SPDX-License-Identifier: MIT

"""Ways to damage a file."""

import struct

# Where parsers have their limits.
NUMBERS = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]
TEXTS = [b"0", b"-1", b"99999999999999999999", b"1e308", b"nan", b"\n", b"\"", b"{", b"[" * 50, b"\0", b"\xff"]


def damaged(content, chance):
    """`content` after one to six changes, the first of which are in its head more often than not."""
    content = bytearray(content)
    for _ in range(chance.choice([1, 1, 1, 2, 3, 6])):
        if not content:
            break
        change = chance.choice(CHANGES)
        end = len(content) if chance.random() < 0.4 else min(len(content), 256)
        change(content, chance.randrange(end), chance)
    return bytes(content)


def flip(content, place, chance):
    content[place] ^= 1 << chance.randrange(8)


def replace(content, place, chance):
    content[place] = chance.choice([0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)])


def number(content, place, chance):
    size, code = chance.choice([(2, "H"), (4, "I"), (8, "Q")])
    value = chance.choice(NUMBERS + [chance.randrange(1 << 32)]) & ((1 << 8 * size) - 1)
    if chance.random() < 0.2:
        value ^= (1 << 8 * size) - 1
    content[place:place + size] = struct.pack(chance.choice("<>") + code, value)


def text(content, place, chance):
    content[place:place + chance.choice([0, 1, 4])] = chance.choice(TEXTS)


def cut(content, place, chance):
    del content[place:]


def remove(content, place, chance):
    del content[place:place + chance.choice([1, 2, 4, 100, 5000])]


def repeat(content, place, chance):
    size = chance.choice([1, 4, 16, 1000])
    content[place:place] = content[place:place + size] * chance.choice([1, 2, 50])


def fill(content, place, chance):
    size = min(len(content) - place, chance.choice([4, 64, 4096]))
    content[place:place + size] = chance.choice([bytes(size), b"\xff" * size, chance.randbytes(size)])


CHANGES = [flip, flip, replace, replace, number, number, number, text, cut, remove, repeat, fill]
