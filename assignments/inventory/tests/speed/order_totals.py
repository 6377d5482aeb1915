"""A text of `size` order lines that name one SKU in ten lines, on average; some lines are comments or blank."""

import random
from decimal import Decimal


def make(seed, size):
    """The text alone."""
    chance = random.Random(seed)
    return ("\n".join(_line(chance, size // 10) for _ in range(size)) + "\n",)


def _line(chance, skus):
    kind = chance.random()
    if kind < 0.01:
        return ""
    if kind < 0.02:
        return f"# shelf {chance.randint(1, 99)}"
    return f"SKU-{chance.randrange(skus)} x {chance.randint(1, 500)} @ {chance.randint(1, 99999) / 100:.2f}"


def check(arguments, result):
    """Quantity and value of each SKU, added up in whole cents."""
    totals = {}
    for line in arguments[0].split("\n"):
        if line and not line.startswith("#"):
            sku, _, quantity, _, price = line.split(" ")
            pieces, cents = totals.get(sku, (0, 0))
            totals[sku] = pieces + int(quantity), cents + int(quantity) * int(price.replace(".", ""))
    assert result == {sku: (pieces, Decimal(cents) / 100) for sku, (pieces, cents) in totals.items()}
    assert all(type(value) is Decimal for _, value in result.values())
