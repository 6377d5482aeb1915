"""A batch's counters as a Prometheus text file, for the collector of text files of a machine that grades all the time.

Source: the text exposition format 0.0.4. The file is replaced as a whole, so that no reader sees half of it.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from grader.batch.tally import Tally
from grader.errors import NotGraded
from grader.results import file

_EVERY_S = 5.0
_VERDICTS = ("accepted", "failed", "not_gradable", "not_graded")


class Metrics:
    """Writes `metrics.prom` while a batch runs; a full disk costs the file, never the batch.

    Args:
        path: of the file.
        tally: what is counted.
        assignment: its id, a label.
    """

    def __init__(self, path: Path, tally: Tally, assignment: str) -> None:
        self._path, self._tally, self._assignment = path, tally, assignment
        self._written = 0.0

    def update(self, *, is_last: bool = False) -> None:
        """Write the file, at most every few seconds."""
        if is_last or time.monotonic() - self._written > _EVERY_S:
            self._written = time.monotonic()
            try:
                file.write_text(self._path, text(self._tally, self._assignment))
            except NotGraded:
                return


def text(tally: Tally, assignment: str) -> str:
    """Return all counters of a run."""
    of = f'assignment="{assignment}"'
    verdicts = [(f'{of},verdict="{word}"', tally.verdicts[word]) for word in _VERDICTS]
    left = [(of, round(seconds, 3))] if (seconds := tally.left_s()) is not None else []
    return "".join(
        [
            _metric("submissions", "gauge", "Submissions of the batch", [(of, tally.total)]),
            _metric("submissions_done", "gauge", "Submissions recorded, earlier runs included", [(of, tally.done())]),
            _metric("submissions_running", "gauge", "Submissions at work", [(of, len(tally.running))]),
            _metric("slots", "gauge", "Submissions that may be at work at a time", [(of, tally.slots)]),
            _metric("verdicts_total", "counter", "Submissions recorded by this run", verdicts),
            _metric(
                "repeats_total", "counter", "Runs to be repeated for a fault of ours", [(of, tally.verdicts["retry"])]
            ),
            _metric("workers_lost_total", "counter", "Workers that died", [(of, tally.verdicts["lost"])]),
            _metric(
                "submission_seconds_total", "counter", "Seconds of all submissions", [(of, round(tally.seconds, 3))]
            ),
            _metric("elapsed_seconds", "gauge", "Seconds of this run", [(of, round(tally.elapsed_s(), 3))]),
            _metric(
                "left_seconds",
                "gauge",
                "Seconds left, by the pace so far",
                left,
            ),
        ]
    )


def _metric(name: str, kind: str, help_: str, samples: Sequence[tuple[str, float]]) -> str:
    head = f"# HELP grader_batch_{name} {help_}.\n# TYPE grader_batch_{name} {kind}\n"
    return head + "".join(f"grader_batch_{name}{{{labels}}} {value}\n" for labels, value in samples)
