"""What a report's page shows, put together from results that were redacted before; pure."""

from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace as Row
from typing import Any

from grader.render import charts, measured
from grader.render.sources import anchors, source_rows
from grader.results.model import Criterion, Group, Results, Test

_TITLES = {
    "tests": "Hidden tests",
    "style": "Style",
    "complexity": "Complexity",
    "duplication": "Duplication",
    "own_tests": "Own tests",
    "docs": "Docs",
    "security": "Security",
    "hygiene": "Hygiene",
    "architecture": "Architecture",
    "runtime": "Run time",
    "growth": "Growth",
    "pace": "Pace",
}
_HREFS = {"tests": "tests", "style": "findings", "complexity": "complexity", "security": "findings", "runtime": "speed"}
_GATES = {"min_share": "Share of test points", "security": "Security", "accept_share": "Accepted"}
_WORDS = {
    "passed": "passed",
    "failed": "failed",
    "error": "error in a fixture",
    "timeout": "timed out",
    "memory": "out of memory",
    "crashed": "crashed",
    "not_run": "not run",
}
_STATUS = {
    "accepted": ("Accepted", "Every test that decides passed."),
    "failed": ("Not accepted yet", "Accepted means that every test passes."),
    "not_gradable": ("Not gradable", "The submission could not be read or imported, so there was nothing to test."),
    "not_graded": ("Not graded", "The grader failed; that is its own fault and says nothing about the submission."),
}
_SEES = {
    "nothing": "the points",
    "count": "how many passed",
    "names": "titles",
    "inputs": "titles",
    "all": "everything",
}
_EFFORT = {"auto": "automatic", "local": "a local change", "design": "a change of design"}
_PILLARS = ("correctness", "quality", "speed")


def page_of(results: Results, reviewer: bool) -> Row:
    """Return everything the template places."""
    page = Row(reviewer=reviewer, graded_at=results.provenance.finished_at.replace("T", " ").replace("Z", " UTC"))
    page.status, page.meaning = _STATUS[results.verdict]
    page.headline = f"{results.score.total:.1f} of 100" if results.score else page.status
    page.capped, page.pillars, page.balance = [], [], None
    if results.score is not None:
        _score(page, results)
        _tests(page, results)
        measured.speed(page, results)
        measured.quality(page, results)
    page.sources = source_rows(results)
    page.left_out = results.submission.left_out[:200]
    page.provenance, page.command = _provenance(results), _command(results)
    page.bodies = [row for row in page.failing if row.source] if results.score and reviewer else []
    page.noqa = _noqa(results)
    page.sections = _sections(page, results)
    return page


# ---------------------------------------------------------------- score
def _score(page: Row, results: Results) -> None:
    score = results.score
    assert score is not None
    page.total, page.low, page.high, page.uncapped = score.total, score.low, score.high, score.uncapped
    page.measured = [criterion for criterion in results.criteria if criterion.max_points > 0]
    page.falls, page.kept = _falls(page.measured), [_kept(c) for c in page.measured if c.points >= c.max_points]
    page.missing = ", ".join(
        _TITLES[c.id].lower() for c in results.criteria if c.state == "not_measured" and c.weight > 0
    )
    page.pillars = _pillars(results)
    page.gates = [
        Row(title=_GATES[g.id], limit=g.limit, actual=g.actual, effect=g.effect, met=g.met) for g in results.gates
    ]
    unmet = [gate for gate in results.gates if not gate.met and gate.cap is not None]
    page.unmet = [Row(title=_GATES[g.id], limit=g.limit, actual=g.actual, effect=g.effect) for g in unmet]
    page.caps = sorted({gate.cap for gate in unmet if gate.cap is not None})
    if score.total < score.uncapped:
        lost = round(score.uncapped - score.total, 1)
        why = ", ".join(f"{_GATES[gate.id]}: {gate.effect}" for gate in unmet if gate.cap == score.total)
        page.capped = [Row(start=score.uncapped, end=score.total, lost=lost, why=why)]
    page.next = [_next(results, improvement) for improvement in results.improvements]
    page.balance = _balance(results)


def _falls(measured: Sequence[Criterion]) -> list[Row]:
    """Lost points from 100 down, largest first; each row starts where the one before ended."""
    at, rows = 100.0, []
    for criterion in sorted(measured, key=lambda c: c.points - c.max_points):
        lost = round(criterion.max_points - criterion.points, 1)
        if lost > 0:
            row = _kept(criterion)
            row.start, row.end, row.lost = at, round(at - lost, 1), lost
            at = row.end
            rows.append(row)
    return rows


def _kept(criterion: Criterion) -> Row:
    return Row(
        title=_TITLES[criterion.id],
        href=_HREFS.get(criterion.id, "quality"),
        pillar=criterion.pillar,
        why=criterion.why,
        points=criterion.points,
        max=criterion.max_points,
    )


def _pillars(results: Results) -> list[Row]:
    rows, start = [], 0.0
    for pillar in _PILLARS:
        inside = [c for c in results.criteria if c.pillar == pillar and c.max_points > 0]
        points, most = round(sum(c.points for c in inside), 1), round(sum(c.max_points for c in inside), 1)
        worst = max(inside, key=lambda c: c.max_points - c.points, default=None)
        say = f"{_TITLES[worst.id]}: {worst.why}." if worst else "Its weight went to the other pillars."
        title = pillar.capitalize()
        rows.append(Row(id=pillar, title=title, points=points, max=most, start=start, say=say, measured=bool(inside)))
        start += points
    return rows


def _next(results: Results, improvement: Any) -> Row:
    place = improvement.place or ""
    titles = {group.id: group.title for group in results.groups}
    title = improvement.title
    if improvement.criterion == "tests":
        title, place = f"Make the tests of “{titles.get(place, place)}” pass", ""
        href = "tests"
    else:
        path, _, line = place.rpartition(":")
        href = (
            anchors(results)
            .get(path, {})
            .get(int(line) if line.isdigit() else 0, _HREFS.get(improvement.criterion, ""))
        )
    effort = _EFFORT[improvement.effort]
    return Row(
        title=title, place=place, href=href, effort=effort, points=improvement.points, after=improvement.total_after
    )


def _balance(results: Results) -> Row | None:
    """The candidate's point between speed and quality, and lines of equal total."""
    by_id = {row.id: row for row in _pillars(results)}
    speed, quality, correctness = by_id["speed"], by_id["quality"], by_id["correctness"].points
    if not speed.measured or not quality.measured:
        return None
    both = speed.max + quality.max
    share = {row.id: 100 * row.points / row.max for row in (speed, quality)}
    inside = [c for c in results.criteria if c.pillar == "speed" and c.max_points > 0]
    low, high = (sum((getattr(c, end) or 0) * c.max_points for c in inside) / speed.max for end in ("low", "high"))
    own = results.score.uncapped if results.score else 0.0
    totals = [(total, False) for total in (60, 70, 80, 90)] + [(own, True)]
    lines = [(total, mine, charts.iso_line(total - correctness, speed.max, quality.max)) for total, mine in totals]
    drawn = [Row(total=t, own=mine, x1=e[0], y1=e[1], x2=e[2], y2=e[3]) for t, mine, e in lines if e is not None]
    steps = sorted({0.0, both / 5, 2 * both / 5, 3 * both / 5, 4 * both / 5, both, speed.max})
    what_if = [
        Row(
            speed=round(weight, 1),
            quality=round(both - weight, 1),
            graded=weight == speed.max,
            total=own
            if weight == speed.max
            else correctness + ((both - weight) * share["quality"] + weight * share["speed"]) / 100,
        )
        for weight in steps
    ]
    return Row(speed=share["speed"], quality=share["quality"], low=low, high=high, lines=drawn, what_if=what_if)


# ---------------------------------------------------------------- tests
def _tests(page: Row, results: Results) -> None:
    rows = [_test(results, test, number) for number, test in enumerate(results.tests, 1)]
    page.failing = [row for row in rows if row.outcome != "passed"]
    page.passing = [row for row in rows if row.outcome == "passed"]
    page.groups = [_group(group, number, rows) for number, group in enumerate(results.groups, 1)]
    page.limit_s = results.provenance.limits.get("test_s", 0.0)
    known = [group for group in results.groups if group.tests]
    passed, total = sum(group.passed for group in known), sum(group.tests for group in known)
    kind = "hidden" if results.level == "hidden" else "public"
    page.passed = f"{passed} of {total} {kind} tests passed" + (
        "" if len(known) == len(results.groups) else ", others not told"
    )
    counts = Counter(row.word for row in rows)
    told = " · ".join(f"{count} {word}" for word, count in counts.most_common())
    page.tally = told if len(rows) == total else page.passed


def _test(results: Results, test: Test, number: int) -> Row:
    titles = {group.id: group.title for group in results.groups}
    return Row(
        id=test.id if test.revealed == "all" or test.source else "",
        group_id=test.group,
        group=titles.get(test.group, test.group),
        anchor=f"t-{number}",
        title=test.title,
        outcome=test.outcome,
        word=_WORDS[test.outcome],
        lost=test.max_points - test.points,
        message=test.message,
        detail=test.detail,
        output=test.output,
        source=test.source,
        cpu_s=test.cpu_s,
        wall_s=test.wall_s,
        bar=charts.limit_share(test.cpu_s, test.limit_s),
        sees=_SEES[test.revealed],
    )


def _group(group: Group, number: int, rows: Sequence[Row]) -> Row:
    inside = sorted((row for row in rows if row.group_id == group.id), key=lambda row: row.outcome == "passed")
    return Row(
        number=number,
        title=group.title,
        tests=inside,
        count=f"{group.passed} of {group.tests}" if group.tests else "not told",
        points=group.points,
        max=group.max_points,
        sees=_SEES[group.revealed],
    )


# ---------------------------------------------------------------- the rest
def _noqa(results: Results) -> str:
    found = next((m for m in results.measurements if m.name == "noqa"), None)
    if found is None or not found.value:
        return "No line asked the analysers to be silent."
    return f"{found.value:g} lines asked to be silent: {found.evidence or ''}"


def _provenance(results: Results) -> list[tuple[str, str]]:
    p = results.provenance
    limits = " · ".join(f"{name} {value:g}" for name, value in p.limits.items())
    tools = " · ".join(f"{name} {version}" for name, version in p.tools.items())
    images = " · ".join(f"{image.name} {image.digest[:19]}" for image in p.runner_images)
    noise = "" if p.host.noise is None else f" · timing noise ±{p.host.noise:.1%}"
    return [
        ("Assignment", f"{results.assignment.id} {results.assignment.version} · {results.assignment.digest[:19]}"),
        ("Submission", f"{results.submission.source} · {results.submission.digest[:19]}"),
        ("Sandbox", f"{p.sandbox} · {p.runtime} · glass {results.glass} · {images or 'no images'}"),
        ("Tools", f"grader {p.grader} · Python {p.python} · {tools or 'no analyser'}"),
        ("Limits", limits),
        ("Host", f"{p.host.cpus} CPUs, {p.host.memory} MiB{noise}"),
        ("Seed, schema", f"{p.seed} · {results.schema}"),
        ("Took", f"{p.started_at} to {p.finished_at}"),
    ]


def _command(results: Results) -> str:
    if results.level == "public":
        return f"grader check --kit KIT {results.submission.source}"
    return (
        f"grader grade {results.assignment.id} {results.submission.source} --out out --seed {results.provenance.seed}"
    )


def _sections(page: Row, results: Results) -> list[tuple[str, str, str]]:
    shown = [("summary", "Result", f"{page.total:.1f}" if results.score else "")]
    if results.score is not None:
        gain = page.next[-1].after - page.total if page.next else 0
        shown += [
            ("why", "Why", ""),
            ("next", "What next", f"+{gain:.1f}" if gain > 0 else ""),
            ("tests", "Tests", f"{sum(g.passed for g in results.groups)}/{sum(g.tests for g in results.groups)}"),
            ("speed", "Speed", f"{page.cases[0].ratio:.1f}×" if page.cases and page.cases[0].measured else ""),
            ("quality", "Quality", str(len(results.findings))),
        ]
        shown += [("balance", "Balance", "")] if page.balance else []
    shown.append(("source", "Source", str(len(page.sources))))
    shown += [("reviewer", "Reviewer", "")] if page.reviewer and results.tests else []
    return [*shown, ("provenance", "Provenance", "")]
