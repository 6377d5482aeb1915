"""How a batch's progress looks: in a log, for a collector, on a terminal; names are foreign text."""

import io
import json

import pytest
from rich.console import Console

from grader.batch.tally import Tally
from grader.cli.watch import Json, Lines, Live, Watching


def tally():
    """A clock that rises by ten seconds a look."""
    now = iter(range(0, 10_000, 10))
    return Tally(lambda: float(next(now)))


def play(watch):
    """Three submissions, one of them done before; one has to be repeated."""
    watch.note("x.txt is no submission")
    watch.begin(3, 1, 2)
    watch.started("ada-1", "Ada")
    watch.stage("ada-1", "examine", "20 tests")
    watch.step("ada-1", 5, 20)
    watch.finished("ada-1", "retry", "a service ended")
    watch.started("ada-1", "Ada")
    watch.finished("ada-1", "accepted", "97.5")
    watch.started("bob-2", "\x1b[31mBob [red]")
    watch.finished("bob-2", "not_gradable", "G311: no module")


def test_a_log_has_a_line_at_the_start_and_the_end_of_each():
    said = []

    play(Lines(tally(), said.append))

    assert said == [
        "note: x.txt is no submission",
        "batch: 3 submissions, 1 of them graded before, 2 at a time",
        "start Ada",
        "done  Ada: to be repeated: a service ended (10.0 s) 1/3",
        "start Ada",
        "done  Ada: accepted 97.5 (10.0 s) 2/3",
        "start \\x1b[31mBob [red]",
        "done  \\x1b[31mBob [red]: not gradable G311: no module (10.0 s) 3/3",
    ]


def test_what_every_worker_finds_is_said_once():
    said = []
    watch = Lines(tally(), said.append)

    for message in ("another base image stands in", "another base image stands in", "the reference fails"):
        watch.note(message)

    assert said == ["note: another base image stands in", "note: the reference fails"]


def test_a_log_hears_every_thirty_seconds_how_far_it_is():
    said, waits = [], iter([False, True])
    watch = Lines(tally(), said.append, lambda _seconds: next(waits))
    watch.begin(4, 0, 2)
    watch.started("ada-1", "Ada")
    watch.finished("ada-1", "not_graded")
    watch.started("bob-2", "Bob")
    watch.stage("bob-2", "speed")

    with watch:
        pass

    assert said[-1] == "batch: 1 of 4 done after 40 s; 2 min left, 1 not graded; at work: Bob (speed)"


def test_a_collector_gets_one_json_object_a_line_with_ecs_names(capsys):
    play(Json(tally()))

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["log.level"], line["message"]) for line in lines] == [
        ("warn", "x.txt is no submission"),
        ("info", "batch started"),
        ("info", "submission started"),
        ("warn", "Ada: to be repeated: a service ended"),
        ("info", "submission started"),
        ("info", "Ada: accepted 97.5"),
        ("info", "submission started"),
        ("info", "\x1b[31mBob [red]: not gradable G311: no module"),
    ]
    assert all({"@timestamp", "ecs.version", "service.name", "labels"} <= line.keys() for line in lines)
    assert lines[5]["labels"] == {"submission": "ada-1", "verdict": "accepted", "done": "2"}
    assert (lines[5]["event.outcome"], lines[5]["event.duration"]) == ("success", 10_000_000_000)


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("accepted", ("info", "success")),
        ("failed", ("info", "success")),
        ("not_gradable", ("info", "success")),
        ("reference", ("info", "success")),
        ("not_graded", ("warn", "failure")),
        ("retry", ("warn", "failure")),
        ("lost", ("warn", "failure")),
    ],
)
def test_a_collector_is_warned_of_what_is_a_fault_of_ours_alone(capsys, verdict, told):
    Json(tally()).finished("ada-1", verdict)

    line = json.loads(capsys.readouterr().err)
    assert (line["log.level"], line["event.outcome"]) == told


def test_a_terminal_shows_a_line_a_running_submission_and_the_rest():
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=120, color_system=None)
    with Live(tally(), console, has_symbols=False) as watch:
        watch.begin(3, 0, 2)
        watch.started("ada-1", "Ada")
        watch.stage("ada-1", "examine", "20 tests")
        watch.started("bob-2", "[red]Bob")
        watch._display.refresh()
        while_running = out.getvalue()
        watch.finished("ada-1", "not_graded")
        watch._display.refresh()

    assert "Ada examine 20 tests" in while_running
    assert "[red]Bob waiting" in while_running
    assert "1/3" in out.getvalue()
    assert "left, 1 not graded" in out.getvalue()


@pytest.mark.parametrize("name", [r"ada\[/x]", r"ada\[link=mailto:x]", "ada[/x]", r"ada\\[bold]"])
def test_no_name_is_markup_on_a_terminal(name):
    out = io.StringIO()
    with Live(tally(), Console(file=out, force_terminal=True, width=120), has_symbols=False) as watch:
        watch.begin(1, 0, 1)
        watch.started("ada-1", name)
        watch.stage("ada-1", "examine", name)
        watch.note(f"{name} is no submission")
        watch._display.refresh()

    assert f"{name} \x1b[2mexamine {name}" in out.getvalue()
    assert f"note: {name} is no submission\n" in out.getvalue()
    assert "\x1b]8" not in out.getvalue()


def test_quiet_counts_and_says_nothing(capsys):
    watch = Watching(tally())

    play(watch)

    assert capsys.readouterr() == ("", "")
    assert (watch.tally.done(), watch.tally.failures()) == (3, "1 not gradable, 1 to be repeated")
