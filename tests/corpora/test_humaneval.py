"""HumanEval through Docker and the glass: every canonical solution is accepted, every emptied one is not."""

import ast
import gzip
import json
import os
from pathlib import Path

import pytest

pytestmark = [pytest.mark.docker, pytest.mark.corpora]

TOML = """\
schema = "grader.assignment/1"
id = "task"
door = {kind = "import", modules = ["solution"]}
limits = {test_s = 10, suite_s = 20}
solutions = [{path = "reference", expect = "accepted", reference = true}]
"""
CONSTANTS = ("None", "-12345", "'wrong'")


def _tasks():
    folder = os.environ.get("GRADER_CORPORA")
    path = Path(folder or "", "HumanEval.jsonl.gz")
    if not folder or not path.is_file():
        return [pytest.param(None, id="no corpora")]
    with gzip.open(path, "rt") as lines:
        tasks = [json.loads(line) for line in lines]
    return [pytest.param(task, id=task["task_id"]) for task in tasks]


def _functions(source):
    return [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]


def _with_body(task, constant):
    """The task's function, answering with a constant; its helpers stay."""
    tree = ast.parse(task["prompt"] + task["canonical_solution"])
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == task["entry_point"]:
            node.body = ast.parse(f"def f():\n    return {constant}").body[0].body
    return ast.unparse(tree)


def _passes_plainly(task, source):
    """Whether the published suite, in one process, takes this source: some answers are legitimately constant."""
    world = {}
    try:
        exec(source + "\n" + task["test"], world)  # the corpus' own code
        world["check"](world[task["entry_point"]])
    except BaseException:
        return False
    return True


@pytest.mark.parametrize("task", _tasks())
def test_the_canonical_solution_is_accepted_and_a_constant_is_not(task, graded):
    canonical = task["prompt"] + task["canonical_solution"]
    names = ", ".join(_functions(canonical))
    suite = f"from solution import {names}\n{task['test']}\n\ndef test_published_suite():\n    check({task['entry_point']})\n"
    wrong = next(code for code in (_with_body(task, c) for c in CONSTANTS) if not _passes_plainly(task, code))

    right, bad = graded(
        {"assignment.toml": TOML, "tests/hidden/test_task.py": suite, "reference/solution.py": canonical},
        {"solution.py": canonical},
        {"solution.py": wrong},
    )

    assert right.verdict == "accepted", right.tests[0].message
    assert bad.verdict == "failed"
