# SPDX-License-Identifier: MIT

"""Compiles the peers that are written in C, against the libraries of this Python's environment."""

import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "Peers"
BUILT = Path(__file__).resolve().parents[2] / ".build/peers"


class Missing(Exception):
    """Why a peer cannot take part."""


def compile_peer(source, name, options):
    compiler = shutil.which("clang") or shutil.which("cc")
    if compiler is None:
        raise Missing("there is no C compiler")
    BUILT.mkdir(parents=True, exist_ok=True)
    program = BUILT / name
    # For this processor, as the libraries choose their code for it.
    made = subprocess.run(
        [compiler, "-O3", "-march=native", "-Wall", str(SOURCES / source), "-o", str(program),
         "-Wl,--no-as-needed", "-lm", *options], capture_output=True, text=True)
    if made.returncode != 0:
        raise Missing(made.stderr.strip().splitlines()[0])
    return program


def library(pattern):
    found = sorted((Path(sys.prefix) / "lib").glob(pattern))
    if not found:
        raise Missing(f"{pattern} is not in {sys.prefix}/lib")
    return found[-1]


def intel_ipp():
    """The program on Intel's Performance Primitives, and the environment that it needs."""
    libraries = [library(f"libipp{part}.so.*") for part in ("s", "i", "core")]
    BUILT.mkdir(parents=True, exist_ok=True)
    # Its dispatcher loads the code for a processor by names that end in one number more than the
    # files of the wheel do.
    for path in (Path(sys.prefix) / "lib").glob("libipp*.so.12"):
        link = BUILT / f"{path.name}.1"
        link.unlink(missing_ok=True)
        link.symlink_to(path)
    program = compile_peer(
        "intel_ipp.c", "intel_ipp",
        [f"-I{sys.prefix}/include/ipp", *map(str, libraries), f"-Wl,-rpath,{sys.prefix}/lib"])
    return program, {"LD_LIBRARY_PATH": f"{BUILT}:{sys.prefix}/lib"}


def overlap_save_on_mkl():
    """Plain overlap-save on MKL's interface of FFTW's form, and the environment that it needs."""
    program = compile_peer(
        "overlap_save.c", "overlap_save_mkl",
        [f"-I{sys.prefix}/include/fftw", str(library("libmkl_rt.so.*")),
         f"-Wl,-rpath,{sys.prefix}/lib"])
    return program, {"MKL_THREADING_LAYER": "SEQUENTIAL"}


def overlap_save_on_fftw():
    """The same on the FFTW that Overlap runs on."""
    return compile_peer("overlap_save.c", "overlap_save_fftw", ["-lfftw3f"]), {}
