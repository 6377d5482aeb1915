"""A submission's modules, compiled by a process that runs none of them."""

import subprocess
import sys

import compiling


def test_files_are_compiled_without_being_run(tmp_path):
    (tmp_path / "sound.py").write_text("open('ran', 'w').close()\n")
    (tmp_path / "broken.py").write_text("def\n")

    made = compiling.compiled(tmp_path)

    assert [name for name in made if "sound" in name] == [f"__pycache__/sound.{sys.implementation.cache_tag}.pyc"]
    assert (len(made), (tmp_path / "ran").exists()) == (1, False)


def test_a_source_that_changes_is_compiled_anew(tmp_path):
    (tmp_path / "answer.py").write_text("print(1)\n")
    compiling.compiled(tmp_path)
    (tmp_path / "answer.py").write_text("print(2)\n")

    said = subprocess.run(
        [sys.executable, "-S", "-c", "import answer"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout

    assert said == "2\n"
