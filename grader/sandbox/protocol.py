"""What a sandbox is: a place for warm trusted services, and for single-use candidates.

Both take everything in by standard input and give everything back by standard output or the slot's socket;
no path of the host is visible inside. A *service* (examiner, analyser) is ours, serves many submissions, and speaks
JSON lines. A *candidate* is made for one submission, gets its files on its standard input, and talks to the examiner
through the socket of its *slot*.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from grader.progress import Progress
from grader.results.provenance import Image
from grader.turns import Turns

Role = Literal["examiner", "quality"]
Cause = Literal["memory", "crashed", "killed"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in force for one candidate, all enforced from outside."""

    memory_mib: int
    processes: int
    scratch_mib: int
    output_mib: int
    deadline_s: float


@dataclass(frozen=True, slots=True)
class End:
    """How a candidate's container ended, by the engine's word alone."""

    cause: Cause
    status: int | None


@dataclass(frozen=True, slots=True)
class Equipment:
    """What an assignment promises beyond a bare Python; packages as `name==version`, `image` the candidates' base.

    `test_packages` count where tests and submission share a container; otherwise they go to the examiner as `library`.
    """

    packages: tuple[str, ...] = ()
    test_packages: tuple[str, ...] = ()
    image: str = ""


class Service(Protocol):
    """A warm trusted process that speaks JSON lines."""

    def send(self, message: Mapping[str, object]) -> None:
        """Send one message.

        Raises:
            NotGraded: the service is gone.
        """

    def receive(self, timeout_s: float) -> Mapping[str, object] | None:
        """Return the next message, or None after `timeout_s` seconds without one.

        Raises:
            NotGraded: the service is gone, or sent what isn't a JSON object below 16 MiB.
        """


class Container(Protocol):
    """A single-use container, which ends."""

    def end(self) -> End | None:
        """How it ended, or None while it runs."""

    def kill(self) -> None:
        """End everything in it, now."""


class Candidate(Container, Protocol):
    """A single-use container with one submission."""

    def cpu_ns(self) -> int | None:
        """Nanoseconds of CPU that it has used, by a figure that isn't its supervisor's; None where there is none."""


class Shared(Service, Container, Protocol):
    """A single-use container for tests and submission together: walls of a candidate, and it speaks JSON lines."""


class Sandbox(Protocol):
    """Where code runs; every implementation passes tests/sandbox/test_conformance.py."""

    name: Literal["docker", "process"]
    runtime: str

    def images(self) -> tuple[Image, ...]:
        """The runner images in use; empty where there are none."""

    def twin(self, progress: Progress) -> "Sandbox":
        """The same sandbox for another thread, which need not look again at what this one has found out."""

    def make_ahead(self, turns: Turns, is_wanted: Callable[[], bool]) -> None:
        """From now on, start the next candidate's place while one runs, where that saves time; in turns of work.

        Args:
            turns: of work and of timing.
            is_wanted: asked each time whether there will be a next candidate.
        """

    def settle(self) -> None:
        """Wait until the places of candidates that have left are gone."""

    def python(self) -> str:
        """The version of the candidate's Python, such as `3.12.1`."""

    def equipped(self, equipment: Equipment) -> "Sandbox":
        """The same sandbox for one assignment.

        Raises:
            NotGraded: the packages can't be collected.
            UsageError: the image can't be had, or this sandbox has none.
        """

    def library(self, pins: Sequence[str]) -> Mapping[str, bytes]:
        """Packages for the examiner, laid out as files by their path below one folder.

        Raises:
            NotGraded: they can't be collected.
        """

    def service(self, role: Role, slots: int = 0) -> AbstractContextManager[Service]:
        """Start a service; an examiner gets `slots` slots, seen inside as /slots/0, /slots/1 and so on."""

    def candidate(
        self, examiner: Service, slot: int, files: bytes, limits: Limits
    ) -> AbstractContextManager[Candidate]:
        """Start a candidate on a slot of this examiner; `files` are the submission's, by `archive.pack`."""

    def shared(self, limits: Limits) -> AbstractContextManager[Shared]:
        """Start a container that tests and submission share; pytest's own memory is not counted in `limits`."""
