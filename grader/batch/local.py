"""The engine of one machine: threads, each with a worker. They wait for containers, so threads are enough."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Self

from grader.batch.engine import Done, Job
from grader.batch.worker import Worker, ours
from grader.errors import GraderError, NotGraded
from grader.results.model import Results

_LEAVE_S = 20.0  # for threads to leave after everything that they wait for was ended


class LocalEngine:
    """Threads of this process.

    Args:
        slots: how many submissions at a time.
        hire: makes the worker of that number.
        abandon: ends everything that runs, so that no thread has anything left to wait for.
    """

    name = "local"

    def __init__(self, slots: int, hire: Callable[[int], Worker], abandon: Callable[[], None]) -> None:
        self.slots, self._abandon = slots, abandon
        self._workers = [hire(number) for number in range(slots)]
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Done | GraderError] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, args=(worker,), daemon=True) for worker in self._workers]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.dismiss()
        if exc[0] is not None:
            self._abandon()
        deadline = time.monotonic() + _LEAVE_S
        for thread in self._threads:
            thread.join(None if exc[0] is None else max(0.0, deadline - time.monotonic()))

    def dismiss(self) -> None:
        """Let each thread end its services and leave."""
        for _ in self._threads:
            self._jobs.put(None)

    def run(self, jobs: Iterator[Job], stop: threading.Event) -> Iterator[Done]:
        """Keep every worker busy: the next job is given before the last one's results are looked at."""
        running = self._give(jobs, self.slots, stop)
        while running:
            done = self._done.get()
            running -= 1
            if isinstance(done, GraderError):
                raise done
            running += self._give(jobs, 1, stop)
            yield done

    def _give(self, jobs: Iterator[Job], most: int, stop: threading.Event) -> int:
        given = 0
        while given < most and not stop.is_set() and (job := next(jobs, None)) is not None:
            self._jobs.put(job)
            given += 1
        return given

    def _work(self, worker: Worker) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                self._done.put(self._one(worker, job))
        finally:
            worker.close()

    def _one(self, worker: Worker, job: Job) -> Done | GraderError:
        started = time.monotonic()
        try:
            results = self._tried(worker, job)
        except GraderError as cause:
            return cause
        except Exception as fault:  # the thread's edge: a thread that died in silence would be waited for, for ever
            return ours(fault)
        return Done(job, results, worker.name, time.monotonic() - started)

    def _tried(self, worker: Worker, job: Job) -> Results:
        try:
            return worker.grade(job)
        except NotGraded:
            return worker.grade(job)  # once more: an engine under load may refuse a single request
