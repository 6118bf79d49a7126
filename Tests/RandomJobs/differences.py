# SPDX-License-Identifier: MIT

"""What is different between the two sides of a job."""

import numpy as np


def differences(job, statuses, messages):
    """A line for each difference."""
    if None in statuses:
        return ["did not end in time on " + " and ".join(
            side for side, status in zip(("OLD", "NEW"), statuses) if status is None)]
    found = []
    if statuses[0] != statuses[1]:
        found.append(f"exit status {statuses[0]} became {statuses[1]}{complaint(job)}")
    for name in ("stdout", "stderr") if messages else ("stdout",):
        old, new = ((job.directory / f"{side}-{name}").read_bytes() for side in ("old", "new"))
        if old != new:
            found.append(f"{name}: {first_line(old, new)}")
    old, new = (written(job.directory / side) for side in ("old", "new"))
    for name in sorted(old.keys() | new.keys()):
        if name not in new or name not in old:
            found.append(f"{name} was written by {'OLD' if name in old else 'NEW'} alone")
        elif old[name].read_bytes() != new[name].read_bytes():
            found.append(f"{name}: {numeric(old[name], new[name])}")
    return found


def complaint(job):
    """What NEW said first on standard error."""
    lines = (job.directory / "new-stderr").read_text(errors="replace").splitlines()
    return f" ({lines[0][:200]})" if lines else ""


def written(directory):
    """The files in a directory and those below it, by name."""
    return {str(path.relative_to(directory)): path
            for path in directory.rglob("*") if path.is_file()}


def first_line(old, new):
    """The first lines that differ."""
    olds, news = (text.decode(errors="replace").splitlines() for text in (old, new))
    for one, other in zip(olds, news):
        if one != other:
            place = next((place for place, (a, b) in enumerate(zip(one, other)) if a != b),
                         min(len(one), len(other)))
            start = max(0, place - 40)
            return f"{one[start:place + 40]!r} became {other[start:place + 40]!r}"
    return f"{len(olds)} lines ({len(old)} bytes) became {len(news)} ({len(new)} bytes)"


def numeric(old, new):
    """By how much two files differ."""
    if old.suffix == ".npy":
        try:
            return arrays(np.load(old), np.load(new))
        except (ValueError, OSError):
            pass
    one, other = (np.frombuffer(path.read_bytes(), np.uint8) for path in (old, new))
    if len(one) != len(other):
        return f"{len(one)} bytes became {len(other)}"
    return f"{np.count_nonzero(one != other)} of {len(one)} bytes differ"


def arrays(old, new):
    """By how much two arrays differ."""
    if old.dtype != new.dtype or old.shape != new.shape:
        return f"{old.dtype} {old.shape} became {new.dtype} {new.shape}"
    one, other = (array.reshape(-1).view(array.real.dtype) for array in (old, new))
    count = f"{np.count_nonzero(bits(one) != bits(other))} of {one.size} numbers differ"
    if one.dtype.kind != "f":
        return f"{count}, by {max(abs(int(a) - int(b)) for a, b in zip(one, other))} at most"
    plain = np.isfinite(one) & np.isfinite(other)
    with np.errstate(over="ignore", invalid="ignore"):
        steps = np.abs(one[plain].astype(np.longdouble) - other[plain])
    scale = np.abs(one[plain]).max(initial=0)
    text = f"{count}, by {steps.max(initial=0):.3g} at most where the largest is {scale:.3g}"
    if not plain.all():
        odd = (one[~plain] != other[~plain]) & ~(np.isnan(one[~plain]) & np.isnan(other[~plain]))
        text += f", {np.count_nonzero(odd)} that are NaN or infinite became something else"
    return text


def bits(numbers):
    return np.ascontiguousarray(numbers).view(f"u{numbers.dtype.itemsize}")
