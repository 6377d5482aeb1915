"""What to do next, and what it would be worth: each figure is a real re-score of changed evidence. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from grader.results.model import Finding, Function, Improvement, Measurement, Test, Timing
from grader.results.observations import Check
from grader.score import curves
from grader.score.evidence import Evidence
from grader.score.quality import HIDDEN, is_architecture, is_security

_SHOWN = 5
_RULES, _FUNCTIONS = 15, 5  # looked at, the most frequent or the worst first
_SIMPLE = 5  # paths of a function that was made simple
_WORTH = 0.05

Effort = Literal["auto", "local", "design"]
Change = Callable[[Evidence], Evidence]


@dataclass(frozen=True, slots=True)
class _Idea:
    """A change that one could make, and the evidence as it would then be."""

    title: str
    criterion: str
    effort: Effort
    place: str | None
    change: Change


def improvements(evidence: Evidence, total: Callable[[Evidence], float]) -> tuple[Improvement, ...]:
    """Return the changes worth most, best first, each with its own gain and the total after all up to it.

    Args:
        evidence: as measured.
        total: re-scores evidence, gates included.
    """
    now = total(evidence)
    gains = [(total(idea.change(evidence)) - now, idea) for idea in _ideas(evidence)]
    worth = {idea.criterion for gain, idea in gains if gain > _WORTH}
    # A gate can hold the total down until several things are done: then they are worth something together alone.
    gains += [(total(idea.change(evidence)) - now, idea) for idea in _together(evidence) if idea.criterion not in worth]
    best = sorted((pair for pair in gains if pair[0] > _WORTH), key=lambda pair: (-pair[0], pair[1].title))
    found: list[Improvement] = []
    path, at = evidence, now
    for gain, idea in best:
        changed = idea.change(path)
        after = total(changed)
        if len(found) < _SHOWN and after - at > _WORTH:  # what those before it made up for already is no step
            found.append(
                Improvement(idea.title, idea.criterion, round(gain, 1), round(after, 1), idea.effort, idea.place)
            )
            path, at = changed, after
    return tuple(found)


def _together(evidence: Evidence) -> Iterator[_Idea]:
    failing = list(dict.fromkeys(test.group for test in evidence.tests if test.outcome != "passed"))
    if len(failing) > 1:
        named = ", ".join(failing)
        title = f"Make the tests of the groups {named} pass"
        yield _Idea(title, "tests", "design", named, partial(_with_groups_passed, groups=frozenset(failing)))
    rules = sorted({finding.rule for finding in evidence.findings if is_security(finding)})
    if len(rules) > 1:
        title = f"Remove the security findings of {', '.join(rules)}"
        yield _Idea(title, "security", "design", None, partial(_without, rules=frozenset(rules)))


def _ideas(evidence: Evidence) -> Iterator[_Idea]:
    yield from _groups(evidence)
    yield from _rules(evidence)
    yield from _hot(evidence)
    yield from _slow(evidence)
    yield from _unanswered(evidence)
    yield from _copied(evidence)
    yield from _untested(evidence)


def _groups(evidence: Evidence) -> Iterator[_Idea]:
    for group in dict.fromkeys(test.group for test in evidence.tests):
        failing = sum(test.group == group and test.outcome != "passed" for test in evidence.tests)
        if failing:
            title = f"Make the tests of group {group} pass"
            yield _Idea(title, "tests", "local", group, partial(_with_groups_passed, groups=frozenset([group])))


def _with_groups_passed(evidence: Evidence, groups: frozenset[str]) -> Evidence:
    def passed(test: Test) -> Test:
        return replace(test, outcome="passed", points=test.max_points) if test.group in groups else test

    return replace(evidence, tests=tuple(map(passed, evidence.tests)))


def _rules(evidence: Evidence) -> Iterator[_Idea]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in evidence.findings:
        if finding.tool != "complexipy":
            by_rule.setdefault(finding.rule, []).append(finding)
    for rule, found in sorted(by_rule.items(), key=lambda entry: -len(entry[1]))[:_RULES]:
        first = found[0]
        times = f" ({len(found)} times)" if len(found) > 1 else ""
        effort: Effort = "auto" if all(finding.fixable for finding in found) else "local"
        criterion = "security" if is_security(first) else "architecture" if is_architecture(first) else "style"
        title = f"{rule}: {first.message}{times}"
        yield _Idea(title, criterion, effort, f"{first.path}:{first.line}", partial(_without, rules=frozenset([rule])))


def _without(evidence: Evidence, rules: frozenset[str]) -> Evidence:
    """Without the findings of some rules; what was not read for one of them then is, or is no longer there."""
    kept = tuple(finding for finding in evidence.findings if finding.rule not in rules)
    gone = [finding.rule for finding in evidence.findings if finding.rule in rules]
    hidden = sum(rule in HIDDEN for rule in gone)
    analysed = evidence.analysed + gone.count("unparsable")
    return replace(evidence, findings=kept, analysed=analysed, analysable=evidence.analysable - hidden)


def _hot(evidence: Evidence) -> Iterator[_Idea]:
    hot = sorted(evidence.functions, key=lambda f: (-f.cyclomatic, -(f.cognitive or 0), f.path, f.line))[:_FUNCTIONS]
    for function in hot:
        title = f"Simplify {function.name}: {function.cyclomatic} paths through it"
        yield _Idea(
            title, "complexity", "design", f"{function.path}:{function.line}", partial(_simple, function=function)
        )


def _simple(evidence: Evidence, function: Function) -> Evidence:
    def simplified(other: Function) -> Function:
        return replace(other, cyclomatic=min(other.cyclomatic, _SIMPLE), cognitive=0) if other == function else other

    return replace(evidence, functions=tuple(map(simplified, evidence.functions)))


def _slow(evidence: Evidence) -> Iterator[_Idea]:
    for timing in evidence.timings:
        if timing.state == "wrong":
            title = f"Answer the speed case {timing.case} rightly, as fast as the reference"
        elif timing.ratio is not None and timing.ratio > curves.RATIO_FULL:
            title = f"Make {timing.case} as fast as the reference (now {timing.ratio:.1f} times its CPU time)"
        else:
            continue
        yield _Idea(title, "runtime", "design", None, partial(_fast, case=timing.case))


def _fast(evidence: Evidence, case: str) -> Evidence:
    def fast(timing: Timing) -> Timing:
        if timing.case != case:
            return timing
        return replace(
            timing,
            state="measured",
            ratio=1.0,
            low=1.0,
            high=1.0,
            inconclusive=False,
            slope=timing.slope_reference,
            slope_low=timing.slope_reference_low,
            slope_high=timing.slope_reference_high,
        )

    return replace(evidence, timings=tuple(map(fast, evidence.timings)))


def _unanswered(evidence: Evidence) -> Iterator[_Idea]:
    for check in evidence.checks:
        if not check.is_met:
            title = f"{check.why[:1].upper()}{check.why[1:]}"
            yield _Idea(title, check.criterion, "local", check.place, partial(_answered, check=check))


def _answered(evidence: Evidence, check: Check) -> Evidence:
    met = tuple(replace(other, is_met=True) if other == check else other for other in evidence.checks)
    return replace(evidence, checks=met)


def _copied(evidence: Evidence) -> Iterator[_Idea]:
    percent = evidence.value("duplication") or 0.0
    if percent > curves.COPIES_FULL:
        yield _Idea(f"Share the {percent:.0f} % of the code that stand twice", "duplication", "design", None, _shared)


def _shared(evidence: Evidence) -> Evidence:
    def none(measurement: Measurement) -> Measurement:
        return replace(measurement, value=0.0) if measurement.name == "duplication" else measurement

    return replace(evidence, measurements=tuple(map(none, evidence.measurements)))


def _untested(evidence: Evidence) -> Iterator[_Idea]:
    own = evidence.own_tests
    if own and own.planted:
        title = "Test what the brief promises, so that each planted fault is caught"
        yield _Idea(title, "own_tests", "design", None, _caught)


def _caught(evidence: Evidence) -> Evidence:
    own = evidence.own_tests
    assert own is not None
    planted = tuple(replace(each, is_caught=True) for each in own.planted)
    better = replace(own, tests=max(1, own.tests), passes_reference=True, planted=planted, coverage=1.0)
    return replace(evidence, own_tests=better)
