"""The wheel holds the program and its data, and nothing that lay about."""

import subprocess
import sys
import zipfile
from pathlib import Path

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


def wheel_info(names):
    return next(name.split("/")[0] for name in names if ".dist-info/" in name)
