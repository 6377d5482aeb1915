"""A candidate's report: bytes, and seconds to render 500 of them, for a recorded run given as argument.

Each of the 500 has a source text of its own, so nothing that a rendering keeps of another's source helps.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

from grader.render import html
from grader.results import file
from grader.results.model import Results

_RUNS = 500


def main(path: str) -> None:
    """Print the size of one, and the time that all took."""
    results = file.read(Path(path))
    size = len(html.render(results, "candidate").encode())
    runs = [_another(results, number) for number in range(_RUNS)]
    started, used = time.perf_counter(), time.process_time()
    for run in runs:
        html.render(run, "candidate")
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    print(f"{size / 1000:.0f} KB; {_RUNS} rendered in {wall:.1f} s, {cpu:.1f} s of CPU time")


def _another(results: Results, number: int) -> Results:
    """The same run of a submission with another text."""
    sources = tuple(replace(source, text=f"{source.text}\n# {number}\n") for source in results.sources)
    return replace(results, sources=sources)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "out/demo/off_by_one/results.json")
