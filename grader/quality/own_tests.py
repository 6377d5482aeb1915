"""A submission's own tests, run against the reference and against the faulty solutions that the assignment planted.

    trials(assignment) -> Trials               once an assignment
    run(sandbox, snapshot, trials, seed) -> OwnTests

They run in a container of their own, as hostile as any submission, beside code that the candidate may not see. So nothing
that they print or return leaves but counts: how many tests there are and which share of branches they take are measured on
the candidate's own code; of the reference and the faults, one bit a run. No run can tell which it is: same names, same
paths, an order drawn from the seed, and sources that differ from run to run; the reference comes several times, and last.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.assignment.model import Assignment
from grader.errors import NotGraded
from grader.intake import source
from grader.intake.snapshot import Snapshot
from grader.quality import coverage
from grader.quality.security import is_test
from grader.quality.variation import varied
from grader.results.observations import OwnTests, Planted
from grader.sandbox import archive
from grader.sandbox.protocol import Limits, Sandbox, Shared

_REFERENCES = 3  # a suite that fails at random, or by a guess, fails on one of them
_PLANTED = 10  # the first of the assignment's solutions that are expected to fail
_OWN_S, _LEAST_S, _MOST_S, _ALL_S = 30.0, 6.0, 20.0, 120.0
_SLOWER = 10  # times the tests' own time on the candidate's code: then a run is over, and a busy machine is no fault
_SLACK_S = 25.0
_OUTPUT = 4000

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Trials:
    """What own tests are tried on: the reference, or None in a kit, and the planted faults by name."""

    reference: Files | None
    planted: Mapping[str, Files]
    limits: Limits


def trials(assignment: Assignment, reference: Snapshot | None) -> Trials:
    """Read what an assignment tries own tests on."""
    rules = assignment.rules
    faulty = [each for each in rules.solutions if each.expect == "failed"][:_PLANTED] if reference else []
    given = rules.limits
    return Trials(
        reference=_code(reference.files) if reference else None,
        planted={each.path: _code(source.take(str(assignment.root / each.path)).files) for each in faulty},
        limits=Limits(max(256, given.memory), given.processes, given.scratch, given.output, _ALL_S + 2 * _SLACK_S),
    )


def run(sandbox: Sandbox, snapshot: Snapshot, tried: Trials, seed: int) -> OwnTests | None:
    """Run a submission's own tests; None where there is no reference and no test, and where our infrastructure failed.

    Args:
        sandbox: where they run.
        snapshot: the submission.
        tried: what they are tried on.
        seed: of the order.
    """
    tests = {path: content for path, content in snapshot.files.items() if is_test(path)}
    if not any(_is_collected(path) for path in tests):
        nothing = tuple(Planted(name, False) for name in tried.planted)
        return OwnTests(0, False, nothing, None, "it has no tests of its own") if tried.planted else None
    try:
        with sandbox.shared(tried.limits) as container:
            own = _try(container, snapshot.files, _OWN_S, is_own=True)
            ended = _tried(container, tests, tried, own, seed)
            # Nothing but the candidate's own code had been in there when they were told.
            return replace(ended, lines=coverage.lines(own.lines, snapshot.files))
    except NotGraded:
        return None


@dataclass(frozen=True, slots=True)
class _Told:
    """What a run said."""

    end: str
    passed: int
    failed: int
    coverage: float | None
    seconds: float
    output: str
    lines: object = None  # as it arrived

    @property
    def is_passed(self) -> bool:
        return self.end == "done" and self.failed == 0 and self.passed > 0


def _tried(container: Shared, tests: Files, tried: Trials, own: _Told, seed: int) -> OwnTests:
    count = own.passed + own.failed
    if tried.reference is None or not tried.planted:
        return OwnTests(count, False, (), own.coverage, _alone(own), own.output)
    limit_s = min(_MOST_S, max(_LEAST_S, _SLOWER * own.seconds))
    end = time.monotonic() + _ALL_S
    caught: dict[str, bool] = {}
    for number, name in enumerate(_order(tuple(tried.planted), seed)):
        if time.monotonic() > end:
            break
        code = tried.reference if name is None else tried.planted[name]
        told = _try(container, {**varied(code, f"{seed} {number}"), **tests}, limit_s)
        if name is None and not told.is_passed:
            planted = tuple(Planted(each, False) for each in tried.planted)
            return OwnTests(count, False, planted, own.coverage, _refused(told, limit_s), told.output)
        if name is not None:
            caught[name] = not told.is_passed
    planted = tuple(Planted(name, caught.get(name, False)) for name in tried.planted)
    why = (
        None
        if len(caught) == len(planted)
        else f"after {_ALL_S:.0f} s only {len(caught)} of {len(planted)} faults were tried"
    )
    return OwnTests(count, True, planted, own.coverage, why, own.output)


def _order(planted: Sequence[str], seed: int) -> Iterator[str | None]:
    """Faults and references (None) in an order that nobody knows before, with a reference at the end."""
    drawn = [*planted, *[None] * (_REFERENCES - 1)]
    keys = [hashlib.sha256(f"{seed} own tests {number}".encode()).digest() for number in range(len(drawn))]
    yield from (drawn[number] for number in sorted(range(len(drawn)), key=keys.__getitem__))
    yield None


def _try(container: Shared, files: Files, limit_s: float, *, is_own: bool = False) -> _Told:
    container.send({"type": "trial", "number": 0, "files": archive.packed(files), "cover": is_own, "limit_s": limit_s})
    return _told(container.receive(limit_s + _SLACK_S) or {})


def _told(message: Mapping[str, object]) -> _Told:
    """What arrived; it comes from the side that is on trial, so no type is believed."""
    passed, failed, seconds = message.get("passed"), message.get("failed"), message.get("seconds")
    share, output = message.get("coverage"), message.get("output")
    return _Told(
        end=str(message.get("end"))[:20],
        passed=passed if type(passed) is int and 0 <= passed < 10**6 else 0,
        failed=failed if type(failed) is int and 0 <= failed < 10**6 else 0,
        coverage=float(share) if isinstance(share, int | float) and 0 <= share <= 1 else None,
        seconds=float(seconds) if isinstance(seconds, int | float) and 0 <= seconds < 10**4 else _OWN_S,
        output=output[-_OUTPUT:] if isinstance(output, str) else "",
        lines=message.get("lines"),
    )


def _alone(own: _Told) -> str:
    ended = {"timeout": f"they take over {_OWN_S:.0f} s", "done": ""}.get(own.end, "their process died")
    count = own.passed + own.failed
    told = ended or f"{own.passed} of its {count} tests pass on its own code"
    covered = "" if own.coverage is None else f", branch coverage {own.coverage:.0%}"
    return f"{told}{covered}; what they catch shows where there are faulty solutions to try"


def _refused(told: _Told, limit_s: float) -> str:
    """Why they don't pass on the reference, in our words alone."""
    if told.end == "timeout":
        return f"its own tests take over {limit_s:.0f} s on a right solution"
    if told.end != "done" or told.failed:
        return "its own tests fail on a right solution; they may ask for what the brief promises, and nothing else"
    return "none of its own tests can run on another solution; they may import what the brief names"


def _code(files: Files) -> Files:
    return {path: content for path, content in files.items() if not is_test(path)}


def _is_collected(path: str) -> bool:
    """Whether pytest looks for tests in a file, by its name."""
    name = path.rpartition("/")[2]
    return name.endswith("_test.py") or (name.startswith("test_") and name.endswith(".py"))
