"""An assignment as values: what `assignment.toml` says, and the folders beside it.

Field names are the keys of the file; times are seconds, sizes MiB. `load.py` reads and checks them.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from grader.assignment.architecture import Architecture
from grader.results.model import Reveal

SCHEMA = "grader.assignment/1"

_STRICT = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, slots=True)
class Door:
    """How hidden tests reach the submission. Only `import` exists today; without the glass they share a container."""

    __pydantic_config__ = _STRICT
    kind: Literal["import"]
    modules: tuple[str, ...]
    glass: Literal["on", "off"] = "on"
    isolation: Literal["test", "module", "suite"] = "test"
    eq: Literal["used", "values"] = "used"


@dataclass(frozen=True, slots=True)
class Environment:
    """What code finds around it: the lowest Python, and pinned packages (`name==version`) beyond its standard library.

    `packages` are for submissions, `test_packages` for hidden tests in the examiner, where pytest and hypothesis are;
    `image` is the base of the submissions' containers.
    """

    __pydantic_config__ = _STRICT
    python: str = "3.11"
    packages: tuple[str, ...] = ()
    test_packages: tuple[str, ...] = ()
    image: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one submission's run: seconds, MiB, and a count of processes."""

    __pydantic_config__ = _STRICT
    test_s: float = 10
    suite_s: float = 120
    memory: int = 256
    processes: int = 64
    scratch: int = 64
    output: int = 1
    speed_s: float = 60


@dataclass(frozen=True, slots=True)
class TestGroup:
    """Tests that share points; `tests` holds `file`, `file::Class` or `file::test` below tests/hidden."""

    __test__ = False
    __pydantic_config__ = _STRICT
    id: str
    tests: tuple[str, ...]
    title: str = ""
    points: float = 1
    reveal: Reveal = "count"


@dataclass(frozen=True, slots=True)
class SpeedCase:
    """What is timed: `call` is `module:function`, `inputs` a file with `make(seed, size)` and `check(arguments, result)`."""

    __pydantic_config__ = _STRICT
    id: str
    call: str
    inputs: str
    sizes: tuple[int, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class PillarWeights:
    """Weights of the pillars; their sum is 100. `balance`: how quality and speed make up for each other."""

    __pydantic_config__ = _STRICT
    correctness: float = 50
    quality: float = 30
    speed: float = 20
    balance: Literal["additive", "geometric"] = "additive"


@dataclass(frozen=True, slots=True)
class CriterionWeight:
    """A criterion's weight relative to the others of its pillar; 0 shows it as information."""

    __pydantic_config__ = _STRICT
    weight: float


@dataclass(frozen=True, slots=True)
class GateRules:
    """Conditions that cap a total or decide the exit code; shares are 0 to 1."""

    __pydantic_config__ = _STRICT
    min_share: float = 0.5
    security: Literal["none", "low", "medium", "high"] = "high"
    accept_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Weighting:
    """What a score is made by, apart from an assignment's tests; `id` names the assignment that it is for, or is empty."""

    __pydantic_config__ = _STRICT
    id: str = ""
    pillars: PillarWeights = field(default_factory=PillarWeights)
    criteria: dict[str, CriterionWeight] = field(default_factory=dict)
    gates: GateRules = field(default_factory=GateRules)


@dataclass(frozen=True, slots=True)
class Solution:
    """An answer with its expected verdict; `fails` names the groups that must catch it."""

    __pydantic_config__ = _STRICT
    path: str
    expect: Literal["accepted", "failed", "not_gradable"]
    reference: bool = False
    fails: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole of `assignment.toml`; everything but `schema`, `id` and `door` has a default."""

    __pydantic_config__ = _STRICT
    schema: Literal["grader.assignment/1"]
    id: str
    door: Door
    title: str = ""
    version: str = "1.0.0"
    language: Literal["python"] = "python"
    time_budget: str = ""
    environment: Environment = field(default_factory=Environment)
    limits: Limits = field(default_factory=Limits)
    groups: tuple[TestGroup, ...] = ()
    speed: tuple[SpeedCase, ...] = ()
    pillars: PillarWeights = field(default_factory=PillarWeights)
    criteria: dict[str, CriterionWeight] = field(default_factory=dict)
    gates: GateRules = field(default_factory=GateRules)
    solutions: tuple[Solution, ...] = ()
    architecture: Architecture | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment, read and checked: its rules, its folder, and `sha256:...` over all its files.

    A kit is an assignment without hidden tests and solutions; `hidden` and `reference` are then None.
    """

    rules: Rules
    root: Path
    digest: str
    hidden: Path | None
    public: Path | None
    reference: Path | None
