"""Reservations (R6)."""

from decimal import Decimal

import pytest
from inventory import Inventory, StockError, UnknownReservationError


@pytest.fixture
def inventory():
    filled = Inventory()
    filled.receive("north", "BOLT x 10 @ 1.50")
    return filled


def test_reserving_holds_back(inventory):
    """Reserved goods stay in stock, yet aren't available"""
    inventory.reserve("north", "BOLT", 4)

    assert (inventory.stock("north", "BOLT"), inventory.available("north", "BOLT")) == (10, 6)


def test_numbers_count_up(inventory):
    """Reservations are numbered 1, 2, 3"""
    assert [inventory.reserve("north", "BOLT", 1) for _ in range(3)] == [1, 2, 3]


def test_numbers_are_never_used_again(inventory):
    """A number that was given up is not given again"""
    inventory.release(inventory.reserve("north", "BOLT", 1))

    assert inventory.reserve("north", "BOLT", 1) == 2


def test_each_inventory_counts_for_itself(inventory):
    """Every inventory numbers its own reservations from 1"""
    inventory.reserve("north", "BOLT", 1)
    other = Inventory()
    other.receive("north", "A x 1 @ 1")

    assert other.reserve("north", "A", 1) == 1


def test_reserved_goods_cannot_be_shipped(inventory):
    """What is reserved can't be shipped to another"""
    inventory.reserve("north", "BOLT", 8)

    with pytest.raises(StockError):
        inventory.ship("north", "BOLT", 3)

    assert inventory.ship("north", "BOLT", 2) == Decimal("3.00")


def test_reserved_goods_cannot_be_moved(inventory):
    """What is reserved can't be moved"""
    inventory.reserve("north", "BOLT", 8)

    with pytest.raises(StockError):
        inventory.move("north", "south", "BOLT", 3)


def test_not_more_than_available(inventory):
    """Not more than is available can be reserved"""
    inventory.reserve("north", "BOLT", 8)

    with pytest.raises(StockError, match="BOLT in north: 3 wanted, 2 available"):
        inventory.reserve("north", "BOLT", 3)


def test_release(inventory):
    """Released goods are available again"""
    inventory.release(inventory.reserve("north", "BOLT", 8))

    assert inventory.available("north", "BOLT") == 10


def test_fulfil(inventory):
    """Fulfilling ships what was reserved and returns its cost"""
    assert inventory.fulfil(inventory.reserve("north", "BOLT", 8)) == Decimal("12.00")
    assert (inventory.stock("north", "BOLT"), inventory.available("north", "BOLT")) == (2, 2)


def test_once_only(inventory):
    """A reservation ends once"""
    number = inventory.reserve("north", "BOLT", 8)
    inventory.fulfil(number)

    with pytest.raises(UnknownReservationError, match=f"no open reservation {number}"):
        inventory.release(number)


def test_unknown(inventory):
    """A number that was never given is refused, and named"""
    with pytest.raises(UnknownReservationError) as caught:
        inventory.fulfil(7)

    assert caught.value.number == 7


def test_open_reservations(inventory):
    """Open reservations are listed oldest first"""
    first, second, third = (inventory.reserve("north", "BOLT", n) for n in (1, 2, 3))
    inventory.release(second)

    assert inventory.open_reservations() == [(first, "north", "BOLT", 1), (third, "north", "BOLT", 3)]
