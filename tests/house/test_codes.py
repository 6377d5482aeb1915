"""Every code that grader raises is explained, and every explained one is raised."""

import ast
import re
from pathlib import Path

from grader import bundled
from grader.assignment.criteria import CRITERIA
from grader.errors import NotGradable, NotGraded, UsageError
from grader.explain import texts

ROOT = Path(__file__).resolve().parents[2]
FOLDER = bundled.path("reports") / "explain"
SOURCES = [path for path in sorted((ROOT / "grader").rglob("*.py")) if "_data" not in path.parts]
KINDS = {"UsageError": UsageError, "NotGradable": NotGradable, "NotGraded": NotGraded, "refusal": NotGradable}


def raised():
    """Codes that stand in the program, in quotes or in the text of a message."""
    return {code for path in SOURCES for code in re.findall(r"\bG[1-9]\d\d\b", path.read_text())}


def explained():
    return {code: text for code, text in texts.own(FOLDER).items() if text.kind == "error"}


def test_every_code_is_explained():
    missing = sorted(raised() - set(explained()))

    assert missing == [], 'write "## CODE: title" and a paragraph for each, in reports/explain/errors.md'


def test_every_explained_code_is_raised():
    assert sorted(set(explained()) - raised()) == []


def test_no_code_is_explained_twice():
    told = re.findall(r"^## ([\w-]+):", (FOLDER / "errors.md").read_text(), re.MULTILINE)

    assert sorted(code for code in set(told) if told.count(code) > 1) == []


def test_an_explanation_names_the_exit_code_that_its_error_has():
    wrong = {
        code: (told, kind.exit_code)
        for code, kind in _kinds()
        for told in re.findall(r"[Ee]xit\s+code\s+(\d)", explained()[code].text)[:1]
        if int(told) != kind.exit_code
    }

    assert wrong == {}


def _kinds():
    """(code, error) of each place that raises a code as a literal."""
    calls = [node for path in SOURCES for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    for call in calls:
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        first = call.args[0] if call.args else None
        code = first.value if isinstance(first, ast.Constant) else None
        if name in KINDS and isinstance(code, str) and code in explained():
            yield code, KINDS[name]


def test_every_criterion_is_explained():
    assert set(CRITERIA) <= set(texts.own(FOLDER))


def test_every_verdict_outcome_and_gate_is_explained():
    from typing import get_args

    from grader.assignment.model import GateRules
    from grader.results.model import Balance, Outcome, Verdict

    words = {*get_args(Verdict), *get_args(Outcome), *get_args(Balance), *GateRules.__dataclass_fields__}
    assert words <= set(texts.own(FOLDER))


def test_every_rule_of_our_own_is_explained():
    sources = [path.read_text() for path in (ROOT / "runners/quality").glob("*.py")]
    sources += [path.read_text() for path in (ROOT / "grader/quality").glob("*.py")]

    architecture = set(re.findall(r"ARCH\d{3}", "".join(sources)))
    hidden = set(re.findall(r'"(code-[a-z-]+)"', "".join(sources)))
    checks = set(re.findall(r'"((?:readme|no)-[a-z]+)"', "".join(sources)))
    known = set(texts.own(FOLDER))
    assert (architecture | hidden | checks) - known == set()
    assert {"unparsable", "cognitive-complexity"} <= known
