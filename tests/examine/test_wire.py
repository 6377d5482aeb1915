"""What the examiner sent is believed in no type and no length."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import NotGraded
from grader.examine import suite, wire

OUTCOME = {
    "type": "outcome",
    "id": "test_a.py::test_one",
    "outcome": "failed",
    "message": "assert 1 == 2",
    "detail": None,
    "output": None,
    "cpu_s": 0.25,
    "wall_s": 1,
}


def test_an_outcome_becomes_a_value():
    ruled = wire.ruled(OUTCOME)

    assert ruled == wire.Ruled("test_a.py::test_one", "failed", "assert 1 == 2", None, None, 0.25, 1.0)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"outcome": "excellent"}, id="unknown outcome"),
        pytest.param({"id": 7}, id="id that is no text"),
        pytest.param({"cpu_s": True}, id="truth as a number"),
        pytest.param({"wall_s": -1}, id="time before the start"),
        pytest.param({"wall_s": float("nan")}, id="no number"),
        pytest.param({"message": ["a"]}, id="message that is no text"),
    ],
)
def test_what_differs_is_our_fault_and_never_a_pass(change):
    message = {**OUTCOME, **change}

    with pytest.raises(NotGraded) as caught:
        wire.ruled(message)

    assert caught.value.code == "G301"


def test_long_texts_are_clipped_on_arrival():
    ruled = wire.ruled({**OUTCOME, "message": "m" * 10_000, "detail": "d" * 100_000})

    assert (len(ruled.message), len(ruled.detail)) == (500, 20_000)


def test_an_id_that_comes_twice_is_refused():
    test = {"id": "a", "title": "A", "weight": 1, "source": ""}

    with pytest.raises(NotGraded):
        wire.expected({"type": "collected", "tests": [test, test]})


def test_why_an_import_failed_becomes_a_value():
    read = wire.unimportable({"unimportable": {"kind": "syntax", "message": "bad", "path": "a.py", "line": 3}})

    assert read == wire.Unimportable("syntax", "bad", "a.py", 3)


@given(
    st.dictionaries(
        st.sampled_from([*OUTCOME, "tests", "unimportable"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        ),
    )
)
def test_no_message_raises_anything_but_our_own_error(message):
    for read in (wire.ruled, wire.expected, wire.unimportable):
        with contextlib.suppress(NotGraded):
            assert read(message) is not Ellipsis


def test_what_another_run_still_says_is_nobodys():
    said = [
        {"type": "outcome", "run": "old", "id": "a", "outcome": "passed"},
        {"type": "fault", "run": "old", "message": "late"},
        {"type": "done", "run": "new", "unimportable": None, "notes": []},
    ]

    class Speaking:
        def receive(self, _timeout_s):
            return said.pop(0)

    assert suite._await(Speaking(), ("outcome", "done"), 5, "new")["type"] == "done"
