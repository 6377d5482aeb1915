"""The house keeps its borders: floors, the trust border, one word one room."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GRADER = sorted(path for path in (ROOT / "grader").rglob("*.py") if "_data" not in path.parts)
RUNNERS = sorted((ROOT / "runners").rglob("*.py"))

# word -> the modules of grader/ in which it may stand
ROOMS = {
    r"^\s*(import|from) (rich_)?click\b": ("cli/",),
    r"\bprint\(": ("cli/",),
    r"\bsys\.exit\(": ("cli/",),
    r"\bos\.environ\b": ("cli/",),
    r"^\s*(import|from) docker\b": ("sandbox/",),
    r"^\s*(import|from) subprocess\b": ("sandbox/", "intake/revision.py"),
    r"^\s*(import|from) zipfile\b": ("intake/archive.py",),
    r"^\s*(import|from) tarfile\b": ("intake/archive.py", "sandbox/"),
    r"^\s*(import|from) tomllib\b": ("assignment/toml.py",),
    r"^\s*(import|from) jinja2\b": ("render/html.py",),
    r"\bdatetime\.now\(": ("cli/", "pipeline.py"),
    r"^\s*(import|from) (random|secrets)\b": ("cli/", "pipeline.py"),
}


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("word", ROOMS, ids=lambda word: re.sub(r"\W+", " ", word).strip())
def test_a_word_stands_only_in_its_room(word):
    rooms = ROOMS[word]

    outside = [
        str(path.relative_to(ROOT))
        for path in GRADER
        if re.search(word, path.read_text(), re.MULTILINE)
        and not str(path.relative_to(ROOT / "grader")).startswith(rooms)
    ]

    assert outside == []


def test_the_host_never_imports_what_runs_in_containers():
    crossing = [str(path) for path in GRADER if any(name.split(".")[0] == "runners" for name in _imports(path))]

    assert crossing == []


def test_what_runs_in_containers_never_imports_the_host():
    crossing = [str(path) for path in RUNNERS if any(name.split(".")[0] == "grader" for name in _imports(path))]

    assert crossing == []


def test_what_runs_beside_a_submission_needs_the_standard_library_alone():
    own = {path.stem for path in RUNNERS}

    foreign = {
        (path.name, name)
        for part in ("python", "wire", "init")
        for path in (ROOT / "runners" / part).glob("*.py")
        for name in _imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names | own
    }

    assert foreign == set()


def test_an_init_file_holds_a_docstring_and_nothing_else():
    fuller = [
        str(path.relative_to(ROOT))
        for path in GRADER
        if path.name == "__init__.py" and path.parent.name != "grader" and len(ast.parse(path.read_text()).body) != 1
    ]

    assert fuller == []


@pytest.mark.parametrize("heavy", ["docker", "pydantic", "jinja2"])
def test_help_imports_nothing_heavy(heavy):
    code = (
        "import sys; from grader.cli.main import group\n"
        "try: group.main(['--help'], standalone_mode=False)\n"
        f"finally: print('HEAVY' if {heavy!r} in sys.modules else 'LIGHT')"
    )

    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert shown.splitlines()[-1] == "LIGHT"


def test_no_file_is_longer_and_no_function_larger_than_a_reader_can_hold():
    long_files = [str(path) for path in GRADER + RUNNERS if len(path.read_text().splitlines()) > 350]
    long_functions = [
        f"{path}:{node.name}"
        for path in GRADER + RUNNERS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 50
    ]

    assert (long_files, long_functions) == ([], [])
