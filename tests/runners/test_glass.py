"""What a test can do with a candidate's objects, and what a hostile candidate gains: nothing. Real processes, no container."""

import dataclasses
from decimal import Decimal

import frames
import pytest

SHOP = """
import collections, dataclasses, enum
from decimal import Decimal

class StockError(Exception):
    def __init__(self, sku, wanted):
        super().__init__(f"no {sku}")
        self.sku, self.wanted = sku, wanted

class SoldOut(StockError):
    pass

@dataclasses.dataclass(frozen=True)
class Item:
    sku: str
    price: Decimal = Decimal("1.50")

class Color(enum.Enum):
    RED = 1
    BLUE = 2

class Level(enum.IntEnum):
    LOW = 1

Point = collections.namedtuple("Point", "x y")

class Shop:
    opened = 0

    def __init__(self):
        self.items = []
        self._secret = 1

    def add(self, item):
        self.items.append(item)
        return self

    @property
    def size(self):
        return len(self.items)

    @staticmethod
    def twice(n):
        return 2 * n

    @classmethod
    def make(cls):
        return cls()

    def take(self, sku):
        raise SoldOut(sku, 3) from KeyError(sku)

    def __len__(self):
        return len(self.items)

    def __iter__(self):
        return iter(self.items)

    def __getitem__(self, n):
        return self.items[n]

    def __contains__(self, item):
        return item in self.items

    def __eq__(self, other):
        return isinstance(other, Shop) and other.items == self.items

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False

PRICES = [1, 2]

def count(n):
    yield from range(n)

def sort(items):
    items.sort()

def apply(function, value):
    return function(value) + 1

def swallow(function):
    try:
        function()
    except BaseException:
        pass

def deep(n):
    return deep(n + 1)

def say():
    print("hello")

def state(n, seen=[]):
    seen.append(n)
    return list(seen)
"""


@pytest.fixture
def shop(behind_glass):
    """The module above, in a fresh process."""
    return behind_glass(SHOP)()


def test_instances_methods_properties_and_special_methods_work(shop):
    filled = shop.Shop().add("a").add("b")

    assert (filled.size, len(filled), list(filled), filled[1], "a" in filled) == (2, 2, ["a", "b"], "b", True)
    assert (shop.Shop.twice(2), shop.Shop.opened, isinstance(shop.Shop.make(), shop.Shop)) == (4, 0, True)
    assert filled == shop.Shop().add("a").add("b")
    with filled as entered:
        assert entered is filled


def test_exceptions_are_real_classes_with_their_attributes_and_cause(shop):
    with pytest.raises(shop.StockError, match="no nail") as caught:
        shop.Shop().take("nail")

    assert isinstance(caught.value, shop.SoldOut)
    assert (caught.value.sku, caught.value.wanted, caught.value.args) == ("nail", 3, ("no nail",))
    assert isinstance(caught.value.__cause__, KeyError)


def test_data_classes_enumerations_and_named_tuples_are_what_they_seem(shop):
    item = shop.Item("a")

    assert (item == shop.Item("a"), item.price, dataclasses.asdict(item)) == (
        True,
        Decimal("1.50"),
        {"sku": "a", "price": Decimal("1.50")},
    )
    assert [color.name for color in shop.Color] == ["RED", "BLUE"]
    assert shop.Color(1) is shop.Color.RED is shop.Color["RED"]
    assert (shop.Level.LOW + 1, shop.Point(1, 2)) == (2, (1, 2))
    with pytest.raises(dataclasses.FrozenInstanceError):
        item.sku = "b"


def test_containers_are_shared_for_the_length_of_a_test(shop):
    numbers = [3, 1, 2]
    shop.sort(numbers)
    filled = shop.Shop()
    filled.items.append("late")

    assert (numbers, len(filled), filled.items is filled.items) == ([1, 2, 3], 1, True)


def test_generators_and_callbacks_go_both_ways(shop):
    assert list(shop.count(3)) == [0, 1, 2]
    assert shop.apply(lambda value: value * 2, 4) == 9


def test_an_assertion_in_a_callback_is_remembered_though_it_was_swallowed(behind_glass):
    begin = behind_glass(SHOP)
    module = begin()

    def fails():
        raise AssertionError("seen")

    module.swallow(fails)

    assert str(begin.slot._peer.sticky) == "seen"


def test_recursion_over_there_is_an_ordinary_exception_here(shop):
    with pytest.raises(RecursionError):
        shop.deep(0)


def test_what_is_printed_over_there_appears_here(shop, capsys):
    shop.say()

    assert capsys.readouterr().out == "hello\n"


def test_each_test_starts_from_the_same_state(behind_glass):
    begin = behind_glass(SHOP)

    seen = []
    for _ in range(2):
        seen.append(begin().state(1))
        begin.slot.finish()

    assert seen == [[1], [1]]


@pytest.mark.parametrize(
    "code",
    [
        "class Equal:\n    def __eq__(self, other): return True\ndef answer(): return Equal()\n",
        "class Equal(str):\n    def __eq__(self, other): return True\n    __hash__ = str.__hash__\ndef answer(): return Equal('x')\n",  # noqa: E501
        "class Equal(list):\n    def __eq__(self, other): return True\ndef answer(): return Equal()\n",
        "class Equal(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\ndef answer(): return [Equal(7)]\n",  # noqa: E501
    ],
    ids=["object", "str", "list", "in a list"],
)
def test_an_object_that_equals_everything_equals_nothing_plain(behind_glass, code):
    found = behind_glass(code)().answer()

    assert not (found == "right")  # noqa: SIM201  (each operator is asked)
    assert not (found == [8])  # noqa: SIM201  (each operator is asked)
    assert found != 4


def test_a_truth_that_is_none_is_refused(behind_glass):
    found = behind_glass("class Odd:\n    def __len__(self): return True\ndef answer(): return Odd()\n")().answer()

    with pytest.raises(TypeError):
        len(found)


def test_private_names_of_the_test_are_out_of_reach(behind_glass):
    code = "def look(thing):\n    try:\n        return thing._secret\n    except AttributeError:\n        return 'refused'\n"

    class Thing:
        _secret = 42

    assert behind_glass(code)().look(Thing()) == "refused"


def test_a_function_of_the_test_gives_no_way_to_its_globals(behind_glass):
    code = """
def look(function):
    try:
        return function.__globals__
    except AttributeError:
        return "refused"
"""

    assert behind_glass(code)().look(lambda: 1) == "refused"


def test_a_hang_ends_at_the_deadline_and_the_next_test_runs(behind_glass):
    begin = behind_glass("def answer(n):\n    while n: pass\n    return 0\n", deadline_s=1.0)

    with pytest.raises(frames.TimedOut):
        begin().answer(1)
    begin.slot.finish()

    assert begin().answer(0) == 0


def test_a_stopped_parent_costs_one_test(behind_glass):
    code = "import os, signal\ndef answer(n):\n    if n: os.kill(os.getppid(), signal.SIGSTOP)\n    return n\n"
    begin = behind_glass(code, deadline_s=2.0)
    begin().answer(1)
    begin.slot.finish()

    assert begin().answer(0) == 0


def test_an_early_exit_is_no_answer_and_the_next_test_runs(behind_glass):
    begin = behind_glass("import os\ndef answer(n):\n    if n: os._exit(0)\n    return 0\n")

    with pytest.raises(frames.CandidateGone):
        begin().answer(1)
    begin.slot.finish()

    assert begin().answer(0) == 0


def test_a_broken_peer_stays_broken_though_the_test_catches_everything(behind_glass):
    begin = behind_glass("import os\ndef answer(): os._exit(0)\n")
    module = begin()
    with pytest.raises(frames.CandidateGone):
        module.answer()

    with pytest.raises(frames.CandidateGone):
        module.answer()


def test_no_descendant_survives_a_test(behind_glass, tmp_path):
    code = f"""
import os, time
def answer():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open({str(tmp_path / "pid")!r}, "w").write(str(os.getpid()))
            time.sleep(600)
        os._exit(0)
    while not os.path.exists({str(tmp_path / "pid")!r}) or not open({str(tmp_path / "pid")!r}).read():
        time.sleep(0.01)
"""
    begin = behind_glass(code)
    begin().answer()

    begin.slot.finish()

    pid = int((tmp_path / "pid").read_text())
    assert not _is_running(pid)


def _is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    "sent",
    [
        b"\xff\xff\xff\xff",
        b"\0\0\0\x02{}",
        b"\0\0\0\x04nope",
        b'\0\0\0\x0c["r",["@",9]',
        b'\0\0\0\x1a["x", 4, [], ["", ""]]     ',
        b'\0\0\0\x1a["q","get",[],["",""],9]  ',
    ],
    ids=["a huge frame", "an object", "no JSON", "cut off", "raises a number", "asks about nothing"],
)
def test_whatever_is_on_the_wire_ends_as_a_break(behind_glass, sent):
    code = f"""
import os
def answer():
    for descriptor in range(3, 12):
        try:
            os.write(descriptor, {sent!r})
        except OSError:
            pass
    os._exit(0)
"""
    module = behind_glass(code, deadline_s=3.0)()

    with pytest.raises(frames.GlassBroken):
        module.answer()
