"""Plain data crosses unchanged, by exact type; everything else is refused, and by nothing but Breach."""

import datetime
import json
from collections import Counter, OrderedDict, deque
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath

import codec
import frames
import pytest
import values
from hypothesis import given
from hypothesis import strategies as st


def no_handles(*_):
    raise frames.Breach("no handles here")


def pair():
    return codec.Codec(0, no_handles, no_handles), codec.Codec(1, no_handles, no_handles)


def crossed(value):
    here, there = pair()
    return there.decode(json.loads(json.dumps(here.encode(value))))


TAGS = sorted(values.decoders(codec.Codec(0, None, None)))

VALUES = [
    None,
    True,
    10**40,
    -0.0,
    float("inf"),
    "é\ud800",
    b"\0\xff",
    (1, (2, ())),
    [1, [2.5]],
    {1: [2], "a": {3}},
    frozenset({1}),
    range(1, 9, 2),
    slice(1, None),
    1j,
    Decimal("1.50"),
    Fraction(1, 3),
    datetime.datetime(2026, 3, 29, 1, 30, fold=1, tzinfo=datetime.UTC),
    datetime.date(2026, 1, 1),
    datetime.time(1, 2, 3),
    datetime.timedelta(1, 2, 3),
    Path("/a/b"),
    PurePosixPath("a"),
    Counter("aab"),
    OrderedDict(b=1, a=2),
    deque([1, 2], 3),
    bytearray(b"x"),
    list(range(1000)),
    [0.5] * 100,
    ...,
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_arrives_as_it_was(value):
    arrived = crossed(value)

    assert (arrived, type(arrived)) == (value, type(value))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
        max_leaves=20,
    )
)
def test_any_plain_value_arrives_as_it_was(value):
    assert crossed(value) == value


def test_a_list_that_holds_itself_arrives_as_one():
    loop = []
    loop.append(loop)

    arrived = crossed(loop)

    assert arrived[0] is arrived


def test_a_change_on_one_side_is_seen_on_the_other():
    here, there = pair()
    mine = [3, 1, 2]
    theirs = there.decode(here.encode(mine))
    theirs.sort()

    here.apply(json.loads(json.dumps(there.updates())))

    assert mine == [1, 2, 3]


def test_a_subclass_is_never_taken_for_the_type_it_extends():
    class Liar(str):
        __slots__ = ()

        def __eq__(self, other):
            return True

        __hash__ = str.__hash__

    with pytest.raises(frames.Breach):
        crossed(Liar("x"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=5)
            | st.tuples(
                st.sampled_from(
                    [
                        "s",
                        "i",
                        "f",
                        "t",
                        "l",
                        "L",
                        "d",
                        "S",
                        "a",
                        "@",
                        "by",
                        "cx",
                        "fs",
                        "De",
                        "Fr",
                        "ra",
                        "sl",
                        "dt",
                        "da",
                        "ti",
                        "td",
                        "tz",
                        "uu",
                        "pa",
                        "dq",
                        "co",
                        "od",
                        "dd",
                    ]
                ),
                inner,
                inner,
            ).map(list)
        ),
        max_leaves=30,
    )
)
def test_a_hostile_value_raises_breach_or_is_plain(data):
    _, there = pair()
    try:
        value = there.decode(data)
    except frames.Breach:
        return

    assert type(value).__module__ in ("builtins", "decimal", "fractions", "datetime", "uuid", "pathlib", "collections")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_a_breach(body):
    try:
        message = frames.parse(body)
    except frames.Breach:
        return

    assert type(message) is list


def test_deep_nesting_is_a_breach():
    data = ["t"]
    for _ in range(5000):
        data = ["t", data]
    _, there = pair()

    with pytest.raises(frames.Breach):
        there.decode(data)


def test_a_class_that_calls_itself_a_decimal_is_an_object():
    impostor = type("Decimal", (), {"__module__": "decimal", "__qualname__": "Decimal"})
    exported = []

    codec.Codec(0, lambda thing: exported.append(thing) or ["o", 0], None).encode(impostor())

    assert [type(thing) for thing in exported] == [impostor]
    assert values.rare(Decimal) is not None


def test_a_class_whose_module_has_no_name_is_an_object():
    space = {}
    exec("made = type('Nameless', (), {})", space)

    assert not hasattr(space["made"], "__module__")
    assert values.rare(space["made"]) is None
    assert values.rare(type("Numbered", (), {"__module__": 5})) is None
