"""batch.json: what a batch keeps of a submission, and that the file is read again as it was written."""

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from grader import bundled
from grader.errors import UsageError
from grader.results import file, summary
from grader.results.batch import SCHEMA, Batch, Entry, Mark, Ratio, Unmet
from grader.results.model import (
    AssignmentRef,
    Criterion,
    Finding,
    Gate,
    Group,
    Measurement,
    Pillars,
    Results,
    Rubric,
    Score,
    SubmissionRef,
    Test,
    Timing,
)
from grader.results.provenance import Host, Provenance
from grader.results.summary import Known

PROVENANCE = Provenance("1", (), "docker", "runc", "2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z", Host(2, 8000), 1)


def _test(id_, outcome):
    points = 1.0 if outcome == "passed" else 0.0
    return Test(id_, "g", id_.title(), outcome, points, 1.0, 0.1, 0.1, 10.0, "count")


@pytest.fixture
def results():
    """Two of three tests passed, two speed cases, one finding in 50 lines, a gate unmet."""
    return Results(
        schema="grader.results/1",
        assignment=AssignmentRef("a", "A", "1", "sha256:0"),
        submission=SubmissionRef("ada-1", "sha256:1", "ada.zip", 2, received_at="2026-01-02T00:00:00Z"),
        verdict="failed",
        reason=None,
        level="hidden",
        tests=(_test("one", "passed"), _test("two", "timeout"), _test("three", "passed")),
        groups=(Group("g", "G", 2, 3, 2.0, 3.0, "count"),),
        findings=(Finding("ruff", "F401", "a.py", 1, 1, "medium", "unused"),),
        measurements=(Measurement("lloc", 50.0, "lines"),),
        functions=(),
        speed=(Timing("x", 9, 2.0, 1.0, 4.0), Timing("y", 9, 8.0, 4.0, 16.0, inconclusive=True)),
        criteria=(Criterion("tests", "correctness", 100.0, 66.7, 66.7, 66.7, 33.4, 50.0, "scored", "why"),),
        score=Score(60.0, 59.0, 61.0, Pillars(66.7, 80.0, None), 60.0),
        gates=(
            Gate("min_share", True, "67%", "50%", "cap", 49.0),
            Gate("accept_share", False, "67%", "100%", "verdict"),
        ),
        improvements=(),
        glass="on",
        sources=(),
        provenance=PROVENANCE,
    )


KNOWN = Known("Ada Lovelace", "ada-1", deadline="2026-01-01T00:00:00Z", seconds=2.0)
ENTRY = Entry(
    id="ada-1",
    name="Ada Lovelace",
    source="ada.zip",
    digest="sha256:1",
    folder="ada-1",
    verdict="failed",
    reason=None,
    score=Score(60.0, 59.0, 61.0, Pillars(66.7, 80.0, None), 60.0),
    marks=(Mark("tests", "correctness", 100.0, 66.7, 66.7, 66.7, 33.4, 50.0, "scored"),),
    outcomes="ptpn",
    passed=2,
    ratio=Ratio(4.0, 2.0, 8.0),
    findings=1,
    findings_per_100=2.0,
    lines=50,
    files=2,
    gates=(Unmet("accept_share", "67%", "100%", None),),
    flags=("late", "inconclusive"),
    received_at="2026-01-02T00:00:00Z",
    deadline="2026-01-01T00:00:00Z",
    seconds=2.0,
)


def test_an_entry_holds_what_a_ranking_needs_in_the_order_of_the_batchs_tests(results):
    assert summary.entry(results, KNOWN, ("one", "two", "three", "four")) == ENTRY


def test_what_was_not_analysed_has_no_findings_which_is_not_none_found(results):
    entry = summary.entry(replace(results, measurements=(), findings=(), speed=()), KNOWN, ())

    assert (entry.findings, entry.findings_per_100, entry.lines, entry.ratio) == (None, None, None, None)


@pytest.fixture
def batch(results):
    """A batch of that submission."""
    return Batch(
        schema=SCHEMA,
        assignment=results.assignment,
        started_at="2026-01-01T00:00:00Z",
        finished_at=None,
        seed=7,
        noise=0.014,
        rubric=Rubric({"correctness": 50.0}, {"tests": 100.0}, {"min_share": 0.5, "security": "high"}),
        groups=summary.groups(results),
        tests=summary.tests(results),
        entries=(summary.entry(results, KNOWN, [test.id for test in results.tests]),),
        expected=3,
        provenance=PROVENANCE,
    )


def test_a_batch_is_read_again_as_it_was_written(tmp_path, batch):
    file.write_text(tmp_path / "batch.json", file.batch_text(batch))

    assert file.read_batch(tmp_path / "batch.json") == batch


def test_a_batch_keeps_to_the_schema_that_ships(batch):
    schema = json.loads((bundled.path("reports") / "batch.schema.json").read_text())

    Draft202012Validator.check_schema(schema)
    assert schema == json.loads(json.dumps(file.batch_schema()))
    assert list(Draft202012Validator(schema).iter_errors(json.loads(file.batch_text(batch)))) == []


def test_a_text_that_no_encoding_takes_is_replaced(tmp_path, batch):
    odd = replace(batch, entries=(replace(batch.entries[0], name="\udcff.zip"),))

    file.write_text(tmp_path / "batch.json", file.batch_text(odd))

    assert file.read_batch(tmp_path / "batch.json").entries[0].name == "\ufffd" * 3 + ".zip"


def test_a_batch_that_was_killed_says_how_to_end_it(tmp_path):
    (tmp_path / "journal.sqlite").touch()

    with pytest.raises(UsageError) as caught:
        file.read(file.locate(tmp_path))

    error = caught.value
    assert (error.code, error.why, error.do) == (
        "G450",
        "The folder holds a batch that never came to its end.",
        "Repeat the command of the batch with --resume: nothing is graded twice.",
    )


def test_one_submissions_record_is_no_batch(tmp_path, results):
    file.write(tmp_path / "batch.json", results)

    with pytest.raises(UsageError) as caught:
        file.read_batch(tmp_path / "batch.json")

    assert (caught.value.code, caught.value.do) == (
        "G450",
        "Give the batch.json that a run wrote, or its folder. Nothing was changed.",
    )


def test_who_was_timed_on_another_kind_of_machine_than_most_is_marked(results):
    def entry(id_, cpu, **more):
        host = replace(PROVENANCE.host, cpu=cpu)
        run = replace(
            results, submission=replace(results.submission, id=id_), provenance=replace(PROVENANCE, host=host)
        )
        return summary.entry(replace(run, **more), Known(id_, id_), [])

    given = [
        entry("ada", "Zen 4"),
        entry("bob", "Zen 4"),
        entry("cy", "Cortex"),
        entry("di", "Cortex", speed=()),
        entry("ed", ""),
    ]
    marked = summary.timed_alike(summary.timed_alike(given))

    assert [entry.id for entry in marked if "other_machine" in entry.flags] == ["cy"]
    assert [entry.machine for entry in marked] == ["Zen 4, 2 CPU", "Zen 4, 2 CPU", "Cortex, 2 CPU", "", ""]
    assert summary.timed_alike(marked[2:3])[0].flags == given[2].flags


def test_verdicts_are_counted_by_the_contracts_words(batch):
    assert summary.verdicts(batch) == {"accepted": 0, "failed": 1, "not_gradable": 0, "not_graded": 0}
