"""What must not pay: a submission and its gamed twin differ by at most one point of the total.

The honest one is a bundled solution that works and is written badly, so that there is something to hide; what it is held
against is the bundled reference. Correctness is full and nothing is raced, which makes every point of quality weigh most.
"""

import ast
import json
import textwrap
from dataclasses import replace

import pytest

from grader import bundled
from grader.assignment import load
from grader.intake import source
from grader.intake.snapshot import snapshot
from grader.quality import analyse
from grader.quality.yardstick import Yardstick
from grader.results.model import Test
from grader.results.observations import OwnTests, Planted
from grader.sandbox.process import ProcessSandbox
from grader.score import total
from grader.score.evidence import Evidence

INVENTORY = load.load("inventory", bundled.path("assignments"))
FREE_SLOTS = load.load("free-slots", bundled.path("assignments"))
NAMES = {"inventory": "inventory.py", "free-slots": "free_slots.py"}
PASSED = (Test("t", "a", "T", "passed", 1.0, 1.0, 0.0, 0.0, 1.0, "count"),)
OWN = OwnTests(3, True, (Planted("a", True), Planted("b", False)), 0.8)


@pytest.fixture(scope="module")
def quality():
    """Analyse files against a yardstick; the service is warm, as in a batch."""
    with ProcessSandbox().service("quality") as service:
        yield lambda files, against: analyse.analyse(
            service, snapshot({name: _bytes(content) for name, content in files.items()}), 60, against
        )


@pytest.fixture(scope="module")
def yardsticks():
    """Each assignment's, by its id."""
    with ProcessSandbox().service("quality") as service:
        return {
            each.rules.id: analyse.measure(service, source.take(str(each.reference)), 60, Yardstick(load.starter(each)))
            for each in (INVENTORY, FREE_SLOTS)
        }


def _bytes(content):
    return content if isinstance(content, bytes) else content.encode()


@pytest.fixture(params=[INVENTORY, FREE_SLOTS], ids=lambda each: each.rules.id)
def worth(request, quality, yardsticks):
    """`worth(change)`: the totals of a bad solution, and of what a change of its files makes of it."""
    rules = request.param.rules
    name = NAMES[rules.id]
    text = (request.param.root / "solutions" / "fast_but_messy" / name).read_text()

    def scored(files):
        seen = quality(files, yardsticks[rules.id])
        evidence = Evidence(
            tests=PASSED,
            measurements=seen.measurements,
            findings=seen.findings,
            functions=seen.functions,
            analysed=seen.analysed,
            analysable=seen.analysable,
            checks=seen.checks,
            own_tests=OWN,
        )
        return total.total_of(rules, evidence)

    return lambda change: (scored({name: text}), scored(change(name, text)))


def beside(**more):
    """The same files with others beside them; `_dot_` in a name is a dot, `_in_` a slash."""
    files = {name.replace("_in_", "/").replace("_dot_", "."): content for name, content in more.items()}
    return lambda name, text: {name: text, **files}


def rewritten(change):
    """The same file, changed."""
    return lambda name, text: {name: change(text)}


ALL_OFF = '[tool.ruff]\nexclude = ["*"]\n[tool.ruff.lint]\nselect = []\n[tool.coverage.run]\nomit = ["*"]\n'
TRIVIAL = "".join(
    f'def idle_{n}(x: int) -> int:\n    """Return it, plus {n}."""\n    return x + {n}\n\n\n' for n in range(300)
)
CONSTANTS = "".join(f"LIMIT_{n} = {n}\n" for n in range(500))
VENDORED = "\n\n".join(
    textwrap.dedent(
        f'''
        def helper_{n}(value: int, other: int) -> int:
            """Return the larger of two numbers, plus {n}."""
            larger = max(value, other)
            if larger > {n}:
                return larger + {n}
            return larger
        '''
    )
    for n in range(200)
)
DEEP = "x = " + "+".join(["1"] * 3000) + "\n"


def one_line(text):
    """Every block of simple statements on the line that opens it."""

    def block(body, indent):
        if any(hasattr(each, "body") for each in body):
            return "\n" + "\n".join(line(each, indent + " ") for each in body)
        return " " + "; ".join(ast.unparse(each).replace("\n", " ") for each in body if not _is_text(each))

    def line(node, indent):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            return textwrap.indent(ast.unparse(node), indent)
        head = ast.unparse(replaced(node)).splitlines()[0]
        return f"{indent}{head}{block(node.body, indent)}"

    def replaced(node):
        copy = ast.parse(ast.unparse(node)).body[0]
        copy.body, copy.decorator_list = [ast.Pass()], []
        return copy

    return "\n".join(line(node, "") for node in ast.parse(text).body) + "\n"


def _is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def split(name, text):
    """A file for each definition, gathered again in the file of the old name."""
    nodes = ast.parse(text).body
    heads = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    head = "\n".join(map(ast.unparse, heads)) + "\n"
    files, gathered = {}, []
    for number, node in enumerate(each for each in nodes if each not in heads):
        earlier = "".join(f"from part_{n} import *\n" for n in range(number))
        files[f"part_{number}.py"] = head + earlier + ast.unparse(node) + "\n"
        gathered.append(f"from part_{number} import *\n")
    return {name: "".join(gathered), **files}


def elsewhere(path, text, opened):
    """The whole program in another file, and what runs it."""
    return lambda name, original: {name: opened, path: text(original)}


def twice(name, text):
    """The same again, with other names, beside it."""
    return {name: text, "copy_of_it.py": text.replace("self", "this").replace("quantity", "amount")}


AS_IT_IS = str
TWINS = {
    "own pyproject": beside(pyproject_dot_toml=ALL_OFF),
    "own ruff.toml": beside(ruff_dot_toml='exclude = ["*"]\n', _dot_ruff_dot_toml='exclude = ["*"]\n'),
    "own setup.cfg": beside(setup_dot_cfg="[radon]\nexclude = *\n[flake8]\nexclude = *\n"),
    "ignored by git": beside(_dot_gitignore="*\n", _dot_ignore="*\n"),
    "noqa everywhere": rewritten(lambda text: "".join(f"{line}  # noqa\n" for line in text.splitlines())),
    "noqa for the file": rewritten(lambda text: f"# ruff: noqa\n# flake8: noqa\n# pylint: skip-file\n{text}"),
    "skip_file": rewritten(lambda text: f"# isort: skip_file\n# fmt: off\n# mypy: ignore-errors\n{text}"),
    "complexipy: ignore": rewritten(lambda text: text.replace("    def ", "    # complexipy: ignore\n    def ")),
    "generated": rewritten(lambda text: f"# @generated by a tool\n# GENERATED CODE, DO NOT EDIT\n{text}"),
    "blank lines": rewritten(lambda text: text.replace("\n", "\n\n\n")),
    "comments": rewritten(lambda text: text + "# what this does is best read in the code\n" * 1000),
    "comments inside": rewritten(lambda text: text.replace(":\n", ":\n        # see above\n" * 1)),
    "docstrings of many lines": rewritten(lambda text: text + '"""' + "Words.\n" * 1000 + '"""\n'),
    "dead functions": rewritten(lambda text: text + TRIVIAL),
    "dead constants": rewritten(lambda text: text + CONSTANTS),
    "code after return": rewritten(lambda text: text + "def idle():\n    return 1\n" + "    x = 1\n" * 500),
    "branches never taken": rewritten(
        lambda text: text + "if False:\n" + "".join(f"    x{n} = {n}\n" for n in range(500))
    ),
    "pass": rewritten(lambda text: text + "pass\n" * 1000),
    "trivial functions beside": beside(idle_dot_py=TRIVIAL),
    "trivial tests": beside(
        test_idle_dot_py="".join(f"def test_{n}():\n    assert {n} == {n}\n\n\n" for n in range(300))
    ),
    "trivial functions that are called": rewritten(
        lambda text: text + TRIVIAL + "SUM = [" + ", ".join(f"idle_{n}({n})" for n in range(300)) + "]\n"
    ),
    "trivial functions called one by one": rewritten(
        lambda text: text + TRIVIAL + "".join(f"idle_{n}({n})\n" for n in range(300))
    ),
    "constants that are used": rewritten(
        lambda text: text + CONSTANTS + "SUM = [" + ", ".join(f"LIMIT_{n}" for n in range(500)) + "]\n"
    ),
    "a table that is used": rewritten(
        lambda text: text + "TABLE = {" + ", ".join(f"'{n}': {n}" for n in range(2000)) + "}\n" + "print(len(TABLE))\n"
    ),
    "rows of statements": rewritten(
        lambda text: text + "def idle():\n" + "".join(f"    print({n})\n" for n in range(500)) + "\n\nidle()\n"
    ),
    "vendored": beside(vendor_in_helpers_dot_py=VENDORED, vendor_in___init___dot_py=""),
    "a copy": twice,
    "split": split,
    "one line": rewritten(one_line),
    "exec": rewritten(lambda text: f"exec({text!r})\n"),
    "exec by another name": rewritten(
        lambda text: f"import builtins\nrun = getattr(builtins, 'ex' + 'ec')\nrun({text!r})\n"
    ),
    "eval of compile": rewritten(lambda text: f"eval(compile({text!r}, 'x', 'exec'))\n"),
    "code in a text file": elsewhere("logic.txt", AS_IT_IS, "exec(open('logic.txt').read())\n"),
    "code in JSON": elsewhere(
        "logic.json",
        lambda text: json.dumps({"code": text}),
        "import json\nexec(json.load(open('logic.json'))['code'])\n",
    ),
    "another ending": elsewhere(
        "logic.dat",
        AS_IT_IS,
        "from importlib.machinery import SourceFileLoader\n\nlogic = SourceFileLoader('logic', 'logic.dat').load_module()\n",
    ),
    "run_path": elsewhere("logic.inc", AS_IT_IS, "import runpy\n\nglobals().update(runpy.run_path('logic.inc'))\n"),
    "utf-7": rewritten(lambda text: b"# coding: utf-7\n" + text.encode("utf-7")),
    "byte order mark": rewritten(lambda text: b"\xef\xbb\xbf" + text.encode()),
    "latin-1": rewritten(lambda text: b"# coding: latin-1\n# \xe9\n" + text.encode("latin-1")),
    "old line ends": rewritten(lambda text: text.replace("\n", "\r").encode()),
    "below tests": lambda name, text: {
        name: "from tests.logic import *\n",
        "tests/logic.py": text,
        "tests/__init__.py": "",
    },
    "deep in the file": rewritten(lambda text: text + DEEP),
    "deep beside": lambda name, text: {name: "from logic import *\n", "logic.py": text + DEEP},
    "too large to read": rewritten(lambda text: text + "# x\n" * 300_000),
}


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS)
def test_a_gamed_twin_gains_at_most_one_point(worth, twin):
    honest, gamed = worth(twin)

    assert gamed <= honest + 1


@pytest.mark.parametrize(
    "twin",
    [
        TWINS[name]
        for name in ("exec", "code in a text file", "another ending", "run_path", "deep beside", "too large to read")
    ],
    ids=["exec", "text file", "loader", "run_path", "deep", "large"],
)
def test_code_that_was_not_analysed_costs_points(worth, twin):
    honest, gamed = worth(twin)

    assert gamed < honest


def test_better_code_is_worth_more(quality, yardsticks):
    def scored(solution):
        taken = source.take(str(INVENTORY.root / "solutions" / solution))
        seen = quality(taken.files, yardsticks["inventory"])
        evidence = Evidence(PASSED, seen.measurements, seen.findings, seen.functions, analysed=seen.analysed)
        evidence = replace(evidence, analysable=seen.analysable, checks=seen.checks, own_tests=OWN)
        return total.total_of(INVENTORY.rules, evidence)

    assert scored("reference") >= scored("slow_but_clean") > scored("fast_but_messy") + 10
