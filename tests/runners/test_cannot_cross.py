"""What can't cross the glass says so: what it was, and what to write instead."""

import inspect
import io
import json
import socket
import sys
import threading
from functools import reduce

import pytest

CODE = """
class Thing:
    def run(self):
        return 1

def take(thing):
    return 1
"""
WITH_IT = "since all that it can do would go with it: pass a function or an object of a class of your own that does what is needed"
INSTEAD = 'can\'t cross the glass: check what it does, or have the assignment say glass = "off"'


@pytest.fixture
def answer(behind_glass):
    """The candidate's module."""
    return behind_glass(CODE)()


@pytest.fixture
def refused(monkeypatch):
    """The suite's own `inspect`, as in the examiner."""
    import source

    monkeypatch.setattr(inspect, "getfile", inspect.getfile)
    source.refuse()


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: io.TextIOWrapper(io.BytesIO()), f"a TextIOWrapper can't be passed through the glass, {WITH_IT}"),
        (socket.socket, f"a socket can't be passed through the glass, {WITH_IT}"),
        (threading.Thread, f"a Thread can't be passed through the glass, {WITH_IT}"),
        (lambda: json, "a module can't be passed through the glass; pass the values it stands for"),
        (sys._getframe, "a frame can't be passed through the glass; pass the values it stands for"),
        (lambda: reduce(lambda inner, _: [inner], range(5000), []), "the value is nested too deeply"),
    ],
    ids=["file", "socket", "thread", "module", "frame", "nested"],
)
def test_an_argument_that_cannot_cross_is_named(answer, make, told):
    thing = make()

    with pytest.raises(TypeError) as caught:
        answer.take(thing)

    assert str(caught.value) == told
    getattr(thing, "close", lambda: None)()


def test_an_argument_that_is_too_large_says_how_large_it_is(answer):
    with pytest.raises(TypeError, match=r"a message of 178\d{5} bytes is over the limit of 16777216"):
        answer.take("x" * (17 * 1024 * 1024))


@pytest.mark.parametrize("name", ["__globals__", "__closure__"])
def test_the_insides_of_the_candidates_code_are_not_here(answer, name):
    with pytest.raises(AttributeError) as caught:
        getattr(answer.take, name)

    assert str(caught.value) == f"{name} of the candidate's code {INSTEAD}"
    assert not hasattr(answer.take, name)


@pytest.mark.parametrize("ask", ["getsource", "getsourcelines", "getfile", "getsourcefile"])
def test_the_candidates_source_is_not_here(answer, refused, ask):
    for thing in (answer.take, answer.Thing, answer.Thing().run):
        with pytest.raises(TypeError) as caught:
            getattr(inspect, ask)(thing)

        assert str(caught.value) == f"the source of the candidate's code {INSTEAD}"


def test_the_tests_own_source_is(refused):
    assert inspect.getsource(test_the_tests_own_source_is).startswith("def test_the_tests_own")


def test_an_object_of_another_test_says_where_to_make_it(behind_glass):
    begin = behind_glass(CODE)
    earlier = begin().Thing()
    later = begin()

    with pytest.raises(TypeError) as caught:
        later.take(earlier)

    assert str(caught.value) == (
        "this object belongs to another test: make candidate's objects in the test or its fixtures"
    )
