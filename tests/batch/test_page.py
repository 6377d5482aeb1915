"""The page of a batch: one file that ranks, shows how sure that is, and ranks again in the browser."""

import json
import random
import re
import stat
from dataclasses import replace
from fractions import Fraction

import html5lib
import pytest

from grader.batch import blind, rank, totals
from grader.cli import batch_pages
from grader.render import batch_page, ranking
from grader.results.batch import Block, Pair, Similarity

LEFT = "() => [...document.querySelectorAll('#rank-body tr')].filter(r => !r.hidden).map(r => r.id)"
HOSTILE = "</script>\"'><svg onload=alert(1)>{{7*7}}\u202e\x1b[31m\0::error::x\r\n=1+1|`@user <!-- ]]>"


def standing(record):
    return rank.standing(record, random.Random(record.seed))


def page(record, **more):
    return batch_page.render(record, standing(record), **more)


def elements(text):
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    return [(element.tag, sorted(element.attrib)) for element in tree.iter() if isinstance(element.tag, str)]


@pytest.fixture(scope="session")
def many(batch, entry, ungraded):
    """Twenty-four submissions with ties, a cap, one without speed, one copy, one that can't be graded; two are alike."""
    draw = random.Random(3)
    entries = [
        entry(
            f"s{n:02}",
            correctness := round(draw.uniform(10, 50), 1),
            round(draw.uniform(20, 100), 1),
            None if n == 5 else round(draw.uniform(0, 100), 1),
            noise=draw.uniform(0, 8),
            cap=49.0 if correctness < 25 else None,
            outcomes="".join(draw.choice("pppppftecmn") for _ in range(12)),
        )
        for n in range(22)
    ]
    entries.append(replace(entries[0], id="zz", name="Zz", same_as="s00"))
    alike = Similarity(
        "tokens", 0.6, (1, 2, 0, 0, 0, 0, 0, 0, 0, 1), (Pair("s01", "s02", 0.9, (Block("a", 1, "b", 2, 9),)),)
    )
    reference = entry("reference", 50, 97, 100, outcomes="p" * 12)
    return batch(*entries, ungraded("dan", "G312", "no module"), tests=12, similarity=alike, reference=reference)


def named(record, text):
    """The same batch with a text wherever a submission's, an author's or a tool's text can stand."""
    renamed = {
        entry.id: replace(entry, name=entry.name + text, source=entry.source + text, flags=(text,))
        for entry in record.entries
    }
    entries = [
        replace(entry, reason=replace(entry.reason, message=entry.reason.message + text)) if entry.reason else entry
        for entry in renamed.values()
    ]
    tests = [replace(test, title=test.title + text) for test in record.tests]
    pair = record.similarity.pairs[0]
    block = replace(pair.blocks[0], path_a=text, path_b=text)
    similarity = replace(record.similarity, method=text, pairs=(replace(pair, blocks=(block,)),))
    assignment = replace(record.assignment, title=text)
    return replace(record, entries=tuple(entries), tests=tuple(tests), similarity=similarity, assignment=assignment)


def test_hostile_text_adds_no_element_and_no_attribute(many):
    hostile, harmless = page(named(many, HOSTILE)), page(named(many, "plain"))

    assert elements(hostile) == elements(harmless)
    assert not re.search("\x1b|\u202e|\0", hostile)


def test_the_page_is_well_formed_and_every_link_inside_it_leads_somewhere(many):
    text = page(many)
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)

    tree = parser.parse(text)

    ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
    linked = {element.attrib["href"][1:] for element in tree.iter() if element.attrib.get("href", "").startswith("#")}
    assert len(ids) == len(set(ids))
    assert linked - set(ids) - {f"i-{name}" for name in ("flag",)} == set()
    assert not re.search(r"\sstyle=|\son\w+=|https?://", text.partition("</style>")[2].partition("<script>")[0])


@pytest.fixture(scope="session")
def namesakes(batch, entry, ungraded):
    """Submissions whose ids are those of the page's own elements, too."""
    graded = [entry(id_, 40.0, 60.0, speed) for id_, speed in (("data", 90.0), ("w", 50.0), ("filter", 10.0))]
    return batch(*graded, ungraded("ranking", "G312", "no module"))


def test_no_submissions_id_is_that_of_an_element_of_the_page(namesakes):
    tree = html5lib.parse(page(namesakes), namespaceHTMLElements=False)
    ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
    rows = [element.attrib["id"] for element in tree.iter("tr") if "id" in element.attrib]

    assert len(ids) == len(set(ids))
    assert rows == ["row-data", "row-w", "row-filter", "row-ranking"]
    assert [id_ for id_ in ids if id_.startswith("row-") and id_ not in rows] == []


def test_the_same_record_gives_the_same_bytes(many):
    assert page(many) == page(many)


def test_dutch_leaves_no_english_sentence(many):
    text = page(many, lang="nl")

    assert '<html lang="nl">' in text
    assert "Without a grade" not in text
    assert "Rangschikking" in text


@pytest.mark.parametrize("graded", [0, 1])
def test_a_batch_of_none_or_one_has_a_page(batch, entry, ungraded, graded):
    record = batch(*[entry("ada", 40, 50, 60)][:graded], ungraded("dan", "G312", "no module"))

    text = page(record)

    assert ("No submission has a grade" in text) is (graded == 0)
    assert "no module" in text


def test_five_hundred_submissions_and_120_tests_stay_below_their_budget(batch, entry):
    draw = random.Random(5)
    entries = [
        entry(f"s{n:03}", round(draw.uniform(0, 50), 1), round(draw.uniform(0, 100), 1), round(draw.uniform(0, 100), 1), noise=3.0,
              outcomes="".join(draw.choice("pppf") for _ in range(120)))
        for n in range(500)
    ]  # fmt: skip

    assert len(page(batch(*entries, tests=120)).encode()) < 1_500_000


def test_a_blind_page_holds_no_identity(many):
    record = named(many, "-canary")
    names = blind.aliases(record, b"k" * 32)
    hidden = blind.blinded(record, names)

    shown = [page(hidden, is_blind=True), ranking.render(hidden, standing(hidden))]

    people = [value for entry in record.entries for value in (entry.name, entry.source)]
    assert [value for value in people for text in shown if value in text] == []
    assert [entry.id for entry in record.entries if re.search(rf"\b{entry.id}\b", shown[1])] == []
    assert all(alias in shown[0] for alias in names.values())


def test_aliases_hang_on_the_key_and_stay_for_the_same(many):
    once, again, other = (blind.aliases(many, key) for key in (b"a" * 32, b"a" * 32, b"b" * 32))

    assert once == again
    assert set(once.values()).isdisjoint(other.values())
    assert len(set(once.values())) == len(many.entries)


def test_who_is_who_is_for_its_owner_alone_and_aliases_stay_when_rendered_again(many, tmp_path):
    for _ in range(2):
        batch_pages.write_blind_pages(many, tmp_path, "en")
        kept = json.loads((tmp_path / "aliases.json").read_text())["aliases"]

    assert stat.S_IMODE((tmp_path / "aliases.json").stat().st_mode) == 0o600
    assert {person["name"] for person in kept.values()} == {entry.name for entry in many.entries}
    assert all(alias in (tmp_path / "batch.blind.html").read_text() for alias in kept)


def test_the_table_for_a_spreadsheet_holds_no_formula(many):
    text = ranking.render(named(many, ""), standing(many))
    hostile = replace(many, entries=tuple(replace(entry, name="=1+1") for entry in many.entries))

    assert text.splitlines()[0].startswith("place,worst,id,name,verdict,total")
    assert "'=1+1" in ranking.render(hostile, standing(hostile))
    assert len(text.splitlines()) == len(many.entries) + 1


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def opened(browser, many, tmp_path, request):
    """The page of the batch, or of the one that a test names, in a browser; requests and complaints are kept."""
    record = request.getfixturevalue(request.param) if hasattr(request, "param") else many
    (tmp_path / "batch.html").write_text(page(record))
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.noise = []
    tab.on("console", lambda message: tab.noise.append(message.text))
    tab.on("pageerror", lambda error: tab.noise.append(str(error)))
    tab.on("request", lambda request: tab.noise.append(request.url) if not request.url.startswith("file:") else None)
    tab.at = f"{tmp_path}/batch.html"
    tab.goto(f"file://{tab.at}")
    yield tab
    tab.close()


def cells(tab):
    row = "r => [r.id.slice(4), ...[...r.cells].map(c => c.textContent)]"
    return tab.evaluate(f"() => [...document.querySelectorAll('#rank-body tr')].map({row})")


def weigh(tab, speed):
    tab.evaluate(
        "v => { const w = document.getElementById('w'); w.value = v; w.dispatchEvent(new Event('input')); }", speed
    )


@pytest.mark.parametrize(("outcomes", "is_told"), [("pppp", False), ("pppf", True)])
def test_a_reference_that_its_own_tests_refuse_stands_above_the_ranking(batch, entry, outcomes, is_told):
    record = batch(entry("ada", 50, 80, 50), reference=entry("reference", 50, 97, 100, outcomes=outcomes))

    assert ("own reference is not accepted" in page(record)) is is_told


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 820, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_asks_for_nothing_complains_of_nothing_and_fits(opened, width, scheme):
    opened.set_viewport_size({"width": width, "height": 900})
    opened.emulate_media(color_scheme=scheme)

    wide = opened.evaluate("() => document.documentElement.scrollWidth")

    assert (wide, opened.noise) == (width, [])


@pytest.mark.browser
@pytest.mark.parametrize("speed", [0, 10, 37, 50])
def test_the_browser_ranks_again_as_the_record_does(opened, many, speed):
    weigh(opened, speed)

    share = Fraction(speed, 50)
    lines = {entry.id: totals.total(entry, many.rubric.pillars) for entry in rank.ranked(many)}
    expected = sorted(lines, key=lambda id_: (-float(lines[id_].at(share)), list(lines).index(id_)))
    shown = cells(opened)
    assert [row[0] for row in shown] == expected
    assert [float(row[3]) for row in shown] == pytest.approx(
        [float(lines[id_].at(share)) for id_ in expected], abs=0.051
    )


@pytest.mark.browser
@pytest.mark.parametrize("speed", [0, 10, 37, 50])
def test_the_browser_balances_as_the_rubric_does(browser, many, tmp_path, speed):
    balanced = replace(many, rubric=replace(many.rubric, balance="geometric"))
    (tmp_path / "batch.html").write_text(page(balanced))
    tab = browser.new_page()
    tab.goto(f"file://{tmp_path}/batch.html#w={speed}")

    shown = {row[0]: float(row[3]) for row in cells(tab)}

    expected = {e.id: totals.geometric(e, many.rubric.pillars)(speed / 50) for e in rank.ranked(balanced)}
    assert shown == pytest.approx(expected, abs=0.051)
    tab.close()


@pytest.mark.browser
def test_back_at_the_graded_weight_every_cell_is_as_it_was_served(opened):
    before = cells(opened)

    weigh(opened, 45)
    moved = cells(opened)
    opened.click("#reset")

    assert moved != before
    assert cells(opened) == before
    assert opened.is_hidden("#what-if")


@pytest.mark.browser
def test_a_chosen_weight_is_shown_as_configuration_and_announced(opened):
    weigh(opened, 10)

    assert opened.text_content("#config") == "[pillars]\ncorrectness = 50\nquality = 40\nspeed = 10"
    assert opened.text_content("#say").endswith("is first.")
    assert opened.evaluate("() => location.hash") == "#w=10"


@pytest.mark.browser
def test_what_was_chosen_stands_in_the_address_and_comes_back(opened):
    weigh(opened, 10)
    opened.click(".rank th[data-sort=q] button")
    opened.fill("#filter", "s0")
    opened.check("#under")
    before, address = cells(opened), opened.evaluate("() => location.hash")

    opened.goto("about:blank")
    opened.goto(f"file://{opened.at}{address}")

    shown = "() => [document.getElementById('filter').value, document.getElementById('shown').textContent]"
    assert address == "#w=10&sort=q&find=s0&under=1"
    assert (cells(opened), opened.evaluate(shown)[0], opened.noise) == (before, "s0", [])


@pytest.mark.browser
def test_an_address_that_means_nothing_chooses_nothing(opened):
    before = cells(opened)

    opened.goto(f"file://{opened.at}#sort=nothing&w=x&more=1")
    opened.reload()

    assert (cells(opened), opened.is_hidden("#what-if"), opened.noise) == (before, True, [])


@pytest.mark.browser
def test_rows_are_sorted_and_found(opened):
    opened.click(".rank th[data-sort=tests] button")
    by_tests = [int(row[9]) for row in cells(opened)]
    opened.fill("#filter", "S03")
    left = opened.evaluate(LEFT)

    assert by_tests == sorted(by_tests, reverse=True)
    assert left == ["row-s03"]


@pytest.mark.browser
@pytest.mark.parametrize("opened", ["namesakes"], indirect=True)
def test_a_submission_called_like_an_element_of_the_page_breaks_no_script(opened):
    opened.fill("#filter", "w")
    left = opened.evaluate(LEFT)
    weigh(opened, 10)
    opened.click('.verdict a[href="#row-data"]')

    assert left == ["row-w"]
    assert opened.text_content("#config").endswith("speed = 10")
    assert opened.evaluate("() => document.querySelector(':target').closest('table').className") == "rank"
    assert opened.noise == []


@pytest.mark.browser
def test_without_scripts_the_ranking_stands_and_no_dead_tool_is_shown(browser, many, tmp_path):
    (tmp_path / "batch.html").write_text(page(many))
    tab = browser.new_context(java_script_enabled=False).new_page()
    tab.goto(f"file://{tmp_path}/batch.html")

    assert tab.is_visible("#rank-body tr:first-child")
    assert tab.is_hidden("#filter")
