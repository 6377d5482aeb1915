"""An ordinary suite, as its author wrote it for one process."""

import asyncio
import copy
import dataclasses
import importlib
import inspect
import io
import os
import pickle
import subprocess
import sys
import unittest
from unittest import mock

import pytest
import shop
from shop import *  # noqa: F403
from shop import Colour, Item, Point, Shape, Size, Stock, StockError


# ---------------------------------------------------------------- collected with the candidate there
class Square(Shape):
    def __init__(self, side):
        super().__init__("square")
        self.side = side

    def area(self):
        return self.side**2


class Dear(Stock):
    def price(self):
        return super().price() * 2


@pytest.mark.parametrize("colour", list(Colour), ids=lambda colour: colour.name)
def test_parameters_made_of_members(colour):
    assert Colour[colour.name] is colour


@pytest.mark.skipif(shop.LIMIT > 2, reason="the limit is high")
def test_that_is_skipped():
    raise AssertionError


# ---------------------------------------------------------------- classes and values
def test_values():
    assert shop.double([1, 2]) == [2, 4]
    assert shop.__version__ == "1.2"
    assert shop.limit() == shop.LIMIT == 3


def test_instances():
    stock = Stock.of("pen", "ink")
    assert (len(stock), sorted(stock), "pen" in stock, stock["ink"]) == (2, ["ink", "pen"], True, 1)
    assert stock.total == 2
    assert stock.take("pen") is stock
    assert stock.counts == {"pen": 0, "ink": 1}
    assert Stock.unit() == stock.unit() == "piece"
    assert Stock.made == 1
    assert repr(Stock.of("pen")) == "Stock({'pen': 1})"
    assert Stock.of("a") + Stock.of("b") == Stock.of("b", "a")
    assert vars(stock) == {"counts": {"pen": 0, "ink": 1}}
    with pytest.raises(TypeError):
        hash(stock)


def test_exceptions():
    with pytest.raises(StockError, match="pen: 0 left") as caught:
        Stock().take("pen")
    assert (caught.value.name, caught.value.left, caught.value.args) == ("pen", 0, ("pen: 0 left",))
    with pytest.raises(StockError) as caught:
        shop.attempt(lambda: 1 / 0)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_value_types():
    assert Point(1, 2) == (1, 2)
    assert Point(1).y == 0
    assert Size.LARGE > Size.SMALL == 1
    assert Colour(1) is Colour.RED
    assert [colour.name for colour in Colour] == ["RED", "BLUE"]
    assert Item("a") < Item("b")
    assert dataclasses.asdict(Item("a", tags=[1])) == {"name": "a", "price": 1.0, "tags": [1]}
    assert dataclasses.replace(Item("a"), name="b") == Item("b")


def test_copies():
    stock = Stock.of("pen")
    assert copy.deepcopy(stock) == stock
    assert copy.deepcopy(stock).counts is not stock.counts
    assert pickle.loads(pickle.dumps(stock)) == stock


def test_containers_are_shared():
    numbers = [3, 1, 2]
    shop.sort_in_place(numbers)
    assert numbers == [1, 2, 3]
    shop.CACHE["key"] = numbers
    assert shop.CACHE["key"] is numbers


def test_generators_and_iterators():
    counting = shop.count(3)
    assert (next(counting), counting.send(10), list(counting)) == (0, 11, [2])
    assert inspect.isgenerator(counting)
    assert list(shop.pairs("abc")) == [("a", "b"), ("b", "c")]


def test_context_managers():
    log = []
    with pytest.raises(KeyError), shop.opened(log) as it:
        assert it == "it"
        raise KeyError
    assert log == ["open", "close"]


def test_functions():
    assert shop.apply(lambda a, b: a - b, 5, 3) == 2
    assert shop.apply(sorted, [2, 1]) == [1, 2]
    assert shop.slow(1) == shop.slow(1) == 2
    assert shop.slow.cache_info().hits == 1
    assert str(inspect.signature(shop.fly)) == "(*, how='fast')"
    assert list(inspect.signature(Stock.take).parameters) == ["self", "name", "count", "strict"]
    assert shop.fly.__doc__ == "Fly away."
    assert shop.fly.__name__ == "fly"


def test_an_assertion_in_a_callback():
    with pytest.raises(AssertionError, match="not this"):
        shop.apply(check)


def check():
    raise AssertionError("not this")


# ---------------------------------------------------------------- a test's own classes
def test_subclasses():
    square = Square(3)
    assert square.describe() == "square of 9"
    assert isinstance(square, Shape)
    assert Dear({"pen": 2}).bill() == "20 for 2"
    with pytest.raises(TypeError):
        Shape()


def test_a_subclass_made_in_a_test():
    class Own(shop.StockError):
        pass

    def fails():
        raise Own("pen", 1)

    with pytest.raises(StockError) as caught:
        shop.apply(fails)
    assert type(caught.value) is Own
    assert caught.value.left == 1


# ---------------------------------------------------------------- asynchronous
def test_coroutines():
    async def main():
        async with shop.Session() as session:
            found = [number async for number in shop.stream(3)]
            return await session.get(), found, await asyncio.gather(shop.fetch(1), shop.fetch(2))

    assert asyncio.run(main()) == (8, [0, 1, 2], [2, 4])
    with pytest.raises(ValueError, match="negative"):
        asyncio.run(shop.fetch(-1))


# ---------------------------------------------------------------- around
def test_output(capsys):
    shop.greet()
    assert capsys.readouterr() == ("hello\n", "problem\n")


def test_input(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "Ada")
    assert shop.ask() == "hello Ada"
    monkeypatch.setattr(sys, "stdin", io.StringIO("3\n4\n"))
    assert shop.numbers_from_input() == [3, 4]


def test_warnings():
    with pytest.warns(DeprecationWarning, match="use new"):
        shop.old()


def test_files(tmp_path, monkeypatch):
    (tmp_path / "in.txt").write_text("text")
    shop.copy_file(tmp_path / "in.txt", tmp_path / "below" / "out.txt")
    assert (tmp_path / "below/out.txt").read_text() == "TEXT"
    monkeypatch.chdir(tmp_path)
    shop.save_here("saved")
    assert (tmp_path / "saved.txt").read_text() == "saved"
    (tmp_path / "in.txt").unlink()
    with pytest.raises(FileNotFoundError):
        shop.copy_file(tmp_path / "in.txt", tmp_path / "out.txt")


def test_environment(monkeypatch):
    monkeypatch.setenv("SHOP_HOME", "here")
    assert shop.home() == "here"


# ---------------------------------------------------------------- patched
def test_a_patched_constant(monkeypatch):
    monkeypatch.setattr(shop, "LIMIT", 5)
    assert shop.limit() == 5
    monkeypatch.undo()
    assert shop.limit() == 3


def test_a_patched_method(monkeypatch):
    monkeypatch.setattr(Stock, "price", lambda self: 99)
    assert Stock.of("a").bill() == "99 for 1"
    monkeypatch.undo()
    assert Stock.of("a").bill() == "10 for 1"


def test_a_patched_method_by_mock():
    with mock.patch.object(Stock, "price", return_value=7) as patched:
        assert Stock.of("a").bill() == "7 for 1"
    patched.assert_called_once_with()
    assert Stock.of("a").bill() == "10 for 1"


def test_a_patched_module_of_its_own():
    with mock.patch("shop.time.sleep") as sleep:
        assert shop.pause() == "slept"
    sleep.assert_called_once_with(30)


def test_an_attribute_set_on_an_instance(monkeypatch):
    stock = Stock.of("a")
    monkeypatch.setattr(stock, "price", lambda: 5)
    assert stock.bill() == "5 for 1"


# ---------------------------------------------------------------- other styles
class Old(unittest.TestCase):
    Kind = Stock

    def setUp(self):
        self.stock = self.Kind.of("pen")

    def test_takes(self):
        self.stock.take("pen")
        self.assertEqual(self.stock.counts, {"pen": 0})
        with self.assertRaises(StockError):
            self.stock.take("pen")

    def test_subtests(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertEqual(shop.slow(number), number + 1)


@pytest.fixture
def stocked():
    stock = Stock.of("pen")
    yield stock
    assert stock.total >= 0


def test_a_fixture(stocked):
    assert stocked.total == 1


def test_approx():
    assert Item("a", 0.1 + 0.2).price == pytest.approx(0.3)


@pytest.mark.xfail(reason="known")
def test_that_fails_as_expected():
    assert shop.limit() == 4


def test_a_python_of_the_tests_own():
    assert subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, check=True).stdout == b"1\n"
    assert os.getcwd()


def test_reload():
    shop.CACHE["seen"] = 1
    importlib.reload(shop)
    assert shop.CACHE == {}
