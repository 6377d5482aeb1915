"""What the analysers say of a submission that would rather not be analysed; the real tools, in the process sandbox."""

import json
import subprocess
import sys

import pytest

from grader import bundled
from grader.intake.snapshot import snapshot
from grader.quality import analyse
from grader.sandbox import archive
from grader.sandbox.process import ProcessSandbox
from grader.score import quality as criteria
from grader.score.evidence import Evidence

SEVEN = """\
import os, sys
def f(a=[]):
    l = 1
    x = 2
    try:
        return l
    except:
        pass
"""
RULES = {"E401", "F401", "F841", "E722", "B006", "E741", "S110"}
SOUND = "def double(number):\n    return 2 * number\n"


@pytest.fixture(scope="module")
def quality():
    """Analyse files by name; the service is warm, as in a batch."""
    with ProcessSandbox().service("quality") as service:
        yield lambda files: analyse.analyse(service, snapshot({k: _bytes(v) for k, v in files.items()}), 60)


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode()


def found(quality, path="answer.py"):
    return {finding.rule for finding in quality.findings if finding.path == path}


@pytest.mark.parametrize(
    "beside",
    [
        {},
        {"pyproject.toml": '[tool.ruff]\nexclude = ["*"]\n[tool.ruff.lint]\nselect = []\n'},
        {"ruff.toml": 'exclude = ["*"]\n', ".ruff.toml": 'exclude = ["*"]\n'},
        {".gitignore": "*\n", ".ignore": "*\n"},
        {"setup.cfg": "[radon]\nexclude = *\n[flake8]\nexclude = *\n", "radon.cfg": "[radon]\nexclude = *\n"},
        {"sitecustomize.py": "raise SystemExit\n", "ruff.py": "raise SystemExit\n", "ast.py": "raise SystemExit\n"},
    ],
    ids=["nothing", "pyproject", "ruff.toml", "ignored", "setup.cfg", "modules"],
)
def test_files_beside_it_change_nothing(quality, beside):
    plain = quality({"answer.py": SEVEN})

    attacked = quality({"answer.py": SEVEN, **beside})

    assert found(plain) >= RULES
    assert found(attacked) == found(plain)
    assert [f for f in attacked.functions if f.path == "answer.py"] == list(plain.functions)


@pytest.mark.parametrize(
    "comment",
    ["# ruff: noqa\n", "# flake8: noqa\n", "# isort: skip_file\n", "# ruff: isort: skip_file\n", "# isort:off\n"],
)
def test_comments_that_ask_for_silence_change_nothing_and_are_listed(quality, comment):
    lines = "".join(f"{line}  # noqa\n" for line in SEVEN.splitlines())

    silenced = quality({"answer.py": comment + lines})

    assert found(silenced) >= found(quality({"answer.py": SEVEN}))
    assert next(m for m in silenced.measurements if m.name == "noqa").value >= 8


@pytest.mark.parametrize(
    "hostile",
    [
        "x = " + "(" * 5000 + ")" * 5000 + "\n",
        "x = " + "-" * 100_000 + "1\n",
        "def f(\n",
        b"\x00\x01\x02",
        b"# coding: nonsense\nx = 1\n",
        b"\xff\xfe\xfa",
        "if x:\n" + "".join(" " * n + "if x:\n" for n in range(1, 99)) + " " * 99 + "pass\n",
    ],
    ids=["nested", "unary", "syntax", "null bytes", "coding", "no utf-8", "deep blocks"],
)
def test_a_file_that_breaks_a_parser_is_a_finding_and_silences_no_other(quality, hostile):
    alone = quality({"answer.py": SEVEN})

    beside = quality({"answer.py": SEVEN, "hostile.py": hostile})

    assert found(beside) == found(alone)
    assert beside.analysable == 2
    assert beside.analysed == 2 or "unparsable" in found(beside, "hostile.py")


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbf" + SOUND.encode(),
        SOUND.replace("\n", "\r\n").encode(),
        SOUND.replace("\n", "\r").encode(),
        b"# -*- coding: latin-1 -*-\n# \xe9\n" + SOUND.encode(),
    ],
    ids=["byte order mark", "windows", "old mac", "latin-1"],
)
def test_what_python_accepts_is_analysed(quality, source):
    answer = quality({"answer.py": source})

    assert (answer.analysed, answer.analysable) == (1, 1)
    assert [function.name for function in answer.functions] == ["double"]


@pytest.mark.parametrize("name", ["--config=x.py", "-.py", "a\nb.py", "é\u202e.py", "x/../y.py".replace("../", "")])
def test_a_name_is_never_an_argument(quality, name):
    assert found(quality({name: SEVEN}), name) == found(quality({"answer.py": SEVEN}))


class Analysers:
    """Analysers that say these messages, each of the run that was asked for last, unless it names another."""

    def __init__(self, *says):
        self._says, self._run = list(says), ""

    def send(self, message):
        self._run = message["run"]

    def receive(self, _timeout_s):
        return {"run": self._run, **self._says.pop(0)} if self._says else None


@pytest.mark.parametrize("says", [[], [{"type": "analysed", "files": 7}]], ids=["silent", "nonsense"])
def test_analysers_that_break_measure_nothing_and_cost_nothing(says):
    measured = analyse.analyse(Analysers(*says), snapshot({"a.py": b"x = 1\n"}), 1)

    assert (measured.is_measured, measured.findings, measured.analysable) == (False, (), 0)
    assert measured.notes[0].startswith("quality was not measured")


def test_what_a_run_that_was_given_up_still_says_is_nobodys():
    late = {"type": "analysed", "run": "another", "files": [], "ruff": [], "tools": {"ruff": "late"}}

    measured = analyse.analyse(Analysers(late, {**late, "run": "another"}), snapshot({"a.py": b"x = 1\n"}), 1)

    assert (measured.tools, measured.is_measured) == ({}, False)


def test_a_machine_too_busy_for_an_analysis_costs_nobody_a_point():
    late = {"type": "analysed", "failed": "the analysers took too long", "own": False}

    measured = analyse.analyse(Analysers(late), snapshot({"a.py": b"x = 1\n"}), 1)

    assert (measured.findings, measured.analysable) == ((), 0)
    assert measured.notes == ("quality was not measured: the analysers took too long",)


def test_a_submission_that_kills_every_analyser_gains_nothing():
    died = {"type": "analysed", "failed": "they died", "own": True}

    measured = analyse.analyse(Analysers(died), snapshot({"a.py": b"x = 1\n"}), 1)

    assert [(f.rule, f.path, f.message) for f in measured.findings] == [
        ("unparsable", "a.py", "not analysed: quality was not measured: they died")
    ]
    assert marks(measured) == [pytest.approx(0.1, abs=0.01), None, 0.0]


# ---------------------------------------------------------------- what must not pay
def marks(quality):
    evidence = Evidence(
        tests=(),
        measurements=quality.measurements,
        findings=quality.findings,
        functions=quality.functions,
        timings=(),
        analysed=quality.analysed,
        analysable=quality.analysable,
    )
    return [mark(evidence).score for mark in (criteria.style, criteria.complexity, criteria.security)]


@pytest.mark.parametrize(
    "gamed",
    [
        SEVEN.replace("\n", "\n\n"),
        SEVEN + "# a comment\n" * 500,
        "\n".join(f"{line}  # noqa" for line in SEVEN.splitlines()) + "\n",
        SEVEN.replace("    pass\n", "    pass\n" + "    pass\n" * 3),
    ],
    ids=["blank lines", "comments", "noqa", "dead statements"],
)
def test_padding_does_not_pay(quality, gamed):
    honest, twin = marks(quality({"answer.py": SEVEN})), marks(quality({"answer.py": gamed}))

    assert all(after <= before + 1 for before, after in zip(honest, twin, strict=True))


def test_a_file_that_cannot_be_read_never_scores_better(quality):
    honest = marks(quality({"answer.py": SEVEN}))
    hidden = marks(quality({"answer.py": SEVEN.replace("def f(a=[]):", "def f(a=[]:")}))

    assert hidden[0] is None or hidden[0] <= honest[0]


def test_who_exhausts_the_analysers_is_measured_all_the_same(quality):
    many = "".join(f"def f{n}():\n    pass\n\n\n" for n in range(900))

    flooded = quality({"answer.py": SEVEN, **{f"z{n}.py": many for n in range(24)}})

    assert flooded.is_measured
    assert found(flooded) >= RULES
    assert (
        sum(finding.rule == "unparsable" for finding in flooded.findings) == flooded.analysable - flooded.analysed > 0
    )


def test_a_renamed_and_reformatted_copy_shares_its_fingerprints(quality):
    body = "    total = 0\n    for item in items:\n        if item.price > limit:\n            total += item.price * item.count\n"
    above, below = f"def over(items, limit):\n{body}", f"def under(items, limit):\n{body.replace('>', '<')}"
    text = f"{above}    return total\n\n\n{below}    return total\n"
    copy = text.replace("item", "thing").replace("total", "result").replace("\n    if", "\n    # so\n    if")

    one, other = (quality({"a.py": each}).prints for each in (text, copy))

    assert (
        {mark[0] for file in one for mark in file.marks} == {mark[0] for file in other for mark in file.marks} != set()
    )


def test_lists_that_are_alike_everywhere_exhaust_nobody(quality):
    fields = "class A:\n" + "".join(f"    field_{n}: int = {n}\n" for n in range(12_000))

    flooded = quality({"answer.py": SEVEN, "b.py": fields})

    assert flooded.is_measured
    assert found(flooded) == found(quality({"answer.py": SEVEN}))


def test_more_code_than_fits_is_named_file_by_file(quality):
    large = "x = [" + "1, " * 160_000 + "]\n"

    flooded = quality({"answer.py": SEVEN, **{f"z{n}.py": large for n in range(3)}})

    assert found(flooded) >= RULES
    assert [f.path for f in flooded.findings if f.rule == "unparsable"] == ["z1.py", "z2.py"]


def test_with_care_and_without_analysers_say_the_same():
    files = {
        "answer.py": SEVEN.encode(),
        "shop/cart.py": (SOUND * 8).encode(),
        "deep.py": b"x = " + b"(" * 150 + b")" * 150,
        "wrong.py": b"def f(:\n",
        "main.go": b"package main\n\nfunc main() {\n\tx := 1\n\t_ = x\n}\n",
        "test_answer.py": b"def test_it():\n    assert True\n",
    }
    request = {"files": archive.packed(files), "starter": None, "fingerprints": True, "interface": ["double"]}
    code = (
        f"import json, sys; sys.path.insert(0, {str(bundled.path('runners') / 'quality')!r}); import analyse; "
        "request = json.load(sys.stdin); "
        "print(json.dumps([analyse.analyse(request, '', careful) for careful in (False, True)]))"
    )

    ran = subprocess.run([sys.executable, "-c", code], input=json.dumps(request), capture_output=True, text=True)

    quick, careful = json.loads(ran.stdout)
    assert quick == careful
    assert {file["state"] for file in quick["files"]} == {"analysed", "unparsable"}
