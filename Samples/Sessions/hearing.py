# SPDX-License-Identifier: MIT

"""How a device hears an event: through its place in the room, its microphone and its own clock.

All of it is done in the frequency domain, block by block. What the device samples are values of the
block's trigonometric polynomial at the moments of its own clock: they come from a chirp z-transform
and are exact but for rounding, which is 120 dB below the sound. Neither room nor microphone moves
anything: the direct path has no delay and the microphone no phase, so a sound is in a recording
where the true time says.
"""

from __future__ import annotations

import numpy as np
from scipy import fft
from scipy.signal import lfilter

from event_sound import RATE

# A block of the event's sound. What comes before the part that is used is as long as a room sounds.
BLOCK = 432_000
LEAD = RATE * 3 // 4
TAIL = RATE // 10
TAPER = RATE // 50

SPEED_OF_SOUND = 343.2  # metres a second, dry air at 20 degrees Celsius


class Ear:
    """A device at its place in a room."""

    def __init__(
        self,
        random: np.random.Generator,
        rate: int,
        clock_ppm: float,
        band: tuple[float, float],
        room_seconds: float,
        dry_db: float,
    ) -> None:
        self.step = RATE / (rate * (1 + clock_ppm * 1e-6))  # of the event's samples
        self.length = int((BLOCK - LEAD - TAIL - 1) / self.step)
        highest = min(1.15 * band[1], 0.5 * rate, 0.5 * RATE)
        frequencies = np.arange(int(highest / RATE * BLOCK)) * RATE / BLOCK
        self.response = room(random, frequencies, room_seconds, dry_db)
        self.response *= microphone(random, frequencies, *band)
        self._prepare_chirps(len(frequencies))
        self.taper = np.ones(BLOCK)
        self.taper[:TAPER] = np.sin(np.arange(TAPER) / TAPER * np.pi / 2) ** 2
        self.taper[-TAPER:] = self.taper[:TAPER][::-1]

    def _prepare_chirps(self, frequencies: int) -> None:
        """Bluestein's: k m = (k^2 + m^2 - (m - k)^2) / 2, so the sum over k is a convolution."""
        self.size = fft.next_fast_len(frequencies + self.length - 1)
        half_turns = self.step / BLOCK

        def chirp(n: np.ndarray) -> np.ndarray:
            # Squares below 2^53 are exact, and whole turns are taken away before the exponential.
            turned = np.exp(1j * np.pi * np.remainder(n.astype(float) ** 2 * half_turns, 2))
            return turned.astype(np.complex64)

        self.before = chirp(np.arange(frequencies))
        self.after = chirp(np.arange(self.length))
        kernel = np.zeros(self.size, np.complex64)
        kernel[: self.length] = np.conj(self.after)
        kernel[self.size - frequencies + 1 :] = np.conj(self.before[:0:-1])
        self.kernel = fft.fft(kernel, overwrite_x=True)

    def hear(self, sound: np.ndarray, time: float, count: int) -> np.ndarray:
        """`count` samples, at most `length`, of which the first is at the true time `time`."""
        place = time * RATE
        first = int(np.floor(place)) - LEAD
        spectrum = fft.rfft(excerpt(sound, first, BLOCK) * self.taper)[: len(self.response)]
        spectrum = spectrum * self.response
        turns = np.arange(len(spectrum)) * ((place - first) / BLOCK)
        spectrum *= np.exp(2j * np.pi * np.remainder(turns, 1)) * self.before
        chirped = fft.fft(spectrum.astype(np.complex64), self.size)
        chirped *= self.kernel
        chirped = fft.ifft(chirped, overwrite_x=True)[:count] * self.after[:count]
        return chirped.real.astype(float) * (2 / BLOCK)


def excerpt(sound: np.ndarray, first: int, count: int) -> np.ndarray:
    """Samples from `first` on, with silence where there are none."""
    result = np.zeros(count)
    begin, end = max(first, 0), min(first + count, len(sound))
    if begin < end:
        result[begin - first : end - first] = sound[begin:end]
    return result


def room(
    random: np.random.Generator, frequencies: np.ndarray, seconds: float, dry_db: float
) -> np.ndarray:
    """The direct path at time zero with gain 1, eight reflections, and a tail that falls by 60 dB
    in `seconds`. All echoes together are `dry_db` below the direct path."""
    echoes = np.zeros(len(frequencies), complex)
    for _ in range(8):
        gain = random.choice([-1, 1]) * random.uniform(0.1, 0.3)
        delay = random.uniform(1.2, 11) / SPEED_OF_SOUND
        echoes += gain * np.exp(-2j * np.pi * frequencies * delay)
    echoes /= np.sqrt(np.mean(np.abs(echoes) ** 2))
    time = np.arange(LEAD - TAPER) / RATE
    decay = np.where(time > 0.012, 10 ** (-3 * time / seconds), 0)
    tail = fft.rfft(random.standard_normal(len(time)) * decay, BLOCK)[: len(frequencies)]
    tail /= np.sqrt(1 + (frequencies / 3000) ** 2)  # walls swallow high frequencies
    echoes += 0.7 * tail / np.sqrt(np.mean(np.abs(tail) ** 2))
    return 1 + echoes * 10 ** (-dry_db / 20) / np.sqrt(np.mean(np.abs(echoes) ** 2))


def microphone(
    random: np.random.Generator, frequencies: np.ndarray, low: float, high: float
) -> np.ndarray:
    """A response of zero phase from `low` to `high`, with a resonance: it moves nothing."""
    octaves = np.log2(np.maximum(frequencies, 1) / random.uniform(2000, 5000))
    gain = 10 ** (random.uniform(1, 5) / 20 * np.exp(-2 * octaves**2))
    gain *= (frequencies / low) ** 2 / (1 + (frequencies / low) ** 2)
    beyond = np.clip((frequencies - high) / (0.15 * high), 0, 1)
    return gain * np.cos(beyond * np.pi / 2) ** 2


class Noise:
    """A device's own hiss and hum, which go on from block to block, of root mean square 1."""

    def __init__(self, random: np.random.Generator, rate: int) -> None:
        self.random = random
        self.rate = rate
        self.count = 0
        self.last = 0.0
        # Of the second and third harmonics.
        self.tint = np.exp(2j * np.pi * random.random(2)) / [2, 3]
        self.mains = random.normal(50, 0.02)
        self.pole = np.exp(-2 * np.pi * random.uniform(300, 1500) / rate)

    def next(self, count: int) -> np.ndarray:
        white = self.random.standard_normal(count)
        state = [self.pole * self.last]
        # A low part, and a white one that is as strong.
        low = lfilter([1.0], [1.0, -self.pole], white, zi=state)[0]
        self.last = low[-1]
        hiss = low * np.sqrt(1 - self.pole**2) + self.random.standard_normal(count)
        turns = self.mains * ((self.count + np.arange(count)) / self.rate)
        mains = np.exp(2j * np.pi * turns)
        hum = (mains * (1 + mains * (self.tint[0] + mains * self.tint[1]))).imag
        self.count += count
        # The power of both parts of the hiss, and of the hum.
        return (hiss + 0.2 * hum) / np.sqrt(2.03)
