"""The README's own example, followed to the letter: an assignment in five minutes, graded."""

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def example(after):
    """The indented block that follows a text in the README."""
    block = re.search(r"\n\n((?: {7}.*\n|\n)+)", README[README.index(after) :]).group(1)
    return textwrap.dedent(block).strip("\n") + "\n"


@pytest.mark.docker
def test_the_assignment_of_the_readme_grades_a_solution(tmp_path):
    for name, text in {
        "double/assignment.toml": example("Make a folder with `assignment.toml`"),
        "double/tests/hidden/test_double.py": example("Put ordinary tests into"),
        "double/solutions/reference/answer.py": "def double(n):\n    return 2 * n\n",
        "somebodys-solution/answer.py": "def double(n):\n    return n + n\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    command = re.search(r"`(grader grade \./double .*?)`", README).group(1).split()

    ended = subprocess.run(
        [sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True, env={**os.environ}, check=False
    )

    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.splitlines()[-1].endswith("out/report.html")
    assert json.loads((tmp_path / "out/results.json").read_text())["verdict"] == "accepted"
    assert "Doubles a number" not in (tmp_path / "out/report.html").read_text()  # a count is what a candidate gets


def test_every_file_that_the_readme_names_is_there():
    named = set(re.findall(r"\]\(([\w./-]+)\)", README)) | set(
        re.findall(r"`((?:reports|runners|assignments)/[\w./-]+)`", README)
    )

    assert {name for name in named if not (ROOT / name).exists()} == set()
