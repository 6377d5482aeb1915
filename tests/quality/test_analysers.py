"""Analysers that workers share: how many start, whose turn it is, and what a broken one costs."""

import contextlib
import queue
import threading

import pytest

from grader.errors import NotGraded
from grader.quality.analysers import Analysers

GONE = NotGraded("G405", "gone", "why", "do")


class Echo:
    """A service that answers each question after what it was told to say before."""

    def __init__(self):
        self.said = queue.SimpleQueue()
        self.asked = []

    def send(self, message):
        self.asked.append(message["run"])
        if message.get("breaks"):
            raise GONE
        if message.get("hangs"):
            return
        self.said.put({"run": "of somebody who gave up"})
        self.said.put({"run": message["run"]})

    def receive(self, timeout_s):
        try:
            return self.said.get(timeout=timeout_s)
        except queue.Empty:
            return None


class Place:
    """A sandbox that counts the services it has started and ended."""

    def __init__(self, fails=False):
        self.started, self.open, self._fails = [], 0, fails

    @contextlib.contextmanager
    def service(self, role):
        assert role == "quality"
        if self._fails:
            raise GONE
        self.started.append(Echo())
        self.open += 1
        try:
            yield self.started[-1]
        finally:
            self.open -= 1


def ask(lent, run):
    """A whole conversation; returns what came."""
    lent.send({"run": run})
    return [lent.receive(1)["run"], lent.receive(1)["run"]]


def test_four_workers_have_one_and_the_fifth_another_and_none_is_left():
    place, analysers = Place(), Analysers()

    with contextlib.ExitStack() as stack:
        lent = [stack.enter_context(analysers.lent(place)) for _ in range(5)]
        for each in lent:
            each.await_start()
        assert len(place.started) == 2
        assert [ask(each, str(number))[1] for number, each in enumerate(lent)] == list("01234")

    assert place.open == 0


def test_a_question_waits_until_the_one_before_has_its_answer():
    place, analysers = Place(), Analysers()

    with analysers.lent(place) as first, analysers.lent(place) as second:
        first.send({"run": "a"})
        other = threading.Thread(target=ask, args=(second, "b"))
        other.start()
        other.join(0.1)
        assert place.started[0].asked == ["a"]
        assert [first.receive(1)["run"], first.receive(1)["run"]] == ["of somebody who gave up", "a"]
        other.join(20)

    assert place.started[0].asked == ["a", "b"]


def test_a_question_that_nobody_answers_ends_its_turn():
    place, analysers = Place(), Analysers()

    with analysers.lent(place) as first, analysers.lent(place) as second:
        first.send({"run": "a", "hangs": True})
        assert first.receive(0.01) is None
        assert ask(second, "b")[1] == "b"


def test_whoever_leaves_in_the_middle_of_a_turn_ends_it():
    place, analysers = Place(), Analysers()

    with analysers.lent(place) as first:
        with analysers.lent(place) as second:
            second.send({"run": "a", "hangs": True})
        assert ask(first, "b")[1] == "b"


def test_a_broken_one_is_lent_to_nobody_else():
    place, analysers = Place(), Analysers()

    with analysers.lent(place) as first:
        with pytest.raises(NotGraded):
            first.send({"run": "a", "breaks": True})
        with analysers.lent(place) as second:
            assert ask(second, "b")[1] == "b"

    assert (len(place.started), place.open) == (2, 0)


def test_one_that_can_not_start_tells_everybody_who_waits_for_it():
    place, analysers = Place(fails=True), Analysers()

    with analysers.lent(place) as first, analysers.lent(place) as second:
        for each in (first, second):
            with pytest.raises(NotGraded):
                each.await_start()


def test_who_waits_for_long_moves_to_others_and_none_is_left():
    place, analysers = Place(), Analysers(patience_s=0.05)

    with contextlib.ExitStack() as stack:
        slow, second, third = (stack.enter_context(analysers.lent(place)) for _ in range(3))
        slow.send({"run": "a", "hangs": True})
        assert [ask(each, run)[1] for each, run in ((second, "b"), (third, "c"))] == ["b", "c"]
        assert [service.asked for service in place.started] == [["a"], ["b", "c"]]

    assert (len(place.started), place.open) == (2, 0)
