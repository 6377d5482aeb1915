"""What a stream can show: colour, movement, symbols, width."""

import io
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from rich.table import Table

from grader.cli.options import Manner
from grader.cli.progress import PlainLines
from grader.cli.screen import screen
from grader.render import terminal

RECORD = Path(__file__).parent / "record.json"


class Stream(io.StringIO):
    """A stream of an encoding, on a terminal or not."""

    def __init__(self, is_terminal, encoding="utf-8"):
        super().__init__()
        self._is_terminal, self._encoding = is_terminal, encoding

    @property
    def encoding(self):
        return self._encoding

    def isatty(self):
        return self._is_terminal


@pytest.mark.parametrize(
    ("is_terminal", "environment", "asked", "has_color"),
    [
        pytest.param(True, {}, None, True, id="a terminal"),
        pytest.param(False, {}, None, False, id="a pipe"),
        pytest.param(True, {"NO_COLOR": "1"}, None, False, id="NO_COLOR"),
        pytest.param(True, {"NO_COLOR": ""}, None, True, id="an empty NO_COLOR is none"),
        pytest.param(False, {"FORCE_COLOR": "1"}, None, True, id="FORCE_COLOR"),
        pytest.param(False, {"FORCE_COLOR": "0"}, None, False, id="FORCE_COLOR=0 is none"),
        pytest.param(True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, None, False, id="NO_COLOR beats FORCE_COLOR"),
        pytest.param(True, {"TERM": "dumb"}, None, False, id="a dumb terminal"),
        pytest.param(True, {"NO_COLOR": "1"}, True, True, id="--color always beats the environment"),
        pytest.param(True, {"FORCE_COLOR": "1"}, False, False, id="--color never beats the environment"),
    ],
)
def test_colour_follows_the_option_then_the_environment_then_the_stream(is_terminal, environment, asked, has_color):
    assert screen(Manner(color=asked), Stream(is_terminal), environment).has_color is has_color


@pytest.mark.parametrize(
    ("is_terminal", "environment", "is_live"),
    [
        pytest.param(True, {}, True, id="a terminal"),
        pytest.param(True, {"NO_COLOR": "1"}, True, id="without colour it still moves"),
        pytest.param(True, {"TERM": "dumb"}, False, id="a dumb terminal"),
        pytest.param(False, {"FORCE_COLOR": "1"}, False, id="colour that is forced moves no cursor"),
    ],
)
def test_only_a_terminal_is_animated(is_terminal, environment, is_live):
    assert screen(Manner(), Stream(is_terminal), environment).is_live is is_live


@pytest.mark.parametrize(
    ("environment", "width"),
    [({"COLUMNS": "60"}, 60), ({"COLUMNS": "0"}, 132), ({"COLUMNS": "wide"}, 132), ({}, 132)],
)
def test_the_width_comes_from_columns(environment, width):
    assert screen(Manner(), Stream(False), environment).width == width


@pytest.mark.parametrize(
    ("encoding", "symbols"), [("utf-8", terminal.SYMBOLS), ("ascii", terminal.ASCII), ("latin-1", terminal.ASCII)]
)
def test_symbols_fall_back_to_what_the_encoding_can_write(encoding, symbols):
    assert screen(Manner(), Stream(False, encoding), {}).symbols is symbols


def test_nothing_that_is_printed_is_markup():
    stream = Stream(True)
    table = Table.grid()
    table.add_row(r"a\[link=mailto:x]")

    screen(Manner(), stream, {}).console(stream).print("[/x]", table)

    assert stream.getvalue() == "[/x]\na\\[link=mailto:x]\n"


PLAIN = """\
+ accepted  100.0 of 100 (100.0 to 100.0)
criterion   points    of              why
tests         62.5  62.5  ##########  4 of 4 tests passed: 1 of 1 points
style         17.1  17.1  ##########  0 findings in 40 lines: 0.0 weighted per 100
complexity    13.6  13.6  ##########  100% of the code in functions of at most 10 paths, 0% in tangled ones
security       6.8   6.8  ##########  no finding
group  passed  points
Tests  4 of 4  1 of 1
"""
WITH_SYMBOLS = PLAIN.replace("#", "█").replace("+ accepted", "✓ accepted")


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        pytest.param({"PYTHONIOENCODING": "ascii"}, PLAIN, id="ascii"),
        pytest.param({"PYTHONIOENCODING": "utf-8"}, WITH_SYMBOLS, id="a pipe"),
        pytest.param({"PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", "FORCE_COLOR": "1"}, WITH_SYMBOLS, id="NO_COLOR"),
        pytest.param({"PYTHONIOENCODING": "utf-8", "TERM": "dumb"}, WITH_SYMBOLS, id="a dumb terminal"),
    ],
)
def test_off_a_terminal_the_summary_is_plain_text(tmp_path, environment, shown):
    done = subprocess.run(
        [sys.executable, "-m", "grader", "report", RECORD, "--out", tmp_path],
        capture_output=True,
        check=True,
        env={**_without_colour(), **environment},
    )

    assert "".join(f"{line.rstrip()}\n" for line in done.stdout.decode().splitlines()) == shown
    assert done.stderr.decode() == f"{tmp_path}/report.html\n"


@pytest.mark.parametrize(
    ("environment", "head"),
    [
        pytest.param({}, b"\x1b[1;34m\xe2\x9c\x93 accepted\x1b[0m", id="in colour"),
        pytest.param({"NO_COLOR": "1"}, b"\xe2\x9c\x93 accepted  ", id="NO_COLOR"),
    ],
)
def test_a_terminal_gets_colour_unless_it_is_asked_not_to(tmp_path, environment, head):
    ours, theirs = pty.openpty()

    subprocess.run(
        [sys.executable, "-m", "grader", "report", RECORD, "--out", tmp_path],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        check=True,
        env={**_without_colour(), "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **environment},
    )

    os.close(theirs)
    assert os.read(ours, 4096).startswith(head)
    os.close(ours)


def test_the_live_display_leaves_no_line_behind():
    code = (
        "from grader.cli.options import Manner\n"
        "from grader.cli.progress import progress\n"
        "with progress(Manner()) as shown:\n"
        "    shown.stage('examine', '4 tests')\n"
        "    shown.step(1, 4, 'test_[bold]a')\n"
        "    shown.note('using the process sandbox')\n"
        r"    shown.note(r'ada\[/x]')"
    )
    ours, theirs = pty.openpty()

    subprocess.run(
        [sys.executable, "-c", code],
        stdout=theirs,
        stderr=theirs,
        check=True,
        env={**_without_colour(), "TERM": "xterm", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
    )

    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert "note: using the process sandbox\r\n" in shown
    assert "examine" in shown
    assert "test_[bold]a" in shown
    assert "note: ada\\[/x]\r\n" in shown
    assert shown.endswith("\x1b[1A\x1b[2K")  # the last line is taken back


class Time:
    """A clock that a test moves; each wait takes as long as it is asked to, and the last one is told to end."""

    def __init__(self, waits):
        self.now, self._waits = 0.0, waits
        self.is_over = threading.Event()

    def clock(self):
        return self.now

    def wait(self, seconds):
        if self._waits == 0:
            self.is_over.set()
            return True
        self._waits -= 1
        self.now += seconds
        return False


def test_a_log_gets_a_line_a_stage_and_one_every_30_seconds():
    said, time = [], Time(waits=2)
    lines = PlainLines(said.append, time.clock, time.wait)
    lines.stage("speed", "2 cases")
    lines.step(1, 2, "top-n")

    with lines:
        time.is_over.wait(10)

    assert said == [
        "speed: 2 cases",
        "speed: top-n 1 of 2, still at work after 30 s",
        "speed: top-n 1 of 2, still at work after 60 s",
    ]


def test_foreign_text_in_a_log_is_one_line():
    said, time = [], Time(waits=0)
    lines = PlainLines(said.append, time.clock, time.wait)

    lines.stage("intake", "a\n::error::b\x1b[2J")
    lines.note("x\ry")

    assert said == [r"intake: a\n::error::b\x1b[2J", r"note: x\ry"]


def _without_colour():
    return {
        name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM")
    }
