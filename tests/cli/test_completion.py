"""`grader completion`: a shell completes commands and their options."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GRADER = Path(sys.executable).with_name("grader")


def grader(*arguments, **environment):
    return subprocess.run(
        [GRADER, *arguments], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


@pytest.mark.parametrize(
    ("words", "place", "completed"),
    [
        pytest.param("grader sc", "1", ["plain,score"], id="a command"),
        pytest.param("grader score --ru", "2", ["plain,--rubric"], id="an option"),
        pytest.param("grader completion ", "2", ["plain,bash", "plain,zsh", "plain,fish"], id="a choice"),
        pytest.param("grader assignment sch", "2", ["plain,schema"], id="a command of a group"),
    ],
)
def test_a_shell_is_told_what_could_follow(words, place, completed):
    done = grader(_GRADER_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=place)

    assert (done.stdout.splitlines(), done.stderr) == (completed, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_names_the_program_and_its_variable(shell):
    script = grader("completion", shell).stdout

    assert "_GRADER_COMPLETE" in script
    assert f"{shell}_complete" in script


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_reads_the_script_and_completes_with_it(tmp_path):
    (tmp_path / "completion").write_text(grader("completion", "bash").stdout)
    ask = (
        f"source {tmp_path}/completion; COMP_WORDS=(grader comp); COMP_CWORD=1; "
        '_grader_completion grader; printf "%s\\n" "${COMPREPLY[@]}"'
    )

    done = subprocess.run(
        ["bash", "-c", ask],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PATH": f"{GRADER.parent}:{os.environ['PATH']}"},
    )

    assert done.stdout.splitlines() == ["compare", "completion"]


def test_another_shell_is_refused():
    done = grader("completion", "tcsh")

    assert done.returncode == 2
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in " ".join(done.stderr.replace("│", " ").split())
