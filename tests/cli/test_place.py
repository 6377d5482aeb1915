"""How many submissions run at a time where nobody says it."""

import os

import pytest

from grader.assignment.model import Limits
from grader.cli import place


@pytest.mark.parametrize(
    ("cores", "memory_gib", "limit_mib", "jobs"),
    [
        pytest.param(4, 64, 256, 4, id="one a core"),
        pytest.param(16, 8, 256, 8, id="as far as the memory goes"),
        pytest.param(4, 8, 2048, 2, id="with what a submission may use"),
        pytest.param(4, 1, 4096, 1, id="and one in any case"),
    ],
)
def test_as_many_as_cores_and_memory_allow(monkeypatch, cores, memory_gib, limit_mib, jobs):
    pages = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": memory_gib * 2**30 // 4096}
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(os, "sysconf", pages.__getitem__)

    assert place.default_jobs(Limits(memory=limit_mib)) == jobs
