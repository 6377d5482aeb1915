"""The reports: one file each, nothing hidden in the candidate's, no hostile text that becomes markup."""

import base64
import hashlib
import re
from dataclasses import replace

import html5lib
import pytest

from grader import bundled
from grader.render import html


def elements(page):
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return [(element.tag, sorted(element.attrib)) for element in tree.iter() if isinstance(element.tag, str)]


@pytest.mark.parametrize(
    ("level", "kept", "gone"),
    [
        ("nothing", [], ["title", "message", "detail", "source", "output", "test_"]),
        ("count", [], ["title", "message", "detail", "source", "output", "test_"]),
        ("names", ["title"], ["message", "detail", "source", "output", "test_"]),
        ("inputs", ["title"], ["message", "detail", "source", "output", "test_"]),
        ("all", ["title", "message", "detail", "output"], ["source"]),
    ],
)
def test_a_candidate_sees_a_test_as_far_as_its_level_allows(results, level, kept, gone):
    page = html.render(results, "candidate")

    failing = 2 * ["nothing", "count", "names", "inputs", "all"].index(level) + 1
    assert [part for part in kept if f"{part}-canary-{level}-{failing}" not in page] == []
    assert [part for part in gone if f"{part}-canary-{level}" in page.replace("test_-", "test_")] == []
    assert f"test_canary-{level}" not in page or level == "all"
    assert f"code-canary-{level}" not in page


def test_the_reviewer_sees_the_tests_as_written(results):
    page = html.render(results, "reviewer")

    assert "source-canary-nothing-1" in page


@pytest.mark.parametrize("audience", ["candidate", "reviewer"])
def test_hostile_text_adds_no_element_and_no_attribute(hostile, harmless, audience):
    assert elements(html.render(hostile, audience)) == elements(html.render(harmless, audience))


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


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 760, 390])
def test_the_page_fits_and_asks_for_nothing(results, tmp_path, width):
    from playwright.sync_api import sync_playwright

    path = tmp_path / "report.html"
    path.write_text(html.render(results, "reviewer"))
    said, asked = [], []

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        widest = page.evaluate("document.documentElement.scrollWidth")
        pages = page.pdf()
        browser.close()

    assert (said, asked) == ([], [path.as_uri()])
    assert widest <= width
    assert pages.startswith(b"%PDF")


@pytest.mark.browser
def test_the_page_reads_without_scripts_and_without_style(results, tmp_path):
    from playwright.sync_api import sync_playwright

    path = tmp_path / "report.html"
    path.write_text(re.sub(r"<style>.*?</style>", "", html.render(results, "candidate"), flags=re.DOTALL))

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(path.as_uri())
        headings = page.locator("h1, h2").all_inner_texts()
        shown = page.locator("#summary").inner_text()
        browser.close()

    assert headings[:4] == ["Sample", "Why 49.0", "What to do next", "Hidden tests"]
    assert "Not accepted yet" in shown


def test_a_report_of_ordinary_size_stays_small(results):
    assert len(html.render(results, "candidate").encode()) < 300_000


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(theme):
    css = (bundled.path("reports") / "style.css").read_text()
    tokens = {name: pair.split(",")[theme] for name, pair in re.findall(r"--([a-z-]+):light-dark\(([^)]+)\)", css)}

    weak = {
        (ink, ground): round(contrast(tokens[ink], tokens[ground]), 2)
        for ink in ("ink", "soft", "faint", "link", "pass", "fail", "time")
        for ground in ("paper", "canvas", "raise")
        if contrast(tokens[ink], tokens[ground]) < 4.5
    }
    assert weak == {}


def contrast(first, second):
    """The ratio of WCAG 2: relative luminance, 1 to 21."""
    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [int(colour.strip()[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
