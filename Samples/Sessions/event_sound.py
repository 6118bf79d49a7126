# SPDX-License-Identifier: MIT

"""The sound of an event: people who talk, music, and the air of the room, scene after scene.

Nothing in it comes twice: sentences are drawn word by word, each spoken by a voice, a pitch and a
speed of its own, and no bar of the music is played like another.
"""

from __future__ import annotations

import struct
import subprocess
import wave
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

RATE = 48_000

# The level of each scene, as a root mean square of full scale: room is left for the peaks.
SCENE_LEVEL = 10 ** (-24 / 20)

SOUND_FONTS = (
    "/usr/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/share/soundfonts/FluidR3_GM.sf2",
    "/usr/share/sounds/sf2/default-GM.sf2",
)

VOICES = ("en-gb", "en-us", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbcwmd", "en-029")
VARIANTS = ("", "+m1", "+m3", "+m5", "+m7", "+f1", "+f2", "+f3", "+f4", "+f5")

WORDS = """
    about above across after again against almost along already always among another answer apple
    around asked autumn away balance barrel basket beach before begin behind believe below between
    bicycle blanket bottle branch bread bridge bright brother bucket building button candle captain
    carpet carry castle ceiling certain chair chance change cheese children circle city clear clever
    climb clock cloud coffee colour common copper corner cotton country couple course cousin cover
    crowd current curtain danger daughter decide deep desert different dinner distance doctor dollar
    donkey double dozen dragon drawer dream during early earth easy either eleven engine enough
    evening every exact example explain family famous farmer father favour feather field finger
    finish fire first fisher floor flower follow forest forget forty forward fourteen free friend
    garden gather gentle giant glass golden grass grey ground guess hammer handle happen harbour
    heart heavy hidden history hollow honest horse hotel hour house hundred hungry idea island
    jacket journey jungle kettle kitchen ladder lady language large later laugh leather lemon letter
    level library listen little local longer lucky machine market marry matter meadow measure member
    metal middle million minute mirror modern moment money monkey morning mother mountain music
    narrow nature needle neighbour never nobody noise north number object ocean offer office often
    only orange orchard other outside over paint palace paper parent partner pass people pepper
    perhaps picture pillow planet plenty pocket police potato power present pretty promise proper
    public purple quarter question quick quiet rabbit rather reason record remember ribbon river
    rocket saddle sailor sample scatter school season second seldom seven several shadow shelter
    shoulder silver simple sister sixteen slow soldier somebody south special spider spring square
    station steady stone story stranger street strong student sudden sugar summer supper surface
    table teacher temper tender theatre thirsty thousand thunder ticket timber together tomorrow
    travel treasure trouble twenty under until valley velvet village visit voice waiter wander
    water weather welcome western whisper whole window winter wisdom without wonder wooden worker
    yellow yesterday younger
""".split()


def make_event_sound(path: Path, seconds: float, seed: list[int]) -> np.ndarray:
    """Writes the sound as raw 32-bit samples, scene by scene, and returns it mapped from `path`."""
    count = round(seconds * RATE)
    sound = np.memmap(path, dtype="<f4", mode="w+", shape=(count,))
    random = np.random.default_rng(seed)
    begin = 0
    while begin < count:
        length = min(int(random.integers(25, 70)) * RATE, count - begin)
        sound[begin : begin + length] = scene(random, length, path.with_suffix(".part"))
        begin += length
    sound.flush()
    return np.memmap(path, dtype="<f4", mode="r", shape=(count,))


def scene(random: np.random.Generator, length: int, scratch: Path) -> np.ndarray:
    """People talk, or somebody plays, or they talk while somebody plays: never mere silence."""
    kind = random.choice(["talk", "music", "both"], p=[0.5, 0.25, 0.25])
    sound = 10 ** (-24 / 20) * ambience(random, length)
    if kind != "music":
        sound += talk(random, length, scratch)
    if kind != "talk":
        level = 1.0 if kind == "music" else 10 ** (-8 / 20)
        sound += level * music(random, length, scratch)
    return SCENE_LEVEL * levelled(sound)


def levelled(sound: np.ndarray) -> np.ndarray:
    return sound / max(np.sqrt(np.mean(sound**2)), 1e-9)


# Talk


def talk(random: np.random.Generator, length: int, scratch: Path) -> np.ndarray:
    """Turns of a few people with short pauses. The last one is broken off at the end."""
    people = [
        (str(random.choice(VOICES)) + str(random.choice(VARIANTS)), int(random.integers(25, 75)))
        for _ in range(3)
    ]
    sound = np.zeros(length)
    begin = round(random.uniform(0, 0.4) * RATE)
    while begin < length:
        voice, pitch = people[random.integers(len(people))]
        spoken = speech(random, voice, pitch + int(random.integers(-6, 7)), scratch)
        spoken = spoken[: length - begin] * 10 ** (random.uniform(-3, 3) / 20)
        sound[begin : begin + len(spoken)] = spoken
        begin += len(spoken) + round(random.uniform(0.05, 0.5) * RATE)
    return levelled(sound)


def speech(random: np.random.Generator, voice: str, pitch: int, scratch: Path) -> np.ndarray:
    sentences = [
        " ".join(random.choice(WORDS, random.integers(5, 12))).capitalize() for _ in range(2)
    ]
    command = ["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(random.integers(135, 190))]
    subprocess.run([*command, "-w", str(scratch), ". ".join(sentences) + "."], check=True)
    sound, rate = read_wave(scratch)
    spoken = np.flatnonzero(np.abs(sound) > 0.01)
    sound = sound[spoken[0] : spoken[-1] + rate // 20]
    return levelled(resample_poly(sound, RATE // 150, rate // 150))


def read_wave(path: Path) -> tuple[np.ndarray, int]:
    """The mean of the channels, and the sample rate."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768
        sound = samples.reshape(-1, file.getnchannels()).mean(axis=1)
        rate = file.getframerate()
    path.unlink()
    return sound, rate


# Music


def music(random: np.random.Generator, length: int, scratch: Path) -> np.ndarray:
    score = scratch.with_suffix(".mid")
    score.write_bytes(song(random, length / RATE))
    font = next((font for font in SOUND_FONTS if Path(font).exists()), None)
    if font is None:
        raise SystemExit("There is no sound font; install fluid-soundfont-gm.")
    command = ["fluidsynth", "-n", "-i", "-q", "-g", "0.4", "-r", str(RATE), "-T", "wav"]
    # The rooms have echoes of their own.
    command += ["-R", "0", "-C", "0", "-F", str(scratch), font, str(score)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    score.unlink()
    sound, _ = read_wave(scratch)
    played = np.zeros(length)
    played[: len(sound)] = sound[:length]
    return levelled(played)


def song(random: np.random.Generator, seconds: float) -> bytes:
    """A MIDI file: chords, bass, melody and drums, played by people who are never quite in time."""
    ticks = 1000  # in a second: the tempo is in the times themselves
    beat = 60 / random.uniform(85, 150)
    degrees = np.array(random.choice([[0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10]]))
    root = int(random.integers(45, 57))
    events: list[tuple[int, bytes]] = []

    def pitch(degree: int) -> int:
        return root + 12 * (degree // 7) + int(degrees[degree % 7])

    def play(channel: int, key: int, begin: float, duration: float, loudness: int) -> None:
        begin = max(0, begin + random.normal(0, 0.008))
        velocity = int(np.clip(loudness + random.normal(0, 9), 20, 120))
        on, off = round(begin * ticks), round((begin + duration) * ticks)
        events.append((on, bytes([0x90 | channel, key, velocity])))
        events.append((max(off, on + 1), bytes([0x80 | channel, key, 0])))

    programs = [random.choice([0, 4, 24, 25, 48]), random.choice([32, 33, 35]),
                random.choice([11, 22, 40, 56, 65, 73])]
    for channel, program in enumerate(programs):
        events.append((0, bytes([0xC0 | channel, int(program)])))
    note = 7
    for bar in range(int(seconds / (4 * beat)) + 1):
        begin, chord = bar * 4 * beat, int(random.choice([0, 1, 3, 4, 5]))
        for strike in random.choice([[0, 2], [0, 1, 2, 3], [0, 1.5, 3]][random.integers(3)], 2):
            for step in (0, 2, 4):
                play(0, pitch(chord + step) + 12, begin + strike * beat, 1.5 * beat, 62)
        for place in range(4):
            play(1, pitch(chord + int(random.choice([0, 0, 4]))) - 12, begin + place * beat,
                 0.9 * beat, 80)
            play(9, 36 if place % 2 == 0 else 38, begin + place * beat, 0.1, 75)
            for half in (0, 0.5):
                if random.random() < 0.8:
                    play(9, int(random.choice([42, 42, 46, 51])), begin + (place + half) * beat,
                         0.1, 55)
        place = 0.0
        while place < 4:
            duration = float(random.choice([0.5, 0.5, 1, 1, 1.5]))
            note = int(np.clip(note + random.integers(-3, 4), 4, 18))
            if random.random() < 0.85:
                play(2, pitch(note) + 12, begin + place * beat, 0.9 * duration * beat, 85)
            place += duration
    return midi_file(events, ticks)


def midi_file(events: list[tuple[int, bytes]], ticks: int) -> bytes:
    # A quarter of one second.
    track, now = b"\x00\xff\x51\x03" + (1_000_000).to_bytes(3, "big"), 0
    for time, message in sorted(events, key=lambda event: event[0]):
        track += variable_length(time - now) + message
        now = time
    track += b"\x00\xff\x2f\x00"
    header = struct.pack(">4sIHHH", b"MThd", 6, 0, 1, ticks)
    return header + struct.pack(">4sI", b"MTrk", len(track)) + track


def variable_length(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(0x80 | number & 0x7F)
    return bytes(reversed(digits))


# Air


def ambience(random: np.random.Generator, length: int) -> np.ndarray:
    """Noise with the spectrum of a room, which swells and ebbs, and now and then a knock."""
    spectrum = np.fft.rfft(random.standard_normal(length))
    frequencies = np.fft.rfftfreq(length, 1 / RATE)
    spectrum *= 1 / np.sqrt(1 + (frequencies / random.uniform(150, 600)) ** 1.6)
    sound = levelled(np.fft.irfft(spectrum, length))
    marks = max(2, length // RATE)
    swell = np.interp(np.arange(length), np.linspace(0, length, marks), random.normal(0, 3, marks))
    sound *= 10 ** (swell / 20)
    for _ in range(length // (8 * RATE)):
        knock = random.standard_normal(RATE // 5) * np.exp(-np.arange(RATE // 5) / (0.012 * RATE))
        begin = int(random.integers(0, length - len(knock)))
        sound[begin : begin + len(knock)] += 6 * knock
    return sound
