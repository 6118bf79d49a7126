# SPDX-License-Identifier: MIT

"""Files of images and sound, written with nothing but NumPy and Python's own modules."""

import struct
import wave
import zlib

import numpy as np

# By the number of samples a pixel: grey, grey with alpha, colour, colour with alpha.
COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


def write_png(path, pixels):
    """Writes rows x columns x samples of uint8 or uint16."""
    rows, columns, samples = pixels.shape
    depth = 8 * pixels.dtype.itemsize
    lines = pixels.astype(pixels.dtype.newbyteorder(">")).reshape(rows, -1)

    def chunk(name, content):
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", columns, rows, depth, COLOUR_TYPES[samples], 0, 0, 0)
    # Each line begins with the number of its filter: none.
    raw = b"".join(b"\0" + line.tobytes() for line in lines)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                     + chunk(b"IDAT", zlib.compress(raw, 1)) + chunk(b"IEND", b""))


def write_wav(path, sound, rate, width):
    """Writes frames x channels from -1 to 1 with `width` bytes a sample."""
    full = 2 ** (8 * width - 1) - 1
    samples = np.clip(np.rint(sound * full), -full - 1, full).astype("<i8")
    # 8 bits have no sign.
    samples += 128 if width == 1 else 0
    content = samples.reshape(-1, 1).view(np.uint8)[:, :width].tobytes()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(sound.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(content)
