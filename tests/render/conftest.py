"""Results to render: an ordinary run, and the same with hostile text in every field."""

from dataclasses import fields, is_dataclass, replace

import pytest

from grader.results.model import (
    SCHEMA,
    AssignmentRef,
    Criterion,
    Finding,
    Function,
    Gate,
    Group,
    Improvement,
    LeftOut,
    Measurement,
    Pillars,
    Reason,
    Results,
    Rubric,
    Score,
    SizePoint,
    Source,
    SubmissionRef,
    Test,
    Timing,
)
from grader.results.observations import (
    Check,
    Commit,
    Covered,
    Difference,
    Duplicate,
    OwnTests,
    Pace,
    Planted,
    Suppressed,
)
from grader.results.provenance import Host, Image, Provenance

HOSTILE = "</script>\"'><svg onload=alert(1)>{{7*7}}\u202e\x1b[31m\0::error::x\r\n=1+1|`@user <!-- ]]>"


DETAIL = """\
test_it.py:3: in test_it
    assert code-{canary}
E   AssertionError: assert [1, 2] == [1, 3] detail-{canary}
E    +  where [1, 2] = f('x')
E   --- in the candidate's code ---
E     File "/grader/work/submission/a.py", line 2, in f
"""


def a_test(number, group, revealed, outcome):
    canary = f"canary-{revealed}-{number}"
    points = 5.0 if outcome == "passed" else 0.0
    return Test(
        id=f"test_{canary}.py::test_{canary}",
        group=group,
        title=f"title-{canary}",
        outcome=outcome,
        points=points,
        max_points=5.0,
        cpu_s=0.01,
        wall_s=0.02,
        limit_s=10.0,
        revealed=revealed,
        message=f"message-{canary}",
        detail=DETAIL.format(canary=canary),
        source=f"source-{canary}",
        output=f"output-{canary}",
        calls=(f"f('calls-{canary}') → 1",),
    )


@pytest.fixture
def results():
    """A failed run with two tests at each level of disclosure, findings, and two speed cases."""
    levels = ("nothing", "count", "names", "inputs", "all")
    tests = tuple(
        a_test(2 * n + k, f"group-{level}", level, outcome)
        for n, level in enumerate(levels)
        for k, outcome in enumerate(("passed", "failed"))
    )
    groups = tuple(Group(f"group-{level}", f"Group {level}", 1, 2, 5.0, 10.0, level) for level in levels)
    sizes = tuple(SizePoint(1000 * 2**n, 0.001 * 2**n, 0.0005 * 2**n) for n in range(6))
    return Results(
        schema=SCHEMA,
        assignment=AssignmentRef("sample", "Sample", "1.0.0", "sha256:" + "a" * 64),
        submission=SubmissionRef(
            "ana-01234567", "sha256:" + "b" * 64, "ana.zip", 1, left_out=(LeftOut("x/", "a cache"),)
        ),
        verdict="failed",
        reason=None,
        level="hidden",
        tests=tests,
        groups=groups,
        findings=(
            Finding(
                "ruff", "F401", "a.py", 1, 8, "medium", "`os` imported but unused", "https://docs.astral.sh/x", True
            ),
            Finding("ruff", "S307", "a.py", 3, 12, "high", "eval"),
        ),
        measurements=(Measurement("lloc", 3, "lines"), Measurement("noqa", 1, "lines", evidence="a.py:2")),
        functions=(Function("a.py", "f", 2, 2, 12, 16), Function("a.py", "<module>", 1, 1, 1)),
        speed=(
            Timing(
                "one",
                9,
                1.5,
                1.4,
                1.6,
                sizes=sizes,
                slope=2.0,
                slope_low=1.9,
                slope_high=2.1,
                slope_reference=1.0,
                slope_reference_low=0.98,
                slope_reference_high=1.03,
                inconclusive=True,
                remarks=("wall time is 5 times CPU time: it sleeps or waits",),
                cross_check=0.0375,
                candidate_s=0.03,
                reference_s=0.02,
                wall_ratio=1.7,
            ),
            Timing("two", 0, None, None, None, "a wrong answer", "wrong"),
            Timing("three", 9, 1.0, 0.99, 1.01, candidate_s=0.02, reference_s=0.02),
            Timing("four", 0, None, None, None, "too few pairs within the time limit", "not_measured"),
        ),
        criteria=(
            Criterion("tests", "correctness", 100, 50.0, 50.0, 50.0, 25.0, 50.0, "scored", "5 of 10 tests passed"),
            Criterion("style", "quality", 25, 80.0, 80.0, 80.0, 24.0, 30.0, "scored", "2 findings"),
            Criterion("docs", "quality", 10, None, None, None, 0.0, 0.0, "not_measured", "not measured"),
            Criterion(
                "runtime", "speed", 70, 40.0, 35.0, 45.0, 8.0, 20.0, "scored", "one 1.50x", {"one": 79.5, "two": 0.0}
            ),
        ),
        score=Score(49.0, 48.0, 49.0, Pillars(50.0, 80.0, 40.0), 57.0, other=55.5),
        gates=(
            Gate("min_share", False, "49%", "50% of the test points", "total at most 49", 49.0),
            Gate("security", True, "0 findings", "no finding of severity high", "total at most 69", 69.0),
            Gate("accept_share", False, "50%", "100% of the tests", "the verdict"),
        ),
        improvements=(
            Improvement("Make the tests of group group-names pass", "tests", 5.0, 54.0, "local", "group-names"),
            Improvement("F401: unused", "style", 1.0, 55.0, "auto", "a.py:1"),
        ),
        glass="on",
        sources=(Source("a.py", "import os\ndef f():\n    return eval('1')\n", 3),),
        provenance=Provenance(
            grader="0.1.0",
            runner_images=(Image("grader-python:0", "sha256:" + "c" * 64),),
            sandbox="docker",
            runtime="runc",
            started_at="2026-01-01T10:00:00Z",
            finished_at="2026-01-01T10:00:05Z",
            host=Host(2, 4096),
            seed=7,
            python="3.12.1",
            tools={"ruff": "0.17.6"},
            limits={"test_s": 10.0},
            analysed=1,
            analysable=1,
            notes=("note-canary",),
            clock="the container's own counter",
        ),
        duplicates=(Duplicate("a.py", 1, 6, "a.py", 3),),
        checks=(
            Check("docs", "readme", True, "the README says what was decided and why", "README.md"),
            Check("hygiene", "lock", False, "it imports attrs, and no requirements, lock or project file says so"),
        ),
        suppressed=(Suppressed("a.py", 3, "# noqa: S307 suppressed-canary"),),
        differences=(
            Difference("starter", "a.py", 1, 0, "--- starter\n+++ a.py\n@@ -1 +1,2 @@\n+difference-canary-1"),
            Difference("reference", "a.py", 0, 1, "--- reference\n+++ a.py\n@@ -1,2 +1 @@\n-difference-canary-2", True),
        ),
        own_tests=OwnTests(
            4,
            True,
            (Planted("planted-canary-1", False), Planted("planted-canary-2", True)),
            0.81,
            "own-why-canary",
            "own-output-canary",
            (Covered("a.py", (1,), (3,)),),
        ),
        pace=Pace(
            True,
            (
                Commit("2026-01-01T10:00:00Z", 120),
                Commit("2026-01-01T10:20:00Z", 30),
                Commit("2026-01-01T14:00:00Z", 5),
            ),
            4200.0,
            14400.0,
            10800.0,
            "gaps under 60 min count, and 30 min before each sitting",
        ),
        rubric=Rubric({"correctness": 50, "quality": 30, "speed": 20}, {"style": 25}, {"min_share": 0.5}),
    )


@pytest.fixture
def rewritten(results):
    """Change every text that can be foreign."""
    return lambda change: with_text(results, change)


@pytest.fixture
def ordinary(results):
    """A run as it comes: 120 tests, 20 of them with a page of explanation, 1,200 lines of source, 60 findings."""
    failing, passing = a_test(1, "group-all", "all", "failed"), a_test(2, "group-all", "all", "passed")
    explained = tuple(replace(failing, id=f"f{n}", detail=f"{n}\n" + failing.detail * 8) for n in range(20))
    code = (
        "def total(rows):\n    # every row once\n    return sum(row.price * row.count for row in rows if row.price)\n"
    )
    return replace(
        results,
        tests=explained + tuple(replace(passing, id=f"p{n}", title=f"It does what it says, {n}") for n in range(100)),
        sources=(Source("a.py", code * 400, 1200),),
        findings=tuple(replace(results.findings[0], line=n) for n in range(1, 61)),
    )


@pytest.fixture
def hostile(results):
    """The same run, with hostile text wherever a submission's text can stand."""
    return with_text(results, lambda text: text + HOSTILE)


@pytest.fixture
def harmless(results):
    """The hostile run's twin: as long, as many lines, and harmless."""
    return with_text(results, lambda text: text + "x" * 10 + "\nx")


def with_text(results, change):
    foreign = {"title", "message", "detail", "source", "output", "path", "text", "why", "name", "what", "place", "rule"}
    foreign |= {"other_path", "calls", "case", "remarks", "notes", "url", "clock", "actual", "unit", "at"}

    def rewrite(value, is_foreign=False):
        if isinstance(value, str):
            return change(value) if is_foreign else value
        if isinstance(value, tuple):
            return tuple(rewrite(inner, is_foreign) for inner in value)
        if not is_dataclass(value) or isinstance(value, AssignmentRef):
            return value
        return replace(value, **{f.name: rewrite(getattr(value, f.name), f.name in foreign) for f in fields(value)})

    return rewrite(results)


@pytest.fixture
def ungraded(results):
    """A run that our own fault ended."""
    reason = Reason("G403", "the container engine failed")
    return replace(
        results,
        verdict="not_graded",
        reason=reason,
        score=None,
        criteria=(),
        gates=(),
        improvements=(),
        speed=(),
        tests=(),
    )
