"""Parsing order lines (R1, R2)."""

from decimal import Decimal

import pytest
from inventory import ParseError, order_totals, parse_orders


def test_one_line():
    """Reads a plain line into SKU, quantity and price"""
    assert parse_orders("BOLT-8 x 40 @ 0.25") == [("BOLT-8", 40, Decimal("0.25"))]


def test_lines_in_order():
    """Keeps the order of the lines"""
    lines = parse_orders("B x 1 @ 2\nA x 3 @ 4.50\n")

    assert lines == [("B", 1, Decimal(2)), ("A", 3, Decimal("4.50"))]


def test_last_line_without_line_end():
    """Reads the last line, with or without a line end"""
    assert len(parse_orders("A x 1 @ 1\nB x 2 @ 2")) == len(parse_orders("A x 1 @ 1\nB x 2 @ 2\n")) == 2


def test_price_is_decimal():
    """A price is a Decimal, never a float"""
    [(_, _, price)] = parse_orders("A x 1 @ 0.10")

    assert (type(price), price) == (Decimal, Decimal("0.10"))


def test_sku_is_upper_case():
    """A SKU is upper case, however it was written"""
    assert parse_orders("bolt-8 x 1 @ 1")[0][0] == "BOLT-8"


@pytest.mark.parametrize(
    "text", ["", "\n\n", "  \n\t\n", "# nothing\n   # at all"], ids=["empty", "blank", "spaces", "comments"]
)
def test_nothing_to_read(text):
    """Blank lines and comments hold no order"""
    assert parse_orders(text) == []


def test_space_around_is_ignored():
    """Space around a line and between its parts is ignored"""
    assert parse_orders("   A   x   12   @   3.5   ") == [("A", 12, Decimal("3.5"))]


@pytest.mark.parametrize(
    "line",
    [
        "A x 0 @ 1",
        "A x -1 @ 1",
        "A x 1.5 @ 1",
        "A x 1 @ -1",
        "A x 1 @ 1.234",
        "A 1 @ 1",
        "x 1 @ 1",
        "A_B x 1 @ 1",
        "A x 1 @ 1 2",
        "A x 1 @ 1,50",
    ],
)
def test_refuses(line):
    """Refuses a line that is no order line"""
    with pytest.raises(ParseError, match="line 1: not an order line"):
        parse_orders(line)


def test_error_names_the_line():
    """The error names the line, counted from 1 with blank lines and comments"""
    with pytest.raises(ParseError, match="line 4") as caught:
        parse_orders("A x 1 @ 1\n\n# comment\nnonsense\nB x 1 @ 1")

    assert caught.value.line == 4


def test_totals():
    """Adds up quantity and value of each SKU"""
    totals = order_totals("A x 2 @ 1.50\nB x 1 @ 10\na x 3 @ 1.10\n")

    assert totals == {"A": (5, Decimal("6.30")), "B": (1, Decimal(10))}


def test_totals_are_exact():
    """Money is exact: three times 0.10 is 0.30"""
    assert order_totals("A x 1 @ 0.10\nA x 1 @ 0.10\nA x 1 @ 0.10")["A"][1] == Decimal("0.30")
