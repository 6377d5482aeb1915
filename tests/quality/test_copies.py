"""Copies within a submission, by the analysers' real service."""

import pytest

from grader.intake.snapshot import snapshot
from grader.quality import analyse
from grader.quality.yardstick import Yardstick
from grader.results.observations import Duplicate
from grader.sandbox.process import ProcessSandbox

BLOCK = """\
def totals(lines):
    found = {}
    for line in lines:
        name, amount = line.split(",")
        if name not in found:
            found[name] = 0
        found[name] += int(amount)
    return found
"""
OTHER = "def first(values):\n    return values[0] if values else None\n"
FIELDS = "class Order:\n" + "".join(f"    field_{n}: int\n" for n in range(12))


@pytest.fixture(scope="module")
def copies():
    """The duplicates and the share of code in them, of files by name."""
    with ProcessSandbox().service("quality") as service:

        def run(files, starter=None):
            against = Yardstick({name: text.encode() for name, text in (starter or {}).items()})
            taken = snapshot({name: text.encode() for name, text in files.items()})
            seen = analyse.analyse(service, taken, 60, against)
            shares = [m.value for m in seen.measurements if m.name == "duplication"]
            return seen.duplicates, shares

        yield run


def test_a_block_that_stands_twice_is_shown_with_both_places(copies):
    found, [share] = copies({"a.py": OTHER + "\n\n" + BLOCK, "b.py": BLOCK})

    assert found == (Duplicate("b.py", 1, 8, "a.py", 5),)
    assert share > 80


@pytest.mark.parametrize(
    "copy",
    [
        BLOCK.replace("found", "sums").replace("lines", "rows").replace("name", "key"),
        BLOCK.replace("    ", "\t"),
        BLOCK.replace("\n", "  # why\n"),
        BLOCK.replace("(lines):\n", '(lines):\n    """Add them up."""\n'),
        BLOCK.replace('split(",")', 'split(\n            ","\n        )'),
    ],
    ids=["other names", "tabs", "comments", "docstring", "other lines"],
)
def test_what_only_looks_different_is_a_copy(copies, copy):
    found, _ = copies({"a.py": BLOCK, "b.py": copy})

    assert [(each.path, each.other_path) for each in found] == [("b.py", "a.py")]


@pytest.mark.parametrize(
    "text",
    [
        FIELDS + FIELDS.replace("field", "part").replace("Order", "Line"),
        "".join(f"    assert double({n}) == {2 * n}\n" for n in range(40)).join(["def test_it():\n", ""]),
        "TABLE = [\n" + "".join(f'    ("name {n}", {n}),\n' for n in range(40)) + "]\n",
    ],
    ids=["fields", "assertions", "a table"],
)
def test_lists_of_one_kind_are_no_copies(copies, text):
    assert copies({"a.py": text}) == ((), [0.0])


def test_what_the_starter_gave_is_nobodys_copy(copies):
    found, shares = copies({"a.py": BLOCK, "b.py": BLOCK, "c.py": OTHER}, starter={"a.py": BLOCK})

    assert (found, shares) == ((), [0.0])


def test_one_line_hides_no_copy(copies):
    flat = "; ".join(f"value_{n} = compute(value_{n - 1}, {n}) + offset" for n in range(1, 12))

    found, _ = copies({"a.py": f"{flat}\n", "b.py": f"{flat}\n"})

    assert len(found) == 1


def test_copies_in_another_language_are_found(copies):
    script = """\
function totals(lines) {
  const found = {};
  for (const line of lines) {
    const [name, amount] = line.split(',');
    found[name] = (found[name] || 0) + Number(amount);
  }
  return found;
}
"""

    found, _ = copies({"a.js": script, "b.js": script.replace("found", "sums")})

    assert [(each.path, each.other_path) for each in found] == [("b.js", "a.js")]
