"""All analysers over 1,000 lines, against what `ruff` and `radon` alone cost from the shell; CPU and wall, interleaved.

The submission is our own code, so that it looks like code: files of grader/ up to 1,000 lines. The service is warm, as it is
from the second submission on. CPU time is of the children that each side starts, so that a busy machine is no excuse.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.intake.snapshot import snapshot
from grader.quality import analyse
from grader.sandbox.process import ProcessSandbox

ROUNDS = 15
LINES = 1000
ROOT = Path(__file__).resolve().parents[1]


def submission() -> dict[str, bytes]:
    """Files of ours, up to 1,000 lines in all."""
    files, lines = {}, 0
    for path in sorted((ROOT / "grader" / "render").glob("*.py")):
        text = path.read_text()
        if lines + text.count("\n") <= LINES:
            files[path.name] = text.encode()
            lines += text.count("\n")
    print(f"{lines} lines in {len(files)} files")
    return files


def shell(folder: Path) -> None:
    """What people type."""
    binaries = Path(sys.executable).parent
    paths = sorted(map(str, folder.glob("*.py")))
    subprocess.run([binaries / "ruff", "check", "--isolated", "--no-cache", "--exit-zero", *paths], capture_output=True)
    subprocess.run([binaries / "radon", "cc", *paths], check=True, capture_output=True)


def busy_s(pid: int) -> float:
    """Seconds of CPU time of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / 100


def ended_s() -> float:
    """Seconds of CPU time of our children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print both medians and their ratio."""
    files = submission()
    with tempfile.TemporaryDirectory() as name, ProcessSandbox().service("quality") as service:
        for path, content in files.items():
            Path(name, path).write_bytes(content)
        taken = snapshot(files)
        pid = int(subprocess.run(["pgrep", "-n", "-f", "quality/main.py"], capture_output=True, check=True).stdout)
        assert analyse.analyse(service, taken, 60).analysed == len(files)
        costs: dict[str, list[tuple[float, float]]] = {"grader": [], "shell": []}
        for _ in range(ROUNDS):
            before, started = busy_s(pid), time.perf_counter()
            analyse.analyse(service, taken, 60)
            costs["grader"].append((busy_s(pid) - before, time.perf_counter() - started))
            before, started = ended_s(), time.perf_counter()
            shell(Path(name))
            costs["shell"].append((ended_s() - before, time.perf_counter() - started))
    medians = {side: [statistics.median(part) for part in zip(*pairs, strict=True)] for side, pairs in costs.items()}
    for side, (cpu, wall) in medians.items():
        print(f"{side:<8} {cpu:.2f} CPU-s  {wall:.2f} s")
    cpu, wall = (ours / theirs for ours, theirs in zip(medians["grader"], medians["shell"], strict=True))
    print(f"ratio    {cpu:.2f} of CPU, {wall:.2f} of wall, {ROUNDS} interleaved rounds")


if __name__ == "__main__":
    main()
