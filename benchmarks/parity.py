"""A public suite with and without the glass: the share of its tests that end alike, and how each of the others differs.

    python benchmarks/parity.py --tests toolz-1.2.0/toolz/tests toolz-1.2.0/toolz

The packages are the submission, the tests stay as they are. What the tests need of their own (a helper beside them, data
files) is below --tests. The plain run is pytest's own, in one process.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from grader import workshop
from grader.assignment import load
from grader.examine import suite
from grader.intake import source as intake
from grader.progress import Silent
from grader.sandbox import choose

BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")
TOML = """\
schema = "grader.assignment/1"
id = "parity"
door = {{kind = "import", modules = {modules}, isolation = "{isolation}"}}
limits = {{test_s = {test_s}, suite_s = 3000, memory = 512}}
solutions = [{{path = "solutions/package", expect = "accepted", reference = true}}]
"""
RECORDER = """\
import json, os
seen = {}
def pytest_runtest_logreport(report):
    if report.outcome != "passed" or report.when == "call":
        xfailed = report.outcome == "skipped" and hasattr(report, "wasxfail")
        seen.setdefault(report.nodeid, "passed" if xfailed else report.outcome)
def pytest_sessionfinish():
    with open(os.environ["RECORD"], "w") as record:
        json.dump(seen, record)
"""


def assignment_of(options: argparse.Namespace, folder: Path) -> Path:
    """Write an assignment whose only solution is the package, and whose hidden tests are its suite."""
    root = folder / "assignment"
    shutil.copytree(options.tests, root / "tests/hidden" / options.below, ignore=shutil.ignore_patterns("__pycache__"))
    for package in options.packages:
        into = root / "solutions/package" / package.name
        into.parent.mkdir(parents=True, exist_ok=True)
        if package.is_dir():
            shutil.copytree(package, into, ignore=shutil.ignore_patterns("__pycache__", "test", "tests"))
        else:
            shutil.copy(package, into)
    modules = [package.name.removesuffix(".py") for package in options.packages]
    toml = TOML.format(modules=json.dumps(modules), test_s=options.test_s, isolation=options.isolation)
    (root / "assignment.toml").write_text(toml)
    return root


def plain(root: Path, folder: Path) -> tuple[Mapping[str, str], float]:
    """Outcomes and seconds of pytest in one process with the package."""
    (folder / "recorder.py").write_text(RECORDER)
    where = root / "tests/hidden"
    places = [str(folder), str(root / "solutions/package"), str(where)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places), "RECORD": str(folder / "record.json")}
    (folder / "pytest.ini").write_text("[pytest]\n")
    options = ["-q", "-p", "recorder", "-p", "no:cacheprovider", "--tb=no", f"--rootdir={where}"]
    command = [sys.executable, "-m", "pytest", *options, f"--config-file={folder}/pytest.ini", str(where)]
    started = time.monotonic()
    ended = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, timeout=900)
    if not (folder / "record.json").exists():
        raise SystemExit(ended.stdout + ended.stderr)
    return json.loads((folder / "record.json").read_text()), time.monotonic() - started


def behind_glass(root: Path, sandbox: str) -> tuple[Mapping[str, tuple[str, str]], float]:
    """Outcomes with messages, and seconds, of the same tests with the package behind the glass."""
    assignment = load.load(str(root), Path())
    with workshop.services(choose.pick(sandbox, "check", BASE, Silent()), Silent()) as services:
        shop = workshop.prepare(services, assignment, "hidden")
        taken = intake.take(str(root / "solutions/package"))
        started = time.monotonic()
        examined = suite.examine(shop.suite, services.sandbox, taken, 1, lambda *_: None)
        seconds = time.monotonic() - started
    if examined.unimportable is not None:
        raise SystemExit(str(examined.unimportable))
    return {test.id: (test.outcome, test.message or "") for test in examined.tests}, seconds


def main() -> None:
    """Print the share of equal outcomes, then every test that differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="+", type=Path)
    parser.add_argument("--tests", type=Path, required=True)
    parser.add_argument("--below", default=".", help="the folder name that the tests expect for themselves")
    parser.add_argument("--sandbox", default="process", choices=["process", "docker"])
    parser.add_argument("--isolation", default="test", choices=["test", "module", "suite"])
    parser.add_argument("--test-s", type=float, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = assignment_of(options, Path(folder))
        expected, plain_s = plain(root, Path(folder))
        found, glass_s = behind_glass(root, options.sandbox)
    report(expected, found, plain_s, glass_s)


def report(expected: Mapping[str, str], found: Mapping[str, tuple[str, str]], plain_s: float, glass_s: float) -> None:
    """A skip counts as equal where it is one on both sides; the glass calls it failed, by contract."""
    missing = [id_ for id_ in expected if id_ not in found and expected[id_] != "skipped"]
    compared = [id_ for id_ in expected if id_ in found]
    differ = [
        id_
        for id_ in compared
        if (expected[id_] == "passed") != (found[id_][0] == "passed")
        and not (expected[id_] == "skipped" and "skip" in found[id_][1].lower())
    ]
    causes = Counter(found[id_][1][:110] for id_ in differ)
    count = len(compared) + len(missing)
    share = 1 - (len(differ) + len(missing)) / max(1, count)
    print(f"{share:.2%} of {count} tests alike; plain {plain_s:.1f} s, glass {glass_s:.1f} s")
    for cause, count in causes.most_common():
        print(f"  {count:>4}  {cause}")
    for id_ in differ:
        print(f"    {expected[id_]} -> {found[id_][0]}: {id_}")
    if missing:
        print(f"  not collected behind the glass: {len(missing)}, such as {missing[0]}")


if __name__ == "__main__":
    main()
