# SPDX-License-Identifier: MIT

"""Compares the results of the archive sample with those of a plain run; `check` runs it."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyspark
from pyspark.sql import Row, SparkSession
from pyspark.sql.functions import spark_partition_id

from align_archive import as_lines, distribute, read_manifest
from make_archive import Pair, make_archive

HERE = Path(__file__).resolve().parent
OVERLAP = os.environ["OVERLAP"]
# Pairs that are enough to show that other engines do the same.
SOME = 20

Result = dict[str, Any]


class CheckFailure(Exception):
    """What is not as it should be."""


def main() -> None:
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="overlap-archive-") as name:
        try:
            count, kills = check(Path(name))
        except CheckFailure as failure:
            sys.exit(f"archive sample: {failure}")
    print(
        f"The archive sample is well: {count} pairs, an executor and a worker killed, {kills} "
        f"tasks tried again, the same results in {time.monotonic() - begin:.0f} s."
    )


def check(directory: Path) -> tuple[int, int]:
    sounds = directory / "sounds"
    sounds.mkdir()
    hidden = directory / "late.wav"
    pairs = make_archive(sounds, hidden)
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    parquet = directory / "manifest.parquet"
    columns = "id long, reference string, other string, max_lag double"
    spark.createDataFrame([pair[:3] + (pair.max_lag,) for pair in pairs], columns).write.parquet(
        str(parquet)
    )

    # A file is there once the first round is over: what every machine runs sees to it.
    results = directory / "results"
    command = directory / "overlap"
    late = sounds / "late.wav"
    command.write_text(
        f"#!/bin/sh\nif [ -e '{results}/_SUCCESS' ]; then ln '{hidden}' '{late}' 2>/dev/null; fi\n"
        f"exec '{OVERLAP}' \"$@\"\n"
    )
    command.chmod(0o755)
    retried = run_on_cluster(directory, parquet, results, command)

    lines = directory / "pairs.jsonl"
    write_lines(lines, pairs)
    expected = parse(run([OVERLAP, "align", "--batch", str(lines), "--exit-zero"]).splitlines())
    compare_with_truth(pairs, expected)
    rows = spark.read.parquet(str(results)).collect()
    compare("Spark", expected, parse(row.result for row in rows))
    compare_columns(pairs, expected, rows)

    check_csv(spark, directory, pairs)
    check_distribution(spark, parquet, pairs)
    check_scripts(directory, pairs[:SOME], expected)
    spark.stop()
    return len(pairs), retried


def run_on_cluster(directory: Path, manifest: Path, results: Path, command: Path) -> int:
    """Runs the job on two executors and kills what works; the number of tasks that failed of it."""
    events = directory / "events"
    events.mkdir()
    job = submit(
        directory,
        ["--master", "local-cluster[2,1,1024]", "--conf", "spark.eventLog.enabled=true"]
        + ["--conf", f"spark.eventLog.dir=file://{events}"]
        + ["--conf", "spark.sql.shuffle.partitions=2"],
        [str(manifest), str(results), "--overlap", str(command), "--pairs-per-task", "20"],
    )
    assassin = Assassin(job.pid)
    assassin.start()
    output = finish(job, directory)
    assassin.join()
    if assassin.victims != ["executor", "worker"]:
        raise CheckFailure(f"the job was over before all was killed: {assassin.victims}")
    if not re.search(r"\d+ pairs in .* pairs a second", output):
        raise CheckFailure(f"there is no summary in {output!r}")
    return failed_tasks(events)


class Assassin(threading.Thread):
    """Kills an executor of a job whose worker has given some results, and later another worker."""

    # Some results: they have a few hundred bytes each.
    WRITTEN_BYTES = 2000

    def __init__(self, job: int) -> None:
        super().__init__(daemon=True)
        self.victims: list[str] = []
        self._job = job

    def run(self) -> None:
        killed: set[int] = set()
        while len(self.victims) < 2 and Path(f"/proc/{self._job}/exe").exists():
            time.sleep(0.01)
            for worker, executor in self._busy_workers():
                if worker in killed:
                    continue
                victim = worker if self.victims else executor
                try:
                    os.kill(victim, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                killed.add(worker)
                self.victims.append("worker" if victim == worker else "executor")
                break

    def _busy_workers(self) -> Iterable[tuple[int, int]]:
        """Workers in the middle of their work, each with its executor, of this job alone."""
        for process in (int(path.name) for path in Path("/proc").glob("[0-9]*")):
            try:
                if b"--batch" not in arguments(process) or written(process) < self.WRITTEN_BYTES:
                    continue
                line = ancestors(process)
                if self._job not in line:
                    continue
                executors = [p for p in line if is_executor(p)]
            except OSError:
                continue
            if executors:
                yield process, executors[0]


def arguments(process: int) -> list[bytes]:
    return Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")


def is_executor(process: int) -> bool:
    return any(word.endswith(b"CoarseGrainedExecutorBackend") for word in arguments(process))


def written(process: int) -> int:
    fields = dict(line.split(": ") for line in Path(f"/proc/{process}/io").read_text().splitlines())
    return int(fields["wchar"])


def ancestors(process: int) -> list[int]:
    line = []
    while process > 1:
        line.append(process)
        # The name of a program, in parentheses, may hold anything.
        process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    return line


def failed_tasks(events: Path) -> int:
    """How many tasks Spark has seen fail; both kinds of kills must be among the reasons."""
    reasons = []
    for log in (path for path in events.rglob("*") if path.is_file()):
        for line in log.read_text().splitlines():
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("Event") == "SparkListenerTaskEnd":
                reasons.append(event["Task End Reason"])
    failures = [reason for reason in reasons if reason["Reason"] != "Success"]
    if not any(reason["Reason"] == "ExecutorLostFailure" for reason in failures):
        raise CheckFailure("Spark has not seen that an executor was killed")
    if not any("ended with signal 9" in json.dumps(reason) for reason in failures):
        raise CheckFailure("Spark has not been told that a worker was killed")
    return len(failures)


def submit(
    directory: Path, options: Sequence[str], job_arguments: Sequence[str]
) -> subprocess.Popen[str]:
    home = spark_home(directory)
    with (directory / "job.log").open("w") as errors:
        return subprocess.Popen(
            [str(home / "bin/spark-submit"), "--conf", "spark.ui.enabled=false", *options]
            + [str(HERE / "align_archive.py"), *job_arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=directory,
            env={**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_DIRS": str(directory)},
        )


def spark_home(directory: Path) -> Path:
    """PySpark's own by way of links: local clusters leave what they write in Spark's home."""
    home = directory / "spark"
    home.mkdir()
    for part in Path(pyspark.__file__).parent.iterdir():
        (home / part.name).symlink_to(part)
    return home


def finish(job: subprocess.Popen[str], directory: Path) -> str:
    output, _ = job.communicate()
    if job.returncode != 0:
        sys.stderr.write((directory / "job.log").read_text()[-10_000:])
        raise CheckFailure(f"spark-submit ended with {job.returncode}")
    return output


def run(command: Sequence[str], **environment: str) -> str:
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    if done.returncode != 0:
        raise CheckFailure(f"{command[0]} ended with {done.returncode}")
    return done.stdout


def line(pair: Pair) -> Result:
    """What a line says of a pair; what it does not say is left out."""
    values = {"id": pair.id, "reference": pair.reference, "other": pair.other}
    return values if pair.max_lag is None else {**values, "max_lag": pair.max_lag}


def write_lines(path: Path, pairs: Iterable[Pair]) -> None:
    path.write_text("".join(json.dumps(line(pair)) + "\n" for pair in pairs))


def parse(lines: Iterable[str]) -> dict[int, Result]:
    """The results by their ids, of which each must be there once."""
    results: dict[int, Result] = {}
    for line in lines:
        result = json.loads(line)
        # Of a CSV manifest everything is text.
        number = int(result["id"])
        if number in results:
            raise CheckFailure(f"pair {number} has two results")
        results[number] = result
    return results


def compare(name: str, expected: dict[int, Result], actual: dict[int, Result]) -> None:
    if expected.keys() != actual.keys():
        raise CheckFailure(f"{name} has other pairs: {sorted(expected.keys() ^ actual.keys())}")
    for number, result in expected.items():
        if list(result.items()) != list(actual[number].items()):
            raise CheckFailure(f"{name} has, in place of\n{result}\nthis\n{actual[number]}")


def compare_with_truth(pairs: Iterable[Pair], results: dict[int, Result]) -> None:
    for pair in pairs:
        result = results[pair.id]
        if result["aligned"] != (pair.status == 0) or ("error" in result) != (pair.status > 1):
            raise CheckFailure(f"{pair} has {result}")
        if pair.delay is not None and abs(result["delay_seconds"] - pair.delay) > 1e-6:
            raise CheckFailure(f"{pair} has {result}")


def compare_columns(pairs: Iterable[Pair], results: dict[int, Result], rows: Iterable[Row]) -> None:
    """Columns are what the keys are, and tell the fate of each pair."""
    fates = {str(pair.id): (pair.status, pair.attempts) for pair in pairs}
    for row in rows:
        if (row.status, row.attempts) != fates[row.id]:
            raise CheckFailure(f"pair {row.id} should have {fates[row.id]}: {row}")
        result = results[int(row.id)]
        for key, value in row.asDict().items():
            # Numbers of lines are of a worker's own.
            if key in result and key not in ("id", "error") and value != result[key]:
                raise CheckFailure(f"pair {row.id} has {key} {value}, not {result[key]}")


def check_csv(spark: SparkSession, directory: Path, pairs: Iterable[Pair]) -> None:
    """A manifest in CSV gives the lines of one in Parquet, but that all values are text."""
    manifest = directory / "manifest.csv"
    awkward = 'a, "b" \\c"'
    with manifest.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "reference", "other", "max_lag", "note"])
        writer.writerows([*pair[:3], pair.max_lag, awkward] for pair in pairs)
    expected = [{**line(pair), "note": awkward} for pair in pairs]
    read = as_lines(read_manifest(spark, str(manifest))).collect()
    actual = [json.loads(row.line) for row in read]
    if actual != [{key: str(value) for key, value in pair.items()} for pair in expected]:
        raise CheckFailure(f"a manifest in CSV gives {actual[0]} and so on, not {expected[0]}")


def check_distribution(spark: SparkSession, manifest: Path, pairs: Sequence[Pair]) -> None:
    """Partitions are balanced, and split no reference but one with more pairs than they have."""
    tasks = 7
    most = math.ceil(len(pairs) / tasks)
    lines = distribute(as_lines(read_manifest(spark, str(manifest))), most, 1)
    rows = lines.select(spark_partition_id(), "line").collect()
    found = [(number, json.loads(text)["reference"]) for number, text in rows]
    counts = Counter(pair.reference for pair in pairs)
    places = Counter(reference for _, reference in set(found))
    split = [reference for reference, number in places.items() if number > 1]
    if any(counts[reference] <= most for reference in split):
        raise CheckFailure(f"of references with {counts} pairs, {split} are split")
    # The last one that fits may come on top of all others.
    sizes = Counter(number for number, _ in found)
    if sum(sizes.values()) != len(pairs) or max(sizes.values()) > 2 * most:
        raise CheckFailure(f"{len(pairs)} pairs are in partitions of {sizes}")


def check_scripts(directory: Path, pairs: Iterable[Pair], results: dict[int, Result]) -> None:
    """The script for Slurm, as Slurm would run its tasks, and GNU parallel, where it is."""
    lines = directory / "some.jsonl"
    write_lines(lines, pairs)
    expected = {pair.id: results[pair.id] for pair in pairs}
    for task in ("1", "2", "3"):
        run(
            [str(HERE / "slurm_array.sh"), str(lines), str(directory / "part")],
            SLURM_ARRAY_TASK_ID=task,
            PARTS="3",
        )
    parts = [path.read_text().splitlines() for path in sorted(directory.glob("part-*.jsonl"))]
    compare("The Slurm array", expected, parse(line for part in parts for line in part))
    if shutil.which("parallel"):
        output = run([str(HERE / "parallel.sh"), str(lines)], BLOCK="2K")
        compare("GNU parallel", expected, parse(output.splitlines()))


if __name__ == "__main__":
    main()
