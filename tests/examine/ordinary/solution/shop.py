"""What a candidate might hand in: one of each kind of thing that tests meet."""

import abc
import asyncio
import contextlib
import dataclasses
import enum
import functools
import os
import subprocess  # noqa: F401  (patched by a test)
import sys
import time
import typing
import warnings
from pathlib import Path

__version__ = "1.2"
LIMIT = 3
CACHE: dict = {}


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Point(typing.NamedTuple):
    x: int
    y: int = 0


@dataclasses.dataclass(order=True)
class Item:
    name: str
    price: float = 1.0
    tags: list = dataclasses.field(default_factory=list)


class StockError(Exception):
    def __init__(self, name, left):
        super().__init__(f"{name}: {left} left")
        self.name, self.left = name, left


class Stock:
    """Counts things."""

    made = 0

    def __init__(self, counts=None):
        self.counts = dict(counts or {})
        Stock.made += 1

    @classmethod
    def of(cls, *names):
        return cls(dict.fromkeys(names, 1))

    @staticmethod
    def unit():
        return "piece"

    @property
    def total(self):
        return sum(self.counts.values())

    def take(self, name, count=1, *, strict=True):
        left = self.counts.get(name, 0)
        if count > left and strict:
            raise StockError(name, left)
        self.counts[name] = left - count
        return self

    def price(self):
        return 10

    def bill(self):
        return f"{self.price()} for {self.total}"

    def __len__(self):
        return len(self.counts)

    def __iter__(self):
        return iter(self.counts)

    def __contains__(self, name):
        return name in self.counts

    def __getitem__(self, name):
        return self.counts[name]

    def __add__(self, other):
        return Stock({**self.counts, **other.counts})

    def __eq__(self, other):
        return isinstance(other, Stock) and self.counts == other.counts

    __hash__ = None

    def __repr__(self):
        return f"Stock({self.counts})"


class Shape(abc.ABC):
    def __init__(self, name="shape"):
        self.name = name

    @abc.abstractmethod
    def area(self): ...

    def describe(self):
        return f"{self.name} of {self.area()}"


class Bag(dict):
    def total(self):
        return sum(self.values())


def double(numbers):
    return [2 * number for number in numbers]


def sort_in_place(numbers):
    numbers.sort()


def apply(function, *args):
    return function(*args)


def attempt(function):
    try:
        return function()
    except Exception as error:
        raise StockError("wrapped", 0) from error


def count(limit):
    received = 0
    for number in range(limit):
        received = yield number + (received or 0)


def pairs(items):
    return zip(items, items[1:], strict=False)


@contextlib.contextmanager
def opened(log):
    log.append("open")
    try:
        yield "it"
    finally:
        log.append("close")


@functools.lru_cache
def slow(number):
    return number + 1


def pause():
    time.sleep(30)
    return "slept"


def limit():
    return LIMIT


async def fetch(number):
    await asyncio.sleep(0)
    if number < 0:
        raise ValueError("negative")
    return number * 2


async def stream(limit):
    for number in range(limit):
        await asyncio.sleep(0)
        yield number


class Session:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        return False

    async def get(self):
        return await fetch(4)


def greet():
    print("hello", file=sys.stdout)
    print("problem", file=sys.stderr)


def ask():
    return f"hello {input('name? ')}"


def numbers_from_input():
    return [int(line) for line in sys.stdin]


def old():
    warnings.warn("use new", DeprecationWarning, stacklevel=2)


def copy_file(source, target):
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    Path(target).write_text(Path(source).read_text().upper())


def save_here(text):
    Path("saved.txt").write_text(text)


def home():
    return os.environ.get("SHOP_HOME")


def fly(*, how="fast"):
    """Fly away."""
    return how
