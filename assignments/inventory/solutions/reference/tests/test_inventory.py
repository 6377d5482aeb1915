"""The rules of the brief, each with its smallest example."""

from decimal import Decimal

import pytest

from inventory import Inventory, ParseError, StockError, UnknownReservationError, order_totals, parse_orders, top_n


@pytest.fixture
def stock() -> Inventory:
    """Two lots of nuts."""
    inventory = Inventory()
    inventory.receive("north", "NUT x 4 @ 1.00\nNUT x 2 @ 1.50\n")
    return inventory


def test_lines_are_read_without_a_last_line_end() -> None:
    text = "# monday\n\nnut x 3 @ 0.10\r\nBOLT x 1 @ 2"

    lines = parse_orders(text)

    assert lines == [("NUT", 3, Decimal("0.10")), ("BOLT", 1, Decimal(2))]


@pytest.mark.parametrize("line", ["NUT x 0 @ 1", "NUT x 1 @ 1.234", "NUT 1 @ 1", "NUT x 1 @ 1 more"])
def test_a_bad_line_is_named(line: str) -> None:
    with pytest.raises(ParseError, match="line 2") as caught:
        parse_orders(f"NUT x 1 @ 1\n{line}\n")

    assert caught.value.line == 2


def test_oldest_pieces_leave_first_to_the_last_one(stock: Inventory) -> None:
    costs = [stock.ship("north", "NUT", 5), stock.ship("north", "NUT", 1)]

    assert costs == [Decimal("5.50"), Decimal("1.50")]
    assert stock.skus("north") == []


def test_moved_goods_keep_their_price(stock: Inventory) -> None:
    stock.move("north", "south", "NUT", 5)

    assert stock.ship("south", "NUT", 5) == Decimal("5.50")


def test_reserved_goods_stay(stock: Inventory) -> None:
    stock.reserve("north", "NUT", 5)

    with pytest.raises(StockError, match="NUT in north: 2 wanted, 1 available"):
        stock.ship("north", "NUT", 2)


def test_reservations_close_once(stock: Inventory) -> None:
    first, second = stock.reserve("north", "NUT", 5), stock.reserve("north", "NUT", 1)

    stock.release(second)

    assert stock.open_reservations() == [(1, "north", "NUT", 5)]
    assert stock.fulfil(first) == Decimal("5.50")
    with pytest.raises(UnknownReservationError, match="no open reservation 1"):
        stock.release(first)


def test_returned_lists_are_the_callers(stock: Inventory) -> None:
    stock.reserve("north", "NUT", 1)

    stock.open_reservations().clear()
    stock.skus("north").append("BOLT")

    assert len(stock.open_reservations()) == 1
    assert stock.skus("north") == ["NUT"]


def test_a_failed_batch_leaves_no_trace(stock: Inventory) -> None:
    with pytest.raises(StockError):
        stock.apply([("ship", "north", "NUT", 5), ("reserve", "north", "NUT", 1), ("ship", "north", "NUT", 1)])

    assert stock.value() == Decimal("7.00")
    assert stock.reserve("north", "NUT", 1) == 1


def test_inventories_share_nothing(stock: Inventory) -> None:
    assert stock.report() != Inventory().report() == "total 0.00"


def test_report(stock: Inventory) -> None:
    assert stock.report() == "north\n  NUT x 6 = 7.00\ntotal 7.00"


def test_equal_values_rank_by_sku() -> None:
    text = "NUT x 2 @ 1\nBOLT x 1 @ 2\nGEAR x 1 @ 3\n"

    assert order_totals(text)["BOLT"] == (1, Decimal(2))
    assert top_n(text, 2) == [("GEAR", Decimal(3)), ("BOLT", Decimal(2))]
