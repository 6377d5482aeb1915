"""Stock of several warehouses. Fill in every body; names, parameters and errors stay as they are."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

OrderLine = tuple[str, int, Decimal]


class InventoryError(Exception):
    """Anything that the inventory refuses."""


class ParseError(InventoryError):
    """A line isn't an order line; attribute `line` is its number, from 1."""


class StockError(InventoryError):
    """More was wanted than is available; attributes `warehouse`, `sku`, `wanted`, `available`."""


class UnknownReservationError(InventoryError):
    """No open reservation has this number; attribute `number`."""


def parse_orders(text: str) -> list[OrderLine]:
    """Return the order lines of a text as (SKU, quantity, price), in order (R1 to R4)."""
    raise NotImplementedError


def order_totals(text: str) -> dict[str, tuple[int, Decimal]]:
    """Return quantity and value of each SKU in a text of order lines (R18)."""
    raise NotImplementedError


def top_n(text: str, n: int) -> list[tuple[str, Decimal]]:
    """Return the n SKUs of greatest value with that value (R19)."""
    raise NotImplementedError


class Inventory:
    """The stock of any number of warehouses."""

    def receive(self, warehouse: str, text: str) -> int:
        """Take in the order lines of a text and return how many there were (R5)."""
        raise NotImplementedError

    def stock(self, warehouse: str, sku: str) -> int:
        """Return how many pieces lie in a warehouse, reserved or not (R6)."""
        raise NotImplementedError

    def available(self, warehouse: str, sku: str) -> int:
        """Return how many pieces of the stock aren't reserved (R11)."""
        raise NotImplementedError

    def skus(self, warehouse: str) -> list[str]:
        """Return the SKUs that have stock in a warehouse, sorted (R9)."""
        raise NotImplementedError

    def ship(self, warehouse: str, sku: str, quantity: int) -> Decimal:
        """Take goods out, oldest first, and return what they had cost (R7)."""
        raise NotImplementedError

    def move(self, source: str, target: str, sku: str, quantity: int) -> None:
        """Bring goods from one warehouse to another (R8)."""
        raise NotImplementedError

    def reserve(self, warehouse: str, sku: str, quantity: int) -> int:
        """Hold goods back and return the reservation's number (R10, R11)."""
        raise NotImplementedError

    def release(self, number: int) -> None:
        """Give a reservation up (R12)."""
        raise NotImplementedError

    def fulfil(self, number: int) -> Decimal:
        """Ship what a reservation holds and return what it had cost (R12)."""
        raise NotImplementedError

    def open_reservations(self) -> list[tuple[int, str, str, int]]:
        """Return the open reservations as (number, warehouse, SKU, quantity), oldest first (R13)."""
        raise NotImplementedError

    def apply(self, batch: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Carry out operations in order and return their results; if one fails, none has happened (R14)."""
        raise NotImplementedError

    def value(self, warehouse: str | None = None) -> Decimal:
        """Return what the stock of one warehouse, or of all, has cost (R16)."""
        raise NotImplementedError

    def report(self) -> str:
        """Return the stock and its value as text (R17)."""
        raise NotImplementedError
