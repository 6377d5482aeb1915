"""A batch's ranking on a terminal: places, names and totals stand at every width, whatever a reason says."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from grader.batch import rank
from grader.render import standings

WHY = "the module answer is missing: the brief asks for answer.py at the top of the submission, and there is none"


@pytest.fixture
def record(batch, entry, ungraded):
    """Two that share a place, one of a long name, one that is broken for a long reason."""
    cleo = replace(entry("cleo", 20.0, 70.0, 60.0, outcomes="ppff"), name="Cleopatra the Seventh Philopator of Egypt")
    ranked = (entry("ada", 50.0, 90.0, 20.0, noise=4), entry("ben", 50.0, 40.0, 100.0, noise=3), cleo)
    return batch(*ranked, ungraded("dan", "G312", WHY))


def shown(record, width):
    console = Console(width=width, file=io.StringIO(), color_system=None, markup=False)
    console.print(standings.table(record, rank.places(rank.ranked(record)), width))
    return "".join(f"{line.rstrip()}\n" for line in console.file.getvalue().splitlines())


WIDE = """\
place  submission                        verdict         total       band  correct  quality  speed  tests
 =1-2  Ben                               + accepted       82.0  81.4-82.6      100       40    100    4/4
 =1-2  Ada                               + accepted       81.0  80.2-81.8      100       90     20    4/4
    3  Cleopatra the Seventh Philopato…  x failed         53.0  53.0-53.0       40       70     60    2/4
submission    verdict         why
Dan           ! not gradable  G312: the module answer is missing: the brief asks for answer.py at the top of the submission, and
                              there is none
2 accepted, 1 failed, 1 not gradable
"""
OF_80 = """\
place  submission                      verdict         total       band  tests
 =1-2  Ben                             + accepted       82.0  81.4-82.6    4/4
 =1-2  Ada                             + accepted       81.0  80.2-81.8    4/4
    3  Cleopatra the Seventh Philopa…  x failed         53.0  53.0-53.0    2/4
submission    verdict         why
Dan           ! not gradable  G312: the module answer is missing: the brief
                              asks for answer.py at the top of the submission,
                              and there is none
2 accepted, 1 failed, 1 not gradable
"""
NARROW = """\
place  submission                verdict         total
 =1-2  Ben                       + accepted       82.0
 =1-2  Ada                       + accepted       81.0
    3  Cleopatra the Seventh P…  x failed         53.0
"""


@pytest.mark.parametrize(("width", "text"), [(132, WIDE), (80, OF_80)])
def test_a_long_reason_squeezes_no_column_of_the_ranking(record, width, text):
    assert shown(record, width) == text


def test_a_narrow_terminal_keeps_place_name_verdict_and_total(record):
    assert shown(record, 56).splitlines()[:4] == NARROW.splitlines()


def test_a_batch_without_a_grade_shows_why_alone(batch, ungraded):
    assert shown(batch(ungraded("dan", "G312", "no module")), 80) == (
        "submission    verdict         why\nDan           ! not gradable  G312: no module\n1 not gradable\n"
    )


def test_twenty_rows_are_shown_and_the_rest_is_counted(batch, entry, ungraded):
    graded = [entry(f"s{n:02}", 50.0, n, n) for n in range(19)]
    broken = [ungraded(f"b{n}", "G312", "no module") for n in range(3)]

    lines = shown(batch(*graded, *broken), 80).splitlines()

    assert [line.split()[0] for line in lines[-4:-2]] == ["submission", "B0"]
    assert lines[-2:] == ["2 more in batch.html", "19 accepted, 3 not gradable"]
