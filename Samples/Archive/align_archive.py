#!/usr/bin/env python3
# SPDX-License-Identifier: MIT

"""Aligns the pairs of a manifest by `overlap align --batch`, on all machines of a Spark cluster.

    spark-submit align_archive.py MANIFEST RESULTS [--overlap PATH] [-- OPTIONS OF overlap align]

One process of `overlap` works through each partition of the manifest, a line in, a line out, as
the article on the protocol of batches tells (Sources/Overlap/Overlap.docc/BatchProtocol.md).
Nothing but PySpark is needed here, and nothing but `overlap` and Python on the machines of the
cluster.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO

from pyspark import TaskContext
from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F

# The version of the protocol that is spoken here.
PROTOCOL = 1

# What a manifest must have. Its other columns go to `overlap` as well: options are heeded, and all
# come back in the column `result`.
REQUIRED = ["id", "reference", "other"]

# The keys of results that become columns.
KEYS = (
    "id string, reference string, other string, aligned boolean, delay_seconds double, "
    "standard_error_seconds double, polarity int, false_alarm_probability double, "
    "peak_ratio double, drift_ppm double, drift_standard_error_ppm double, overlap_seconds double, "
    "trim_file string, trim_seconds double, sample_rate int, other_sample_rate int, error string, "
    "error_status int, error_may_pass boolean"
)
COLUMNS = KEYS + ", status int, result string, attempts int"

MEANINGS = {
    0: "aligned",
    1: "without a reliable alignment",
    65: "failed: data that cannot be used, or a line that makes no sense",
    66: "failed: no such input",
    69: "failed: an outside program is missing",
    73: "failed: an output cannot be created",
    74: "failed: reading or writing",
}

# Judged: fewer leave cores without work at the end, where tasks take different times.
TASKS_A_CORE = 3


def main(arguments: Sequence[str]) -> None:
    options = parse(arguments)
    spark = SparkSession.builder.appName("overlap archive").getOrCreate()
    begin = time.monotonic()

    def align(pairs: DataFrame) -> DataFrame:
        lines = distribute(pairs, options.pairs_per_task, concurrent_tasks(spark))
        command = [options.overlap, "align", "--batch", "-", "--exit-zero", *options.passed_on]
        results = lines.rdd.mapPartitions(partition_aligner(command))
        return typed(spark.createDataFrame(results, "result string"))

    # What may pass is written apart, so that a second attempt replaces it and nothing else. Until
    # then the results are whole: a job that ends early in its second half has lost nothing.
    first = align(as_lines(read_manifest(spark, options.manifest)))
    attempts = F.when(may_pass(), 2).otherwise(1).alias("attempts")
    first.select("*", attempts).write.partitionBy("attempts").parquet(options.results)

    results = spark.read.schema(COLUMNS).parquet(options.results)
    failed = results.filter("attempts = 2")
    if not failed.isEmpty():
        # A result has all that its line had, and can be sent in again.
        second = align(failed.select("reference", F.col("result").alias("line")))
        writer = second.select("*", F.lit(2).alias("attempts")).write.partitionBy("attempts")
        writer.option("partitionOverwriteMode", "dynamic").mode("overwrite").parquet(
            options.results
        )
    print_summary(spark, options.results, time.monotonic() - begin)
    spark.stop()


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Align the pairs of a manifest on a Spark cluster.",
        epilog="What follows -- goes to every `overlap align`, such as -- --max-delay 30.",
    )
    parser.add_argument(
        "manifest", help="Parquet or, if so named, CSV: id, reference, other, and more if need be"
    )
    parser.add_argument("results", help="where to write Parquet; must not be there yet")
    parser.add_argument(
        "--overlap", default="overlap", metavar="PATH", help="the command, on every machine"
    )
    parser.add_argument(
        "--pairs-per-task",
        type=positive,
        default=500,
        metavar="NUMBER",
        help="about so many pairs are done again where a machine is lost (default: 500)",
    )
    # argparse would give what follows -- to its own arguments.
    own = list(arguments)
    end = own.index("--") if "--" in own else len(own)
    options = parser.parse_args(own[:end])
    options.passed_on = own[end + 1 :]
    return options


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("a number of at least 1 is needed")
    return number


# From the manifest to partitions of lines


def read_manifest(spark: SparkSession, path: str) -> DataFrame:
    if path.endswith((".csv", ".csv.gz")):
        # Quotes are doubled in CSV; Spark would take a backslash in a name for an escape.
        manifest = spark.read.csv(path, header=True, escape='"')
    else:
        manifest = spark.read.parquet(path)
    missing = [name for name in REQUIRED if name not in manifest.columns]
    if missing:
        sys.exit(f"{path}: has no column `{missing[0]}`; a manifest needs {', '.join(REQUIRED)}")
    return manifest


def as_lines(manifest: DataFrame) -> DataFrame:
    """The `line` of each pair in JSON, which leaves out what is null, and its `reference`."""
    return manifest.select("reference", F.to_json(F.struct("*")).alias("line"))


def distribute(pairs: DataFrame, pairs_per_task: int, concurrent: int) -> DataFrame:
    """The lines in partitions of about as many pairs each.

    Pairs that share a reference are next to one another in one partition: the process that has it
    decodes it once. Only a reference with more pairs than a partition should have is split.
    """
    counts = pairs.groupBy("reference").count()
    total = counts.agg(F.sum("count")).collect()[0][0] or 0
    tasks = max(math.ceil(total / pairs_per_task), min(total, TASKS_A_CORE * concurrent), 1)
    most = max(math.ceil(total / tasks), 1)
    # There are fewer of these than tasks, so that every machine can have the whole list. Their parts
    # are smaller than a partition, since those that a hash makes are never equal.
    split = counts.filter(F.col("count") > most).select(
        "reference", F.ceil(4 * F.col("count") / most).alias("parts")
    )
    part = F.pmod(F.xxhash64("line"), F.coalesce("parts", F.lit(1)))
    # Spark finds the limits between ranges by counting rows, and equal keys stay together: this
    # balances the partitions by pairs without a table of all references.
    return (
        pairs.join(F.broadcast(split), "reference", "left")
        .withColumn("part", part)
        .repartitionByRange(tasks, "reference", "part")
        .sortWithinPartitions("reference", "part")
        .select("line")
    )


def concurrent_tasks(spark: SparkSession) -> int:
    cores = spark.sparkContext.defaultParallelism
    return max(cores // int(spark.sparkContext.getConf().get("spark.task.cpus", "1")), 1)


# What runs in the tasks


def partition_aligner(command: Sequence[str]) -> Callable[[Iterable[Row]], Iterator[tuple[str]]]:
    """A function from the lines of a partition to their results, by a process of its own."""

    def align_partition(rows: Iterable[Row]) -> Iterator[tuple[str]]:
        context = TaskContext.get()
        threads = context.cpus() if context else 1
        check_protocol(command[0])
        lines = (row.line for row in rows)
        for result in run_worker(lines, [*command, "--threads", str(threads)]):
            yield (result,)

    return align_partition


def check_protocol(overlap: str) -> None:
    """Machines of a cluster may have different versions of the command."""
    answer = subprocess.run([overlap, "--version", "--json"], check=True, stdout=subprocess.PIPE)
    version = json.loads(answer.stdout).get("batch_protocol")
    if version != PROTOCOL:
        raise RuntimeError(f"{overlap} speaks version {version} of the protocol, not {PROTOCOL}")


def run_worker(lines: Iterable[str], command: Sequence[str]) -> Iterator[str]:
    """The results of a worker process, each as soon as it is there.

    Lines are written by a thread of their own: a pipe that is full holds up that thread only, and
    results are read meanwhile. Raises unless the worker ends well with a result for every line, so
    that Spark tries the partition again, and never keeps a part of its results.
    """
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin and process.stdout and process.stderr
    feeder = Feeder(lines, process.stdin)
    messages = Messages(process.stderr)
    count = 0
    try:
        for result in process.stdout:
            count += 1
            yield result.decode().rstrip("\n")
        status = process.wait()
        if status != 0:
            messages.join(timeout=10)
            ending = f"signal {-status}" if status < 0 else f"exit status {status}"
            raise RuntimeError(f"{command[0]} ended with {ending}\n{messages.last}".rstrip())
        feeder.join()
        if feeder.failure:
            raise feeder.failure
        if count != feeder.count:
            raise RuntimeError(f"{command[0]} gave {count} results for {feeder.count} lines")
    finally:
        # Where nobody wants the results any more, the worker ends as well.
        process.kill()
        process.wait()


class Feeder(threading.Thread):
    """Writes lines to a worker."""

    def __init__(self, lines: Iterable[str], pipe: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self.count = 0
        self.failure: BaseException | None = None
        self._lines = lines
        self._pipe = pipe
        self.start()

    def run(self) -> None:
        try:
            with self._pipe as pipe:
                for line in self._lines:
                    pipe.write(line.encode() + b"\n")
                    self.count += 1
        except BrokenPipeError:
            # The worker has ended; how, is told by its status, or by the number of its results.
            pass
        except BaseException as failure:  # noqa: BLE001, whatever it is, the task must hear of it
            self.failure = failure


class Messages(threading.Thread):
    """Passes on what a worker says on standard error, and keeps the end of it for who asks why."""

    def __init__(self, pipe: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._lines: deque[str] = deque(maxlen=10)
        self.start()

    def run(self) -> None:
        for line in self._pipe:
            text = line.decode(errors="replace")
            self._lines.append(text)
            sys.stderr.write(text)
            sys.stderr.flush()

    @property
    def last(self) -> str:
        return "".join(self._lines)


# From results to a table


def typed(results: DataFrame) -> DataFrame:
    """The main keys of results as columns, and the whole as `result`."""
    parsed = results.select(F.from_json("result", KEYS).alias("keys"), "result")
    return parsed.select("keys.*", "result").withColumn("status", status())


def status() -> Column:
    """The exit status that `overlap align` would have had for the pair alone."""
    return (
        F.when(F.col("aligned"), 0).when(F.col("error").isNull(), 1).otherwise(F.col("error_status"))
    )


def may_pass() -> Column:
    """Whether a failure may be over at another time or on another machine."""
    return F.coalesce(F.col("error_may_pass"), F.lit(False))


def print_summary(spark: SparkSession, path: str, seconds: float) -> None:
    results = spark.read.schema(COLUMNS).parquet(path)
    rows = results.groupBy("status").count().collect()
    counts: dict[int, int] = {row["status"]: row["count"] for row in rows}
    total = sum(counts.values())
    print(f"{total} pairs in {seconds:.1f} s, {total / seconds:.1f} pairs a second")
    for number, count in sorted(counts.items()):
        print(f"{count:10} {MEANINGS.get(number, 'failed')} ({number})")
    print(f"{results.filter('attempts = 2').count():10} of them tried twice")


if __name__ == "__main__":
    main(sys.argv[1:])
