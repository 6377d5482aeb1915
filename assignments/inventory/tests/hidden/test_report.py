"""Value, report and rankings (R9, R10)."""

from decimal import Decimal

import pytest
from inventory import Inventory, top_n


@pytest.fixture
def inventory():
    filled = Inventory()
    filled.receive("south", "NUT x 3 @ 0.10")
    filled.receive("north", "BOLT x 2 @ 1.5\nAXLE x 1 @ 20")
    return filled


def test_value(inventory):
    """The value of all, and of one warehouse, with two decimals"""
    assert inventory.value() == Decimal("23.30")
    assert str(inventory.value("south")) == "0.30"


def test_value_of_nothing():
    """Nothing is worth 0.00"""
    assert str(Inventory().value()) == "0.00"


def test_report(inventory):
    """The report lists warehouses and SKUs sorted, then the total"""
    assert inventory.report() == "north\n  AXLE x 1 = 20.00\n  BOLT x 2 = 3.00\nsouth\n  NUT x 3 = 0.30\ntotal 23.30"


def test_report_leaves_out_what_is_gone(inventory):
    """What was shipped is not in the report"""
    inventory.ship("south", "NUT", 3)

    assert "south" not in inventory.report()


def test_top_n():
    """The most valuable SKUs, greatest first"""
    text = "A x 1 @ 5\nB x 10 @ 1\nC x 1 @ 7\nA x 1 @ 1"

    assert top_n(text, 2) == [("B", Decimal(10)), ("C", Decimal(7))]


def test_top_n_ties():
    """Equal values come in the order of their SKUs"""
    assert top_n("C x 1 @ 5\nA x 1 @ 5\nB x 1 @ 5", 2) == [("A", Decimal(5)), ("B", Decimal(5))]


@pytest.mark.parametrize(("n", "found"), [(0, 0), (9, 2)], ids=["none", "more than there are"])
def test_top_n_bounds(n, found):
    """Fewer than asked for where there are fewer"""
    assert len(top_n("A x 1 @ 1\nB x 1 @ 2", n)) == found


def test_top_n_negative():
    """A negative n is refused"""
    with pytest.raises(ValueError, match="negative"):
        top_n("A x 1 @ 1", -1)
