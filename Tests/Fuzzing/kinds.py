# SPDX-License-Identifier: MIT

"""Good files of every kind, small, and the commands that read them."""

import array
import os
import random
import stat
import struct
import subprocess

# By extension, ffmpeg's arguments; the second sound of each pair is the first, a tenth of a second on.
SOUNDS = {
    "wav": [], "w64": [], "aiff": [], "caf": [], "au": [], "flac": [], "rf64.wav": ["-rf64", "always"],
    "adpcm.wav": ["-c:a", "adpcm_ima_wav"], "float.wav": ["-c:a", "pcm_f64le"], "mp3": [],
    "ogg": ["-c:a", "libvorbis"], "opus": [], "m4a": [], "mka": [], "mkv": ["-c:a", "aac"], "ts": [],
    "avi": [], "wv": [], "ac3": [], "amr": ["-ar", "8000"], "mov": ["-c:a", "pcm_s16le"], "wma": [],
}


def wave(samples):
    data = array.array("h", samples).tobytes()
    head = struct.pack("<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16)
    return (b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + head
            + b"data" + struct.pack("<I", len(data)) + data)


def npy(shape, numbers, kind="f", descr="<f4"):
    head = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    head = head.ljust(117) + "\n"
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode()
            + array.array(kind, numbers).tobytes())


class Kinds:
    def __init__(self, directory, command):
        self.directory = os.path.join(directory, "good")
        os.mkdir(self.directory)
        self.command = command
        chance = random.Random(7)
        samples = [chance.randrange(-9000, 9000) for _ in range(12000)]
        self.reference = self.write("reference.wav", wave(samples))
        other = self.write("other.wav", wave(samples[1600:]))
        self.commands = {}
        for extension, arguments in SOUNDS.items():
            path = os.path.join(self.directory, "sound." + extension)
            made = subprocess.run(
                ["ffmpeg", "-v", "quiet", "-y", "-i", other] + arguments + [path], check=False)
            # Not every ffmpeg has every encoder.
            if made.returncode == 0 and os.path.getsize(path) > 0:
                self.commands[extension] = (path, self.sound)
        values = [chance.uniform(-1, 1) for _ in range(160)]
        self.vector = self.write("vector.npy", npy([160], values))
        self.matrix = self.write("matrix.npy", npy([8, 20], values))
        self.maps = self.write("maps.npy", npy([1, 4, 8, 5], values))
        self.commands["npy"] = (self.vector, self.vectors)
        self.commands["npy2"] = (self.matrix, self.matrices)
        self.commands["npy4"] = (self.maps, self.layers)
        integers = self.write("integers.npy", npy([40], range(40), "q", "<i8"))
        self.commands["npy int"] = (integers, self.vectors)
        self.image = os.path.join(self.directory, "image.png")
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=size=40x24", "-frames:v", "1",
             self.image], check=True)
        self.commands["png"] = (self.image, self.images)
        self.add_lists(other)
        self.add_programs(other)

    @property
    def names(self):
        return sorted(self.commands)

    def choose(self, name, chance):
        path, make = self.commands[name]
        return path, lambda file, directory: make(file, directory, chance)

    def write(self, name, content):
        path = os.path.join(self.directory, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def sound(self, file, directory, chance):
        out = os.path.join(directory, "out.wav")
        return chance.choice([
            ["align", self.reference, file, "--json"],
            ["align", file, self.reference, "--output-dir", os.path.join(directory, "copies")],
            ["align", self.reference, file, "--timeline", os.path.join(directory, "line.otio")],
            ["convolve", file, self.vector, "-o", out], ["convolve", self.reference, file, "-o", out],
            ["correlate", file, self.reference, "-o", os.path.join(directory, "out.npy")],
            ["probe", file, "--json"], ["index", file, "-o", os.path.join(directory, "index")],
            ["latency", self.reference, file, "--json"], ["group", self.reference, file],
        ]), {}

    def vectors(self, file, directory, chance):
        out = os.path.join(directory, "out.npy")
        return chance.choice([
            ["convolve", file, self.vector, "-o", out], ["correlate", self.vector, file, "-o", out],
            ["convolve", self.reference, file, "-o", os.path.join(directory, "out.wav")],
            ["convolve", file, self.vector, "--missing", "ignore", "-o", out],
        ]), {}

    def matrices(self, file, directory, chance):
        out = os.path.join(directory, "out.npy")
        return chance.choice([
            ["convolve", file, self.matrix, "-o", out], ["convolve", self.matrix, file, "-o", out],
            ["correlate", file, file, "--normalize", "-o", out], ["match", self.image, file],
            ["convolve", file, self.vector, "--axis", "1", "-o", out], ["register", file, self.matrix],
        ]), {}

    def layers(self, file, directory, chance):
        out = os.path.join(directory, "out.npy")
        return chance.choice([
            ["correlation-layer", file, self.maps, "-o", out], ["conv2d", file, self.maps, "-o", out],
            ["conv2d", self.maps, file, "-o", out], ["conv-transpose2d", self.maps, file, "-o", out],
        ]), {}

    def images(self, file, directory, chance):
        return chance.choice([
            ["match", file, self.image], ["match", self.image, file], ["register", self.image, file],
            ["convolve", file, self.matrix, "-o", os.path.join(directory, "out.png")],
        ]), {}

    def add_lists(self, other):
        pairs = f"{self.reference}\t{other}\n" + (
            f'{{"id": 7, "reference": "{self.reference}", "other": "{other}", "max_lag": 3.5}}\n')
        lines = self.write("pairs.jsonl", pairs.encode())
        self.commands["batch"] = (lines, lambda file, directory, chance: (
            ["align", "--batch", file, "--resume", os.path.join(directory, "results")]
            if chance.random() < 0.5 else ["align", "--batch", file, "--json"], {}))
        results = os.path.join(self.directory, "results.jsonl")
        subprocess.run([self.command, "align", "--batch", lines, "--resume", results], check=False,
                       stdout=subprocess.DEVNULL)
        self.commands["results"] = (results, lambda file, directory, chance: (
            ["align", "--batch", lines, "--resume", file], {}))
        index = os.path.join(self.directory, "archive.index")
        subprocess.run([self.command, "index", self.reference, other, "-o", index], check=True,
                       stdout=subprocess.DEVNULL)
        self.commands["index"] = (index, lambda file, directory, chance: (
            ["find", other, file] if chance.random() < 0.5 else ["index", other, "-o", file], {}))
        tuning = os.path.join(os.path.dirname(__file__), "..", "..", "Sources", "ShippedTuning",
                              "zen4.tuning")
        self.commands["tuning"] = (tuning, self.tuning)

    def tuning(self, file, directory, chance):
        cache = os.path.join(directory, "own")
        os.makedirs(os.path.join(cache, "overlap"))
        os.rename(file, os.path.join(cache, "overlap", "tuning"))
        return ["plan", "100000", "300"], {"XDG_CACHE_HOME": cache}

    def add_programs(self, other):
        """Programs that print what ffprobe and ffmpeg print, damaged."""
        video = os.path.join(self.directory, "sound.mkv")
        probed = subprocess.run(
            ["ffprobe", "-v", "error", "-of", "flat", "-show_entries",
             "format=format_name,start_time,duration:format_tags:stream=codec_type,codec_name,"
             "sample_rate,channels,time_base,start_time,duration:stream_tags", video],
            capture_output=True, check=True).stdout
        text = self.write("ffprobe.txt", probed)
        self.commands["ffprobe"] = (text, lambda file, directory, chance: self.program(
            "ffprobe", f"cat '{file}'", video, directory))
        shown = subprocess.run(
            ["ffmpeg", "-hide_banner", "-v", "repeat+level+info", "-nostats", "-copyts", "-i", video,
             "-af", "ashowinfo@t0", "-f", "null", "-"], capture_output=True, check=True).stderr
        text = self.write("ffmpeg.txt", shown)
        decoded = self.write("decoded.wav", wave([0] * 20000))
        script = f"for last; do :; done; cp '{decoded}' \"${{last#file:}}\"; cat 'PRINTED' >&2"
        self.commands["ffmpeg"] = (text, lambda file, directory, chance: self.program(
            "ffmpeg", script.replace("PRINTED", file), video, directory))

    def program(self, name, script, video, directory):
        programs = os.path.join(directory, "programs")
        os.mkdir(programs)
        path = os.path.join(programs, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/bash\n" + script + "\n")
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
        return ["align", self.reference, video, "--json"], {
            "PATH": programs + ":" + os.environ["PATH"]}
