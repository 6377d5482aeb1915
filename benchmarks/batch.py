"""A whole `grader batch` against a plain loop: wall and CPU as ratios, the coordinator's memory, what is left behind.

    python benchmarks/batch.py --rounds 5 --count 40

Both sides run 2 at a time on the same cores, interleaved. The plain loop is a hardened `docker run --rm` of pytest, then ruff
and radon, for each submission. The batch is the command as a lead gives it: start of the services, glass, reports, journal,
similarity and the batch page are in its time. CPU is the machine's own counter, so the engine's share is in it; what else runs
at the time is, too, on both sides.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grader.progress import Silent
from grader.sandbox.docker import DockerSandbox

BASE = os.environ.get("GRADER_BASE_IMAGE", "python:3.12-slim")
BINARIES = Path(sys.executable).parent
JOBS = 2
TOML = """\
schema = "grader.assignment/1"
id = "bench"
door = {kind = "import", modules = ["answer"]}
solutions = [{path = "reference", expect = "accepted", reference = true}]
"""
FUNCTION = '''def f{n}(items):
    """Sum what is larger than {n}."""
    total = 0
    for item in items:
        if item > {n}:
            total += item
    return total
'''
TESTS = "\n\n".join(f"def test_{n}():\n    assert answer.f{n}([1, 50]) == {50 + (n < 1)}" for n in range(20))
# An installed program is compiled; so are the plain loop's.
INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
HARDENED = [
    "--rm",
    "--network=none",
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--memory=256m",
]


def code(number: int) -> str:
    """A submission of about 180 lines; every fifth has a bug."""
    text = f"NUMBER = {number}\n\n\n" + "\n\n".join(FUNCTION.format(n=n) for n in range(20))
    return text.replace("item > 7", "item > 70") if number % 5 == 0 else text


def busy_s() -> float:
    """Seconds that all cores together have worked since the machine started."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def write(root: Path, count: int) -> None:
    """The assignment, and the submissions with the tests beside them for the plain loop."""
    files = {
        "bench/assignment.toml": TOML,
        "bench/tests/hidden/test_bench.py": "import answer\n\n" + TESTS + "\n",
        "bench/reference/answer.py": code(1),
        "tests/test_bench.py": "import answer\n\n" + TESTS + "\n",
        **{f"submissions/s{n}/answer.py": code(n) for n in range(2, count + 2)},
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    root.chmod(0o755)


def plain_one(root: Path, folder: Path, image: str) -> int:
    """One submission as a plain loop grades it; returns pytest's exit code."""
    volumes = ["-v", f"{root}/tests:/tests:ro", "-v", f"{folder}:/w:ro", "-e", "PYTHONPATH=/opt/grader/lib:/w"]
    tested = subprocess.run(
        [
            "docker",
            "run",
            *HARDENED,
            *volumes,
            image,
            *["python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "/tests"],
        ],
        capture_output=True,
        check=False,
    ).returncode
    for tool in (["ruff", "check", "--isolated", "--exit-zero"], ["radon", "cc"]):
        subprocess.run([BINARIES / tool[0], *tool[1:], folder / "answer.py"], check=True, capture_output=True)
    return tested


def plain(root: Path, image: str) -> None:
    """The loop."""
    with ThreadPoolExecutor(JOBS) as pool:
        folders = sorted((root / "submissions").iterdir())
        codes = list(pool.map(lambda folder: plain_one(root, folder, image), folders))
    assert sorted(set(codes)) == [0, 1], codes


def batch(root: Path, out: Path) -> int:
    """The command; returns its peak memory in KiB."""
    command = [
        BINARIES / "grader",
        "batch",
        root / "bench",
        root / "submissions",
        "--out",
        out,
        "--jobs",
        str(JOBS),
        "-q",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=INSTALLED)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(process.stderr.read().decode())
    return usage.ru_maxrss


def timed(action) -> tuple[float, float, int]:
    """Wall and CPU seconds, and what the action returned."""
    before, started = busy_s(), time.monotonic()
    returned = action()
    return time.monotonic() - started, busy_s() - before, returned or 0


def left() -> str:
    """Containers and volumes of ours on the engine."""
    label = ["--filter", "label=grader", "-q"]
    return "".join(
        subprocess.run(["docker", *kind, *label], capture_output=True, text=True, check=True).stdout
        for kind in (["ps", "-a"], ["volume", "ls"])
    )


def main() -> None:
    """Print each round, then the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=40)
    options = parser.parse_args()
    sandbox = DockerSandbox(BASE, Silent())  # builds the images, which neither side pays for
    image = next(image.name for image in sandbox.images() if "examiner" in image.name)
    walls, cpus = [], []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write(root, options.count)
        before = left()
        for number in range(options.rounds):
            theirs = timed(lambda: plain(root, image))
            ours = timed(lambda out=root / f"out{number}": batch(root, out))
            walls.append(theirs[0] / ours[0])
            cpus.append(theirs[1] / ours[1])
            told = f"{theirs[0]:.1f} s {theirs[1]:.1f} CPU-s; batch {ours[0]:.1f} s {ours[1]:.1f} CPU-s"
            print(f"plain {told}, {ours[2] / 1024:.0f} MiB; wall x{walls[-1]:.2f} CPU x{cpus[-1]:.2f}", flush=True)
        print(f"median of {options.rounds}: wall x{statistics.median(walls):.2f}, CPU x{statistics.median(cpus):.2f}")
        print("left behind: nothing" if left() == before else "left behind: containers or volumes")


if __name__ == "__main__":
    main()
