"""The reference against itself, beside a busy neighbour: how wrong a ratio is, and how often one looks slower by chance.

Runs add up in FILE (one JSON object a line), so that many can be made in pieces: noise.py FILE RUNS [first seed].
"""

import contextlib
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from grader import pipeline, workshop
from grader.assignment import load
from grader.progress import Silent
from grader.sandbox.docker import DockerSandbox
from grader.speed.race import Course

PAIRS = 15
CONFIDENCE = 0.965  # of the interval of a median of 15: ranks 4 and 12
BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")
FILES = {
    "assignment.toml": """\
schema = "grader.assignment/1"
id = "bench"
door = {kind = "import", modules = ["answer"]}
solutions = [{path = "reference", expect = "accepted", reference = true}]
speed = [{id = "rank", call = "answer:rank", inputs = "tests/speed/rank.py", sizes = [20000]}]
""",
    "tests/hidden/test_bench.py": "from answer import rank\n\n\ndef test_it():\n    assert rank([2, 1]) == [1, 2]\n",
    "tests/speed/rank.py": """\
import random


def make(seed, size):
    return (random.Random(seed).choices(range(size), k=size),)


def check(arguments, result):
    assert result == sorted(arguments[0])[:100]
""",
    "reference/answer.py": """\
def rank(numbers):
    counts = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    assert len(ranked) == len(counts)
    return sorted(numbers)[:100]
""",
}


@contextlib.contextmanager
def busy_neighbour() -> Iterator[None]:
    """One process that works without end."""
    neighbour = subprocess.Popen([sys.executable, "-c", "while True: sum(range(10000))"])
    try:
        yield
    finally:
        neighbour.kill()
        neighbour.wait()


def measure(runs: int, first: int) -> Iterator[dict[str, float]]:
    """Race the reference against itself, each run from a seed of its own."""
    with tempfile.TemporaryDirectory() as name:
        for path, text in FILES.items():
            Path(name, path).parent.mkdir(parents=True, exist_ok=True)
            Path(name, path).write_text(text)
        Path(name).chmod(0o755)
        sandbox = DockerSandbox(BASE, Silent())
        with busy_neighbour(), workshop.services(sandbox, Silent()) as warm:
            shop = workshop.prepare(warm, load.load(name, Path(name)), "hidden")
            (case,) = shop.suite.assignment.rules.speed
            cases = tuple(replace(case, id=f"run-{first + number}") for number in range(runs))
            course = Course(shop.suite.assignment, cases, first, 120.0 * runs, PAIRS)
            assert shop.reference is not None
            for timing in pipeline.side_by_side(shop.reference, shop, course).timings:
                load_1 = os.getloadavg()[0]
                told = {"pairs": timing.pairs, "ratio": timing.ratio, "low": timing.low, "high": timing.high}
                yield {**told, "window_s": timing.reference_s or 0.0, "load": load_1}


def allowed(runs: int) -> int:
    """The most false alarms on one side that chance explains in 95 of 100 benchmarks."""
    share, total, most = (1 - CONFIDENCE) / 2, 0.0, -1
    while total < 0.95:
        most += 1
        total += math.comb(runs, most) * share**most * (1 - share) ** (runs - most)
    return most


def report(found: list[dict[str, float]]) -> None:
    """Print what all runs in the file say."""
    known = [run for run in found if run["ratio"]]
    errors = sorted(abs(run["ratio"] - 1) for run in known)
    p95 = errors[min(len(errors) - 1, math.ceil(0.95 * len(errors)) - 1)]
    slower = sum(run["low"] > 1 for run in known)
    print(
        f"{len(known)} of {len(found)} runs of {PAIRS} pairs or more measured, load {known[-1]['load']:.1f} at the end"
    )
    print(f"error    p50 {errors[len(errors) // 2]:.2%}, p95 {p95:.2%}, most {errors[-1]:.2%}")
    print(f"slower   {slower} runs by their interval; chance explains {allowed(len(known))}")
    print(f"scored   {sum(run['ratio'] > 1.1 for run in known)} runs lose a point")


def main() -> None:
    """Measure, add to the file, report on all of it."""
    path, runs = Path(sys.argv[1]), int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else len(path.read_text().splitlines()) if path.exists() else 0
    with path.open("a") as lines:
        for run in measure(runs, first) if runs else ():
            lines.write(json.dumps(run) + "\n")
    report([json.loads(line) for line in path.read_text().splitlines()])


if __name__ == "__main__":
    main()
