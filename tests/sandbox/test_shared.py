"""A container that tests and submission share is spoken to like a service, and ends like a candidate."""

import pytest

from grader.errors import NotGraded
from grader.sandbox.protocol import End, Limits

LIMITS = Limits(memory_mib=64, processes=16, scratch_mib=8, output_mib=1, deadline_s=30)


def ended(shared):
    """Wait until it has ended by itself."""
    while (end := shared.end()) is None:
        pass
    return end


def test_it_answers_line_by_line(sandbox, order):
    with sandbox.shared(LIMITS) as shared:
        answers = [order(shared, n=n) for n in range(2)]
        end = shared.end()

    assert answers == [{"echo": {"n": 0}}, {"echo": {"n": 1}}]
    assert end is None


def test_its_own_end_is_a_crash_with_its_status(sandbox, order):
    with sandbox.shared(LIMITS) as shared, pytest.raises(NotGraded):
        order(shared, leave=7)

    with sandbox.shared(LIMITS) as shared:
        shared.send({"leave": 7})
        end = ended(shared)

    assert end == End("crashed", 7)


def test_an_end_by_our_hand_is_a_kill(sandbox):
    with sandbox.shared(LIMITS) as shared:
        shared.kill()
        end = ended(shared)

    assert end.cause == "killed"


def test_no_variable_of_the_host_reaches_it(sandbox, order, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")

    with sandbox.shared(LIMITS) as shared:
        answer = order(shared, environment=True)

    assert "SECRET_TOKEN" not in answer["environment"]
