"""The brief's examples."""

from decimal import Decimal

import pytest
from inventory import Inventory, ParseError, StockError, order_totals, parse_orders, top_n


@pytest.fixture
def inventory():
    filled = Inventory()
    filled.receive("north", "BOLT-8 x 10 @ 1.00\nBOLT-8 x 10 @ 2.00")
    return filled


def test_parse():
    """Reads a line into SKU, quantity and price"""
    assert parse_orders("bolt-8 x 40 @ 0.25") == [("BOLT-8", 40, Decimal("0.25"))]


def test_parse_error():
    """A bad line is named"""
    with pytest.raises(ParseError, match="line 2"):
        parse_orders("A x 1 @ 1\nnonsense")


def test_totals():
    """Adds up quantity and value"""
    assert order_totals("A x 2 @ 1.50\nA x 1 @ 1") == {"A": (3, Decimal("4.00"))}


def test_ship(inventory):
    """Ships oldest first, and says what it had cost"""
    assert inventory.ship("north", "BOLT-8", 12) == Decimal("14.00")


def test_ship_too_much(inventory):
    """Refuses more than there is"""
    with pytest.raises(StockError, match="21 wanted, 20 available"):
        inventory.ship("north", "BOLT-8", 21)


def test_reserve(inventory):
    """Holds goods back"""
    assert inventory.reserve("north", "BOLT-8", 5) == 1
    assert inventory.available("north", "BOLT-8") == 15


def test_report(inventory):
    """Reports stock and value"""
    assert inventory.report() == "north\n  BOLT-8 x 20 = 30.00\ntotal 30.00"


def test_top_n():
    """Ranks by value"""
    assert top_n("A x 1 @ 1\nB x 1 @ 2", 1) == [("B", Decimal(2))]
