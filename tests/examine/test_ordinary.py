"""An ordinary suite, written for one process, ends alike in one process and through the glass in real containers."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader import pipeline, workshop
from grader.assignment import load

HERE = Path(__file__).with_name("ordinary")
TOML = """\
schema = "grader.assignment/1"
id = "ordinary"
door = {kind = "import", modules = ["shop"]}
solutions = [{path = "solution", expect = "accepted", reference = true}]
"""


def test_it_passes_in_one_process(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    options = ["-q", "-p", "no:cacheprovider", f"--rootdir={HERE}", f"--config-file={tmp_path}/pytest.ini"]
    command = [sys.executable, "-B", "-m", "pytest", *options, str(HERE / "hidden")]

    ended = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(HERE / "solution")}, capture_output=True)

    assert ended.returncode == 0, ended.stdout.decode()


@pytest.mark.docker
def test_it_passes_through_the_glass(services, tmp_path):
    shutil.copytree(HERE / "hidden", tmp_path / "tests/hidden")
    shutil.copytree(HERE / "solution", tmp_path / "solution")
    (tmp_path / "assignment.toml").write_text(TOML)
    shop = workshop.prepare(services, load.load(str(tmp_path), tmp_path), "hidden")

    results = pipeline.grade(str(HERE / "solution"), shop, seed=1)

    assert {test.id: (test.outcome, test.message) for test in results.tests if test.outcome != "passed"} == {}
    assert len(results.tests) == 32
