# SPDX-License-Identifier: MIT

"""Python environments for the peers, in the user's cache; standard library alone.

An environment is NumPy and SciPy and some peers. Each peer is installed by itself, from a file of pinned
versions, so that one that this machine cannot have does not keep the others away.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1]
REQUIREMENTS = BENCHMARKS / "Peers/Requirements"

# The peers of each environment. What is large or needs an old NumPy has one of its own.
ENVIRONMENTS = {
    "common": ("mkl", "ipp", "pyfftw", "ducc0", "opencv"),
    "torch": ("torch",),
    "mxnet": ("mxnet",),
    "recordings": ("audio-offset-finder",),
}

# MXNet 1.9.1 uses names that NumPy has no more since 1.24: its file pins another.
WITHOUT_NUMPY = {"mxnet"}


def folder():
    cache = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(cache) if cache.startswith("/") else Path.home() / ".cache"
    return base / "overlap/benchmarks"


def files(name):
    """The files of requirements by the peers that they are for."""
    found = {} if name in WITHOUT_NUMPY else {"NumPy and SciPy": BENCHMARKS / "requirements.txt"}
    return found | {peer: REQUIREMENTS / f"{peer}.txt" for peer in ENVIRONMENTS[name]}


def prepared(name):
    """The Python of an environment, which is made if it is not there or not of these requirements, and
    the peers that could not be installed, with the reason."""
    place = folder() / name
    python, told = place / "bin/python", place / "installed.json"
    stamp = hashlib.sha256(
        b"".join(path.read_bytes() for path in files(name).values())
        + sys.version.encode()).hexdigest()
    wanted = files(name)
    state = json.loads(told.read_text()) if told.exists() else {}
    if state.get("stamp") == stamp:
        # What failed is tried again: a network may be back.
        wanted = {peer: path for peer, path in wanted.items() if peer in state["missing"]}
    else:
        if place.exists():
            shutil.rmtree(place)
        print(f"making {place} …", file=sys.stderr, flush=True)
        venv.create(place, with_pip=True)
    missing = {}
    for peer, path in wanted.items():
        made = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", path],
            capture_output=True, text=True)
        if made.returncode != 0:
            lines = made.stderr.strip().splitlines() or ["pip failed"]
            missing[peer] = next((line for line in lines if "ERROR" in line), lines[-1])
    told.write_text(json.dumps({"stamp": stamp, "missing": missing}, indent=2) + "\n")
    return python, missing
