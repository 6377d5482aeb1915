"""What the record's codes are called in a report: criteria, gates, outcomes, verdicts, levels. Messages; pure."""

from collections.abc import Mapping

from grader.render.language import mark
from grader.results.model import Outcome, Pillar, Reveal, Severity, Verdict

CRITERIA: Mapping[str, str] = {
    "tests": mark("Hidden tests"),
    "style": mark("Style"),
    "complexity": mark("Complexity"),
    "duplication": mark("Duplication"),
    "own_tests": mark("Own tests"),
    "docs": mark("Docs"),
    "security": mark("Security"),
    "hygiene": mark("Hygiene"),
    "architecture": mark("Architecture"),
    "runtime": mark("Run time"),
    "growth": mark("Growth"),
    "pace": mark("Pace"),
}
PUBLIC_TESTS = mark("Public tests")

# Where the evidence of a criterion stands on the page.
PLACES: Mapping[str, str] = {
    "tests": "tests",
    "style": "findings",
    "complexity": "complexity",
    "duplication": "duplication",
    "own_tests": "own-tests",
    "docs": "checks",
    "security": "findings",
    "hygiene": "checks",
    "architecture": "checks",
    "runtime": "speed",
    "growth": "speed",
    "pace": "pace",
}

PILLARS: Mapping[Pillar, str] = {
    "correctness": mark("Correctness"),
    "quality": mark("Quality"),
    "speed": mark("Speed"),
}

GATES: Mapping[str, str] = {
    "min_share": mark("Share of test points"),
    "security": mark("Security"),
    "accept_share": mark("Accepted"),
}

OUTCOMES: Mapping[Outcome, str] = {
    "passed": mark("passed"),
    "failed": mark("failed"),
    "error": mark("error in a fixture"),
    "timeout": mark("timed out"),
    "memory": mark("out of memory"),
    "crashed": mark("crashed"),
    "not_run": mark("not run"),
}

VERDICTS: Mapping[Verdict, str] = {
    "accepted": mark("Accepted"),
    "failed": mark("Not accepted yet"),
    "not_gradable": mark("Not gradable"),
    "not_graded": mark("Not graded"),
}

MEANINGS: Mapping[Verdict, str] = {
    "accepted": mark("Every test that decides passed."),
    "failed": mark("Accepted means that every test that decides passes."),
    "not_gradable": mark("The submission could not be read or imported, so there was nothing to test."),
    "not_graded": mark("The grader failed; that is its own fault and says nothing about the submission."),
}

SEES: Mapping[Reveal, str] = {
    "nothing": mark("the points"),
    "count": mark("how many passed"),
    "names": mark("titles and outcomes"),
    "inputs": mark("titles, outcomes and inputs"),
    "all": mark("everything but the tests' own code"),
}

SEVERITIES: Mapping[Severity, str] = {
    "high": mark("high"),
    "medium": mark("medium"),
    "low": mark("low"),
    "info": mark("info"),
}

EFFORTS: Mapping[str, str] = {
    "auto": mark("automatic"),
    "local": mark("a local change"),
    "design": mark("a change of design"),
}
