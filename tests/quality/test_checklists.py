"""Documentation, hygiene and hidden code, by the analysers' real service."""

import pytest

from grader.intake.snapshot import snapshot
from grader.quality import analyse, hygiene
from grader.quality.yardstick import Yardstick
from grader.results.observations import Check, Commit, Pace
from grader.sandbox.process import ProcessSandbox

CODE = '"""Numbers, doubled."""\n\n\ndef double(number: int) -> int:\n    """Return twice a number."""\n    return 2 * number\n'
README = """\
# Doubling

Use it: `from answer import double`.

Run the tests with `python -m pytest`.

Numbers are added rather than shifted, because that reads better.
"""


@pytest.fixture(scope="module")
def seen():
    """What the analysers say of files by name."""
    with ProcessSandbox().service("quality") as service:

        def run(files, starter=None):
            against = Yardstick({name: text.encode() for name, text in (starter or {}).items()})
            packed = {name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()}
            return analyse.analyse(service, snapshot(packed), 60, against)

        yield run


def unmet(quality):
    return [check.id for check in quality.checks if not check.is_met]


def test_every_question_of_a_good_submission_is_answered_with_its_place(seen):
    quality = seen({"answer.py": CODE, "README.md": README})

    assert quality.checks == (
        Check(
            "docs", "readme-run", True, "the README says how to use or run it, with the command or call", "README.md:3"
        ),
        Check("docs", "readme-test", True, "the README says how to run the tests, with the command", "README.md:5"),
        Check("docs", "readme-decisions", True, "the README says what was decided and why", "README.md:7"),
        Check("docs", "docstrings", True, "public names have a docstring"),
        Check("docs", "types", True, "public names have types"),
        Check("hygiene", "dependencies", True, "only the standard library and its own modules are imported"),
        Check("hygiene", "no-junk", True, "no editor's, build's or operating system's files"),
    )


def test_one_slip_is_no_habit_and_is_named(seen):
    quality = seen({"answer.py": CODE + "def bare(x): return x\n"})

    told = {check.id: check.why for check in quality.checks if check.id in ("docstrings", "types")}
    assert told == {
        "docstrings": "public names have a docstring but for bare",
        "types": "public names have types but for bare",
    }


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        ({"answer.py": CODE}, ["readme-run", "readme-test", "readme-decisions"]),
        ({"answer.py": CODE, "README.md": "Words. " * 2000}, ["readme-run", "readme-test", "readme-decisions"]),
        ({"answer.py": "def a(x): return x\ndef b(x): return x\n", "README.md": README}, ["docstrings", "types"]),
        ({"answer.py": CODE + "import requests\n", "README.md": README}, ["dependencies"]),
        ({"answer.py": CODE, "README.md": README, ".idea/workspace.xml": "<x/>"}, ["no-junk"]),
        ({"answer.py": CODE, "README.md": README, "debug.log": "x", "data.bin": b"\0" * 2_000_000}, ["no-junk"]),
    ],
    ids=["no README", "length", "bare names", "undeclared", "editor", "log and bulk"],
)
def test_what_is_missing_is_named(seen, files, missing):
    assert unmet(seen(files)) == missing


@pytest.mark.parametrize(
    "declared",
    [
        {"requirements.txt": "requests==2.32.0\n"},
        {"pyproject.toml": '[project]\ndependencies = ["requests"]\n'},
        {"uv.lock": "version = 1\n"},
    ],
    ids=lambda files: next(iter(files)),
)
def test_declared_packages_are_no_fault(seen, declared):
    assert unmet(seen({"answer.py": CODE + "import requests\n", "README.md": README, **declared})) == []


def test_the_starters_readme_is_nobodys_own_words(seen):
    quality = seen({"answer.py": CODE, "README.md": README}, starter={"README.md": README})

    assert unmet(quality) == ["readme-run", "readme-test", "readme-decisions"]


def test_the_tests_framework_needs_no_declaration_in_tests(seen):
    tests = (
        "import pytest\n\nfrom answer import double\n\n\ndef test_it() -> None:\n"
        "    with pytest.raises(TypeError):\n        double(None)\n"
    )

    assert unmet(seen({"answer.py": CODE, "README.md": README, "tests/test_answer.py": tests})) == []


@pytest.mark.parametrize(
    ("sizes", "checks"),
    [
        ([], ()),
        ([9, 0, 4], (Check("hygiene", "commits", False, "2 commits change something, 3 are asked for"),)),
        ([9, 5, 4], (Check("hygiene", "commits", True, "3 commits change something, 3 are asked for"),)),
    ],
)
def test_steps_are_asked_for_where_there_is_a_history(sizes, checks):
    commits = tuple(Commit("2026-01-01T00:00:00Z", size) for size in sizes)

    assert hygiene.commits(Pace(True, commits, None, None, None, "")) == checks
    assert hygiene.commits(None) == ()


# ---------------------------------------------------------------- code that runs and was not analysed
HIDDEN = {
    "exec": ("exec('x = 1')\n", "code-in-text"),
    "eval": ("def f(text):\n    return eval(text)\n", "code-in-text"),
    "compile": ("run = compile\n", "code-in-text"),
    "getattr": ("getattr(object(), 'exec')\n", "code-in-text"),
    "builtins": ("import builtins as b\n\nb.print(1)\n", "code-in-text"),
    "subclasses": ("x = object.__subclasses__()\n", "code-in-text"),
    "globals": ("x = globals()['__builtins__']\n", "code-in-text"),
    "a shell": ("import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'x = 1'])\n", "code-in-text"),
    "loader": (
        "from importlib.util import spec_from_file_location\nx = spec_from_file_location('a', 'a.txt')\n",
        "code-elsewhere",
    ),
    "code object": ("import types\nx = types.FunctionType(None, {})\n", "code-elsewhere"),
}


@pytest.mark.parametrize(("text", "rule"), HIDDEN.values(), ids=HIDDEN)
def test_doors_to_code_that_nobody_reads_are_findings(seen, text, rule):
    quality = seen({"answer.py": text})

    found = [finding for finding in quality.findings if finding.rule.startswith("code-")]
    assert {finding.rule for finding in found} == {rule}
    assert (quality.analysed, quality.analysable) == (1, 1 + len(found))


@pytest.mark.parametrize(
    "text",
    [
        "import re\n\nx = re.compile('a')\n",
        "import ast\n\nx = ast.literal_eval('1')\n",
        "class Model:\n    def eval(self):\n        return self\n\n\nModel().eval()\n",
        "import importlib.util as u\n\nx = u.spec_from_file_location('b', 'b.py')\n",
        "import builtins\n\nbuiltins.print(1)\n",
    ],
    ids=["re.compile", "literal_eval", "a method", "a file that is read", "a harmless builtin"],
)
def test_what_only_sounds_like_it_is_none(seen, text):
    quality = seen({"answer.py": text, "b.py": "x = 1\n"})

    assert [finding.rule for finding in quality.findings if finding.rule.startswith("code-")] == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rules.txt", "def price(x):\n    return x\n"),
        ("rules.json", '{"price": "lambda x: x * 2"}'),
        ("fast.so", b"\x7fELF"),
    ],
)
def test_data_with_code_in_it_is_a_finding_where_the_program_uses_it(seen, name, content):
    used = seen({"answer.py": f"x = open({name!r})\n", name: content})
    unused = seen({"answer.py": "x = 1\n", name: content})

    assert [(f.rule, f.path) for f in used.findings if f.rule.startswith("code-")] == [("code-in-data", name)]
    assert [f for f in unused.findings if f.rule.startswith("code-")] == []


def test_plain_data_is_no_code(seen):
    quality = seen(
        {"answer.py": "x = open('words.txt'), open('m.json')\n", "words.txt": "import duties\n", "m.json": "[1]"}
    )

    assert (quality.analysed, quality.analysable) == (1, 1)


# ---------------------------------------------------------------- other languages
SCRIPTS = {
    "a.js": "function f(x) { if (x > 1 && x < 9) { return 1 } return 2 }\n",
    "a.ts": "function f(x: number): number { return x > 1 ? 1 : 2 }\n",
    "A.java": "class A { int f(int x) { if (x > 1) { return 1; } return 2; } }\n",
    "a.go": "package a\nfunc f(x int) int {\n if x > 1 {\n  return 1\n }\n return 2\n}\n",
    "a.php": "<?php\nfunction f($x) { if ($x > 1) { return 1; } return 2; }\n",
    "a.c": "int f(int x) { if (x > 1) return 1; return 2; }\n",
    "a.rs": "fn f(x: i32) -> i32 { if x > 1 { 1 } else { 2 } }\n",
}


@pytest.mark.parametrize(("name", "text"), SCRIPTS.items(), ids=SCRIPTS)
def test_other_languages_get_what_applies(seen, name, text):
    quality = seen({name: text})

    assert (quality.analysed, quality.analysable) == (1, 1)
    assert max(function.cyclomatic for function in quality.functions) >= 2
    assert "lloc" not in [measurement.name for measurement in quality.measurements]


@pytest.mark.parametrize("mark", ["// GENERATED CODE", "// #lizard forgives", "/* #lizard forgive global */"])
def test_marks_that_lizard_obeys_change_nothing(seen, mark):
    plain, marked = seen({"a.js": SCRIPTS["a.js"]}), seen({"a.js": f"{mark}\n{SCRIPTS['a.js']}"})

    assert [f.cyclomatic for f in marked.functions] == [f.cyclomatic for f in plain.functions]
    assert [each.path for each in marked.suppressed] == ["a.js"]
