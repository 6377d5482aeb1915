"""QuixBugs through Docker and the glass: suites unchanged; correct programs are accepted, buggy ones are not."""

import os
import tarfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.docker, pytest.mark.corpora]

TOML = """\
schema = "grader.assignment/1"
id = "task"
door = {{kind = "import", modules = ["python_programs.{name}"]}}
limits = {{test_s = 3, suite_s = 60}}
solutions = [{{path = "reference", expect = "accepted", reference = true}}]
"""


def _corpus():
    """The corpus' files as text, by path."""
    folder = os.environ.get("GRADER_CORPORA")
    path = Path(folder or "", "QuixBugs-python.tar.gz")
    if not folder or not path.is_file():
        return {}
    with tarfile.open(path) as archive:
        return {m.name: archive.extractfile(m).read().decode() for m in archive if m.isreg()}


SKIPPED = ("Skipped: Takes", "Takes")
CORPUS = _corpus()
PROGRAMS = sorted(
    path.removeprefix("python_testcases/test_").removesuffix(".py")
    for path in CORPUS
    if "python_testcases/test_" in path
)


@pytest.mark.parametrize("name", PROGRAMS or ["no corpora"])
def test_the_correct_program_is_accepted_and_the_buggy_one_is_not(name, graded):
    shared = {
        path: text for path, text in CORPUS.items() if path.endswith(("load_testdata.py", "node.py", "conftest.py"))
    }
    suite = {
        path: CORPUS[path]
        for path in CORPUS
        if path in (f"python_testcases/test_{name}.py", f"json_testcases/{name}.json")
    }
    hidden = {f"tests/hidden/{path}": text for path, text in {**shared, **suite}.items() if "programs/" not in path}
    correct = {f"python_programs/{name}.py": CORPUS[f"correct_python_programs/{name}.py"]}
    buggy = {f"python_programs/{name}.py": CORPUS[f"python_programs/{name}.py"]}
    reference = {f"reference/{path}": text for path, text in correct.items()}

    right, wrong = graded({"assignment.toml": TOML.format(name=name), **hidden, **reference}, correct, buggy)

    # Two suites skip a case of minutes while they run, which is a failure by our contract: it proves nothing.
    decided = [test for test in right.tests if test.message is None or not test.message.startswith(SKIPPED)]
    assert {test.outcome for test in decided} == {"passed"}
    assert len(right.tests) - len(decided) == (name in ("knapsack", "levenshtein"))
    assert wrong.verdict == "failed"
    assert {test.outcome for test in wrong.tests} <= {"passed", "failed", "timeout", "memory", "not_run"}
