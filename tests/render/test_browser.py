"""The reports in a real browser: they fit, ask for nothing, can be read by everybody, and do what their controls say."""

import functools
import http.server
import json
import re
import subprocess
import threading

import pytest

from grader.render import html

pytestmark = pytest.mark.browser

A4 = 703  # pixels between the margins
PAGES = ["candidate", "reviewer", "dutch", "hostile", "ungraded"]


@pytest.fixture(scope="module")
def chromium():
    """A browser for all tests of this file."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def file_of(results, hostile, ungraded, ordinary, tmp_path):
    """Write a page and give its path."""
    pages = {
        "candidate": (results, "candidate", "en"),
        "reviewer": (results, "reviewer", "en"),
        "dutch": (results, "candidate", "nl"),
        "hostile": (hostile, "reviewer", "nl"),
        "ordinary": (ordinary, "candidate", "en"),
        "ungraded": (ungraded, "candidate", "en"),
    }

    def write(name, change=lambda text: text):
        path = tmp_path / f"{name}.html"
        path.write_text(change(html.render(*pages[name])))
        return path

    return write


@pytest.fixture
def visit(chromium, file_of):
    """Open a page; gives it with what it said and asked for."""
    contexts = []

    def opened(name, change=lambda text: text, **manner):
        contexts.append(chromium.new_context(**manner))
        page = contexts[-1].new_page()
        page.said, page.asked, path = [], [], file_of(name, change)
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(path.as_uri())
        page.address = path.as_uri()
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("manner", ["light", "dark", "forced colours", "no scripts"])
@pytest.mark.parametrize("width", [1280, 760, 390])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_width_says_nothing_and_asks_for_nothing(visit, name, width, manner):
    page = visit(
        name,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if manner == "dark" else "light",
        forced_colors="active" if manner == "forced colours" else "none",
        java_script_enabled=manner != "no scripts",
    )

    heading = page.locator("h1")
    assert heading.is_visible()
    assert heading.bounding_box()["width"] <= width
    assert page.locator("html").evaluate("root => root.scrollWidth") <= width
    assert (page.said, page.asked) == ([], [page.address])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_on_paper(visit, name):
    page = visit(name, viewport={"width": A4, "height": 900})

    page.emulate_media(media="print")
    widest = page.evaluate("document.documentElement.scrollWidth")
    sheets = page.pdf(prefer_css_page_size=True)

    assert widest <= A4
    assert sheets.startswith(b"%PDF")
    assert (page.said, page.asked) == ([], [page.address])


@pytest.mark.browser_tools
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit, tools, name, scheme):
    page = visit(name, color_scheme=scheme, viewport={"width": 1280, "height": 900})
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")

    page.evaluate((tools / "axe-core/axe.min.js").read_text())
    found = page.evaluate(
        "axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => [id, impact, nodes[0].html]))"
    )

    assert found == []


@pytest.mark.browser_tools
@pytest.mark.parametrize("name", ["candidate", "reviewer"])
def test_lighthouse_gives_all_its_points(file_of, tools, tmp_path, name):
    path = file_of(name)
    handler = functools.partial(Quiet, directory=path.parent)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        command = [
            tools / ".bin/lighthouse",
            f"http://127.0.0.1:{server.server_port}/{path.name}",
            "--quiet",
            "--only-categories=accessibility,best-practices",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
            "--output=json",
            f"--output-path={tmp_path / 'lighthouse.json'}",
        ]
        environment = {
            "CHROME_PATH": "/usr/bin/chromium",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(tmp_path),
        }
        subprocess.run(command, check=True, timeout=300, env=environment, capture_output=True)
        server.shutdown()

    said = json.loads((tmp_path / "lighthouse.json").read_text())
    lost = {name for name, audit in said["audits"].items() if audit["score"] not in (1, None)}
    assert ({name: part["score"] for name, part in said["categories"].items()}, lost) == (
        {"accessibility": 1, "best-practices": 1},
        set(),
    )


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that says nothing, and knows no icon."""

    def log_message(self, *_):
        pass


class Strict(Quiet):
    """A server that blocks whatever stands within a page, as some CI servers do."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'")
        super().end_headers()


@pytest.mark.parametrize(("is_external", "works"), [(True, True), (False, False)])
def test_where_a_server_blocks_what_stands_in_a_page_three_files_work(chromium, results, tmp_path, is_external, works):
    page = html.render(results, "candidate")
    files = html.external(page, "report") if is_external else {"report.html": page}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    handler = functools.partial(Strict, directory=tmp_path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tab = chromium.new_page()
        tab.goto(f"http://127.0.0.1:{server.server_port}/report.html")
        is_scripted = tab.locator("[data-js]").first.is_visible()
        is_styled = tab.evaluate("getComputedStyle(document.querySelector('.sr')).position") == "absolute"
        tab.close()
        server.shutdown()

    assert (is_scripted, is_styled) == (works, works)


def test_the_page_reads_in_order_without_scripts_and_without_style(visit):
    bare = functools.partial(re.sub, r"<style>.*?</style>", "", flags=re.DOTALL)

    page = visit("candidate", bare, java_script_enabled=False)

    assert page.locator("h1, h2").all_inner_texts() == [
        "Sample",
        "Why 49.0",
        "What to do next",
        "Hidden tests",
        "Speed",
        "Quality",
        "Speed against quality",
        "Pace",
        "Source",
        "Provenance",
        "Keys",
    ]
    assert "Not accepted yet" in page.locator("#summary").inner_text()
    assert not page.locator(".tools").is_visible()
    assert page.locator("#balance svg line").first.get_attribute("stroke")


def test_paper_shows_what_was_folded_away(visit):
    page = visit("candidate", java_script_enabled=False)
    assert not page.locator("#passed table").is_visible()

    page.emulate_media(media="print")

    assert page.locator("#passed table").is_visible()
    assert not page.locator("nav").is_visible()


def test_the_summary_alone_can_be_printed(visit):
    page = visit("candidate")
    page.evaluate("window.print = () => {}")

    page.click("#brief")
    page.emulate_media(media="print")

    seen = [
        each
        for each in ("summary", "why", "next", "tests", "source", "provenance")
        if page.locator(f"#{each}").is_visible()
    ]
    assert seen == ["summary", "why", "next", "provenance"]


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ("t", "#tests"),
        ("s", "#speed"),
        ("q", "#quality"),
        ("j", "#F1L1"),
        ("jj", "#F1L2"),
        ("jjk", "#F1L1"),
        ("k", "#F1L3"),
        ("]", "#F1"),
        ("[", "#F1"),
    ],
)
def test_a_key_leads_somewhere(visit, keys, place):
    page = visit("candidate")

    page.keyboard.type(keys)

    assert page.evaluate("location.hash") == place


def test_keys_rest_in_fields_and_when_switched_off(visit):
    page = visit("candidate")

    page.fill("#filter", "")
    page.keyboard.type("tsq")
    page.evaluate("document.activeElement.blur()")
    page.uncheck("#keys-on", force=True) if page.locator("#keys-on").is_visible() else page.evaluate(
        "document.getElementById('keys-on').checked = false"
    )
    page.keyboard.type("ts?")

    assert (page.evaluate("location.hash"), page.input_value("#filter")) == ("", "tsq")
    assert not page.locator("#help").is_visible()


def test_the_keyboard_goes_through_the_page_in_its_order(visit):
    """First the way past the heading, then tools, contents, sections; each place has a visible outline."""
    page = visit("candidate")
    places = []

    for _ in range(30):
        page.keyboard.press("Tab")
        places.append(
            page.evaluate(
                "(() => { const at = document.activeElement, box = at.getBoundingClientRect();"
                " return [at.className || at.id || at.tagName, box.top + scrollY, getComputedStyle(at).outlineStyle]; })()"
            )
        )

    assert [name for name, _, _ in places[:4]] == ["skip", "brief", "theme", "keys"]
    assert [name for name, _, outline in places if outline != "solid"] == []
    tops = [
        page.evaluate(f"document.getElementById('{each}').offsetTop") for each in ("why", "tests", "speed", "quality")
    ]
    assert tops == sorted(tops)


def test_a_question_mark_lists_the_keys(visit):
    page = visit("candidate")

    page.keyboard.type("?")

    assert page.locator("#help").is_visible()
    assert "next, previous mark in the source" in page.locator("#help").inner_text()


def test_a_slash_filters_tests_and_findings(visit):
    page = visit("candidate")

    page.keyboard.type("/")
    page.keyboard.type("canary-names")

    assert page.locator("#filtered").inner_text() == "2 shown"
    shown = [row for row in page.locator(".case").all() if row.is_visible()]
    assert ["canary-names" in row.inner_text() for row in shown] == [True]


@pytest.mark.parametrize(
    ("name", "said"), [("candidate", "total 59.0 (graded: 57.0)"), ("dutch", "totaal 59,0 (beoordeeld: 57,0)")]
)
def test_the_slider_gives_the_total_at_other_weights(visit, name, said):
    """25 of correctness; quality 80 of 100 and speed 40 of 100 share 50 points."""
    page = visit(name)
    before = page.locator("line[data-total=own]").get_attribute("x1")

    page.fill("#wn", "15")

    assert page.locator("#wo").inner_text() == said
    assert page.input_value("#w") == "15"
    assert page.locator("line[data-total=own]").get_attribute("x1") != before


LINES = """
[...document.querySelectorAll('line[data-total]')]
    .filter((line) => line.getAttribute('visibility') !== 'hidden')
    .map((line) => ['x1', 'y1', 'x2', 'y2'].map((name) => line.getAttribute(name)))
"""


def test_the_slider_starts_where_the_server_drew(visit):
    drawn, moved = (visit("candidate", java_script_enabled=scripts).evaluate(LINES) for scripts in (False, True))

    assert len(drawn) > 2
    assert drawn == moved


def test_no_number_of_a_line_is_broken(visit):
    page = visit("ordinary", viewport={"width": 390, "height": 900})

    assert page.locator("#F1L1200 th").bounding_box()["height"] < 30


def test_the_number_of_a_line_marks_it(visit):
    page = visit("candidate")

    page.click("#F1L2 th")

    assert page.evaluate("location.hash") == "#F1L2"


def test_the_theme_can_be_turned(visit):
    page = visit("candidate", color_scheme="dark")

    page.click("#theme")

    assert page.get_attribute("html", "data-theme") == "light"
    assert page.get_attribute("#theme", "aria-pressed") == "false"


def test_whoever_wants_less_motion_gets_none(visit):
    page = visit("candidate", reduced_motion="reduce")

    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_a_link_opens_what_was_folded_away(visit):
    page = visit("candidate")

    page.evaluate("location.hash = 'passed'")
    page.wait_for_selector("#passed[open]")

    assert page.locator("#passed table").is_visible()
