"""What the glass costs: a call, a fresh state for a test, a million integers, a suite of 1,000 calls against plain pytest.

    python benchmarks/glass.py                      # in containers
    python benchmarks/glass.py --sandbox process    # in processes of this machine

The calls are timed inside the tests, in the examiner; the suites in interleaved rounds, medians, in one run of this script.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from grader import workshop
from grader.assignment import load
from grader.examine import suite
from grader.intake import source as intake
from grader.progress import Silent
from grader.sandbox import choose

BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")
TESTS, CALLS_A_TEST, FRESH = 100, 10, 200
TOML = """\
schema = "grader.assignment/1"
id = "glass"
door = {kind = "import", modules = ["answer"]}
limits = {test_s = 60, suite_s = 600, memory = 512}
solutions = [{path = "solution", expect = "accepted", reference = true}]
"""
ANSWER = "def add(a, b): return a + b\n\ndef same(numbers): return numbers\n"
SUITE = """\
import pytest
from answer import add

@pytest.mark.parametrize("n", range({tests}))
def test_calls(n):
    for m in range({calls}):
        assert add(n, m) == n + m
"""
# Each prints microseconds: the best of several rounds, since the rest is other people's work.
COSTS = """\
import time
from answer import add, same

def best(rounds, action):
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return min(taken) * 1e6

def test_call():
    print(best(20, lambda: [add(1, 2) for _ in range(100)]) / 100)

def test_million():
    numbers = list(range(10**6))
    print(best(3, lambda: same(list(numbers))))
"""


def written(root: Path, hidden: str) -> Path:
    """An assignment below a folder whose hidden tests are this text."""
    texts = {"assignment.toml": TOML, "solution/answer.py": ANSWER, "tests/hidden/test_it.py": hidden}
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def plain(root: Path) -> float:
    """Seconds of the same suite in one process with the code."""
    started = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(root / "solution")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(root / "tests/hidden")]
    subprocess.run(command, env=environment, cwd=root, check=True, capture_output=True)
    return time.monotonic() - started


def examined(services: workshop.Services, root: Path) -> tuple[float, Mapping[str, str | None]]:
    """Seconds of a suite behind the glass, once it is collected, and what each test printed."""
    shop = workshop.prepare(services, load.load(str(root), Path()), "hidden")
    taken = intake.take(str(root / "solution"))
    started = time.monotonic()
    found = suite.examine(shop.suite, services.sandbox, taken, 1, lambda *_: None)
    seconds = time.monotonic() - started
    assert {test.outcome for test in found.tests} == {"passed"}, [test.message for test in found.tests][:3]
    return seconds, {test.id.rpartition("::")[2]: test.output for test in found.tests}


def main() -> None:
    """Print each figure with what it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sandbox", default="docker", choices=["process", "docker"])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        workshop.services(choose.pick(options.sandbox, "check", BASE, Silent()), Silent()) as services,
    ):
        printed = examined(services, written(Path(folder, "costs"), COSTS))[1]
        suites = {
            "calls": written(Path(folder, "calls"), SUITE.format(tests=TESTS, calls=CALLS_A_TEST)),
            "fresh": written(Path(folder, "fresh"), SUITE.format(tests=FRESH, calls=0)),
            "one": written(Path(folder, "one"), SUITE.format(tests=1, calls=0)),
        }
        seconds: dict[str, list[float]] = {"plain": [], **{name: [] for name in suites}}
        for _ in range(options.rounds):
            seconds["plain"].append(plain(suites["calls"]))
            for name, root in suites.items():
                seconds[name].append(examined(services, root)[0])
    report(printed, {name: statistics.median(taken) for name, taken in seconds.items()})


def report(printed: Mapping[str, str | None], seconds: Mapping[str, float]) -> None:
    """The figures."""
    print(f"a call                     {float(printed['test_call'] or 'nan'):8.0f} us")
    print(f"a million integers, back   {float(printed['test_million'] or 'nan') / 1000:8.0f} ms   (under 250)")
    print(f"a test with a fresh state  {(seconds['fresh'] - seconds['one']) / (FRESH - 1) * 1000:8.1f} ms")
    glass, alone = seconds["calls"], seconds["plain"]
    print(f"1,000 calls in {TESTS} tests   {glass:8.2f} s, plain {alone:.2f} s, ratio {glass / alone:.2f} (at most 2)")


if __name__ == "__main__":
    main()
