"""A record without a grade holds nothing that was measured, of nobody."""

from grader.results.model import UNGRADED, Results

SAID = {"schema", "assignment", "submission", "verdict", "reason", "level", "tests", "groups", "glass", "sources"}
SAID |= {"provenance", "rubric"}


def test_a_field_is_either_said_of_the_run_or_emptied():
    assert set(Results.__dataclass_fields__) - UNGRADED.keys() == SAID
    assert [name for name, value in UNGRADED.items() if value not in ((), None)] == []
