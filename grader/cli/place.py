"""Where a batch runs: this machine's workers or a cluster's, and the folder that it needs meanwhile."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader import bundled
from grader.assignment.model import Assignment, Limits
from grader.batch import distributed
from grader.batch import key as keys
from grader.batch.distributed import DaskEngine
from grader.batch.engine import Engine
from grader.batch.local import LocalEngine
from grader.batch.quiet import Quiet
from grader.batch.shipment import Shipment, ship
from grader.batch.worker import Task, Worker
from grader.cli import options
from grader.progress import Progress, Watch
from grader.sandbox import choose
from grader.sandbox.abandon import abandon
from grader.sandbox.protocol import Sandbox
from grader.speed import machine

_WAITS = "who is next waits while a submission is timed: of this batch, or of another on this machine"
_SCRATCH = ".submissions-"
_OURS_MIB = 768  # of memory, for a worker's examiner and its part of the analysers


@dataclass(frozen=True, slots=True)
class Place:
    """What the command line says of it, and by which id a cluster tells this batch from others."""

    batch: str
    address: str
    is_insecure: bool
    jobs: int
    sandbox_name: str | None


@dataclass(frozen=True, slots=True)
class Ready:
    """An engine that is open, and what results depend on there."""

    engine: Engine
    parts: Mapping[str, object]
    seed: int


def default_jobs(limits: Limits) -> int:
    """How many submissions run at a time: one a core, as far as the memory goes where each uses what it may."""
    here = machine.host(None)
    return max(1, min(here.cpus, here.memory // (_OURS_MIB + limits.memory)))


@contextmanager
def scratch(out: Path) -> Iterator[Path]:
    """An empty folder beside the results; what a killed run left there is removed."""
    for left in out.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=out) as folder:
        yield Path(folder)


@contextmanager
def engine(place: Place, assignment: Assignment, seed: int, watch: Watch) -> Iterator[Ready]:
    """Open the engine that the command line names.

    Raises:
        UsageError: there is none of that name, or it is open to everybody.
        NotGraded: nothing there can run submissions.
    """
    if place.address != "local":
        distributed.check_address(place.address, is_insecure=place.is_insecure)
        with _cluster(place, assignment, seed) as ready:
            yield ready
        return
    sandbox = _sandbox(place, _Nobodys(watch))  # once before any worker: images are built here
    parts = keys.shared(assignment, seed, keys.of_sandbox(sandbox, bundled.path("runners")))
    task = Task(assignment, seed, sandbox.twin, Quiet(waits=lambda: watch.note(_WAITS)), watch)
    with LocalEngine(place.jobs, lambda number: Worker(task, f"local-{number}"), abandon) as local:
        yield Ready(local, parts, seed)


@contextmanager
def _cluster(place: Place, assignment: Assignment, seed: int) -> Iterator[Ready]:
    """A cluster: its workers build images of their own, from the same base and the same programs."""
    files = ship(assignment.root)
    shipment = Shipment(place.batch, files, assignment.digest, seed, place.sandbox_name, options.base_image())
    where = keys.of_cluster(place.sandbox_name or "docker", shipment.base_image, bundled.path("runners"))
    with DaskEngine(place.address, shipment) as dask:
        yield Ready(dask, keys.shared(assignment, seed, where), seed)


def _sandbox(place: Place, told: Progress) -> Sandbox:
    return choose.pick(place.sandbox_name, "grade", options.base_image(), told)


class _Nobodys:
    """Progress before any submission runs."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def stage(self, name: str, detail: str = "") -> None:
        self._watch.stage("", name, detail)

    def step(self, done: int, total: int, detail: str = "") -> None:
        """Too small to tell."""

    def note(self, message: str) -> None:
        self._watch.note(message)
