"""A test and its contradiction: the same lines, one claim turned, and only where no honest run can pass both."""

import random

import pytest

from grader.examine import contradictions
from grader.examine.claims import claims
from grader.examine.contrary import edited


def turned(text, seed=0):
    """A file with all its claims turned; None where there are none."""
    source = text.encode()
    found = claims(source, random.Random(seed).randrange)
    return edited(source, [edit for claim in found for edit in claim.edits]).decode() if found else None


def body(statement, head="def test_it():"):
    return f"{head}\n    {statement}\n"


@pytest.mark.parametrize(
    ("statement", "contrary"),
    [
        ("assert f(1) is None", "assert f(1) is not None"),
        ("assert f(1) != g(1)", "assert f(1) == g(1)"),
        ("assert f(1) in (1, 2)", "assert f(1) not in (1, 2)"),
        ("assert f(1) not in (1, 2)", "assert f(1) in (1, 2)"),
        ("assert f(1) < 3", "assert f(1) >= 3"),
        ("assert f(1)", "assert not f(1)"),
        ("assert not f(1)", "assert f(1)"),
        ("assert not (f(1))", "assert not (not (f(1)))"),
        ("assert a and b", "assert not (a and b)"),
        ("assert 1 < f(2) < 3", "assert not (1 < f(2) < 3)"),
        ("assert f(1) is True", "assert f(1) is not True"),
        ("assert f(1) == True", "assert f(1) == False"),
        ("assert f(1) != g(1), 'told'", "assert f(1) == g(1), 'told'"),
        ("self.assertTrue(f(1))", "self.assertFalse(f(1))"),
        ("self.assertIn(1, f(1))", "self.assertNotIn(1, f(1))"),
        ("self.assertNotEqual(f(1), g(1))", "self.assertEqual(f(1), g(1))"),
    ],
)
def test_without_a_value_the_comparison_is_turned(statement, contrary):
    assert turned(body(statement)) == body(contrary)


@pytest.mark.parametrize("form", ["assert {} == {}", "assert {} == {}, 'told'", "self.assertEqual({}, {})"])
def test_of_two_computed_sides_one_is_wrapped_so_that_what_equals_everything_equals_that_too(form):
    contraries = {turned(body(form.format("f(1)", "g(1)")), seed) for seed in range(20)}

    assert contraries == {body(form.format("[f(1)]", "g(1)")), body(form.format("f(1)", "[g(1)]"))}


@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        ("assert f(1) == 4", "assert f(1) == "),
        ("assert 4 == f(1)", "assert "),
        ("assert f(1) == -12.5", "assert f(1) == -"),
        ("assert f(1) == 'abc'", "assert f(1) == '"),
        ("assert f(1) == [1, (2, 'x')]", "assert f(1) == ["),
        ("assert f(1) == {'a': 1}", "assert f(1) == {'a': "),
        ("assert f(1) == pytest.approx(3.5)", "assert f(1) == pytest.approx("),
        ("self.assertEqual(f(1), 4)", "self.assertEqual(f(1), "),
    ],
)
def test_an_expected_value_becomes_another_of_its_kind(statement, kept):
    text = turned(body(statement))

    changed = text.splitlines()[1].strip()
    assert changed.startswith(kept)
    assert changed != statement


@pytest.mark.parametrize("seed", range(20))
def test_a_number_is_never_next_to_the_first_nor_its_double(seed):
    text = turned(body("assert f() == 6"), seed)

    assert int(text.rpartition("==")[2]) not in (5, 6, 7, 12, -6)


def test_an_expected_exception_becomes_one_that_is_no_kin_of_it():
    text = turned("import pytest\n\ndef test_it():\n    with pytest.raises(LookupError):\n        f()\n")

    name = text.partition("raises(")[2].partition(")")[0]
    assert not issubclass(__builtins__[name], LookupError)
    assert name != "LookupError"


def test_the_rows_of_a_table_are_turned_one_by_one():
    text = (
        "import pytest\n\n@pytest.mark.parametrize('n, expected', [(1, 2), (3, None), pytest.param(5, 40, id='x')])\n"
        "def test_it(n, expected):\n    assert f(n) == expected\n"
    )

    [claim] = claims(text.encode(), random.Random(1).randrange)

    assert (claim.function, claim.cases, claim.rows, claim.is_value) == ("test_it", frozenset({0, 2}), 3, True)
    assert "(3, None)" in edited(text.encode(), claim.edits).decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def test_it():\n    if slow:\n        return\n    assert f() == 4\n", id="it may return"),
        pytest.param("def test_it():\n    pytest.skip('x')\n    assert f() == 4\n", id="it skips"),
        pytest.param("@pytest.mark.xfail\ndef test_it():\n    assert f() == 4\n", id="it may fail"),
        pytest.param("@unittest.expectedFailure\ndef test_it():\n    assert f() == 4\n", id="unittest says so"),
        pytest.param("pytestmark = pytest.mark.xfail\ndef test_it():\n    assert f() == 4\n", id="all may fail"),
        pytest.param("@swallows\ndef test_it():\n    assert f() == 4\n", id="a decorator nobody knows"),
        pytest.param("async def test_it():\n    assert f() == 4\n", id="a coroutine"),
        pytest.param("def test_it():\n    with suppress(AssertionError):\n        assert f() == 4\n", id="in a block"),
        pytest.param("def test_it():\n    if f():\n        assert f() == 4\n", id="under a condition"),
        pytest.param("def test_it():\n    for n in rows():\n        assert f(n) == 4\n", id="a loop that may not turn"),
        pytest.param("def test_it():\n    with pytest.raises(Exception):\n        f()\n", id="every exception is kin"),
        pytest.param("def helper():\n    assert f() == 4\n", id="no test"),
        pytest.param("def test_it()\n    assert f() == 4\n", id="no Python"),
    ],
)
def test_a_claim_that_may_not_be_reached_is_left_alone(text):
    assert turned(text) is None


def test_lines_stay_where_they_are_and_text_beyond_ascii_too():
    text = 'def test_it():\n    name = "é"\n    assert f(\n        name,\n    ) == "grüße"\n    assert 1 == 1 + 0\n'

    changed = turned(text, 3)

    assert len(changed.splitlines()) == len(text.splitlines())
    assert changed.splitlines()[:2] == text.splitlines()[:2]
    assert changed != text


SUITE = {
    "hidden/test_a.py": b"from answer import f\n\ndef test_one():\n    assert f(1) == 40\n\ndef test_two():\n    g = f(2)\n",
    "hidden/data.txt": b"kept",
}
IDS = ["test_a.py::test_one", "test_a.py::test_two"]


def drawn(seed=0, ids=IDS, files=SUITE, is_fresh=True):
    return contradictions.halves(files, ids, random.Random(seed).randrange, is_fresh=is_fresh)


@pytest.mark.parametrize("seed", range(5))
def test_every_test_is_real_once_and_contradicted_once_if_it_can_be(seed):
    asked = [asked for half in drawn(seed) for asked in half.tests if asked.id]

    assert sorted((asked.id, asked.meaning) for asked in asked) == [
        ("test_a.py::test_one", "real"),
        ("test_a.py::test_one", "value"),
        ("test_a.py::test_two", "real"),
    ]


def test_a_half_holds_the_text_that_its_meaning_says():
    texts = {
        asked.meaning: b"== 40" in half.files["hidden/test_a.py"]
        for half in drawn()
        for asked in half.tests
        if asked.id == IDS[0]
    }

    assert texts == {"real": True, "value": False}
    assert [half.files["hidden/data.txt"] for half in drawn()] == [b"kept", b"kept"]


def test_which_half_is_which_changes_from_run_to_run():
    first = {next(a.meaning for a in drawn(seed)[0].tests if a.id == IDS[0]) for seed in range(20)}

    assert first == {"real", "value"}


def test_nothing_in_the_names_tells_the_halves_apart():
    asked = [[(a.name, a.number) for a in half.tests if a.id == IDS[0]] for half in drawn()]

    assert asked[0] == asked[1]


def test_a_test_of_the_same_name_in_another_file_is_another_test():
    files = {**SUITE, "hidden/test_b.py": SUITE["hidden/test_a.py"]}
    ids = [*IDS, "test_b.py::test_one"]

    meanings = sorted((a.id, a.meaning) for half in drawn(2, ids, files) for a in half.tests if "one" in a.id)

    assert meanings == [(f"test_{file}.py::test_one", meaning) for file in "ab" for meaning in ("real", "value")]


def test_canaries_have_names_that_nobody_can_foresee():
    names = {asked.name for seed in range(10) for half in drawn(seed) for asked in half.tests if not asked.id}

    assert len(names) == 10 * 2 * 4


def test_tests_that_build_on_each_other_run_once_as_they_are():
    [half] = drawn(is_fresh=False)

    assert [a.meaning for a in half.tests][:2] == ["real", "real"]
    assert half.files["hidden/test_a.py"] == SUITE["hidden/test_a.py"]
