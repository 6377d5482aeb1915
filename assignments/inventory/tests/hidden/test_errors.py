"""Errors, and batches that fail (R7, R8)."""

from decimal import Decimal

import pytest
from inventory import Inventory, InventoryError, ParseError, StockError, UnknownReservationError


@pytest.fixture
def inventory():
    filled = Inventory()
    filled.receive("north", "BOLT x 10 @ 1.50")
    return filled


def test_one_family():
    """Every error of the inventory is an InventoryError"""
    assert issubclass(ParseError, InventoryError)
    assert issubclass(StockError, InventoryError)
    assert issubclass(UnknownReservationError, InventoryError)


def test_too_much(inventory):
    """Shipping too much is refused, with all figures"""
    with pytest.raises(StockError, match="BOLT in north: 11 wanted, 10 available") as caught:
        inventory.ship("north", "BOLT", 11)

    error = caught.value
    assert (error.warehouse, error.sku, error.wanted, error.available) == ("north", "BOLT", 11, 10)


@pytest.mark.parametrize("quantity", [0, -1])
@pytest.mark.parametrize("action", ["ship", "reserve"])
def test_quantity_is_positive(inventory, action, quantity):
    """A quantity below 1 is refused"""
    with pytest.raises(ValueError, match="quantity must be positive"):
        getattr(inventory, action)("north", "BOLT", quantity)


def test_a_bad_line_refuses_the_delivery(inventory):
    """One bad line refuses a whole delivery"""
    with pytest.raises(ParseError):
        inventory.receive("north", "BOLT x 1 @ 1\nnonsense")

    assert inventory.stock("north", "BOLT") == 10


def test_a_refused_move_changes_nothing(inventory):
    """A refused move changes neither side"""
    with pytest.raises(StockError):
        inventory.move("north", "south", "BOLT", 11)

    assert (inventory.stock("north", "BOLT"), inventory.stock("south", "BOLT")) == (10, 0)


def test_batch_results(inventory):
    """A batch returns the results of its operations in order"""
    results = inventory.apply([("receive", "south", "A x 2 @ 3"), ("reserve", "north", "BOLT", 4), ("fulfil", 1)])

    assert results == [1, 1, Decimal("6.00")]


def test_a_failed_batch_has_not_happened(inventory):
    """A batch that fails leaves stock and reservations as they were"""
    with pytest.raises(StockError):
        inventory.apply([("ship", "north", "BOLT", 4), ("reserve", "north", "BOLT", 2), ("ship", "north", "BOLT", 5)])

    assert inventory.stock("north", "BOLT") == 10
    assert inventory.open_reservations() == []


def test_a_failed_batch_gives_its_numbers_back(inventory):
    """A batch that fails uses up no reservation number"""
    with pytest.raises(StockError):
        inventory.apply([("reserve", "north", "BOLT", 2), ("ship", "north", "BOLT", 11)])

    assert inventory.reserve("north", "BOLT", 1) == 1


def test_unknown_operation(inventory):
    """An unknown operation is refused by name, and nothing of its batch has happened"""
    with pytest.raises(ValueError, match="unknown operation 'steal'"):
        inventory.apply([("ship", "north", "BOLT", 4), ("steal", "north", "BOLT", 1)])

    assert inventory.stock("north", "BOLT") == 10
