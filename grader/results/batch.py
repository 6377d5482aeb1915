"""The values of `batch.json`, schema `grader.batch/1`: many submissions to one assignment, as a team lead compares them.

batch.html, ranking.csv and a comparison of two batches are rendered from this alone; what belongs to one submission (its
sources, messages, findings) stays in the results.json of its folder. Text from a submission stands here raw.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.results.model import AssignmentRef, Outcome, Pillar, Reason, Rubric, Score, State, Verdict
from grader.results.provenance import Provenance

SCHEMA = "grader.batch/1"

# One character a test in `Entry.outcomes`.
LETTERS: Mapping[Outcome, str] = {
    "passed": "p",
    "failed": "f",
    "error": "e",
    "timeout": "t",
    "memory": "m",
    "crashed": "c",
    "not_run": "n",
}

_STRICT = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, slots=True)
class BatchTest:
    """A test that every submission faced; its place in `Batch.tests` is its place in `Entry.outcomes`."""

    __test__ = False
    __pydantic_config__ = _STRICT
    id: str
    title: str
    group: str
    max_points: float


@dataclass(frozen=True, slots=True)
class BatchGroup:
    """A group of tests with the points that it gives."""

    __pydantic_config__ = _STRICT
    id: str
    title: str
    max_points: float


@dataclass(frozen=True, slots=True)
class Mark:
    """What a submission has of one criterion: scores are 0 to 100, points of the total's 100."""

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

    def ends(self) -> tuple[float, float]:
        """The ends of its band; where it has none, its score at both, or 0 where that isn't measured either."""
        score = self.score or 0.0
        return score if self.low is None else self.low, score if self.high is None else self.high


@dataclass(frozen=True, slots=True)
class Ratio:
    """CPU time against the reference, geometric mean over the speed cases; the band takes each case's own at its worst."""

    __pydantic_config__ = _STRICT
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Unmet:
    """A gate that was not met; `cap` is the highest total it allows, None where it caps nothing."""

    __pydantic_config__ = _STRICT
    id: str
    actual: str
    limit: str
    cap: float | None


@dataclass(frozen=True, slots=True)
class Note:
    """What a reviewer marked by hand: `level` 0 to 4 of a criterion in the reviewers' own words."""

    __pydantic_config__ = _STRICT
    criterion: str
    level: int
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission.

    `id` is safe as a folder name, `name` is what a lead knows the candidate by, `folder` is relative to batch.json.
    `score` is None where there is no grade, `marks` is then empty and `outcomes` all `n`. `flags` are words for a reader:
    `late`, `inconclusive`, `suppressed`, `left_out`, `notes`, `other_machine`. `machine` is the kind that it was timed on, where
    it was. `seconds` is the time from the first look to the record.
    """

    __pydantic_config__ = _STRICT
    id: str
    name: str
    source: str
    digest: str
    folder: str
    verdict: Verdict
    reason: Reason | None
    score: Score | None
    marks: tuple[Mark, ...]
    outcomes: str
    passed: int
    ratio: Ratio | None
    findings: int | None
    findings_per_100: float | None
    lines: int | None
    files: int
    gates: tuple[Unmet, ...] = ()
    flags: tuple[str, ...] = ()
    same_as: str | None = None
    received_at: str | None = None
    deadline: str | None = None
    time_factor: float | None = None
    attempts: int = 1
    seconds: float = 0.0
    notes: tuple[Note, ...] = ()
    machine: str = ""

    @property
    def cap(self) -> float | None:
        """The highest total that its unmet gates allow; None where nothing caps it."""
        return min((gate.cap for gate in self.gates if gate.cap is not None), default=None)

    def pillar(self, pillar: Pillar) -> tuple[float, float, float] | None:
        """A pillar's score with the ends of its band, 0 to 100: its criteria's by their weights; None: not measured."""
        marks = [mark for mark in self.marks if mark.pillar == pillar and mark.score is not None and mark.weight > 0]
        whole = sum(mark.weight for mark in marks)
        if not whole:
            return None
        ends = zip(*((mark.score or 0.0, *mark.ends()) for mark in marks), strict=True)
        value, low, high = (sum(m.weight * v for m, v in zip(marks, end, strict=True)) / whole for end in ends)
        return value, low, high


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are alike in two submissions, starter and reference left out; `lines` long on each side."""

    __pydantic_config__ = _STRICT
    path_a: str
    line_a: int
    path_b: str
    line_b: int
    lines: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two submissions (`a` and `b` are ids) and the share of the shorter that is alike, 0 to 1: a reason to look."""

    __pydantic_config__ = _STRICT
    a: str
    b: str
    share: float
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Similarity:
    """What was compared, how, and the pairs above `threshold`."""

    __pydantic_config__ = _STRICT
    method: str
    threshold: float
    shares: tuple[int, ...] = ()  # how many pairs lie in each of ten equal parts of 0 to 1
    pairs: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything that is known of a batch; `entries` are in the order of the roster, and ranking is the reader's.

    `finished_at` is None where the batch was interrupted: entries are then what was done. `noise` is the share by which
    equal code differed on the machine, None where it was not measured. `reference` is the assignment's own solution.
    """

    __pydantic_config__ = _STRICT
    schema: str
    assignment: AssignmentRef
    started_at: str
    finished_at: str | None
    seed: int
    noise: float | None
    rubric: Rubric
    groups: tuple[BatchGroup, ...]
    tests: tuple[BatchTest, ...]
    entries: tuple[Entry, ...]
    expected: int
    provenance: Provenance | None
    engine: str = "local"
    jobs: int = 1
    reference: Entry | None = None
    similarity: Similarity | None = None
