"""Every output tells the same numbers, and the sums on the page are exact."""

import csv
import io
import json
import re
import subprocess
import sys
from decimal import Decimal
from xml.etree import ElementTree as Tree

import html5lib
import pytest

from grader.render import formats, html
from grader.results import file
from grader.results.redact import redact


def table(results, lang="en"):
    """The waterfall's rows: cells as texts."""
    tree = html5lib.parse(html.render(results, "candidate", lang), namespaceHTMLElements=False)
    [found] = [each for each in tree.iter("table") if each.get("class") == "fall"]
    return [["".join(cell.itertext()).strip() for cell in row] for row in found.iter("tr")]


def number(text):
    return Decimal(text.replace("−", "-").replace(",", "."))


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_waterfall_sums_exactly(results, lang):
    *rows, last = table(results, lang)[1:]

    lost = [number(row[2]) for row in rows]
    assert number(last[2]) == sum(lost)
    assert 100 + sum(lost) == number(last[3].split(" / ")[0]) == Decimal("49.0")


def test_a_cap_is_a_row_of_its_own_and_hatched(results):
    page = html.render(results, "candidate")

    assert [row[0].split()[0] for row in table(results)[1:]] == ["Hidden", "Run", "Style", "Cap", "Score"]
    [cap] = re.findall(r"<tr><th scope=\"row\">[^\n]*Cap [^\n]*</tr>", page)
    assert 'fill="url(#hatch)"' in cap


def test_points_next_to_bars_are_those_of_the_record(results):
    kept = {row[0].split("  ")[0].split("\n")[0]: row[3] for row in table(results)[1:-2]}

    assert list(kept.values()) == ["25.0 / 50.0", "8.0 / 20.0", "24.0 / 30.0"]


def test_all_outputs_tell_one_total(results):
    shown = redact(results, "candidate")
    tree = html5lib.parse(html.render(results, "candidate"), namespaceHTMLElements=False)
    [big] = [each for each in tree.iter("p") if each.get("class") == "big"]
    junit = Tree.fromstring(formats.named("junit").render(results))
    properties = {each.get("name"): each.get("value") for each in junit.iter("property")}
    [header, row] = csv.reader(io.StringIO(formats.named("csv").render(results)))

    told = {
        "html": big.text.strip(),
        "markdown": re.search(r"([\d.]+) of 100", formats.named("md").render(results))[1],
        "junit": properties["total"],
        "csv": dict(zip(header, row, strict=True))["total"],
        "json": json.loads(file.text(shown))["score"]["total"],
    }
    assert {name: Decimal(str(value)) for name, value in told.items()} == dict.fromkeys(told, Decimal("49"))


def test_all_outputs_tell_the_same_points_of_groups(results):
    page, summary = html.render(results, "candidate"), formats.named("md").render(results)

    told = [
        (f"{g.points:.1f} / {g.max_points:.1f}" in page, f"{g.points:g} of {g.max_points:g}" in summary)
        for g in results.groups
    ]
    assert told == [(True, True)] * 5


def test_the_same_record_gives_the_same_bytes_in_every_process(results, tmp_path):
    path = tmp_path / "results.json"
    file.write(path, results)
    code = (
        "import hashlib, sys, pathlib; from grader.render import html; from grader.results import file\n"
        f"text = html.render(file.read(pathlib.Path({str(path)!r})), 'reviewer', 'nl')\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )

    seen = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(seen) == 1
