"""JUnit XML, within pytest's own schema for it: what CI servers read. Pure.

Tests that may be shown stand by name; of a group that shows no single test, one case stands for all.
"""

from collections import Counter
from collections.abc import Iterable
from xml.etree import ElementTree as Tree

from grader.render.escape import visible, xml
from grader.results.model import Group, Results, Test

_TEXT = 64 * 1024
_ERRORS = {"timeout", "memory", "crashed", "error", "not_run"}


def render(results: Results) -> str:
    """Return the document; "not graded" is a suite with one error, never a suite without tests."""
    root = Tree.Element("testsuites", name=xml(f"{results.assignment.id}@{results.assignment.version}"))
    if results.score is None:
        _ungraded(root, results)
    else:
        for group in results.groups:
            _suite(root, results, group)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in root):.3f}")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Tree.tostring(root, encoding="unicode") + "\n"


def _suite(root: Tree.Element, results: Results, group: Group) -> None:
    tests = [test for test in results.tests if test.group == group.id]
    suite = _element(root, results, group.title)
    _properties(suite, _facts(results, tests))
    if tests:
        for name, test in _unique(tests):
            _case(suite, f"{results.assignment.id}.{group.id}", name, test)
    else:
        _whole(suite, results, group)
    _count(suite, sum(test.cpu_s for test in tests))


def _facts(results: Results, tests: Iterable[Test]) -> dict[str, str]:
    score = results.score
    facts = {"verdict": results.verdict, "digest": results.submission.digest, "glass": results.glass}
    if results.reason is not None:
        facts["reason"] = f"{results.reason.code}: {results.reason.message}"[:1000]
    if score is not None:
        facts |= {"total": f"{score.total:.1f}", "low": f"{score.low:.1f}", "high": f"{score.high:.1f}"}
    return facts | {f"points.{test.id}": f"{test.points:g} of {test.max_points:g}" for test in tests}


def _case(suite: Tree.Element, class_name: str, name: str, test: Test) -> None:
    case = Tree.SubElement(suite, "testcase", classname=xml(class_name), name=name, time=f"{test.cpu_s:.3f}")
    if test.outcome != "passed":
        kind = "error" if test.outcome in _ERRORS else "failure"
        fault = Tree.SubElement(
            case, kind, type=test.outcome, message=visible(test.message or test.outcome, lines=False)[:1000]
        )
        fault.text = xml((test.detail or test.message or test.outcome)[:_TEXT])
    if test.output:
        Tree.SubElement(case, "system-out").text = xml(test.output[:_TEXT])


def _whole(suite: Tree.Element, results: Results, group: Group) -> None:
    """One case for a group of which no single test is shown."""
    told = (
        f"{group.passed} of {group.tests} tests passed"
        if group.tests
        else f"{group.points:g} of {group.max_points:g} points"
    )
    case = Tree.SubElement(
        suite, "testcase", classname=xml(f"{results.assignment.id}.{group.id}"), name=xml(group.title), time="0.000"
    )
    if group.points < group.max_points:
        Tree.SubElement(case, "failure", type="failed", message=told).text = told


def _ungraded(root: Tree.Element, results: Results) -> None:
    suite = _element(root, results, results.verdict)
    reason = results.reason
    told = f"{reason.code}: {reason.message}" if reason else results.verdict
    _properties(suite, _facts(results, ()))
    case = Tree.SubElement(suite, "testcase", classname=xml(results.assignment.id), name=results.verdict, time="0.000")
    Tree.SubElement(case, "error", type=results.verdict, message=visible(told, lines=False)[:1000]).text = xml(
        told[:_TEXT]
    )
    _count(suite, 0.0)


def _element(root: Tree.Element, results: Results, name: str) -> Tree.Element:
    stamp = results.provenance.started_at.removesuffix("Z")
    return Tree.SubElement(root, "testsuite", name=xml(name), timestamp=stamp, hostname="grader")


def _properties(suite: Tree.Element, facts: dict[str, str]) -> None:
    holder = Tree.SubElement(suite, "properties")
    for name, value in facts.items():
        Tree.SubElement(holder, "property", name=visible(name, lines=False), value=visible(value, lines=False))


def _count(suite: Tree.Element, seconds: float) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("errors", str(sum(case.find("error") is not None for case in cases)))
    suite.set("skipped", "0")
    suite.set("time", f"{seconds:.3f}")


def _unique(tests: Iterable[Test]) -> list[tuple[str, Test]]:
    """Titles as names, each once: of equal ones, some readers keep only the first."""
    seen: Counter[str] = Counter()
    named = []
    for test in tests:
        title = visible(test.title, lines=False)[:300]
        seen[title] += 1
        named.append((title if seen[title] == 1 else f"{title} ({seen[title]})", test))
    return named
