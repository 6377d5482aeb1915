"""What a cluster's worker needs to grade: it gets this once, as a plugin, and serves all jobs of a batch with it.

A worker of the cluster is a process on some machine with a container engine of its own. Each of its threads has an examiner.
Only bytes of ours cross: the assignment as a tar, the submission's files, and the record as JSON.
"""

import contextlib
import queue
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin, get_worker

from grader import temporary
from grader.assignment import load
from grader.batch.engine import Job
from grader.batch.quiet import Quiet
from grader.batch.shipment import Shipment, failed
from grader.batch.worker import Task, Worker
from grader.errors import GraderError
from grader.intake.snapshot import Snapshot
from grader.results import file
from grader.sandbox import choose


class Station(WorkerPlugin):
    """A batch's equipment on one worker; made there by `setup`, gone with `teardown`."""

    idempotent = True

    def __init__(self, shipment: Shipment) -> None:
        self.shipment, self.name = shipment, shipment.name()

    def __reduce__(self) -> tuple[type["Station"], tuple[Shipment]]:
        """Nothing of one machine goes to another."""
        return Station, (self.shipment,)

    def setup(self, worker: Any) -> None:
        """Unpack the assignment; examiners start with the first job of each thread."""
        del worker
        self._free: queue.LifoQueue[Worker] = queue.LifoQueue()
        temporary.sweep()
        self._stack = contextlib.ExitStack()
        self._folder = str(self._stack.enter_context(temporary.folder("station")))
        for path, content in self.shipment.files.items():
            where = Path(self._folder, path)
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_bytes(content)
        assignment = load.load(self._folder, Path(self._folder))
        self._task = Task(assignment, self.shipment.seed, self._sandbox, Quiet(), _Deaf())

    def teardown(self, worker: Any) -> None:
        """End the examiners."""
        del worker
        while not self._free.empty():
            self._free.get().close()
        self._stack.close()

    def grade(self, job: Job, taken: Snapshot | None) -> str:
        """Grade one submission; returns its record as JSON.

        Raises:
            NotGraded: this machine can't run submissions.
            UsageError: the assignment's tests don't collect.
        """
        try:
            worker = self._free.get_nowait()
        except queue.Empty:
            worker = Worker(self._task, self.name)
        try:
            return file.text(worker.grade(job, taken))
        finally:
            self._free.put(worker)

    def _sandbox(self, told: Any) -> Any:
        return choose.pick(self.shipment.sandbox, "grade", self.shipment.base_image, told)


def work(name: str, job: Job, taken: Snapshot | None) -> tuple[str, str | GraderError]:
    """The task of the cluster: which worker did it, and the record as JSON or why there is none."""
    here = get_worker()
    try:
        station: Any = here.plugins[name]
        return str(here.address), station.grade(job, taken)
    except GraderError as cause:
        return str(here.address), cause
    except Exception as fault:  # the worker's edge: Dask loses a task whose traceback can't travel, and it never ends
        return str(here.address), failed(fault)


class _Deaf:
    """Nobody watches a worker but the coordinator."""

    def begin(self, total: int, done: int, slots: int) -> None:
        """Ignore it."""

    def started(self, id_: str, name: str) -> None:
        """Ignore it."""

    def stage(self, id_: str, name: str, detail: str = "") -> None:
        """Ignore it."""

    def step(self, id_: str, done: int, total: int) -> None:
        """Ignore it."""

    def finished(self, id_: str, verdict: str, detail: str = "") -> None:
        """Ignore it."""

    def note(self, message: str) -> None:
        """Ignore it."""
