"""Subclasses of list, dict, set and their like: real ones on either side, with the content that is behind the glass now."""

import collections
import copy
import datetime
import json

import frames
import pytest

CODE = """
import collections, datetime

class Box(dict):
    def __getitem__(self, key): return dict.__getitem__(self, key.lower())
    def get(self, key, default=None): return f"got {key}"
    def put(self, key, value):
        self[key] = value
        return self

class Document(dict):
    def __init__(self, content, id):
        super().__init__(content)
        self.id = id

class Items(list):
    def first(self): return self[0]
    def append(self, item): super().append(item * 2)

class Bag(set): pass
class Tally(collections.Counter): pass
class Ordered(collections.OrderedDict): pass
class Grouped(collections.defaultdict): pass
class Recent(collections.deque): pass

def box(): return Box(a=1)
def document(): return Document({"x": [1]}, 5)
def items(): return Items([1, 2])
def bag(): return Bag({1})
def tally(): return Tally("aab")
def ordered(): return Ordered(b=1, a=2)
def grouped(): return Grouped(list, {1: [2]})
def recent(): return Recent([1, 2], 3)
def plainly_grouped(): return collections.defaultdict(list)

kept = []
def keep(thing): kept.append(thing)
def seen(): return kept[0]
def grow(): kept[0]["z"] = 26
def described(thing): return type(thing).__name__, dict(thing)

def touch(thing):
    if isinstance(thing, collections.deque): thing.append(9)
    elif isinstance(thing, collections.Counter): thing["n"] += 1
    else: thing["n"] = 1
    return thing

class Zone(datetime.tzinfo):
    def __init__(self, hours): self.hours = hours
    def utcoffset(self, moment): return datetime.timedelta(hours=self.hours)
    def dst(self, moment): return datetime.timedelta(0)
    def tzname(self, moment): return f"Z{self.hours}"

def noon(): return datetime.datetime(2020, 1, 1, 12, tzinfo=Zone(2))
def zone_of(moment): return type(moment.tzinfo).__name__
"""


@pytest.fixture
def module(behind_glass):
    """The module above, in a fresh process."""
    return behind_glass(CODE)()


def test_a_subclass_of_dict_is_a_dict_with_its_content(module):
    box = module.box()

    assert isinstance(box, dict)
    assert isinstance(box, module.Box)
    assert box == {"a": 1}
    assert box == {"a": 1}
    assert box != {"a": 2}
    assert (len(box), list(box), dict(box), json.dumps(box)) == (1, ["a"], {"a": 1}, '{"a": 1}')


def test_what_the_class_overrides_is_asked_for_and_the_rest_is_the_containers(module):
    box, items = module.box(), module.items()

    assert (box["A"], box.get("q"), box.pop("a")) == (1, "got q", 1)
    items.append(2)
    items.extend([5])
    assert (items, items.first(), items[-1]) == ([1, 2, 4, 5], 1, 5)


def test_either_side_sees_what_the_other_changes(module):
    document = module.document()
    document["x"].append(2)
    module.keep(document)
    module.grow()

    assert module.described(document) == ("Document", {"x": [1, 2], "z": 26})
    assert (document, document.id) == ({"x": [1, 2], "z": 26}, 5)
    assert module.seen() is document


def test_the_other_kinds_of_container_have_subclasses_too(module):
    grouped = module.grouped()

    assert module.bag() | {2} == {1, 2}
    assert module.tally().most_common(1) == [("a", 2)]
    assert module.ordered() == collections.OrderedDict(b=1, a=2)
    assert module.ordered() != collections.OrderedDict(a=2, b=1)
    assert (grouped[5], grouped) == ([], {1: [2], 5: []})
    assert (module.recent(), module.recent().maxlen) == (collections.deque([1, 2]), 3)


@pytest.mark.parametrize(
    ("thing", "after"),
    [
        (collections.deque([1]), collections.deque([1, 9])),
        (collections.Counter("n"), collections.Counter("nn")),
        (collections.OrderedDict(a=1), collections.OrderedDict(a=1, n=1)),
        (collections.defaultdict(int), {"n": 1}),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_what_the_candidate_changes_in_a_container_of_the_test_is_seen(module, thing, after):
    assert module.touch(thing) is thing
    assert thing == after


def test_a_default_factory_crosses(module):
    grouped = module.plainly_grouped()
    grouped["k"].append(1)

    assert grouped == {"k": [1]}


def test_a_copy_is_another_of_its_class(module):
    document = module.document()
    copied = copy.deepcopy(document)
    document["x"].append(9)

    assert (copied, copied.id) == ({"x": [1]}, 5)
    assert isinstance(copied, module.Document)


def test_a_class_of_the_tests_inherits_from_a_subclass_of_dict(module):
    class Own(module.Box):
        def put(self, key, value):
            return super().put(key, value + 1)

    own = Own()
    own.put("a", 1)

    assert isinstance(own, dict)
    assert own == {"a": 2}


def test_a_time_zone_of_the_candidates_is_one(module):
    noon = datetime.datetime(2020, 1, 1, 12, tzinfo=module.Zone(2))

    assert isinstance(module.noon().tzinfo, module.Zone)
    assert module.noon() == noon == datetime.datetime(2020, 1, 1, 10, tzinfo=datetime.UTC)
    assert module.zone_of(noon) == "Zone"
    assert f"{noon:%Z}" == "Z2"


def test_a_list_that_could_not_cross_crosses_once_it_can(module):
    numbers = [1, open]
    things = [numbers, json]

    with pytest.raises(frames.CannotCross):
        module.keep(things)
    things.pop()
    module.keep(things)

    assert module.seen() is things
    assert module.seen()[0] is numbers


# ---------------------------------------------------------------- a candidate that lies
LIES = """
import gc

class Liar(dict):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = None
    def __contains__(self, key): return True
    def __len__(self): return 3

class Flat(list):
    def __eq__(self, other): return True
    __hash__ = None

class Zone(__import__("datetime").tzinfo):
    def utcoffset(self, moment): return "soon"

def liar(): return Liar()
def flat(): return Flat()
def zone(): return Zone()
def agent(): return [thing for thing in gc.get_objects() if type(thing).__name__ == "Child"][0]
def say(form):
    a = agent()
    a._wire.send(["r", form(a), [], ["", ""]])
def described(a): return a._described(Flat)
"""


def test_content_decides_a_comparison_whatever_the_class_says(behind_glass):
    module = behind_glass(LIES)()

    assert (module.liar() == {"a": 1}) is False
    assert (module.liar() == {"a": 1}) is False
    assert (module.flat() == [1, 2]) is False
    assert ([module.flat()] == [[1]]) is False
    assert ("a" in module.liar()) is False


@pytest.mark.parametrize(
    "content",
    ["None", '["d", 1, 2, 3]', '["l"]', '["@", 9]', '["l", 1, ["y", 99]]', "5", '["L", 1, "q", "!"]'],
)
def test_content_that_is_none_of_this_container_is_a_breach(behind_glass, content):
    module = behind_glass(f"{LIES}\ndef give(): say(lambda a: ['o', 900, described(a), {content}])\n")()

    with pytest.raises(frames.Breach):
        module.give()


def test_a_name_in_the_place_of_a_containers_is_a_public_one(behind_glass):
    lie = """
def give():
    def form(a):
        told = a._described(Flat)
        told[7] = ["__class__", "__eq__", "_private", "append"]
        return ["o", 900, told, ["l", 1]]
    say(form)
"""
    thing = behind_glass(LIES + lie)().give()

    assert type(thing).__class__ is not str
    assert sorted(
        name for name, value in type.__dict__["__dict__"].__get__(type(thing)).items() if _is_shadow(value)
    ) == ["append"]


def _is_shadow(value):
    return type(value).__name__ == "Shadow"


def test_an_offset_that_is_none_is_an_error_and_no_verdict(behind_glass):
    module = behind_glass(LIES)()

    with pytest.raises(TypeError):
        datetime.datetime(2020, 1, 1, tzinfo=module.zone()).utcoffset()


@pytest.mark.parametrize("is_reflected", [False, True])
def test_a_counter_of_the_candidates_is_compared_by_what_it_holds(behind_glass, is_reflected):
    module = behind_glass(
        """
from collections import Counter, deque
class Ones(Counter):
    def __getitem__(self, key): return 1
class Turned(deque):
    def __iter__(self): return iter([1, 2])
def count(text): return Ones()
def honest(text): return Ones(text.split())
def queue(): return Turned([3, 4])
"""
    )()
    expected = collections.Counter({"a": 1, "b": 1})

    def same(here, there):
        return there == here if is_reflected else here == there

    assert same(module.count("a b"), expected) is False
    assert same(module.honest("a b"), expected) is True
    assert (module.count("a b") >= expected) is False
    assert same(module.queue(), collections.deque([1, 2])) is False
    assert same(module.queue(), collections.deque([3, 4])) is True
