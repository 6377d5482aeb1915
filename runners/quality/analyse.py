"""One submission's files through every analyser; each file is its own risk.

    tar -> {"files": [{path, state, ...}], "ruff": [...], "tools": {...}}

Files are written under numbers, so that no name of a submission is ever an argument or a path on disk.
"""

import io
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import complexipy
import radon
import radon.complexity
import radon.metrics
import radon.raw
import radon.visitors

# Our rules alone: nothing that a submission brings along is asked, be it a file or a comment.
_FLAGS = [
    "check",
    "--isolated",
    "--ignore-noqa",
    "--no-respect-gitignore",
    "--no-cache",
    "--exit-zero",
    "--output-format=json",
    "--line-length=100",
    "--target-version=py311",
    "--select=F,B,PLE,SIM,C4,PERF,UP,N,I,E,W,S,ERA",
]
_ORDERS = re.compile(rb"#[ \t]*(?:ruff[ \t]*:[ \t]*)?(?:isort|yapf|fmt|ruff)[ \t]*:")
_RUFF_S, _FILE_S = 20, 10
_ALL_S = 35  # of the service's minute
_FINDINGS, _FUNCTIONS = 5000, 20_000
_FILES = 2000
_FILE_MEMORY = 1700 * 1024 * 1024  # of address space for data, most of it reserved and never touched


def analyse(tar, library):
    """Return what the analysers say of the Python files in a tar."""
    folder = Path(tempfile.mkdtemp(prefix="quality-"))
    try:
        files = _unpack(tar, folder)
        end = time.monotonic() + _ALL_S
        measured = _measured(files, end)
        sound = [file for file in measured if file["state"] == "analysed"]
        ruff, broken = _ruff(library, {files[file["path"]]: file["path"] for file in sound}, end)
        for file in measured:
            if file["path"] in broken:
                file["state"], file["why"] = "unparsable", "ruff ended abnormally on it"
        return {"files": measured, "ruff": ruff[:_FINDINGS], "tools": _tools(library)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measured(files, end):
    """Each file's numbers; who exhausts the analysers has files that were not analysed, never a better score."""
    measured, room = [], _FUNCTIONS
    for name, path in files.items():
        file = _measure(name, path) if time.monotonic() < end else _unread(name, "there was no time left for it")
        room -= len(file.get("functions", ()))
        if room < 0:
            file = _unread(name, f"the submission has over {_FUNCTIONS:,} functions")
        measured.append(file)
    return measured


def _unread(name, why):
    return {"path": name, "state": "unparsable", "why": why, "line": 1}


def _unpack(tar, folder):
    """The Python files, by their own name, under a name of ours."""
    files = {}
    with tarfile.open(fileobj=io.BytesIO(tar), errors="surrogateescape") as archive:
        for member in archive:
            if not member.isreg() or len(files) >= _FILES:
                continue
            content = archive.extractfile(member).read()
            if not is_python(member.name, content):
                continue
            path = folder / f"f{len(files)}.py"
            path.write_bytes(_ORDERS.sub(_disobeyed, content))
            files[member.name] = path
    return files


def _disobeyed(order):
    """The same bytes but one: ruff has no flag that makes it ignore these comments."""
    return order[0].replace(b":", b";")


def is_python(name, content):
    """Whether a file is Python source: by its ending, or by its first line."""
    first = content[:100].split(b"\n")[0]
    return name.endswith((".py", ".pyw")) or (first.startswith(b"#!") and b"python" in first)


def _measure(name, path):
    """One file through the libraries, in a child: a parser that recurses, hangs or hoards costs this file alone."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_CPU, (_FILE_S, _FILE_S))
            resource.setrlimit(resource.RLIMIT_DATA, (_FILE_MEMORY, _FILE_MEMORY))
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(json.dumps(_libraries(path)).encode("ascii"))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    status = os.waitpid(child, 0)[1]
    if status != 0 or not answer:
        return _unread(name, "a parser died on it or ran out of time or memory")
    return {"path": name, **json.loads(answer)}


def _libraries(path):
    try:
        source = path.read_bytes()
        compile(source, "submitted", "exec", dont_inherit=True)
        text = _decoded(source)
        return {"state": "analysed", **_numbers(text)}
    except SyntaxError as wrong:
        return {"state": "unparsable", "why": f"it can't be parsed: {wrong.msg}", "line": wrong.lineno or 1}
    except (ValueError, RecursionError, MemoryError) as wrong:
        return {"state": "unparsable", "why": f"it can't be parsed: {type(wrong).__name__}", "line": 1}


def _decoded(source):
    import tokenize

    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def _numbers(text):
    raw = radon.raw.analyze(text)
    cognitive = {
        function.name.split("::")[-1] + str(function.line_start): function.complexity for function in _cognitive(text)
    }
    blocks = [part for block in radon.complexity.cc_visit(text) for part in _parts(block)]
    functions = [_function(block, cognitive) for block in blocks]
    return {
        "lloc": raw.lloc,
        "sloc": raw.sloc,
        "comments": raw.comments,
        "maintainability": round(radon.metrics.mi_visit(text, False), 2),
        "noqa": [number for number, line in enumerate(text.split("\n"), 1) if "# noqa" in line.lower()][:200],
        "functions": functions,
    }


def _cognitive(text):
    try:
        return complexipy.code_complexity(text).functions
    except Exception:
        return []


def _parts(block):
    """A function with those inside it; of a class only its methods, which radon lists by themselves, too."""
    if isinstance(block, radon.visitors.Class):
        return
    yield block
    for inner in block.closures:
        yield from _parts(inner)


def _function(block, cognitive):
    name = f"{block.classname}.{block.name}" if getattr(block, "classname", None) else block.name
    own = block.complexity - sum(inner.complexity for inner in block.closures)
    return {
        "name": name,
        "line": block.lineno,
        "lines": block.endline - block.lineno + 1,
        "cyclomatic": max(1, own),
        "cognitive": cognitive.get(block.name + str(block.lineno)),
    }


def _ruff(library, names, end):
    """All files in one call; where that ends abnormally, one call a file, so that one file costs one file."""
    if not names:
        return [], set()
    findings = _call_ruff(library, list(names), names, end)
    if findings is not None:
        return findings, set()
    findings, broken = [], set()
    for path, name in names.items():
        found = _call_ruff(library, [path], names, end)
        if found is None:
            broken.add(name)
        else:
            findings += found
    return findings, broken


def _call_ruff(library, paths, names, end):
    left = min(_RUFF_S, end + _RUFF_S / 2 - time.monotonic())
    if left <= 0:
        return None
    command = [_ruff_path(library), *_FLAGS, "--", *map(str, paths)]
    try:
        done = subprocess.run(command, capture_output=True, cwd="/", timeout=left, env={}, check=False)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:
        return None
    return [_finding(found, names) for found in json.loads(done.stdout)]


def _finding(found, names):
    return {
        "rule": found["code"] or "unparsable",
        "path": names[Path(found["filename"])],
        "line": found["location"]["row"],
        "column": found["location"]["column"],
        "message": found["message"],
        "url": found["url"],
        "fixable": bool(found["fix"]) and found["fix"]["applicability"] == "safe",
    }


def _ruff_path(library):
    """Ruff beside our packages in an image, beside the interpreter in an installation."""
    inside = Path(library, "bin", "ruff")
    return str(inside if inside.is_file() else Path(sys.prefix, "bin", "ruff"))


def _tools(library):
    version = subprocess.run(
        [_ruff_path(library), "--version"], capture_output=True, text=True, timeout=_RUFF_S, check=False
    )
    return {
        "ruff": version.stdout.strip().removeprefix("ruff "),
        "radon": radon.__version__,
        "complexipy": _complexipy(),
    }


def _complexipy():
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("complexipy")
    except PackageNotFoundError:
        return ""
