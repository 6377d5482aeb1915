"""CPU of correctness and quality of one submission with 20 hidden tests, against a plain loop on the same machine.

Interleaved rounds; the machine's busy time, so that the container engine's share counts; medians.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from grader import pipeline, workshop
from grader.assignment import load
from grader.progress import Silent
from grader.sandbox.docker import DockerSandbox

ROUNDS = 9
BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")
TOML = """\
schema = "grader.assignment/1"
id = "bench"
door = {kind = "import", modules = ["answer"]}
solutions = [{path = "reference", expect = "accepted", reference = true}]
"""
CODE = "\n\n\n".join(f'def f{n}(x):\n    """Add {n}."""\n    return x + {n}' for n in range(20)) + "\n"
TESTS = (
    "from answer import "
    + ", ".join(f"f{n}" for n in range(20))
    + "\n\n"
    + "\n\n".join(f"def test_{n}():\n    assert f{n}(1) == {n + 1}" for n in range(20))
    + "\n"
)


def busy_s() -> float:
    """Seconds that all cores together have worked since the machine started."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def idle_rate() -> float:
    """What the machine works when nobody asks it to, in cores."""
    before, started = busy_s(), time.monotonic()
    time.sleep(3)
    return (busy_s() - before) / (time.monotonic() - started)


def cost(action, rate: float) -> tuple[float, float]:
    """CPU seconds beyond the idle rate, and wall seconds, of one call."""
    before, started = busy_s(), time.monotonic()
    action()
    time.sleep(0.15)  # what an engine clears up afterwards is part of the price
    wall = time.monotonic() - started
    return busy_s() - before - rate * wall, wall


def plain(folder: Path, image: str) -> None:
    """What people do: a container for pytest, ruff and radon beside it."""
    mounted = f"{folder}:/w:ro"
    run = [
        "docker",
        "run",
        "--rm",
        "--network=none",
        "-v",
        mounted,
        "-w",
        "/w",
        "-e",
        "PYTHONPATH=/opt/grader/lib:/w",
        image,
    ]
    subprocess.run(
        [*run, "python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "/w"], check=True, capture_output=True
    )
    binaries = Path(sys.executable).parent
    subprocess.run(
        [binaries / "ruff", "check", "--isolated", "--exit-zero", folder / "answer.py"], check=True, capture_output=True
    )
    subprocess.run([binaries / "radon", "cc", folder / "answer.py"], check=True, capture_output=True)


def main() -> None:
    """Print both medians and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for path, text in {
            "a/assignment.toml": TOML,
            "a/tests/hidden/test_bench.py": TESTS,
            "a/reference/answer.py": CODE,
            "plain/answer.py": CODE,
            "plain/test_bench.py": TESTS,
        }.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        root.chmod(0o755)
        sandbox = DockerSandbox(BASE, Silent())
        image = next(image.name for image in sandbox.images() if "examiner" in image.name)
        with workshop.services(sandbox, Silent()) as warm:
            shop = workshop.prepare(warm, replace(load.load(str(root / "a"), root)), "hidden")
            sides = {
                "grader": lambda: pipeline.grade(str(root / "a/reference"), shop, 1),
                "plain": lambda: plain(root / "plain", image),
            }
            assert pipeline.grade(str(root / "a/reference"), shop, 1).verdict == "accepted"
            rate = idle_rate()
            taken = {side: [] for side in sides}
            for _ in range(ROUNDS):
                for side, action in sides.items():
                    taken[side].append(cost(action, rate))
    medians = {side: [statistics.median(part) for part in zip(*costs, strict=True)] for side, costs in taken.items()}
    for side, (cpu, wall) in medians.items():
        print(f"{side:<8} {cpu:.2f} CPU-s  {wall - 0.15:.2f} s")
    print(f"ratio    {medians['grader'][0] / medians['plain'][0]:.2f} of plain's CPU, {ROUNDS} interleaved rounds")


if __name__ == "__main__":
    main()
