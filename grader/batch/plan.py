"""What a batch is to do, as one value."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.assignment.model import Assignment
from grader.batch.survey import Listed
from grader.progress import Watch

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be graded, by which rules.

    Args:
        assignment: loaded.
        listed: every submission, in the order of the roster.
        parts: what all results depend on; see `key.shared`.
        seed: of everything random.
        stop: once set, no more submissions are taken, and what runs is finished.
    """

    assignment: Assignment
    listed: tuple[Listed, ...]
    parts: Mapping[str, object]
    seed: int
    watch: Watch
    stop: threading.Event
    now: Clock
