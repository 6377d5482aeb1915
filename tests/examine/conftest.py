"""`grade(hidden=..., submission=...)` runs the real pipeline in real containers, one warm examiner for all."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from grader import pipeline
from grader.assignment import load
from grader.results.model import Results

TOML = """\
schema = "grader.assignment/1"
id = "sample"

[door]
kind = "import"
modules = ["answer"]

[limits]
test_s = 2
suite_s = 20
memory = 64

[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""


@pytest.fixture
def grade(services, tmp_path) -> Callable[..., Results]:
    """Grade a submission (files by name) against hidden tests (the text of one file)."""

    def run(hidden: str, submission: Mapping[str, str], toml: str = TOML) -> Results:
        folder = tmp_path / "assignment"
        write(
            folder,
            {
                "assignment.toml": toml,
                "tests/hidden/test_it.py": hidden,
                "reference/answer.py": "double = lambda n: 2 * n\n",
            },
        )
        write(tmp_path / "submission", submission)
        shop = pipeline.prepare(services, load.load(str(folder), tmp_path), "hidden")
        return pipeline.grade(str(tmp_path / "submission"), shop, seed=1)

    return run


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write text files below a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
