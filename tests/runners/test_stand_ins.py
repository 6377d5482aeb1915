"""What stands in for the other side's objects is of their kind: functions here, values with a class there."""

import collections
import dataclasses
import enum
import inspect
from unittest import mock

import frames
import pytest

CODE = """
import dataclasses, json

async def fetch(): return 1
def plain(a, b=2): return a
def generated(): yield 1
async def streamed(): yield 1

class Shop:
    def open(self): return 1
    async def close(self): return 1

def kinds(thing): return [kind.__name__ for kind in (int, str, tuple, dict, list, set) if isinstance(thing, kind)]
def same(thing): return thing
def total(point): return point[0] + point[1] + point.x
def replaced(point): return point._replace(x=10), point._asdict(), point._fields
def next_of(number): return number + 1
def loud(text): return text.upper() + text.mark
def put(mapping):
    mapping["new"] = 1
    return mapping.get("a"), sorted(mapping), json.dumps({key: value for key, value in mapping.items()})
def add(items):
    items.append(5)
    return len(items), sum(items)
def as_data(thing): return dataclasses.asdict(thing), [field.name for field in dataclasses.fields(thing)]
"""
Point = collections.namedtuple("Point", "x y")
Made = dataclasses.make_dataclass("Made", ["a", "b"])


class Level(enum.IntEnum):
    LOW = 1


class Marked(str):
    mark = "!"


class Doubling(dict):
    def get(self, key, default=None):
        return f"got {key} {default}"

    def __setitem__(self, key, value):
        dict.__setitem__(self, key, value * 2)


class Items(list):
    pass


@dataclasses.dataclass
class Person:
    name: str
    age: int = 2


@pytest.fixture
def module(behind_glass):
    """The module above, in a fresh process."""
    return behind_glass(CODE)()


@pytest.mark.parametrize(
    ("name", "is_kind"),
    [
        ("plain", inspect.isfunction),
        ("fetch", inspect.iscoroutinefunction),
        ("generated", inspect.isgeneratorfunction),
        ("streamed", inspect.isasyncgenfunction),
    ],
)
def test_inspect_knows_a_function_for_what_it_is(module, name, is_kind):
    assert is_kind(getattr(module, name))
    assert inspect.isfunction(getattr(module, name))
    assert not inspect.ismethod(getattr(module, name))
    assert not inspect.iscoroutinefunction(module.plain)


def test_inspect_knows_a_method_for_what_it_is(module):
    shop = module.Shop()

    assert (inspect.ismethod(shop.open), inspect.isfunction(shop.open), inspect.isfunction(module.Shop.open)) == (
        True,
        False,
        True,
    )
    assert shop.open.__self__ is shop
    assert inspect.iscoroutinefunction(shop.close)
    assert [name for name, _ in inspect.getmembers(module.Shop, inspect.isfunction) if name[0] != "_"] == [
        "close",
        "open",
    ]


def test_a_function_says_where_it_is_from_and_what_it_takes(module):
    assert (module.plain.__module__, module.Shop.open.__qualname__) == ("answer", "Shop.open")
    assert str(inspect.signature(module.plain)) == "(a, b=2)"
    assert mock.create_autospec(module.plain)(1) is not None


@pytest.mark.parametrize(
    ("thing", "kinds"),
    [
        (Point(1, 2), ["tuple"]),
        (Level.LOW, ["int"]),
        (Marked("a"), ["str"]),
        (Doubling(), ["dict"]),
        (Items(), ["list"]),
        (Person("ada"), []),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_object_of_the_tests_is_of_its_kind_over_there_and_comes_back_as_itself(module, thing, kinds):
    assert module.kinds(thing) == kinds
    assert module.same(thing) is thing


def test_a_named_tuple_of_the_tests_is_one_over_there(module):
    assert module.total(Point(1, 2)) == 4
    assert module.replaced(Point(1, 2)) == ((10, 2), {"x": 1, "y": 2}, ("x", "y"))


def test_values_of_the_tests_classes_compute_over_there(module):
    assert (module.next_of(Level.LOW), module.loud(Marked("a"))) == (2, "A!")


def test_a_container_of_the_tests_class_is_shared_with_what_the_class_overrides(module):
    mapping, items = Doubling(a=1), Items([1])

    assert module.put(mapping) == ("got a None", ["a", "new"], '{"a": 1, "new": 2}')
    assert mapping == {"a": 1, "new": 2}
    assert module.add(items) == (2, 6)
    assert items == [1, 5]


@pytest.mark.parametrize("thing", [Person("ada"), Made("ada", 2)], ids=["class", "made"])
def test_a_data_class_of_the_tests_is_one_over_there(module, thing):
    data = dataclasses.asdict(thing)

    assert module.as_data(thing) == (data, list(data))


@pytest.mark.parametrize(
    "described", [[], ["name"], ["name", None, None, "answer", "name"], [1, None, "function", "a", "b"]]
)
def test_a_function_that_is_not_described_is_a_breach(behind_glass, described):
    module = behind_glass(
        f"""
import gc
def give():
    agent = [thing for thing in gc.get_objects() if type(thing).__name__ == "Child"][0]
    agent._wire.send(["r", ["fn", 900, *{described!r}], [], ["", ""]])
"""
    )()

    with pytest.raises(frames.Breach):
        module.give()
