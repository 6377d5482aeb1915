"""Stock, shipments and moves (R3 to R5)."""

from decimal import Decimal

import pytest
from inventory import Inventory


@pytest.fixture
def inventory():
    filled = Inventory()
    filled.receive("north", "BOLT x 10 @ 1.00\nNUT x 5 @ 0.20\nBOLT x 10 @ 2.00")
    return filled


def test_receive_counts_lines():
    """Receiving returns how many order lines there were"""
    assert Inventory().receive("north", "A x 1 @ 1\n# comment\nB x 2 @ 2\n") == 2


def test_receive_adds(inventory):
    """Receiving adds to what is there"""
    inventory.receive("north", "BOLT x 7 @ 3.00")

    assert inventory.stock("north", "BOLT") == 27


def test_last_line_is_received(inventory):
    """The last line of a delivery counts"""
    inventory.receive("south", "A x 1 @ 1\nB x 2 @ 1\nC x 3 @ 1")

    assert [inventory.stock("south", sku) for sku in "ABC"] == [1, 2, 3]


def test_warehouses_are_apart(inventory):
    """A warehouse knows nothing of another's stock"""
    inventory.receive("south", "BOLT x 1 @ 1.00")

    assert (inventory.stock("north", "BOLT"), inventory.stock("south", "BOLT")) == (20, 1)


def test_unknown_is_zero(inventory):
    """What was never received has no stock"""
    assert (inventory.stock("north", "SCREW"), inventory.stock("west", "BOLT")) == (0, 0)


def test_inventories_are_apart():
    """Two inventories share nothing"""
    first, second = Inventory(), Inventory()
    first.receive("north", "A x 1 @ 1")

    assert second.stock("north", "A") == 0


def test_ship_takes(inventory):
    """Shipping takes goods out"""
    inventory.ship("north", "NUT", 2)

    assert inventory.stock("north", "NUT") == 3


def test_ship_all(inventory):
    """All of the stock can be shipped, and is gone then"""
    inventory.ship("north", "NUT", 5)

    assert (inventory.stock("north", "NUT"), inventory.skus("north")) == (0, ["BOLT"])


def test_ship_oldest_first(inventory):
    """Goods leave oldest lot first, at the price they came in"""
    assert inventory.ship("north", "BOLT", 12) == Decimal("14.00")
    assert inventory.ship("north", "BOLT", 8) == Decimal("16.00")


def test_ship_cost_is_decimal(inventory):
    """What a shipment had cost is a Decimal"""
    cost = inventory.ship("north", "NUT", 3)

    assert (type(cost), cost) == (Decimal, Decimal("0.60"))


def test_skus_are_sorted(inventory):
    """The SKUs of a warehouse come sorted"""
    inventory.receive("north", "AXLE x 1 @ 9\nZINC x 1 @ 9")

    assert inventory.skus("north") == ["AXLE", "BOLT", "NUT", "ZINC"]


def test_changing_an_answer_changes_nothing(inventory):
    """A caller who changes a returned list changes no stock"""
    inventory.skus("north").clear()

    assert inventory.skus("north") == ["BOLT", "NUT"]


def test_move(inventory):
    """Moving brings goods from one warehouse to another"""
    inventory.move("north", "south", "BOLT", 15)

    assert (inventory.stock("north", "BOLT"), inventory.stock("south", "BOLT")) == (5, 15)


def test_move_keeps_prices(inventory):
    """Moved goods keep their prices and their order"""
    inventory.move("north", "south", "BOLT", 15)

    assert inventory.ship("south", "BOLT", 12) == Decimal("14.00")


def test_move_keeps_value(inventory):
    """Moving changes no value"""
    before = inventory.value()
    inventory.move("north", "south", "BOLT", 3)

    assert inventory.value() == before


def test_move_to_itself_is_refused(inventory):
    """Source and target of a move differ"""
    with pytest.raises(ValueError, match="must differ"):
        inventory.move("north", "north", "BOLT", 1)

    assert inventory.stock("north", "BOLT") == 20
