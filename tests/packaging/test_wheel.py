"""The wheel holds the program and its data, and nothing that lay about."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_ships_runners_reports_and_assignments_inside_the_package(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    [wheel] = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        "grader/cli/main.py",
        "grader/_data/runners/python/supervisor.py",
        "grader/_data/runners/examiner/requirements.lock",
        "grader/_data/reports/report.html.j2",
        "grader/_data/assignments/inventory/assignment.toml",
    } <= set(names)
    assert [
        name for name in names if name.endswith(".pyc") or name.split("/")[0] not in ("grader", wheel_info(names))
    ] == []


def test_an_installed_wheel_finds_its_data(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")

    first = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})"
    code = f"{first}; from grader.cli.main import group; group(['assignment', 'list'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)

    assert "inventory" in done.stdout, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """`grader` of a wheel, installed into an environment of its own beside the packages that it needs."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    venv.create(folder / "venv", symlinks=True)
    python = folder / "venv/bin/python"
    site = Path(venv_paths(folder / "venv")["purelib"])
    locked = Path(sysconfig.get_path("purelib"))
    shutil.copytree(locked, site, ignore=of_the_clone, copy_function=linked, dirs_exist_ok=True)
    [wheel] = folder.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", str(wheel)]
    subprocess.run(pip, check=True)
    return folder / "venv/bin/grader"


def venv_paths(folder):
    return sysconfig.get_paths("venv", {"base": str(folder), "platbase": str(folder)})


def of_the_clone(_folder, names):
    """What an editable install left there: with it the clone would be found, and not the wheel."""
    return [name for name in names if name.startswith(("grader", "_grader", "__editable__")) or name.endswith(".pth")]


def linked(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


ASSIGNMENT = {
    "assignment.toml": """
schema = "grader.assignment/1"
id = "double"
[door]
kind = "import"
modules = ["answer"]
[[solutions]]
path = "reference"
expect = "accepted"
reference = true
""",
    "tests/hidden/test_it.py": "from answer import double\ndef test_double(): assert double(21) == 42\n",
    "reference/answer.py": "def double(n):\n    return 2 * n\n",
}


@pytest.mark.parametrize("sandbox", ["process", pytest.param("docker", marks=pytest.mark.docker)])
def test_an_installed_wheel_grades_from_anywhere(installed, tmp_path, sandbox):
    for name, text in ASSIGNMENT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    command = [installed, "grade", tmp_path, tmp_path / "reference", "--out", tmp_path / "out", "--sandbox", sandbox]

    done = subprocess.run([*map(str, command), "--json"], capture_output=True, text=True, cwd="/", check=False)

    record = json.loads(done.stdout or "{}")
    assert (done.returncode, record.get("verdict")) == (0, "accepted"), done.stderr
    assert record["provenance"]["sandbox"] == sandbox
    assert done.stderr.splitlines()[-1] == str(tmp_path / "out/report.html")


@pytest.mark.skipif(not shutil.which("apt-get"), reason="elsewhere there is no script to name")
def test_an_installed_wheel_names_its_own_scripts(installed):
    environment = {**os.environ, "DOCKER_HOST": "unix:///nowhere/docker.sock"}
    done = subprocess.run(
        [str(installed), "doctor", "--json"], capture_output=True, text=True, cwd="/", env=environment
    )

    [engine] = [check for check in json.loads(done.stdout) if check["name"] == "container engine"]
    script = Path(shlex.split(engine["remedy"])[-1])
    assert script.is_file()
    assert "_data/runners/engine.sh" in script.as_posix()
    assert (script.parent / "base-image.sh").is_file()


def wheel_info(names):
    return next(name.split("/")[0] for name in names if ".dist-info/" in name)
