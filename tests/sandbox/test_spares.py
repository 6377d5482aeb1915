"""Containers made ahead: the next one is begun while one is used, and none is left at the end."""

import contextlib
import copy
import os
import threading

import pytest

from grader.errors import NotGraded
from grader.sandbox import archive, engine
from grader.sandbox.protocol import Limits
from grader.sandbox.spares import Spares
from grader.turns import Alone


class Made:
    """Makes numbered things, and knows which are open."""

    def __init__(self, fails=()):
        self.open, self.made, self._fails = set(), 0, fails
        self.is_made = threading.Semaphore(0)

    @contextlib.contextmanager
    def __call__(self):
        self.made += 1
        mine = self.made
        if mine in self._fails:
            self.is_made.release()
            raise NotGraded("G403", "no", "why", "do")
        self.open.add(mine)
        self.is_made.release()
        try:
            yield mine
        finally:
            self.open.discard(mine)


def ending(make, may_end):
    """The same, whose end takes until it may."""

    @contextlib.contextmanager
    def slowly():
        with make() as number:
            yield number
            assert may_end.wait(20)

    return slowly


def always():
    return True


def test_the_next_is_made_while_one_is_used():
    make, spares = Made(), Spares(Alone(), always)

    with spares.taken(("a",), make) as first:
        make.is_made.acquire()
        make.is_made.acquire()  # the first, and its successor
        assert (first, make.open) == (1, {1, 2})
    with spares.taken(("a",), make) as second:
        assert second == 2


def test_nobody_waits_for_the_last_one_so_none_follows_it():
    make, left = Made(), [True, False]
    spares = Spares(Alone(), lambda: left.pop(0))

    with spares.taken(("a",), make):
        pass
    with spares.taken(("a",), make) as last:
        assert (last, left) == (2, [])
    spares.drop(lambda _kind: True)
    assert (make.made, make.open) == (2, set())


def test_whoever_has_used_one_need_not_wait_until_it_is_gone():
    make, may_end = Made(), threading.Event()
    slowly = ending(make, may_end)
    spares = Spares(Alone(), lambda: False)
    with spares.taken(("a",), slowly):
        pass
    assert make.open == {1}

    may_end.set()
    spares.settle()
    assert make.open == set()


def test_nothing_of_one_is_left_when_the_next_is_taken():
    make, may_end = Made(), threading.Event()
    slowly = ending(make, may_end)
    spares = Spares(Alone(), lambda: False)
    with spares.taken(("a",), slowly):
        threading.Timer(0.1, may_end.set).start()
    with spares.taken(("a",), slowly) as second:
        assert (second, make.open) == (2, {2})
    spares.settle()


def test_a_spare_whose_turn_has_not_come_is_not_waited_for():
    class Timed(Alone):
        may_work = threading.Event()

        @contextlib.contextmanager
        def working(self):
            assert self.may_work.wait(20)
            yield

    make, turns = Made(), Timed()
    spares = Spares(turns, always)
    with spares.taken(("a",), make):
        pass
    with spares.taken(("a",), make) as second:
        assert second == 2  # made here and now
    turns.may_work.set()
    spares.drop(lambda _kind: True)
    assert make.open == set()


def test_each_kind_has_its_own_and_a_dropped_kind_leaves_nothing():
    make, spares = Made(), Spares(Alone(), always)
    with spares.taken(("a", 1), make), spares.taken(("b", 1), make):
        pass

    spares.drop(lambda kind: kind[0] == "a")
    spares.drop(lambda kind: kind[0] == "b")

    assert make.open == set()


def test_a_spare_that_could_not_be_made_is_tried_again_where_it_is_needed():
    make, spares = Made(fails={2}), Spares(Alone(), always)
    with spares.taken(("a",), make):
        pass

    with spares.taken(("a",), make) as third:
        assert third == 3


def test_the_attempt_that_counts_tells_what_is_wrong():
    spares = Spares(Alone(), always)

    with pytest.raises(NotGraded), spares.taken(("a",), Made(fails={1})):
        pass


def test_none_is_made_while_somebody_takes_the_time():
    class Timing(Alone):
        held = threading.Lock()

        def working(self):
            return self.held

    make, turns = Made(), Timing()
    spares = Spares(turns, always)

    with turns.held, spares.taken(("a",), make) as first:
        assert (first, make.open) == (1, {1})
    spares.drop(lambda _kind: True)


LIMITS = Limits(memory_mib=64, processes=16, scratch_mib=8, output_mib=1, deadline_s=30)


@pytest.mark.docker
def test_a_container_made_ahead_serves_one_submission_and_none_is_left(docker_sandbox, order):
    sandbox, said = copy.copy(docker_sandbox), []
    sandbox.make_ahead(Alone(), always)

    with sandbox.service("examiner", 1) as examiner:
        for text in ("one", "two", "three"):
            order(examiner, listen=0)
            files = archive.pack({"submission.py": f"import os; say('{text}'); open(work + '/{text}', 'w')".encode()})
            with sandbox.candidate(examiner, 0, files, LIMITS):
                said.append(examiner.receive(30))

    mine = {"label": [f"{engine.LABEL}.owner={engine.owner(os.getpid())}"]}
    assert said == [{"said": "one"}, {"said": "two"}, {"said": "three"}]
    left = [c["Command"] for c in engine.connect().api.containers(all=True, filters=mine)]
    assert [command for command in left if "supervisor.py" in command] == []
