"""What a test asked of the submission last is noted as texts; noting it asks nothing of anybody."""

from decimal import Decimal

import handles
import pytest
from calls import Call, Calls


class Loud:
    def __repr__(self):
        raise AssertionError("nobody may ask")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([1, "a", None], "[1, 'a', None]"),
        ((1,), "(1,)"),
        ({"a": {1}, "b": Decimal("0.10")}, "{'a': {1}, 'b': Decimal('0.10')}"),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ... 88 more]"),
        ("x" * 1000, "'" + "x" * 299 + "..."),
        ([[[[[1]]]]], "[[[[<list>]]]]"),
        (10**1000, "<a large int>"),
        (Loud(), "<Loud>"),
        ([Loud()], "[<Loud>]"),
    ],
)
def test_a_value_is_told_in_short_and_never_asked(value, told):
    call = Call("f", (value,), {"key": 1})

    call.answered(value)

    assert call.text == f"f({told}, key=1) → {told}"


def test_a_call_that_never_came_back_has_no_answer():
    assert Call("f", (1,), {}).text == "f(1)"


def test_an_exception_is_named():
    call = Call("f", (), {})

    call.raised(ValueError("a text that might have to be asked for"))

    assert call.text == "f() → raises ValueError"


def test_the_last_three_are_kept():
    calls = Calls()

    for number in range(5):
        calls.made("f", (number,), {}).answered(number)

    assert calls.texts() == ["f(2) → 2", "f(3) → 3", "f(4) → 4"]


def test_a_tests_own_calls_are_noted_and_those_of_its_callbacks_are_not(behind_glass):
    answer = behind_glass("def apply(f, x): return f(x)\ndef double(x): return 2 * x\n")()
    peer = handles.far_of(answer).proxies.peer
    peer.calls = Calls()

    assert answer.apply(lambda x: answer.double(x), 2) == 4

    assert peer.calls.texts() == ["apply(<function>, 2) → 4"]
