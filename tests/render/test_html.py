"""The reports: one file each, nothing hidden in the candidate's, no hostile text that becomes markup."""

import base64
import hashlib
import re
from dataclasses import replace

import html5lib
import pytest

from grader import bundled
from grader.render import html
from grader.results.model import Source


def elements(page):
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return [(element.tag, sorted(element.attrib)) for element in tree.iter() if isinstance(element.tag, str)]


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize("audience", ["candidate", "reviewer"])
def test_hostile_text_adds_no_element_and_no_attribute(hostile, harmless, audience, lang):
    assert elements(html.render(hostile, audience, lang)) == elements(html.render(harmless, audience, lang))


@pytest.mark.parametrize(
    "text",
    [
        "</script><script>alert(1)</script>",
        '"><svg onload=alert(1)>',
        "' onmouseover='alert(1)",
        "</style></title></pre></code><base href=//evil>",
        "<!--",
        "]]>",
        "{{7*7}}{% raw %}",
        "javascript:alert(1)",
        "&#60;img src=x&#62;",
        "\ud800\udfff\ufffe",
        "x onclick=alert(1) ",
    ],
)
def test_no_text_becomes_markup_wherever_it_stands(rewritten, text):
    hostile, harmless = (rewritten(lambda said, more=more: said + more) for more in (text, ".zz9"))

    assert elements(html.render(hostile, "reviewer")) == elements(html.render(harmless, "reviewer"))


def test_only_a_link_to_documentation_leads_out(results):
    [first, *_] = results.findings
    lured = replace(
        results, findings=(replace(first, url="javascript:alert(1)"), replace(first, url="data:text/html,x"))
    )

    assert "javascript:" not in html.render(lured, "reviewer")
    assert "data:text" not in html.render(lured, "reviewer")


def test_the_page_is_valid_html(results, hostile):
    strict = html5lib.HTMLParser(strict=True)

    assert strict.parse(html.render(results, "candidate")) is not None
    assert strict.parse(html.render(hostile, "reviewer", "nl")) is not None


def test_hostile_text_is_shown_escaped(hostile):
    page = html.render(hostile, "candidate")

    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "\\x1b[31m" in page
    assert "{{7*7}}" in page


def test_the_policy_names_the_one_style_and_the_one_script(results):
    page = html.render(results, "candidate")

    style, script = (
        re.findall(r"<style>(.*?)</style>", page, re.DOTALL),
        re.findall(r"<script>(.*?)</script>", page, re.DOTALL),
    )
    hashes = [
        "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (*script, *style)
    ]
    assert (len(style), len(script)) == (1, 1)
    assert all(f"'{each}'" in page for each in hashes)
    assert "default-src 'none'" in page


def test_nothing_is_loaded_and_nothing_styled_in_place(results):
    page = html.render(results, "reviewer")

    assert re.findall(r"\s(?:src|style|on\w+)=", page) == []
    assert re.findall(r"@import|url\((?!#)", page) == []
    assert all(link.startswith(("#", "https://docs.astral.sh/")) for link in re.findall(r'href="([^"]*)"', page))


def test_ids_are_unique_and_links_resolve(results):
    tree = html5lib.parse(html.render(results, "reviewer"), namespaceHTMLElements=False)

    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    links = {link[1:] for element in tree.iter() if (link := element.get("href", "")).startswith("#")}
    assert sorted(set(ids)) == sorted(ids)
    assert links - set(ids) == set()


def test_equal_results_give_equal_bytes(results):
    assert html.render(results, "candidate") == html.render(replace(results), "candidate")


def test_our_own_failure_is_never_a_zero(ungraded):
    page = html.render(ungraded, "candidate")

    assert "Not graded" in page
    assert "of 100" not in page
    assert "G403" in page


def test_the_process_sandbox_is_marked(results):
    marked = replace(results, provenance=replace(results.provenance, sandbox="process", runtime="none"))

    assert "Run in the process sandbox (none)" in html.render(marked, "candidate")


def test_a_report_of_ordinary_size_stays_small(ordinary):
    """120 tests, 20 of them with a page of explanation; 1,200 lines of source, 60 findings."""
    assert len(html.render(ordinary, "candidate").encode()) < 300_000


@pytest.mark.parametrize("audience", ["candidate", "reviewer"])
def test_no_report_outgrows_a_megabyte(ordinary, audience):
    endless = "x" * 1_000_000
    flooded = replace(
        ordinary,
        tests=tuple(
            replace(test, revealed="all", outcome="failed", detail=f"{n} {endless}", output=endless, source=endless)
            for n, test in enumerate(ordinary.tests)
        ),
        findings=ordinary.findings * 500,
        sources=(*(Source(f"{n}.py", "x = 1\n" * 5000, 5000) for n in range(40)), Source("a.py", endless, 1)),
        own_tests=replace(ordinary.own_tests, output=endless),
    )

    assert len(html.render(flooded, audience).encode()) < 1_000_000


def test_style_and_script_stay_small(results):
    page = html.render(results, "candidate")

    [style], [script] = (re.findall(rf"<{part}>(.*?)</{part}>", page, re.DOTALL) for part in ("style", "script"))
    assert (len(style.encode()) < 20_000, len(script.encode()) < 25_000) == (True, True)


def test_what_several_tests_say_is_said_once(results):
    alike = replace(results.tests[-1], title="another", id="other")

    page = html.render(replace(results, tests=(*results.tests, alike)), "candidate")

    assert page.count("where [1, 2] = f") == 1
    assert "It says the same as" in page


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(theme):
    css = (bundled.path("reports") / "style.css").read_text()
    tokens = {name: pair.split(",")[theme] for name, pair in re.findall(r"--([a-z-]+):light-dark\(([^)]+)\)", css)}

    def weak(inks, least):
        pairs = [(ink, ground) for ink in inks for ground in ("paper", "canvas", "raise")]
        return [pair for pair in pairs if contrast(tokens[pair[0]], tokens[pair[1]]) < least]

    assert weak(("ink", "soft", "faint", "link", "pass", "fail", "time"), 4.5) == []
    assert weak(("edge", "c", "q", "s"), 3.0) == []


def contrast(first, second):
    """The ratio of WCAG 2: relative luminance, 1 to 21."""
    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [int(colour.strip()[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_source_says_in_signs_which_lines_the_own_tests_ran(results):
    page = html.render(results, "candidate")

    assert re.findall(r"<tr id=F1L(\d)[^>]*><th>\d<td>([✓○]?)", page) == [("1", "✓"), ("2", ""), ("3", "○")]
    assert "✓ run by the submission’s own tests, ○ missed by them." in page


def test_without_own_tests_no_line_says_anything(results):
    page = html.render(replace(results, own_tests=None), "candidate")

    assert re.findall(r"<tr id=F1L(\d)[^>]*><th>\d<td>([✓○]?)", page) == [("1", ""), ("2", ""), ("3", "")]


def test_a_reviewer_sees_what_changed_and_where_it_goes_on(results):
    page = html.render(results, "reviewer")

    assert (
        page.index("Changed against the starter")
        < page.index("difference-canary-1")
        < page.index("Beside the reference")
    )
    assert page.index("difference-canary-2") < page.index("It goes on; this is the beginning.")
