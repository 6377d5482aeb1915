"""Dutch is complete: every message has its translation and none is left over, and no page mixes languages."""

import re
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from grader import bundled
from grader.assignment.model import Door, Rules, TestGroup
from grader.render import formats, html
from grader.render.language import RECORD, language
from grader.results.model import Finding, Function, Measurement, Test, Timing
from grader.score import total
from grader.score.evidence import Evidence

ROOT = Path(__file__).resolve().parents[2]
NL = bundled.path("reports") / "messages" / "nl.po"
PLACE = re.compile(r"\{(\w+)\}")

# Words that are the same in both languages, and what isn't a word of either.
SAME = {"Tests", "Test", "Score", "Images", "Seed", "schema", "Commits", "info", "imports", "CPU", "ref", "band"}


def extracted():
    """Every message of the code and of the templates, plurals as pairs."""
    python, templates = {"text": None, "say": None, "mark": None, "plural": (1, 2)}, {"_": None, "_n": (1, 2)}
    found = set()
    for path in (ROOT / "grader" / "render").glob("*.py"):
        with path.open("rb") as file:
            found |= {message for _, message, _, _ in extract("python", file, python)}
    for path in bundled.path("reports").rglob("*.j2"):
        with path.open("rb") as file:
            found |= {message for _, message, _, _ in extract("jinja2.ext:babel_extract", file, templates)}
    return found


def catalogue():
    with NL.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def test_every_message_is_translated_and_no_translation_is_left_over():
    translated = {message.id for message in catalogue() if message.context is None}

    assert (extracted() - translated, translated - extracted()) == (set(), set())


def test_every_translation_is_finished_and_keeps_its_places():
    def places(texts):
        return sorted(
            {place for text in ([texts] if isinstance(texts, str) else texts) for place in PLACE.findall(text)}
        )

    wrong = [m.id for m in catalogue() if m.fuzzy or not all(m.string) or places(m.id) != places(m.string)]

    assert wrong == []


def test_our_reader_reads_what_babel_reads():
    read = language("nl")._catalogue

    found = [message for message in catalogue() if message.context is None]
    assert {m.id: m.string for m in found if not m.pluralizable} == read.messages
    assert {m.id[0]: m.string for m in found if m.pluralizable} == read.plurals
    assert {m.id: m.string for m in catalogue() if m.context == RECORD} == read.record


@pytest.mark.parametrize(
    ("sentence", "dutch"),
    [
        ("5 of 10 tests passed: 12.5 of 25 points", "5 van 10 tests geslaagd: 12,5 van 25 punten"),
        ("top-n 1.50x, totals: a wrong answer", "top-n 1,50×, totals: een fout antwoord"),
        ("total at most 49", "totaal hoogstens 49"),
    ],
)
def test_a_sentence_of_the_record_is_told_in_dutch(sentence, dutch):
    assert language("nl").recorded(sentence) == dutch


def test_a_sentence_without_translation_stays_and_is_marked_english():
    assert language("nl").recorded("F401: <os> imported") == Markup('<span lang="en">F401: &lt;os&gt; imported</span>')
    assert language("en").recorded("F401: <os> imported") == "F401: <os> imported"


@given(st.text())
def test_whatever_stands_in_a_record_is_told_without_markup_of_its_own(text):
    told = language("nl").recorded(f"Simplify {text}: 12 paths through it")

    assert Markup.escape(told).count("<") in (0, 2)


def test_numbers_have_a_decimal_comma():
    nl = language("nl")

    assert (nl.fixed(-1.25, 1), nl.plain(0.5), nl.seconds(1.5), nl.seconds(0.002)) == (
        "−1,2",
        "0,5",
        "1,50 s",
        "2,0 ms",
    )


def test_the_page_says_its_language(results):
    assert '<html lang="nl">' in html.render(results, "candidate", "nl")
    assert '<html lang="en">' in html.render(results, "candidate", "en")


def test_the_number_of_points_is_the_same_in_both_languages(results):
    english, dutch = (
        sorted(number.replace(",", ".") for number in re.findall(r"\d+[.,]\d", html.render(results, "candidate", lang)))
        for lang in ("en", "nl")
    )

    assert dutch == english


@pytest.mark.parametrize("audience", ["candidate", "reviewer"])
@pytest.mark.parametrize("case", ["results", "ungraded", "public"])
def test_no_page_mixes_languages(request, case, audience):
    """No text of the Dutch page is that of the English one, but for foreign text, which is marked."""
    run = request.getfixturevalue(case)

    english, dutch = (told(html.render(run, audience, lang)) for lang in ("en", "nl"))

    mixed = {text for text in dutch & english if set(re.findall(r"[A-Za-z]{3,}", text)) - SAME}
    assert mixed == set()


def test_the_summary_of_a_pipeline_speaks_the_language_and_machines_read_english(results):
    [english, dutch] = (formats.named("md").render(results, lang) for lang in ("en", "nl"))

    assert "49.0 of 100 (48.0 to 49.0)" in english
    assert "49,0 van 100 (48,0 tot 49,0)" in dutch
    assert "| Pijler | Score |" in dutch
    assert formats.named("junit").render(results, "nl") == formats.named("junit").render(results)


def told(page):
    """Texts and labels for people, without what is foreign or marked as English."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return set(_told(tree.find("body")))


def _told(element):
    if (
        element.get("translate") == "no"
        or element.get("lang") == "en"
        or element.tag in ("script", "code", "kbd", "time")
    ):
        return
    for text in (element.text, element.get("aria-label"), element.get("data-say")):
        if text and text.strip():
            yield text.strip()
    for child in element:
        yield from _told(child)
        if child.tail and child.tail.strip():
            yield child.tail.strip()


@pytest.fixture
def public(results):
    return replace(
        results, level="public", glass="off", pace=None, own_tests=None, duplicates=(), checks=(), findings=()
    )


RULES = Rules(
    "grader.assignment/1", "sample", Door("import", ("answer",)), groups=(TestGroup("a", ("test_a.py",), "A", 10),)
)
TEST = Test("t", "a", "T", "failed", 0.0, 1.0, 0.0, 0.0, 1.0, "count")
FINDING = Finding("ruff", "S307", "a.py", 1, 1, "high", "m")


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(()),
        Evidence((TEST,), analysed=1, analysable=1),
        Evidence(
            (TEST,),
            (Measurement("lloc", 120, "lines"),),
            (FINDING, replace(FINDING, rule="F401")),
            (Function("a.py", "f", 1, 10, 30, 30),),
            (
                Timing("one", 9, 2.0, 1.9, 2.1),
                Timing("two", 0, None, None, None, "a wrong answer", "wrong"),
                Timing("three", 0, None, None, None, "too few pairs within the time limit", "not_measured"),
            ),
            1,
            1,
        ),
    ],
    ids=["nothing measured", "little measured", "all measured"],
)
def test_what_the_score_says_is_told_in_dutch(evidence):
    grade = total.grade(RULES, evidence)

    said = [criterion.why for criterion in grade.criteria if criterion.state != "not_measured" or criterion.weight]
    said += [text for gate in grade.gates for text in (gate.actual, gate.limit, gate.effect)]
    said += [
        improvement.title for improvement in grade.improvements if improvement.criterion in ("complexity", "runtime")
    ]
    assert [sentence for sentence in said if "lang=" in language("nl").recorded(sentence)] == []
