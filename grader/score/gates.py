"""Gates: few, visible conditions that cap a total or decide an exit code. Pure."""

from grader.assignment.model import GateRules
from grader.results.model import Gate, Severity
from grader.score.evidence import Evidence
from grader.score.quality import is_security

MIN_SHARE_CAP, SECURITY_CAP = 49.0, 69.0
_ORDER: tuple[Severity, ...] = ("info", "low", "medium", "high")


def gates(rules: GateRules, evidence: Evidence) -> tuple[Gate, ...]:
    """Return every gate of the assignment, met or not."""
    return (_min_share(rules, evidence), *_security(rules, evidence), _accept(rules, evidence))


def passed_share(evidence: Evidence) -> float:
    """The share of tests that passed, by number."""
    return sum(test.outcome == "passed" for test in evidence.tests) / len(evidence.tests) if evidence.tests else 0.0


def _min_share(rules: GateRules, evidence: Evidence) -> Gate:
    most = sum(test.max_points for test in evidence.tests)
    share = sum(test.points for test in evidence.tests) / most if most else 0.0
    met = share >= rules.min_share - 1e-9
    return Gate(
        "min_share", met, f"{share:.0%}", f"{rules.min_share:.0%} of the test points", "total at most 49", MIN_SHARE_CAP
    )


def _security(rules: GateRules, evidence: Evidence) -> tuple[Gate, ...]:
    if rules.security == "none":
        return ()
    floor = _ORDER.index(rules.security)
    bad = [f for f in evidence.findings if is_security(f) and _ORDER.index(f.severity) >= floor]
    limit = f"no finding of severity {rules.security}"
    return (Gate("security", not bad, f"{len(bad)} findings", limit, "total at most 69", SECURITY_CAP),)


def _accept(rules: GateRules, evidence: Evidence) -> Gate:
    share = passed_share(evidence)
    met = bool(evidence.tests) and share >= rules.accept_share - 1e-9
    return Gate("accept_share", met, f"{share:.0%}", f"{rules.accept_share:.0%} of the tests", "the verdict", None)
