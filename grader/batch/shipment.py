"""A batch as a cluster's workers know it; apart from the part that needs Dask."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import load
from grader.errors import NotGraded
from grader.quote import quote


@dataclass(frozen=True, slots=True)
class Shipment:
    """A batch as its workers know it: its own id, the assignment's files by path, and how they are to run submissions."""

    batch: str
    files: Mapping[str, bytes]
    digest: str
    seed: int
    sandbox: str | None
    base_image: str

    def name(self) -> str:
        """The plugin's name: the same where a batch goes on, another for another batch or where what it runs with differs."""
        runs_with = repr((self.digest, self.seed, self.sandbox, self.base_image))
        return f"grader-{self.batch}-{hashlib.sha256(runs_with.encode()).hexdigest()[:16]}"


def ship(root: Path) -> Mapping[str, bytes]:
    """An assignment's files by path, as a station unpacks them."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in load.files(root)}


def failed(cause: BaseException) -> NotGraded:
    """What it means for a submission that its job failed on a worker, or that what came back can't be read."""
    return NotGraded(
        "G622",
        f"a job failed on the cluster: {type(cause).__name__}: {quote(str(cause), 200)}",
        "Coordinator and workers need the same version of grader.",
        "Look at the worker's log.",
    )
