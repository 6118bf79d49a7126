#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Makes camera.flac and phone.flac: one scene, recorded by two devices, and truth.json beside them.

Somebody speaks in a room. A camera near by and a phone farther away record it: each with its own
place in the room and so its own echoes, its own microphone, noise, gain and sample rate, and each
was switched on at its own moment. Everything is done in the frequency domain on one period of 24
seconds, in which both sample rates and the speech's own have a whole number of samples: shifts by
any fraction of a sample and changes of rate are then exact, and so is the true delay.

Needs numpy, espeak-ng and flac. Run it in this directory:  python3 make_recordings.py
"""

import json
import subprocess
import wave

import numpy as np

PERIOD = 24  # seconds
SPEED_OF_SOUND = 343.2  # metres a second, dry air at 20 degrees Celsius

TEXT = (
    "Good evening, and welcome. Two of us are recording tonight: a camera on the table, and a "
    "telephone at the far end of the room. Neither knows when the other was switched on. "
    "Listen to both, and tell me how far apart they are."
)


def speech():
    """The speech, one period at its own rate, beginning at 4 seconds."""
    command = ["espeak-ng", "-v", "en-gb", "-s", "165", "-p", "42", "--stdout", TEXT]
    subprocess.run(command, stdout=open("speech.wav", "wb"), check=True)
    with wave.open("speech.wav") as file:
        rate = file.getframerate()
        # The length in a header that was written to a pipe is not to be trusted.
        samples = np.frombuffer(file.readframes(PERIOD * rate), dtype="<i2") / 32768
    subprocess.run(["rm", "speech.wav"], check=True)
    period = np.zeros(PERIOD * rate)
    period[4 * rate : 4 * rate + len(samples)] = samples
    return period, rate


def room(random, frequencies, direct_metres, direct_to_reverberant_db):
    """The transfer function from the speaker to a microphone: the direct path, eight early
    reflections, and a decaying tail.

    The direct path arrives at exactly direct_metres / SPEED_OF_SOUND with gain 1.
    """
    early = [(random.uniform(1.2, 11), random.choice([-1, 1]) * random.uniform(0.1, 0.3))
             for _ in range(8)]
    reflections = sum(
        gain * np.exp(-2j * np.pi * frequencies * extra / SPEED_OF_SOUND) for extra, gain in early)
    rate = int(round(2 * frequencies[-1]))
    time = np.arange(PERIOD * rate) / rate
    decay = np.where(time > 0.012, 10 ** (-3 * time / 0.35), 0)  # 60 dB in 0.35 seconds
    tail = np.fft.rfft(random.standard_normal(len(time)) * decay)
    tail *= 1 / np.sqrt(1 + (frequencies / 3000) ** 2)  # walls swallow high frequencies
    echoes = reflections / np.sqrt(np.mean(np.abs(reflections) ** 2))
    echoes = echoes + 0.7 * tail / np.sqrt(np.mean(np.abs(tail) ** 2))
    echoes *= 10 ** (-direct_to_reverberant_db / 20) / np.sqrt(np.mean(np.abs(echoes) ** 2))
    return (1 + echoes) * np.exp(-2j * np.pi * frequencies * direct_metres / SPEED_OF_SOUND)


def microphone(frequencies, low_cut, resonance, resonance_db):
    """A frequency response of zero phase: it colours the sound and moves nothing."""
    cut = (frequencies / low_cut) ** 2 / (1 + (frequencies / low_cut) ** 2)
    octaves = np.log2(np.maximum(frequencies, 1) / resonance)
    return cut * 10 ** (resonance_db / 20 * np.exp(-2 * octaves**2))


def recording(random, source, source_rate, rate, *, start, seconds, metres, dry_db, level_db,
              snr_db, low_cut, resonance, resonance_db):
    """What a device at `rate` records of the scene from the time `start` on."""
    spectrum = np.fft.rfft(source)
    frequencies = np.arange(len(spectrum)) / PERIOD
    spectrum = spectrum * room(random, frequencies, metres, dry_db)
    spectrum *= microphone(frequencies, low_cut, resonance, resonance_db)
    spectrum *= np.exp(2j * np.pi * frequencies * start)
    longer = np.zeros(PERIOD * rate // 2 + 1, complex)
    longer[: len(spectrum)] = spectrum
    longer[len(spectrum) - 1] = 0  # half of that frequency belongs to the other side
    sound = np.fft.irfft(longer, PERIOD * rate) * rate / source_rate
    sound = sound[: int(seconds * rate)]
    sound *= 10 ** (level_db / 20) / np.sqrt(np.mean(sound**2))

    # Hiss, and a hum of the mains with its harmonics, of the device's own.
    hiss = np.fft.rfft(random.standard_normal(len(sound)))
    hiss *= 1 / np.sqrt(1 + np.fft.rfftfreq(len(sound), 1 / rate) / 500)
    hiss = np.fft.irfft(hiss, len(sound))
    time = np.arange(len(sound)) / rate
    hum = sum(np.sin(2 * np.pi * 50 * n * time + random.uniform(0, 6)) / n for n in (1, 2, 3, 5))
    noise = hiss / np.sqrt(np.mean(hiss**2)) + 0.3 * hum
    noise *= 10 ** ((level_db - snr_db) / 20) / np.sqrt(np.mean(noise**2))
    return sound + noise


def save(name, samples, rate):
    assert np.max(np.abs(samples)) < 1, f"{name} would be clipped"
    with wave.open(f"{name}.wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    command = ["flac", "--silent", "--best", "--force", "--delete-input-file", f"{name}.wav"]
    subprocess.run(command, check=True)


def main():
    source, source_rate = speech()
    camera = dict(start=3.284516, metres=1.37)
    phone = dict(start=0.8972043, metres=4.62)
    save("camera", recording(
        np.random.default_rng(1), source, source_rate, 44100, **camera, seconds=11.2, dry_db=9,
        level_db=-31, snr_db=32, low_cut=80, resonance=5000, resonance_db=3), 44100)
    save("phone", recording(
        np.random.default_rng(2), source, source_rate, 48000, **phone, seconds=12.3, dry_db=6,
        level_db=-41, snr_db=24, low_cut=180, resonance=2500, resonance_db=5), 48000)

    def heard(device):
        return device["metres"] / SPEED_OF_SOUND - device["start"]

    truth = {
        "reference": "camera.flac",
        "other": "phone.flac",
        "delay_seconds": round(heard(phone) - heard(camera), 9),
        "polarity": 1,
        "drift_ppm": 0,
    }
    with open("truth.json", "w") as file:
        file.write(json.dumps(truth, indent=2) + "\n")


if __name__ == "__main__":
    main()
