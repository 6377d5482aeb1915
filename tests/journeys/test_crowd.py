"""A crowd of right, wrong and hostile submissions in containers, killed at random: each ends with the verdict that it must get.

Ten problems of HumanEval and five of QuixBugs make the hidden suite. CI takes every third kind, and two kills; by hand
GRADER_CROWD=200 GRADER_KILLS=10 takes them all.
"""

import ast
import gzip
import io
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
import zipfile
from itertools import islice
from pathlib import Path

import pytest

pytestmark = [pytest.mark.docker, pytest.mark.corpora]

COUNT, KILLS = int(os.environ.get("GRADER_CROWD", "14")), int(os.environ.get("GRADER_KILLS", "2"))
TASKS = (0, 2, 4, 7, 12, 13, 23, 27, 34, 53)
PROGRAMS = ("bucketsort", "flatten", "gcd", "is_valid_parenthesization", "next_permutation")
TOML = """\
schema = "grader.assignment/1"
id = "crowd"
door = {{kind = "import", modules = {modules}}}
limits = {{test_s = 6, suite_s = 90, memory = 64, processes = 32}}
solutions = [{{path = "reference", expect = "accepted", reference = true}}]
"""

# What stands in place of the first problem's function; the rest of the submission is right.
HOSTILE = {
    "leaves": "import os\ndef {name}(*_): os._exit(0)",
    "leaves at import": "import os\nos._exit(0)",
    "exits": "def {name}(*_): raise SystemExit(0)",
    "always equal": "class Yes:\n    __eq__ = lambda *_: True\n    __bool__ = lambda *_: True\ndef {name}(*_): return Yes()",
    "loops": "def {name}(*_):\n    while True: pass",
    "loops at import": "while True: pass",
    "sleeps": "import time\ndef {name}(*_): time.sleep(3600)",
    "eats memory": "def {name}(*_): return [bytearray(1 << 24) for _ in range(1000)]",
    "forks": "import os\ndef {name}(*_):\n    while True: os.fork()",
    "threads": "import threading, time\ndef {name}(*_):\n    while True: threading.Thread(target=time.sleep, args=(99,)).start()",
    "prints": "def {name}(*_):\n    while True: print('x' * 65536)",
    "recurses": "def {name}(*_): return {name}()",
    "kills": "import os, signal\ndef {name}(*_): os.kill(-1, signal.SIGKILL)",
    "signals its parent": "import os, signal\ndef {name}(*_): os.kill(os.getppid(), signal.SIGKILL)",
    "fills the disk": "def {name}(*_):\n    with open('big', 'wb') as f:\n        while True: f.write(b'0' * (1 << 20))",
    "patches pytest": "import builtins\nbuiltins.AssertionError = KeyError\ndef {name}(*_): return None",
    "replaces its class": "def {name}(*_): raise type('Passed', (BaseException,), {{'__module__': 'pytest'}})()",
    "wants the network": "import socket\ndef {name}(*_): return socket.create_connection(('192.0.2.1', 80), 5)",
    "reads the host": "def {name}(*_): return open('/etc/shadow').read()",
    "segfaults": "import ctypes\ndef {name}(*_): return ctypes.string_at(0)",
    "huge answer": "def {name}(*_): return 'x' * (1 << 25)",
    "raises at import": "raise RuntimeError('no')",
    "no syntax": "def {name}(:",
}
ADDRESS = re.compile(r"(0x)?7[0-9a-f]{11}\b")
TIMES = {"cpu_s", "wall_s", "started_at", "finished_at"}
NOT_GRADABLE = {"raises at import", "no syntax"}


def corpora():
    """HumanEval's tasks by number, and QuixBugs' files by path."""
    folder = Path(os.environ.get("GRADER_CORPORA", ""))
    with gzip.open(folder / "HumanEval.jsonl.gz", "rt") as lines:
        tasks = {int(task["task_id"].rpartition("/")[2]): task for task in map(json.loads, lines)}
    with tarfile.open(folder / "QuixBugs-python.tar.gz") as archive:
        return tasks, {m.name: archive.extractfile(m).read().decode() for m in archive if m.isreg()}


def write(root, count, step):
    """Write the assignment and `count` submissions, every `step`th kind; returns the verdict that each must get, by name."""
    tasks, programs = corpora()
    right = {f"h{n}.py": tasks[n]["prompt"] + tasks[n]["canonical_solution"] for n in TASKS}
    right |= {f"python_programs/{name}.py": programs[f"correct_python_programs/{name}.py"] for name in PROGRAMS}
    _write(root / "crowd", _assignment(tasks, programs, right))
    verdicts = {}
    for number, (kind, verdict, files) in enumerate(islice(_endless(tasks, programs, right), 0, count * step, step)):
        name = f"{number:03d} {kind}"
        verdicts[name] = verdict
        if isinstance(files, bytes):
            (root / "submissions").mkdir(exist_ok=True)
            (root / "submissions" / f"{name}.zip").write_bytes(files)
        else:
            _write(root / "submissions" / name, files)
    return verdicts


def _assignment(tasks, programs, right):
    modules = [name.removesuffix(".py").replace("/", ".") for name in right]
    files = {"assignment.toml": TOML.format(modules=json.dumps(modules))}
    for n in TASKS:
        called = tasks[n]["entry_point"]
        files[f"tests/hidden/test_h{n}.py"] = (
            f"from h{n} import {called}\n{tasks[n]['test']}\n\ndef test_{called}():\n    check({called})\n"
        )
    for name in PROGRAMS:
        files[f"tests/hidden/python_testcases/test_{name}.py"] = programs[f"python_testcases/test_{name}.py"]
        if f"json_testcases/{name}.json" in programs:
            files[f"tests/hidden/json_testcases/{name}.json"] = programs[f"json_testcases/{name}.json"]
    for path, text in programs.items():
        if path.endswith(("load_testdata.py", "conftest.py")):
            files[f"tests/hidden/{path}"] = text
    return files | {f"reference/{path}": text for path, text in right.items()}


def _endless(tasks, programs, right):
    """Kinds, verdicts and files, over and over, no two alike but the twins."""
    first = tasks[TASKS[0]]["entry_point"]
    path = f"h{TASKS[0]}.py"
    turn = 0
    while True:
        mark = {"notes.py": f"TURN = {turn}\n"}
        yield "right", "accepted", right | mark
        yield "twin", "accepted", right | mark
        for name in PROGRAMS:
            buggy = {f"python_programs/{name}.py": programs[f"python_programs/{name}.py"]}
            yield f"bug in {name}", "failed", right | buggy | mark
        for n in TASKS[: 2 + turn % 3]:
            yield f"no answer to {n}", "failed", right | {f"h{n}.py": _emptied(tasks[n])} | mark
        for kind, text in HOSTILE.items():
            verdict = "not_gradable" if kind in NOT_GRADABLE else "failed"
            yield kind, verdict, right | {path: text.format(name=first) + "\n"} | mark
        yield "zip that climbs", "not_gradable", _zip({"../out.py": "x", **mark})
        yield "zip of zeros", "not_gradable", _zip({"zeros.py": "\0" * (60 << 20), **mark})
        yield "no zip", "not_gradable", f"nothing {turn}".encode()
        turn += 1


def _emptied(task):
    tree = ast.parse(task["prompt"] + task["canonical_solution"])
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == task["entry_point"]:
            node.body = [ast.Pass()]
    return ast.unparse(tree) + "\n"


def _zip(files):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return raw.getvalue()


def _write(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def _rows(out, query):
    """What the journal says; nothing while it isn't there yet."""
    try:
        with sqlite3.connect(f"file:{out}/journal.sqlite?mode=ro", uri=True, timeout=10) as journal:
            return journal.execute(query).fetchall()
    except sqlite3.Error:
        return []


def _run(root, goal, *more, out="out"):
    """Run the batch until so many results are recorded, then kill it; to its end where there is no goal."""
    command = [sys.executable, "-m", "grader", "batch", root / "crowd", root / "submissions", "--out", root / out]
    process = subprocess.Popen(
        [*map(str, command), *more, "--resume", "-q"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    while goal is not None and process.poll() is None and len(_rows(root / "out", "select id from result")) < goal:
        time.sleep(0.05)
    if goal is not None:
        process.send_signal(signal.SIGKILL)
    told = process.communicate()[1].decode()
    return process.returncode, told


def _lasting(out):
    """Every record, by id, without times and addresses in memory."""
    found = {path.parent.name: json.loads(path.read_text()) for path in sorted(out.glob("*/results.json"))}
    for name, results in found.items():
        if name.endswith("-forks-" + name[-8:]):  # whether processes or memory run out first is the kernel's to say
            for test in results["tests"]:
                test["outcome"] = "lost" if test["outcome"] in ("failed", "memory", "timeout") else test["outcome"]
                test["message"] = test["detail"] = None
    return {name: _timeless(results) for name, results in found.items()}


def _timeless(thing):
    if isinstance(thing, dict):
        return {key: _timeless(value) for key, value in thing.items() if key not in TIMES}
    if isinstance(thing, list):
        return [_timeless(part) for part in thing]
    return ADDRESS.sub("0x", thing) if isinstance(thing, str) else thing


def test_a_crowd_that_is_killed_again_and_again_gets_its_verdicts_and_nobody_twice(tmp_path):
    expected = write(tmp_path, COUNT, 3 if COUNT < 40 else 1)

    for goal in sorted(random.Random(5).sample(range(1, COUNT - 1), KILLS)):
        _run(tmp_path, goal)
    code, told = _run(tmp_path, None)

    record = json.loads((tmp_path / "out/batch.json").read_text())
    assert (code, {entry["name"]: entry["verdict"] for entry in record["entries"]}) == (0, expected), told
    assert _rows(tmp_path / "out", "select count(*), count(distinct id) from result") == [(COUNT, COUNT)]

    _run(tmp_path, None, "--seed", str(record["seed"]), out="again")  # nobody kills this one
    assert _lasting(tmp_path / "out") == _lasting(tmp_path / "again")
