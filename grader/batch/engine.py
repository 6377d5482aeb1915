"""Where a batch's jobs run: the protocol. No engine knows the journal; the batch's loop does."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self

from grader.batch.survey import Listed
from grader.errors import NotGraded
from grader.results.model import Results

ELSEWHERE = "dask"  # the engine whose jobs run on other machines: how the command died tells nothing of them


@dataclass(frozen=True, slots=True)
class Job:
    """One submission to grade; `is_alone` where nothing else may run beside it; `following` others wait for a worker."""

    listed: Listed
    key: str
    is_alone: bool = False
    following: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a job: its results; or a fault of ours; or neither, where `deaths` workers died with it, as `lost` says."""

    job: Job
    results: Results | None
    worker: str
    seconds: float
    lost: str = ""
    deaths: int = 0
    fault: NotGraded | None = None


class Engine(Protocol):
    """Runs jobs, some at a time, in any order; open for a `with` block."""

    name: str
    slots: int

    def __enter__(self) -> Self:
        """Be ready for jobs."""

    def __exit__(self, *exc: object) -> None:
        """Leave nothing behind; at once, where the block was left by an exception."""

    def dismiss(self) -> None:
        """No more jobs come: workers may leave, while this process does something else."""

    def run(self, jobs: Iterator[Job], stop: threading.Event) -> Iterator[Done]:
        """Take jobs as places get free, and give each back once; after `stop` no more are taken.

        Raises:
            NotGraded: nothing can be graded any more: what runs submissions is gone.
        """
