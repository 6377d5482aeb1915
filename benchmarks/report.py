"""A candidate's report: bytes, and seconds to render, for a recorded run given as argument."""

import statistics
import sys
import time
from pathlib import Path

from grader.render import html
from grader.results import file


def main(path: str) -> None:
    """Print the size and the median of nine renderings after a first one."""
    results = file.read(Path(path))
    size, times = len(html.render(results, "candidate").encode()), []
    for _ in range(9):
        started = time.perf_counter()
        html.render(results, "candidate")
        times.append(time.perf_counter() - started)
    print(f"{size / 1000:.0f} KB, rendered in {statistics.median(times) * 1000:.0f} ms")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "out/demo/off_by_one/results.json")
