# SPDX-License-Identifier: MIT

"""What the numbers were measured on; standard library alone."""

import ctypes
import ctypes.util
import os
import platform
import re
import subprocess
from pathlib import Path


def text(path):
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def caches():
    """The caches of the first core, as the kernel tells them."""
    found = []
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        kind = {"Data": "data", "Instruction": "instructions"}.get(text(index / "type"), "both")
        found.append(f"L{text(index / 'level')} {text(index / 'size')} ({kind})")
    return ", ".join(found) or "not told"


def instruction_set(flags):
    if {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= flags:
        return "AVX-512"
    if {"avx2", "fma", "bmi2"} <= flags:
        return "AVX2"
    return "NEON" if platform.machine() in ("aarch64", "arm64") else "plain"


def fftw():
    """The version of FFTW that programs here are linked with, which names the code that it has."""
    name = ctypes.util.find_library("fftw3f")
    if name is None:
        return "not found"
    try:
        # An array and no pointer; its address is all that can be had of its length.
        version = ctypes.c_char.in_dll(ctypes.CDLL(name), "fftwf_version")
        return ctypes.string_at(ctypes.addressof(version)).decode()
    except (OSError, ValueError) as error:
        return str(error)


def compiler():
    try:
        told = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    except OSError:
        return "not found"
    found = re.search(r"Swift version \S+( \([^)]*\))?", told)
    return found[0] if found else "not told"


def described():
    """The machine as names and values, in the order in which they are printed."""
    processors = text("/proc/cpuinfo")
    model = re.search(r"^model name\s*: (.*)$", processors, re.M)
    flags = re.search(r"^(?:flags|Features)\s*: (.*)$", processors, re.M)
    flags = set(flags[1].split()) if flags else set()
    memory = re.search(r"^MemTotal:\s*(\d+) kB", text("/proc/meminfo"), re.M)
    return {
        "Processor": (model[1] if model else platform.processor() or "not told")
        + (", a virtual machine" if "hypervisor" in flags else ""),
        "Cores": str(os.cpu_count()),
        "Kernels for": instruction_set(flags),
        "Caches of a core": caches(),
        "Memory": f"{int(memory[1]) / 2**20:.0f} GiB" if memory else "not told",
        "System": f"{platform.system()} {platform.release()}",
        "Compiler": compiler(),
        "FFTW": fftw(),
        "Python": platform.python_version(),
    }


def load():
    """Processes that run or wait to, on average over the last minute; None where it is not told."""
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return None
