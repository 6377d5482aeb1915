"""Stock of several warehouses: order lines in, shipments, moves and reservations, and a value report.

Goods lie in lots, each with the price it was received at, and leave oldest first. Money is `Decimal` throughout.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, NamedTuple

OrderLine = tuple[str, int, Decimal]

_LINE = re.compile(r"\s*([A-Za-z0-9-]+)\s+x\s+([0-9]+)\s+@\s+([0-9]+(?:\.[0-9]{1,2})?)\s*", re.ASCII)
_CENT = Decimal("0.01")


class InventoryError(Exception):
    """Anything that the inventory refuses."""


class ParseError(InventoryError):
    """A line isn't an order line; `line` is its number, from 1."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"line {line}: not an order line: {text.strip()!r}")
        self.line = line


class StockError(InventoryError):
    """More was wanted than is available."""

    def __init__(self, warehouse: str, sku: str, wanted: int, available: int) -> None:
        super().__init__(f"{sku} in {warehouse}: {wanted} wanted, {available} available")
        self.warehouse = warehouse
        self.sku = sku
        self.wanted = wanted
        self.available = available


class UnknownReservationError(InventoryError):
    """No open reservation has this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"no open reservation {number}")
        self.number = number


def parse_orders(text: str) -> list[OrderLine]:
    """Return the order lines of a text as (SKU, quantity, price), in order.

    Raises:
        ParseError: a line that is neither blank nor a comment isn't an order line.
    """
    return list(_order_lines(text))


def _order_lines(text: str) -> Iterator[OrderLine]:
    for number, line in enumerate(text.split("\n"), start=1):
        found = _LINE.fullmatch(line)
        if found is None:
            if _is_ignored(line):
                continue
            raise ParseError(number, line)
        sku, digits, price = found.groups()
        quantity = int(digits)
        if quantity == 0:
            raise ParseError(number, line)
        yield sku.upper(), quantity, Decimal(price)


def _is_ignored(line: str) -> bool:
    content = line.strip()
    return not content or content.startswith("#")


def order_totals(text: str) -> dict[str, tuple[int, Decimal]]:
    """Return quantity and value of each SKU in a text of order lines.

    Each line looks its SKU up in a list: easy to read, and quadratic.

    Raises:
        ParseError: see `parse_orders`.
    """
    skus: list[str] = []
    totals: list[tuple[int, Decimal]] = []
    for sku, quantity, price in _order_lines(text):
        try:
            position = skus.index(sku)
        except ValueError:
            skus.append(sku)
            totals.append((quantity, quantity * price))
        else:
            pieces, value = totals[position]
            totals[position] = (pieces + quantity, value + quantity * price)
    return dict(zip(skus, totals, strict=True))


def top_n(text: str, n: int) -> list[tuple[str, Decimal]]:
    """Return the n SKUs of greatest value with that value, greatest first; equal values in the order of their SKUs.

    The greatest is looked up and taken out, n times: lines times n.

    Raises:
        ParseError: see `parse_orders`.
        ValueError: n is negative.
    """
    if n < 0:
        raise ValueError("n must not be negative")
    values = _ranked_values(text)
    ranking: list[tuple[str, Decimal]] = []
    while values and len(ranking) < n:
        value, sku = min(values)
        values.remove((value, sku))
        ranking.append((sku, -value))
    return ranking


def _ranked_values(text: str) -> list[tuple[Decimal, str]]:
    """Return value and SKU, so that the least is the first of the ranking: values have their sign changed."""
    values: dict[str, Decimal] = {}
    for sku, quantity, price in _order_lines(text):
        values[sku] = values.get(sku, Decimal(0)) - quantity * price
    return [(value, sku) for sku, value in values.items()]


class _Place(NamedTuple):
    """Where goods lie: a SKU in a warehouse."""

    warehouse: str
    sku: str


class _Lot(NamedTuple):
    """Goods that came in together, at one price."""

    quantity: int
    price: Decimal

    @property
    def value(self) -> Decimal:
        return self.quantity * self.price


class _Reservation(NamedTuple):
    """A promise of goods; they stay where they lie."""

    place: _Place
    quantity: int


class Inventory:
    """The stock of any number of warehouses.

    Two rules hold after every call, whether it returned or raised: no lot is empty, and no place has more reserved
    than it holds.
    """

    def __init__(self) -> None:
        self._lots: dict[_Place, list[_Lot]] = {}
        self._reservations: dict[int, _Reservation] = {}
        self._last_number = 0

    def receive(self, warehouse: str, text: str) -> int:
        """Take in the order lines of a text and return how many there were; one bad line refuses them all.

        Raises:
            ParseError: see `parse_orders`.
        """
        lines = parse_orders(text)
        for sku, quantity, price in lines:
            self._put(_Place(warehouse, sku), [_Lot(quantity, price)])
        return len(lines)

    def stock(self, warehouse: str, sku: str) -> int:
        """Return how many pieces lie in a warehouse, reserved or not."""
        return sum(lot.quantity for lot in self._lots.get(_Place(warehouse, sku), ()))

    def available(self, warehouse: str, sku: str) -> int:
        """Return how many pieces of the stock aren't reserved."""
        place = _Place(warehouse, sku)
        reserved = sum(each.quantity for each in self._reservations.values() if each.place == place)
        return self.stock(warehouse, sku) - reserved

    def skus(self, warehouse: str) -> list[str]:
        """Return the SKUs that have stock in a warehouse, sorted."""
        return sorted(place.sku for place in self._lots if place.warehouse == warehouse)

    def ship(self, warehouse: str, sku: str, quantity: int) -> Decimal:
        """Take goods out, oldest lot first, and return what they had cost.

        Raises:
            StockError: more than is available.
            ValueError: the quantity isn't positive.
        """
        place = _Place(warehouse, sku)
        self._require(place, quantity)
        return _value(self._take(place, quantity))

    def move(self, source: str, target: str, sku: str, quantity: int) -> None:
        """Bring goods from one warehouse to another; they keep their prices and order.

        Raises:
            StockError: more than is available in the source.
            ValueError: the quantity isn't positive, or source and target are the same.
        """
        if source == target:
            raise ValueError("source and target must differ")
        place = _Place(source, sku)
        self._require(place, quantity)
        self._put(_Place(target, sku), self._take(place, quantity))

    def reserve(self, warehouse: str, sku: str, quantity: int) -> int:
        """Hold goods back and return the reservation's number: 1, 2, 3 and so on.

        Raises:
            StockError: more than is available.
            ValueError: the quantity isn't positive.
        """
        place = _Place(warehouse, sku)
        self._require(place, quantity)
        self._last_number += 1
        self._reservations[self._last_number] = _Reservation(place, quantity)
        return self._last_number

    def release(self, number: int) -> None:
        """Give a reservation up; its goods are available again.

        Raises:
            UnknownReservationError: no open reservation has this number.
        """
        self._close(number)

    def fulfil(self, number: int) -> Decimal:
        """Ship what a reservation holds and return what it had cost.

        Raises:
            UnknownReservationError: no open reservation has this number.
        """
        reservation = self._close(number)
        return _value(self._take(reservation.place, reservation.quantity))

    def open_reservations(self) -> list[tuple[int, str, str, int]]:
        """Return the open reservations as (number, warehouse, SKU, quantity), oldest first."""
        return [(number, *each.place, each.quantity) for number, each in self._reservations.items()]

    def apply(self, batch: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Carry out operations in order and return their results; if one fails, none has happened.

        Args:
            batch: tuples of a name (receive, ship, move, reserve, release, fulfil) and that method's arguments.

        Raises:
            InventoryError: what the failing operation raises.
            ValueError: likewise, or an unknown name.
        """
        with self._all_or_nothing():
            return [self._operation(name)(*arguments) for name, *arguments in batch]

    def value(self, warehouse: str | None = None) -> Decimal:
        """Return what the stock of one warehouse, or of all, has cost, with two decimals."""
        places = (place for place in self._lots if warehouse in (None, place.warehouse))
        return sum((_value(self._lots[place]) for place in places), Decimal(0)).quantize(_CENT)

    def report(self) -> str:
        """Return the stock and its value as text: warehouses and SKUs sorted, then the total."""
        lines: list[str] = []
        for warehouse in sorted({place.warehouse for place in self._lots}):
            lines.append(warehouse)
            lines += [self._report_line(_Place(warehouse, sku)) for sku in self.skus(warehouse)]
        return "\n".join([*lines, f"total {self.value()}"])

    def _report_line(self, place: _Place) -> str:
        value = _value(self._lots[place]).quantize(_CENT)
        return f"  {place.sku} x {self.stock(*place)} = {value}"

    def _require(self, place: _Place, quantity: int) -> None:
        if quantity <= 0:
            raise ValueError("quantity must be positive")
        available = self.available(*place)
        if quantity > available:
            raise StockError(*place, quantity, available)

    def _put(self, place: _Place, lots: Sequence[_Lot]) -> None:
        self._lots.setdefault(place, []).extend(lots)

    def _take(self, place: _Place, quantity: int) -> list[_Lot]:
        """Remove the oldest pieces; the caller has made sure that they are there."""
        taken: list[_Lot] = []
        kept: list[_Lot] = []
        for lot in self._lots.pop(place):
            part = min(lot.quantity, quantity)
            quantity -= part
            if part:
                taken.append(_Lot(part, lot.price))
            if part < lot.quantity:
                kept.append(_Lot(lot.quantity - part, lot.price))
        if kept:
            self._lots[place] = kept
        return taken

    def _close(self, number: int) -> _Reservation:
        try:
            return self._reservations.pop(number)
        except KeyError:
            raise UnknownReservationError(number) from None

    def _operation(self, name: str) -> Callable[..., Any]:
        operations: dict[str, Callable[..., Any]] = {
            "receive": self.receive,
            "ship": self.ship,
            "move": self.move,
            "reserve": self.reserve,
            "release": self.release,
            "fulfil": self.fulfil,
        }
        if name not in operations:
            raise ValueError(f"unknown operation {name!r}")
        return operations[name]

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        lots = {place: list(held) for place, held in self._lots.items()}
        reservations, last_number = dict(self._reservations), self._last_number
        try:
            yield
        except Exception:
            self._lots, self._reservations, self._last_number = lots, reservations, last_number
            raise


def _value(lots: Sequence[_Lot]) -> Decimal:
    return sum((lot.value for lot in lots), Decimal(0))
