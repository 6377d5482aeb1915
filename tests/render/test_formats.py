"""Machine formats: valid, equal to the record, and silent about what a candidate may not see."""

import csv
import dataclasses
import io
import json
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.errors import UsageError
from grader.quote import quote
from grader.render import annotations, escape, formats
from grader.results import file
from grader.results.redact import redact


@pytest.mark.parametrize("name", formats.FORMATS)
def test_nothing_hidden_is_in_any_format(results, name):
    text = formats.named(name).render(results)

    assert [level for level in ("nothing", "count") if f"canary-{level}" in text] == []
    assert "source-canary" not in text


@pytest.mark.parametrize("name", ["junit", "md", "csv"])
def test_every_format_tells_the_recorded_total(results, name):
    assert "49.0" in formats.named(name).render(results)


def test_junit_parses_strictly_and_counts_what_failed(hostile):
    root = Tree.fromstring(formats.named("junit").render(hostile).encode())

    assert root.tag == "testsuites"
    assert int(root.get("failures")) == len(root.findall(".//failure"))
    assert len(root.findall("testsuite")) == 5


def test_junit_of_an_ungraded_run_is_one_error(ungraded):
    root = Tree.fromstring(formats.named("junit").render(ungraded).encode())

    assert (root.get("tests"), root.get("errors")) == ("1", "1")


def test_sarif_has_relative_escaped_places_and_stable_marks(hostile, results):
    log = json.loads(formats.named("sarif").render(hostile))
    [run] = log["runs"]
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    marks = [
        r["partialFingerprints"]["primaryLocationLineHash"]
        for r in json.loads(formats.named("sarif").render(results))["runs"][0]["results"]
    ]

    assert log["version"] == "2.1.0"
    assert not set(uri) & set('<>" \n#\\')
    assert len(set(marks)) == len(marks)


def test_a_hostile_summary_has_the_blocks_of_a_harmless_one(hostile, harmless):
    parser = MarkdownIt("gfm-like", {"html": True})

    shapes = [[token.type for token in parser.parse(formats.named("md").render(run))] for run in (hostile, harmless)]
    inline = [
        child.type
        for token in parser.parse(formats.named("md").render(hostile))
        for child in token.children or []
        if child.type in ("link_open", "image", "html_inline")
    ]
    assert shapes[0] == shapes[1]
    assert inline == []


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("a;=1+1", "a;'=1+1"),
        ('a; "@SUM(1)', "a; \"'@SUM(1)"),
        ("\uff1d1", "'\uff1d1"),
        ("a-b; c=d", "a-b; c=d"),
    ],
)
def test_no_formula_stands_where_any_language_parts_cells(text, cell):
    assert escape.csv_cell(text) == cell


def test_a_cell_is_never_a_formula(hostile):
    rows = list(csv.reader(io.StringIO(formats.named("csv").render(hostile))))

    assert len(rows) == 2
    assert all(cell[:1] not in ("=", "+", "@") for cell in rows[1])


def test_annotations_command_nothing_but_themselves(hostile):
    lines = annotations.lines(redact(hostile, "candidate"), "github")

    assert all("\n" not in line and line.startswith(("::warning ", "::error ")) for line in lines)


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(UsageError, match="no format 'pdf'") as caught:
        formats.named("pdf")

    assert "junit, sarif, md, csv" in caught.value.why


def test_a_record_is_read_as_it_was_written(results, tmp_path):
    file.write(tmp_path / "results.json", results)

    assert file.read(tmp_path / "results.json") == results


def test_the_shipped_schema_is_the_generated_one():
    from grader import bundled

    assert json.loads((bundled.path("reports") / "results.schema.json").read_text()) == json.loads(
        json.dumps(file.schema())
    )


def test_a_foreign_file_is_no_record(tmp_path):
    (tmp_path / "results.json").write_text('{"schema": "other"}')

    with pytest.raises(UsageError) as caught:
        file.read(tmp_path / "results.json")
    assert caught.value.code == "G450"


@given(st.text())
def test_quoted_text_holds_nothing_that_a_terminal_obeys(text):
    shown = quote(text)

    assert shown.isprintable() or not shown


@pytest.mark.parametrize("provider", ["generic", "gitlab", "jenkins"])
def test_a_path_is_no_command_of_a_ci(hostile, provider):
    path = "##vso[task.setvariable variable=GATE]open/x.py"
    finding = dataclasses.replace(hostile.findings[0], path=path)

    lines = annotations.lines(dataclasses.replace(hostile, findings=(finding,)), provider)

    assert not any("##vso" in line for line in lines)


def test_a_format_that_is_not_there_names_those_that_are():
    with pytest.raises(UsageError) as caught:
        formats.wanted(["junit", "pdf"])

    error = caught.value
    assert (error.code, error.what, error.why, error.do) == (
        "G502",
        "no format 'pdf'",
        f"Known are: {', '.join(formats.FORMATS)}; results.json and the HTML reports are always written.",
        "Correct --format. Nothing was run.",
    )
