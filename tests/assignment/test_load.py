"""assignment.toml is read strictly: every mistake at once, with its line and the closest known key."""

import json
from pathlib import Path

import pytest

from grader import bundled
from grader.assignment import load, schema
from grader.errors import UsageError

SMALLEST = """\
schema = "grader.assignment/1"
id = "sample"
[door]
kind = "import"
modules = ["answer"]
[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""


@pytest.fixture
def assignment(tmp_path):
    """Make an assignment's folder around the text of its file, and load it."""

    def make(toml):
        (tmp_path / "tests/hidden").mkdir(parents=True)
        (tmp_path / "tests/hidden/test_a.py").write_text("def test_a(): pass\n")
        (tmp_path / "reference").mkdir()
        (tmp_path / "assignment.toml").write_text(toml)
        return load.load(str(tmp_path), tmp_path)

    return make


def problems(assignment, toml):
    with pytest.raises(UsageError) as caught:
        assignment(toml)
    assert caught.value.exit_code == 2
    return [line.partition("assignment.toml:")[2] for line in caught.value.what.splitlines()]


def test_the_smallest_file_has_a_default_for_all_else(assignment):
    loaded = assignment(SMALLEST)

    assert (loaded.rules.limits.test_s, loaded.rules.pillars.quality, loaded.rules.door.eq) == (10, 30, "used")
    assert load.group_of(loaded, "test_a.py::test_a", "hidden").id == "tests"


def test_unknown_key_names_line_and_closest_key(assignment):
    found = problems(assignment, SMALLEST + "[limits]\ntests_s = 2\n")

    assert found == ['11: unknown key "tests_s" in [limits]; the closest known key is "test_s"']


def test_all_mistakes_are_told_at_once_in_order(assignment):
    found = problems(assignment, SMALLEST + '[limts]\n[limits]\ntest_s = "x"\n[[groups]]\nidd = "a"\ntests = []\n')

    assert found == [
        '10: unknown key "limts" in the top of the file; the closest known key is "limits"',
        "12: \"test_s\" in [limits]: input should be a valid number, not 'x'",
        '14: unknown key "idd" in [[groups]]; the closest known key is "id"',
    ]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        pytest.param("[pillars]\ncorrectness = 60\n", "10: the pillars' weights sum to 100, these to 110", id="sum"),
        pytest.param("[criteria.style]\nweight = -1\n", "11: a weight is 0 or more, and finite", id="negative weight"),
        pytest.param(
            "[criteria.runtime]\nweight = 0\n[criteria.growth]\nweight = 0\n",
            "10: all criteria of speed weigh 0, yet the pillar has 20",
            id="a pillar of criteria that weigh nothing, some by default",
        ),
        pytest.param(
            "[criteria.stile]\nweight = 1\n",
            "10: there is no criterion 'stile'; the closest known is \"style\"",
            id="unknown criterion",
        ),
        pytest.param("[gates]\nmin_share = 50\n", "11: a share is 0 to 1", id="a share in per cent"),
        pytest.param(
            '[pillars]\nbalance = "harmonic"\n',
            """11: "balance" in [pillars]: input should be 'additive' or 'geometric', not 'harmonic'""",
            id="unknown balance",
        ),
        pytest.param("[limits]\ntest_s = 0\n", "11: a limit is above 0, and finite", id="no time"),
        pytest.param(
            '[[groups]]\nid = "a"\ntests = ["../x.py"]\n', "12: there is no '../x.py' below tests/hidden", id="outside"
        ),
        pytest.param(
            '[[groups]]\nid = "a"\ntests = ["test_a.py"]\n[[groups]]\nid = "a"\ntests = ["test_a.py"]\n',
            "13: 'a' is there twice",
            id="duplicate id",
        ),
    ],
)
def test_what_a_schema_cannot_say_is_checked_too(assignment, more, told):
    assert problems(assignment, SMALLEST + more) == [told]


@pytest.mark.parametrize("budget", ["3", "three hours", "3h ", "1.5h", "0h", "-2h"])
def test_a_time_budget_is_hours_and_minutes(assignment, budget):
    text = SMALLEST.replace('id = "', f'time_budget = "{budget}"\nid = "', 1)

    assert problems(assignment, text) == [
        f'2: "{budget}" is no time: hours and minutes are meant, such as "3h" or "1h30m"'
    ]


@pytest.mark.parametrize("name", ["json", "pytest", "a-b"])
def test_a_module_may_not_take_a_name_of_pythons_or_of_the_framework(assignment, name):
    [told] = problems(assignment, SMALLEST.replace("answer", name))

    assert told.startswith("5: ")


def test_exactly_one_reference(assignment):
    assert problems(assignment, SMALLEST.replace("reference = true\n", "")) == [
        "6: exactly one solution has reference = true, here 0"
    ]


def test_a_package_without_a_version_is_refused(assignment):
    [told] = problems(assignment, SMALLEST + '[environment]\npackages = ["numpy"]\n')

    assert told == '11: "numpy" is not pinned: write name==1.2.3, and each package that it needs itself'


def test_broken_toml_names_the_line(assignment):
    with pytest.raises(UsageError, match="line 2"):
        assignment('schema = "grader.assignment/1"\nid = \n')


def whole(error):
    return error.code, error.what, error.why, error.do


def test_a_missing_assignment_names_the_bundled_ones(tmp_path):
    for name in ("b-second", "a-first"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "assignment.toml").touch()

    with pytest.raises(UsageError) as caught:
        load.load("inventry", tmp_path)

    assert whole(caught.value) == (
        "G103",
        "no assignment inventry",
        "An assignment is a folder with assignment.toml, or the id of a bundled one.",
        "Bundled are: a-first, b-second. Nothing was run.",
    )


def test_a_folder_without_the_file_is_no_assignment(tmp_path):
    with pytest.raises(UsageError) as caught:
        load.load(str(tmp_path), tmp_path)

    assert whole(caught.value) == (
        "G101",
        f"{tmp_path}/assignment.toml: there is no such file",
        "An assignment is a folder with assignment.toml, a kit one with kit.toml.",
        "Give the folder, or the id of a bundled one (grader assignment list). Nothing was run.",
    )


def test_public_tests_of_an_assignment_that_has_none(assignment):
    with pytest.raises(UsageError) as caught:
        load.tree(assignment(SMALLEST), "public")

    assert whole(caught.value) == (
        "G104",
        "'sample' has no public tests",
        "They stand in tests/hidden and tests/public; a kit has public ones alone.",
        "Choose an assignment that has them. Nothing was run.",
    )


def test_a_test_without_a_group_is_its_authors_fault(assignment):
    loaded = assignment(SMALLEST + '[[groups]]\nid = "a"\ntests = ["test_a.py::test_a"]\n')

    with pytest.raises(UsageError) as caught:
        load.group_of(loaded, "test_a.py::test_b", "hidden")
    assert caught.value.code == "G105"


def test_the_longest_name_decides_the_group(assignment):
    groups = '[[groups]]\nid = "a"\ntests = ["test_a.py"]\n[[groups]]\nid = "b"\ntests = ["test_a.py::test_b"]\n'
    loaded = assignment(SMALLEST + groups)

    assert load.group_of(loaded, "test_a.py::test_b[x-1]", "hidden").id == "b"


def test_the_shipped_schema_is_the_generated_one():
    shipped = json.loads((bundled.path("reports") / "assignment.schema.json").read_text())

    assert shipped == schema.schema()


def test_every_bundled_assignment_loads():
    assert "inventory" in [each.rules.id for each in load.list_bundled(bundled.path("assignments"))]


def test_a_kit_holds_nothing_hidden(tmp_path):
    (tmp_path / "tests/public").mkdir(parents=True)
    (tmp_path / "tests/public/test_a.py").write_text("def test_a(): pass\n")
    (tmp_path / "kit.toml").write_text(SMALLEST.partition("[[solutions]]")[0])

    kit = load.load_kit(tmp_path)

    assert (kit.hidden, kit.reference, sorted(load.tree(kit, "public"))) == (None, None, ["hidden/test_a.py"])
    assert isinstance(kit.root, Path)
