# SPDX-License-Identifier: MIT

"""RESULTS.md out of RESULTS.json; standard library alone."""


def duration(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size or unit == "us":
            value = seconds / size
            return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}"


def memory(count):
    return "" if count is None else f"{count / 2**20:.1f} MiB"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines] + [""]


def comparisons(results):
    """A row a side: cases that take turns with peers."""
    rows = []
    for result in results:
        case = result["case"]
        for name, side in result["sides"].items():
            ratio, difference = "", ""
            if "ratio" in side:
                low, high = side["quartiles"]
                ratio = f"{side['ratio']:.2f} ({low:.2f} to {high:.2f})"
                if side["difference"] is not None:
                    difference = f"{side['difference']:.1e}"
            rows.append([case, name, duration(side["seconds"]), ratio, memory(side["memory"]),
                         difference])
            case = ""
    return table(["case", "", "time", "times as long as ours", "peak of memory", "difference"], rows)


def growth(results):
    """A table for each kind of work, and the exponent of each column."""
    lines = []
    for result in results:
        rows = [[row["size"], duration(row["seconds"]), memory(row["memory"])]
                for row in result["rows"]]
        lines += [f"### {result['case']}", ""]
        lines += table([result["unit"], "time", "peak of memory"], rows)
        exponents = result["exponents"]
        lines += [f"Time grows as n^{exponents['seconds']:.2f}"
                  + (f" and memory as n^{exponents['memory']:.2f}" if exponents["memory"] else "")
                  + f", n the number of {result['of']}: least squares of the logarithms over the larger "
                  "half.", ""]
    return lines


def accuracy(results):
    rows = []
    for result in results:
        case = result["case"]
        for name, side in result["sides"].items():
            bound = "" if side["over bound"] is None else f"{side['over bound']:.3f}"
            rows.append([case, name, f"{side['relative']:.2f} u", f"{side['worst']:.3f} u", bound])
            case = ""
    return table(
        ["case", "", "error of all (L2)", "largest error", "largest over its bound"], rows)


def section_lines(name, section, about):
    lines = [f"## {name}", "", about, ""]
    lines += [
        f"{section['date']}, {'a quick run, ' if section['quick'] else ''}load average "
        f"{section['load'][0]} at the start and {section['load'][1]} at the end.", ""]
    measured = [entry for entry in section["results"] if "missing" not in entry]
    if measured:
        lines += {"growth": growth, "accuracy": accuracy}.get(name, comparisons)(measured)
    for entry in section["results"]:
        if "missing" in entry:
            lines.append(f"- {entry['missing']} is not in this table: {entry['why']}")
    if lines[-1]:
        lines.append("")
    return lines


HEAD = """# Results of the benchmarks

Written by `Samples/Benchmarks/run`; not by hand. One thread against one. Sides take turns in one run: a
time is the median of the rounds, a ratio the median of the ratios within rounds, with their quartiles.
Times are those of the processor, so that what waits for it does not count; but where others share the
machine's caches and memory (the load average tells) they are longer than they need be, and what such a
run shows is the ratios. A ratio above 1 is a peer that takes longer than Overlap. Memory is by how much
a process grows at most while it does the work for the first time, results included unless they are kept
from call to call. The difference is the largest between the answers, as a part of the largest result.
"""


def document(sections, about):
    """The text of RESULTS.md; `about` says of each section what it is."""
    lines = [*HEAD.splitlines(), ""]
    machines = []
    for section in sections.values():
        if section["machine"] not in machines:
            machines.append(section["machine"])
    for machine in machines:
        names = [name for name, section in sections.items() if section["machine"] == machine]
        if len(machines) > 1:
            lines += [f"Measured for {', '.join(names)}:", ""]
        lines += table(["machine", ""], [[name, value] for name, value in machine.items()])
    for name, section in sections.items():
        lines += section_lines(name, section, about[name])
    return "\n".join(lines).rstrip() + "\n"
