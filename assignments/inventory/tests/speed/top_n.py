"""A text of `size` order lines, each of a SKU of its own, in random order; the top 1 in 100 is asked for."""

import random
from decimal import Decimal


def make(seed, size):
    """The text, and how many SKUs to rank."""
    chance = random.Random(seed)
    numbers = chance.sample(range(10 * size), size)
    lines = [f"SKU-{n} x {chance.randint(1, 500)} @ {chance.randint(1, 99999) / 100:.2f}" for n in numbers]
    return "\n".join(lines), max(5, size // 100)


def check(arguments, result):
    """The greatest values in order, equal ones by SKU."""
    text, n = arguments
    ranked = sorted((-_cents(line), line.split(" ", 1)[0]) for line in text.split("\n"))
    assert result == [(sku, -Decimal(cents) / 100) for cents, sku in ranked[:n]]
    assert all(type(value) is Decimal for _, value in result)


def _cents(line):
    _, _, quantity, _, price = line.split(" ")
    return int(quantity) * int(price.replace(".", ""))
