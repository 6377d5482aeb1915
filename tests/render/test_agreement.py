"""All outputs agree: every number of the score is the record's, in each format; a fault of ours is a score in none of them."""

import csv
import io
import json
import re
from dataclasses import replace
from xml.etree import ElementTree as Tree

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from grader.assignment.model import Door, GateRules, PillarWeights, Rules
from grader.render import formats, html, terminal, why
from grader.render.language import language
from grader.render.view import View
from grader.results import file
from grader.results.model import Finding, Function, Measurement, Reason, Test, Timing
from grader.score.evidence import Evidence

RULES = Rules("grader.assignment/1", "sample", Door("import", ("answer",)))


def a_test(number, outcome):
    points = 1.0 if outcome == "passed" else 0.0
    return Test(f"t{number}", "a", f"Title {number}", outcome, points, 1.0, 0.0, 0.0, 1.0, "all")


evidence = st.builds(
    lambda outcomes, rules, paths, ratio: Evidence(
        tests=tuple(a_test(n, outcome) for n, outcome in enumerate(outcomes)),
        measurements=(Measurement("lloc", 120, "lines"),),
        findings=tuple(Finding("ruff", rule, "a.py", 1, 1, "high", "m") for rule in rules),
        functions=tuple(Function("a.py", f"f{n}", n, 10, count, count) for n, count in enumerate(paths)),
        timings=(Timing("case", 9, ratio, ratio * 0.98, ratio * 1.02),),
        analysed=1,
        analysable=1,
    ),
    st.lists(st.sampled_from(["passed", "failed"]), min_size=1, max_size=6),
    st.lists(st.sampled_from(["F401", "S307"]), max_size=4),
    st.lists(st.integers(1, 60), min_size=1, max_size=4),
    st.floats(0.5, 8),
)
rules = st.builds(
    lambda quality, share, balance: replace(
        RULES, pillars=PillarWeights(40, quality, 60 - quality, balance), gates=GateRules(min_share=share)
    ),
    st.integers(0, 60),
    st.floats(0, 1),
    st.sampled_from(["additive", "geometric"]),
)


@pytest.fixture(scope="module")
def run(recorded):
    """A run whose figures differ from each other in every digit that is shown."""
    return recorded(
        Evidence(
            tests=tuple(a_test(n, "passed" if n < 5 else "failed") for n in range(7)),
            measurements=(Measurement("lloc", 120, "lines"),),
            findings=(Finding("ruff", "F401", "a.py", 1, 1, "medium", "unused"),),
            functions=(Function("a.py", "f", 1, 60, 15, 3), Function("a.py", "g", 70, 60, 2, 1)),
            timings=(Timing("top-n", 9, 1.9, 1.85, 1.95),),
            analysed=1,
            analysable=1,
        )
    )


def figures(results):
    score = results.score
    pillars = score.pillars
    return {
        "total": (score.total, score.low, score.high),
        "pillars": (pillars.correctness, pillars.quality, pillars.speed),
        "criteria": {c.id: (c.points, c.max_points) for c in results.criteria if c.max_points},
    }


def words(markup):
    """The visible text of a page, and of each of its rows."""
    document = html5lib.parse(markup, namespaceHTMLElements=False)
    rows = [" ".join("".join(row.itertext()).split()) for row in document.iter("tr")]
    return " ".join("".join(document.find("body").itertext()).split()), rows


@pytest.mark.parametrize("audience", ["candidate", "reviewer"])
def test_the_page_tells_the_recorded_figures(run, audience):
    told = figures(run)

    text, rows = words(html.render(run, audience))

    total, low, high = told["total"]
    assert f"{total:.1f}" in text
    assert re.search(rf"{low:.1f}\s*(–|to)\s*{high:.1f}", text)
    titles = {
        "tests": "Hidden tests",
        "style": "Style",
        "complexity": "Complexity",
        "security": "Security",
        "runtime": "Run time",
    }
    for id_, (points, most) in told["criteria"].items():
        shown = [set(re.findall(r"\d+\.\d", row)) for row in rows if row.startswith(titles[id_])]
        assert any({f"{points:.1f}", f"{most:.1f}"} <= numbers for numbers in shown), (id_, points, most)


def test_the_summary_tells_the_recorded_figures(run):
    told = figures(run)

    text = formats.named("md").render(run)

    total, low, high = told["total"]
    assert f"{total:.1f} of 100 ({low:.1f} to {high:.1f})" in text
    for pillar, score in zip(("Correctness", "Quality", "Speed"), told["pillars"], strict=True):
        assert f"| {pillar} | {score:.1f} |" in text


def test_the_gradebook_tells_the_recorded_figures(run):
    told = figures(run)

    [row] = csv.DictReader(io.StringIO(formats.named("csv").render(run)))

    assert tuple(float(row[name]) for name in ("total", "low", "high")) == told["total"]
    assert tuple(float(row[name]) for name in ("correctness", "quality", "speed")) == told["pillars"]


def test_the_ci_report_tells_the_recorded_figures(run):
    told = figures(run)

    root = Tree.fromstring(formats.named("junit").render(run).encode())

    known = {entry.get("name"): entry.get("value") for entry in root.iter("property")}
    assert (float(known["total"]), root.get("tests"), root.get("failures")) == (told["total"][0], "7", "2")


@pytest.mark.parametrize("symbols", [terminal.SYMBOLS, terminal.ASCII], ids=["symbols", "ascii"])
def test_the_terminal_tells_the_recorded_figures(run, symbols):
    told = figures(run)
    console = Console(width=200, record=True, file=io.StringIO())

    console.print(terminal.summary(run, symbols))

    text = console.export_text()
    total, low, high = told["total"]
    assert f"{total:.1f} of 100 ({low:.1f} to {high:.1f})" in text
    for id_, (points, most) in told["criteria"].items():
        assert re.search(rf"^{id_}\s+{points:.1f}\s+{most:.1f}\s", text, re.MULTILINE)


def test_the_record_tells_its_own_figures(run):
    told = figures(run)

    record = json.loads(file.text(run))

    assert tuple(record["score"][name] for name in ("total", "low", "high")) == told["total"]
    assert {c["id"]: (c["points"], c["max_points"]) for c in record["criteria"] if c["max_points"]} == told["criteria"]


@given(evidence, rules)
def test_the_waterfall_falls_from_100_to_the_total_to_a_tenth(recorded, measured, given_rules):
    results = recorded(measured, given_rules)

    page = why.score(View(results, False, language("en"), {}))

    steps = [*page.falls, *page.balanced, *page.capped]
    assert [round(step.start, 1) for step in steps] == [100.0, *(round(step.end, 1) for step in steps[:-1])][
        : len(steps)
    ]
    assert round(steps[-1].end if steps else 100.0, 1) == results.score.total
    assert sum(round(10 * fall.lost) for fall in page.falls) == 1000 - sum(
        round(10 * c.points) for c in results.criteria
    )


@given(evidence)
def test_a_geometric_balance_has_a_bar_of_its_own(recorded, measured):
    results = recorded(measured, replace(RULES, pillars=PillarWeights(balance="geometric")))

    page = why.score(View(results, False, language("en"), {}))

    summed = round(sum(c.points for c in results.criteria), 1)
    assert len(page.balanced) == (summed != results.score.uncapped)
    assert page.is_geometric


@pytest.mark.parametrize("name", ["md", "csv", "junit"])
@pytest.mark.parametrize("verdict", ["not_graded", "not_gradable"])
def test_what_was_not_graded_is_a_number_in_no_format(run, name, verdict):
    lost = replace(
        run, verdict=verdict, score=None, criteria=(), gates=(), improvements=(), reason=Reason("G403", "it broke")
    )

    text = formats.named(name).render(lost)

    assert not re.search(r"\b0(\.0)?( of 100|,)", text.replace("sha256", "")), text
    assert "G403" in text


@pytest.mark.parametrize("verdict", ["not_graded", "not_gradable"])
def test_what_was_not_graded_is_no_number_on_a_terminal(run, verdict):
    lost = replace(
        run, verdict=verdict, score=None, criteria=(), gates=(), improvements=(), reason=Reason("G403", "it broke")
    )
    console = Console(width=200, record=True, file=io.StringIO())

    console.print(terminal.summary(lost), terminal.table([("ana", lost)]), terminal.line(lost))

    assert re.findall(r"\d+", console.export_text().replace("G403", "")) == []
