"""The values of `results.json`, schema `grader.results/1`; each stage gives some of these.

Plain frozen dataclasses without a dependency: `results/file.py` validates and writes them. Times are seconds,
scores 0 to 100, positions in files start at 1. Text from a submission stands here raw: every renderer escapes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from grader.results.observations import Check, Difference, Duplicate, OwnTests, Pace, Prints, Suppressed
from grader.results.provenance import Provenance

SCHEMA = "grader.results/1"

Verdict = Literal["accepted", "failed", "not_gradable", "not_graded"]
Outcome = Literal["passed", "failed", "error", "timeout", "memory", "crashed", "not_run"]
Reveal = Literal["nothing", "count", "names", "inputs", "all"]
Pillar = Literal["correctness", "quality", "speed"]
Severity = Literal["info", "low", "medium", "high"]
State = Literal["scored", "not_measured", "information"]
Balance = Literal["additive", "geometric"]

_STRICT = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, slots=True)
class AssignmentRef:
    """Which assignment, exactly; `digest` is `sha256:` and 64 hex digits over its files."""

    __pydantic_config__ = _STRICT
    id: str
    title: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A path of the submission that was not taken, and why."""

    __pydantic_config__ = _STRICT
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class SubmissionRef:
    """Which submission, exactly; `id` is safe as a folder name, `source` as the user gave it."""

    __pydantic_config__ = _STRICT
    id: str
    digest: str
    source: str
    files: int
    received_at: str | None = None
    same_as: str | None = None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no grade, or why it is held."""

    __pydantic_config__ = _STRICT
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Test:
    """One expected hidden (or public) test and what became of it.

    `message` is one line; `detail` the capped assertion text; `source` the test's own code, for reviewers; `calls` what it
    asked of the submission last and what came back, without a word of what it expected.
    """

    __test__ = False
    __pydantic_config__ = _STRICT
    id: str
    group: str
    title: str
    outcome: Outcome
    points: float
    max_points: float
    cpu_s: float
    wall_s: float
    limit_s: float
    revealed: Reveal
    message: str | None = None
    detail: str | None = None
    source: str | None = None
    output: str | None = None
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Tests that belong together, with what they earned; the only trace of tests that a candidate may not see."""

    __pydantic_config__ = _STRICT
    id: str
    title: str
    passed: int
    tests: int
    points: float
    max_points: float
    revealed: Reveal


@dataclass(frozen=True, slots=True)
class Finding:
    """One located observation by an analyser; line and column start at 1."""

    __pydantic_config__ = _STRICT
    tool: str
    rule: str
    path: str
    line: int
    column: int
    severity: Severity
    message: str
    url: str | None = None
    fixable: bool = False


@dataclass(frozen=True, slots=True)
class Measurement:
    """A number with its unit, its interval where it has one, and where it came from."""

    __pydantic_config__ = _STRICT
    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """One function (or `<module>`, the code outside of all) with its size, in lines of eight tokens, and complexities."""

    __pydantic_config__ = _STRICT
    path: str
    name: str
    line: int
    lines: int
    cyclomatic: int
    cognitive: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A submitted file for the source viewer: capped text, `lines` is the true count."""

    __pydantic_config__ = _STRICT
    path: str
    text: str
    lines: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class SizePoint:
    """Median CPU seconds of one call at one input size."""

    __pydantic_config__ = _STRICT
    size: int
    candidate_s: float
    reference_s: float


@dataclass(frozen=True, slots=True)
class Timing:
    """One speed case: median ratio of candidate to reference CPU time with its interval.

    `wrong` (no answer, or a wrong one) earns nothing; `not_measured` costs nothing. For both, `ratio`, `low` and `high` are
    None and `why` says it in one sentence. `inconclusive`: the interval stayed wide, so its candidate-friendly end counts.
    `remarks` are for people (it sleeps, it uses threads or children); `cross_check` is how far a second clock differs, as
    a share.
    """

    __pydantic_config__ = _STRICT
    case: str
    pairs: int
    ratio: float | None
    low: float | None
    high: float | None
    why: str | None = None
    state: Literal["measured", "wrong", "not_measured"] = "measured"
    sizes: tuple[SizePoint, ...] = ()
    slope: float | None = None
    slope_low: float | None = None
    slope_high: float | None = None
    slope_reference: float | None = None
    slope_reference_low: float | None = None
    slope_reference_high: float | None = None
    inconclusive: bool = False
    remarks: tuple[str, ...] = ()
    cross_check: float | None = None
    candidate_s: float | None = None
    reference_s: float | None = None
    wall_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """What earns points; `points` of `max_points` are of the total's 100, after missing weights were spread."""

    __pydantic_config__ = _STRICT
    id: str
    pillar: Pillar
    weight: float
    score: float | None
    low: float | None
    high: float | None
    points: float
    max_points: float
    state: State
    why: str
    parts: Mapping[str, float] = field(default_factory=dict)  # the score of each speed case, where that makes it up


@dataclass(frozen=True, slots=True)
class Pillars:
    """Score 0 to 100 of each pillar; None is "not measured", never 0."""

    __pydantic_config__ = _STRICT
    correctness: float | None
    quality: float | None
    speed: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """The total with its noise band; `uncapped` is the total before gates.

    That is the sum of all criteria's points, or less where `balance` is geometric.
    """

    __pydantic_config__ = _STRICT
    total: float
    low: float
    high: float
    pillars: Pillars
    uncapped: float
    balance: Balance = "additive"
    other: float | None = None  # the total by the balance that wasn't chosen


@dataclass(frozen=True, slots=True)
class Gate:
    """A visible condition; `effect` says what an unmet one does, `cap` is the highest total it then allows."""

    __pydantic_config__ = _STRICT
    id: str
    met: bool
    actual: str
    limit: str
    effect: str
    cap: float | None = None


@dataclass(frozen=True, slots=True)
class Rubric:
    """The weights and conditions that this score was computed by; what a re-score starts from."""

    __pydantic_config__ = _STRICT
    pillars: Mapping[str, float]
    criteria: Mapping[str, float]
    gates: Mapping[str, float | str]
    balance: Balance = "additive"


@dataclass(frozen=True, slots=True)
class Improvement:
    """One thing to do next: `points` is what a re-score without it gives; `place` is `path:line` or a test group."""

    __pydantic_config__ = _STRICT
    title: str
    criterion: str
    points: float
    total_after: float
    effort: Literal["auto", "local", "design"]
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that is known of one run; made complete or not at all."""

    __pydantic_config__ = _STRICT
    schema: str
    assignment: AssignmentRef
    submission: SubmissionRef
    verdict: Verdict
    reason: Reason | None
    level: Literal["public", "hidden"]
    tests: tuple[Test, ...]
    groups: tuple[Group, ...]
    findings: tuple[Finding, ...]
    measurements: tuple[Measurement, ...]
    functions: tuple[Function, ...]
    speed: tuple[Timing, ...]
    criteria: tuple[Criterion, ...]
    score: Score | None
    gates: tuple[Gate, ...]
    improvements: tuple[Improvement, ...]
    glass: Literal["on", "off"]
    sources: tuple[Source, ...]
    provenance: Provenance
    duplicates: tuple[Duplicate, ...] = ()
    checks: tuple[Check, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    own_tests: OwnTests | None = None
    pace: Pace | None = None
    rubric: Rubric | None = None
    prints: tuple[Prints, ...] = ()
    differences: tuple[Difference, ...] = ()


# What a record without a grade holds nothing of: one place, since a field that is forgotten would tell of somebody else.
UNGRADED: Mapping[str, Any] = {
    "findings": (),
    "measurements": (),
    "functions": (),
    "speed": (),
    "criteria": (),
    "score": None,
    "gates": (),
    "improvements": (),
    "duplicates": (),
    "checks": (),
    "suppressed": (),
    "own_tests": None,
    "pace": None,
    "prints": (),
    "differences": (),
}
