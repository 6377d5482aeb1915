"""The engine of many machines: Dask carries jobs to workers and records back, and nothing more.

Twice as many jobs as places are in flight, so that no worker waits, and what is finished never lives in the cluster: a worker's
death costs what was on its way. Which submission killed a worker is found by running the suspects alone.
"""

import ipaddress
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Self
from urllib.parse import urlsplit

from grader.batch import survey
from grader.batch.engine import ELSEWHERE, Done, Job
from grader.batch.shipment import Shipment, failed
from grader.batch.worker import ours
from grader.errors import GraderError, NotGraded, UsageError
from grader.quote import quote
from grader.results import file

_CONNECT_S = 10.0
_LOOK_S = 2.0
_NOBODY_S = 60.0  # without a single worker, before the batch stops
_DEATHS = 2  # of workers, before the scheduler gives a job up: one may be the machine's own
_FLIGHT = 2  # jobs in flight a place


def check_address(address: str, *, is_insecure: bool) -> None:
    """Refuse an address that is none, and a scheduler that anybody could command.

    Raises:
        UsageError: it isn't tls://HOST:PORT, nor tcp:// on loopback.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("tls", "tcp") or not parts.hostname:
        raise UsageError(
            "G616",
            f"no engine {quote(address)}",
            "An engine is local (this machine's cores), or the address of a Dask scheduler.",
            "Give --engine local, or --engine tls://HOST:PORT. Nothing was run.",
        )
    if parts.scheme == "tcp" and not is_insecure and not _is_loopback(parts.hostname):
        raise UsageError(
            "G617",
            f"the scheduler at {quote(address)} would take commands from anybody on the network",
            "Who reaches a scheduler without certificates can run any program on its workers, beside hidden tests.",
            "Use tls:// with certificates (docs/batch.md), or say --insecure-engine on a network of your own. Nothing was run.",
        )


class DaskEngine:
    """Workers of a Dask cluster, started by Dask's own commands with `--resources "SLOT=n"`.

    Args:
        address: of the scheduler.
        shipment: what the workers need.
    """

    name = ELSEWHERE

    def __init__(self, address: str, shipment: Shipment) -> None:
        self._address, self._shipment = address, shipment
        self._client: Any = None
        self._ended: queue.SimpleQueue[tuple[Job, Any, float]] = queue.SimpleQueue()
        self._seen = time.monotonic()
        self.slots = 0

    def __enter__(self) -> Self:
        self._client = _connect(self._address)
        try:
            self._client.run_on_scheduler(lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", 1))
            self.slots = self._wait_for_slots()
            self._client.register_plugin(_station().Station(self._shipment))
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        try:
            self._client.unregister_worker_plugin(self._shipment.name())
        except Exception:  # the cluster is gone: nothing is left there to take back
            return
        finally:
            self._client.close(timeout=_CONNECT_S)

    def dismiss(self) -> None:
        """Nothing: the cluster's workers stay."""

    def run(self, jobs: Iterator[Job], stop: threading.Event) -> Iterator[Done]:
        """Keep the window full, and give each job back once; see the module."""
        flying = self._send(jobs, self._window(), stop)
        while flying:
            job, future, started = self._next()
            done = self._done(job, future, time.monotonic() - started)
            future.release()
            flying -= 1
            flying += self._send(jobs, max(0, self._window() - flying), stop)
            yield done

    def _window(self) -> int:
        self.slots = self._count() or self.slots
        return _FLIGHT * self.slots

    def _count(self, resource: str = "SLOT") -> int:
        workers: Mapping[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return int(sum(worker["resources"].get(resource, 0) for worker in workers.values()))

    def _wait_for_slots(self) -> int:
        deadline = time.monotonic() + _NOBODY_S
        while not (found := self._count()):
            if time.monotonic() > deadline:
                raise _no_workers(self._address)
            time.sleep(0.2)
        return found

    def _send(self, jobs: Iterator[Job], most: int, stop: threading.Event) -> int:
        sent = 0
        while sent < most and not stop.is_set() and (job := next(jobs, None)) is not None:
            self._submit(job)
            sent += 1
        return sent

    def _submit(self, job: Job) -> None:
        started = time.monotonic()
        try:
            taken = None if job.listed.fault else survey.take(job.listed)
        except Exception as fault:  # a worker's edge: what happens to one submission's files costs no other
            cause = fault if isinstance(fault, NotGraded) else ours(fault)
            return self._ended.put((job, _Fault(cause), started))
        alone = {"QUARANTINE": 1} if job.is_alone and self._count("QUARANTINE") else {}
        away = replace(job, listed=replace(job.listed, member=replace(job.listed.member, path="")))
        future = self._client.submit(
            _station().work, self._shipment.name(), away, taken, pure=False, resources={"SLOT": 1, **alone}, retries=0
        )
        future.add_done_callback(lambda ended: self._ended.put((job, ended, started)))
        return None

    def _next(self) -> tuple[Job, Any, float]:
        """The next job that ended.

        Raises:
            NotGraded: the scheduler is gone, or there was no worker for too long.
        """
        self._seen = time.monotonic()
        while True:
            try:
                return self._ended.get(timeout=_LOOK_S)
            except queue.Empty:
                if self._client.status != "running":
                    raise _gone(self._address) from None
                if self._count():
                    self._seen = time.monotonic()
                elif time.monotonic() - self._seen > _NOBODY_S:
                    raise _no_workers(self._address) from None

    def _done(self, job: Job, future: Any, seconds: float) -> Done:
        if future.status == "finished":
            return _answered(job, future, seconds)
        if future.status in ("cancelled", "lost"):
            if self._client.status != "running":
                raise _gone(self._address)
            # It had ended, and its worker died before the result was fetched: the job's trouble, and it is tried again.
            return Done(job, None, "", seconds, fault=failed(RuntimeError("its result was lost with its worker")))
        cause = future.exception()  # waits, where the scheduler has the job run again already
        if cause is None:
            return _answered(job, future, seconds)
        if type(cause).__name__ == "KilledWorker":
            last = str(getattr(cause.last_worker, "address", ""))
            return Done(job, None, last, seconds, f"{_DEATHS} workers died, the last at {last}", _DEATHS)
        return Done(job, None, "", seconds, fault=failed(cause))


def _answered(job: Job, future: Any, seconds: float) -> Done:
    """What a worker said of a job; one of another version may say what can't be read here."""
    worker = ""
    try:
        worker, answer = future.result()
        results = answer if isinstance(answer, GraderError) else file.parse(answer)
    except Exception as cause:  # the job's edge: bytes of another machine cost their own job, never the batch
        return Done(job, None, worker, seconds, fault=failed(cause))
    if isinstance(results, NotGraded):
        return Done(job, None, worker, seconds, fault=results)
    if isinstance(results, GraderError):
        raise results
    return Done(job, results, worker, seconds)


class _Fault:
    """What stands for a future where a job never left."""

    status = "finished"

    def __init__(self, cause: NotGraded) -> None:
        self._cause = cause

    def result(self) -> tuple[str, NotGraded]:
        """Nobody, and why."""
        return "", self._cause

    def release(self) -> None:
        """Nothing is held."""


def _connect(address: str) -> Any:
    try:
        import distributed
    except ImportError as cause:
        raise UsageError(
            "G618",
            "this installation has no part for clusters",
            "Many machines need Dask, which one machine doesn't.",
            "Install it with: pip install 'grader[cluster]'. Nothing was run.",
        ) from cause
    dask: Any = distributed
    security = dask.Security(require_encryption=True) if address.startswith("tls:") else None
    try:
        return dask.Client(address, security=security, timeout=_CONNECT_S, set_as_default=False, name="grader-batch")
    except (OSError, ValueError, RuntimeError, TypeError) as cause:
        raise NotGraded(
            "G619",
            f"no scheduler answers at {quote(address)}: {quote(str(cause), 200)}",
            "It carries the jobs to the workers. For tls:// both sides need certificates of one authority.",
            "Start it, and look at docs/batch.md. Nothing was graded.",
        ) from cause


def _station() -> Any:
    """The part that needs Dask, imported only where there is some."""
    from grader.batch import station

    return station


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _gone(address: str) -> NotGraded:
    return NotGraded(
        "G620",
        f"the scheduler at {quote(address)} is gone",
        "What it had in flight is lost; what came back is recorded.",
        "Start the scheduler again.",
    )


def _no_workers(address: str) -> NotGraded:
    return NotGraded(
        "G621",
        f"the scheduler at {quote(address)} has no worker with a place",
        f"For {_NOBODY_S:.0f} seconds there was nobody to grade; a worker offers places with --resources SLOT=n.",
        "Start workers, and see that something starts them again.",
    )
