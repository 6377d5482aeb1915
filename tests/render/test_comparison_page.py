"""Two submissions on one page: the figures of the comparison, code of hot spots side by side, nothing a submission can forge."""

import re
from dataclasses import replace

import html5lib
import pytest

from grader.render import comparison_page
from grader.results.compare import compare
from grader.results.model import Function, Measurement, Source, Test, Timing
from grader.score.evidence import Evidence

CODE = """\
import os


def tangled(values):
    for value in values:

        if value:
            return value


def other():
    pass
"""


def a_test(name, outcome, title=None):
    points = 1.0 if outcome == "passed" else 0.0
    return Test(name, "parsing", title or f"Does {name}", outcome, points, 1.0, 0.0, 0.0, 1.0, "count")


@pytest.fixture
def pair(recorded):
    """A tidy and a quick submission."""
    tidy = recorded(
        Evidence(
            tests=(a_test("adds", "passed"), a_test("sorts", "passed"), a_test("merges", "timeout")),
            measurements=(Measurement("lloc", 100, "lines"),),
            functions=(Function("answer.py", "tangled", 4, 4, 9, 4),),
            timings=(Timing("top-n", 9, 5.5, 5.4, 5.6),),
            analysed=1,
            analysable=1,
        ),
        id_="tidy-01234567",
    )
    quick = recorded(
        Evidence(
            tests=(a_test("adds", "failed"), a_test("sorts", "failed"), a_test("merges", "passed")),
            timings=(Timing("top-n", 9, 1.0, 0.98, 1.02),),
        ),
        id_="quick-01234567",
    )
    return replace(tidy, sources=(Source("answer.py", CODE, 12),)), quick


def page(a, b, lang="en"):
    return comparison_page.render(compare(a, b), a, b, lang)


def rows(markup):
    document = html5lib.parse(markup, namespaceHTMLElements=False)
    return [re.sub(r"\s+", " ", "".join(row.itertext())).strip() for row in document.iter("tr")]


def test_the_page_tells_the_figures_of_the_comparison(pair):
    tidy, quick = pair

    found = rows(page(tidy, quick))

    low, high = tidy.score.low, tidy.score.high
    assert found[0] == "A: tidy-01234567B: quick-01234567B − A"
    assert f"Score{tidy.score.total:.1f} ({low:.1f}–{high:.1f})" in found[1]
    assert (found[2].startswith("Verdict"), found[2].count("Not accepted yet")) == (True, 2)
    assert any(row.startswith("Share of test points") and row.endswith("flips") for row in found)
    [runtime] = [row for row in found if row.startswith("Run time")]
    assert re.search(r"\+\d+\.\ddiffers$", runtime)
    [complexity] = [row for row in found if row.startswith("Complexity")]
    assert complexity.endswith("not measured on one side")


def test_tests_that_one_alone_passes_are_named_with_what_became_of_them_on_the_other_side(pair):
    text = " ".join(page(*pair).split())

    assert '<li>Does sorts <span class="soft">parsing; in B: failed</span></li>' in text
    assert '<li>Does merges <span class="soft">parsing; in A: timed out</span></li>' in text


def test_a_hot_spots_code_ends_with_the_function(pair):
    [code] = re.findall(r"<pre[^>]*>(.*?)</pre>", page(*pair), re.DOTALL)

    assert code == "def tangled(values):\n    for value in values:\n\n        if value:\n            return value"


def test_the_page_is_told_in_dutch(pair):
    text = page(*pair, "nl")

    assert '<html lang="nl">' in text
    assert "Tests die er maar één haalt" in text
    assert "side by side" not in text


def test_hostile_text_adds_no_element_and_no_attribute(pair, hostile, harmless):
    def shape(one):
        document = html5lib.parse(
            page(one, replace(one, submission=replace(one.submission, id="b"))), namespaceHTMLElements=False
        )
        return [(element.tag, sorted(element.attrib)) for element in document.iter() if isinstance(element.tag, str)]

    assert shape(hostile) == shape(harmless)


def test_the_page_asks_for_nothing_and_styles_nothing_in_place(pair):
    text = page(*pair)

    assert re.findall(r"https?://|//cdn|@import|\bsrc=|\sstyle=|\son\w+=", text) == []
    assert text.count("<script>") == text.count("<style>") == 1


def test_equal_records_give_equal_bytes(pair):
    assert page(*pair) == page(*pair)


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 800, 1280])
def test_the_page_fits_and_complains_of_nothing(pair, tmp_path, width):
    from playwright.sync_api import sync_playwright

    (tmp_path / "comparison.html").write_text(page(*pair))
    said, asked = [], []

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": width, "height": 800})
        shown.on("console", lambda message: said.append(message.text))
        shown.on("pageerror", lambda error: said.append(str(error)))
        shown.on("request", lambda request: asked.append(request.url))
        shown.goto(f"file://{tmp_path}/comparison.html")
        widest = shown.evaluate("document.documentElement.scrollWidth")
        browser.close()

    assert (said, asked, widest) == ([], [f"file://{tmp_path}/comparison.html"], width)
