"""The required architecture, read from `[architecture]` and judged by the analysers' real service; grimp is the oracle."""

import importlib
import sys
from pathlib import Path

import grimp
import pytest

from grader.assignment import architecture
from grader.assignment.architecture import Architecture, Forbidden, Most, Required
from grader.errors import UsageError
from grader.intake.snapshot import snapshot
from grader.quality import analyse
from grader.quality.yardstick import Yardstick
from grader.sandbox.process import ProcessSandbox
from grader.score import quality as criteria
from grader.score.evidence import Evidence

SOUND = {
    "loans/__init__.py": "",
    "loans/adapters/__init__.py": "",
    "loans/adapters/http.py": "from loans.application import lend\n",
    "loans/adapters/file.py": "from ..application.lend import Lend\nimport sqlite3\n",
    "loans/application/__init__.py": "",
    "loans/application/lend.py": "from loans.domain.ports import Repository\n\n\nclass Lend:\n    pass\n",
    "loans/domain/__init__.py": "",
    "loans/domain/ports.py": "class Repository:\n    pass\n",
    "tests/test_loans.py": "from loans.adapters import http\nimport loans.domain\n",
}
RULES = Architecture(
    root="loans",
    layers=("adapters", "application", "domain"),
    independent=(("adapters.file", "adapters.http"),),
    forbid=(Forbidden("domain", ("sqlite3", "requests"), "R9: the domain knows no storage"),),
    require=Required(("loans.domain.ports",), ("loans.domain.ports:Repository",), ()),
    max=Most(public_names=3, module_lines=20, imports_between=3, cycles=0, depth=3),
)
COUNT = 10


@pytest.fixture(scope="module")
def judged():
    """The findings of files under rules, as (rule, path, line, message)."""
    with ProcessSandbox().service("quality") as service:

        def run(files, rules=RULES):
            taken = snapshot({name: text.encode() for name, text in files.items()})
            return analyse.analyse(service, taken, 60, Yardstick(architecture=architecture.table(rules)))

        yield run


def found(quality):
    return [(f.rule, f.path, f.line, f.message) for f in quality.findings if f.rule.startswith("ARCH")]


def score(quality):
    evidence = Evidence((), quality.measurements, quality.findings, quality.functions)
    return criteria.architecture(evidence).score


def test_a_sound_submission_breaks_no_rule(judged):
    quality = judged(SOUND)

    assert found(quality) == []
    assert [m.value for m in quality.measurements if m.name == "architecture rules"] == [COUNT]
    assert score(quality) == 100


BREACHES = {
    "upward": (
        {"loans/domain/money.py": "import loans.adapters.http\n"},
        [("ARCH001", "loans/domain/money.py", 1, "layers: loans.domain.money -> loans.adapters.http")],
    ),
    "upward, relative, in a function": (
        {"loans/domain/money.py": "def f():\n    from ..application import lend\n    return lend\n"},
        [("ARCH001", "loans/domain/money.py", 2, "layers: loans.domain.money -> loans.application.lend")],
    ),
    "upward through others": (
        {"loans/domain/money.py": "import loans.shared\n", "loans/shared.py": "import loans.adapters.http\n"},
        [("ARCH001", "loans/domain/money.py", 1, "layers: loans.domain.money -> loans.shared -> loans.adapters.http")],
    ),
    "upward by a constant name": (
        {"loans/domain/money.py": "import importlib\n\nx = importlib.import_module('loans.adapters.http')\n"},
        [("ARCH001", "loans/domain/money.py", 3, "layers: loans.domain.money -> loans.adapters.http")],
    ),
    "independent": (
        {"loans/adapters/http.py": "from loans.adapters import file\n"},
        [("ARCH002", "loans/adapters/http.py", 1, "independent 1: loans.adapters.http -> loans.adapters.file")],
    ),
    "forbidden": (
        {"loans/domain/money.py": "import sqlite3\n"},
        [
            (
                "ARCH002",
                "loans/domain/money.py",
                1,
                "forbid 1: loans.domain.money -> sqlite3 (R9: the domain knows no storage)",
            )
        ],
    ),
    "a cycle": (
        {"loans/domain/a.py": "import loans.domain.b\n", "loans/domain/b.py": "import loans.domain.a\n"},
        [("ARCH003", "loans/domain/a.py", 1, "max cycles: loans.domain.a -> loans.domain.b -> loans.domain.a")],
    ),
    "a class is missing": (
        {"loans/domain/ports.py": "Repository = 1\n"},
        [("ARCH004", "loans/domain/ports.py", 1, "require loans.domain.ports:Repository: it is not there")],
    ),
    "many names": (
        {"loans/domain/money.py": "a = b = c = d = 1\n"},
        [("ARCH005", "loans/domain/money.py", 1, "max public_names: loans.domain.money has 4")],
    ),
    "a long module": (
        {"loans/domain/money.py": "x = 1\n" * 21},
        [("ARCH006", "loans/domain/money.py", 1, "max module_lines: loans.domain.money has 21")],
    ),
    "too deep": (
        {"loans/domain/inner/money.py": ""},
        [("ARCH010", "loans/domain/inner/money.py", 1, "max depth: loans.domain.inner.money lies 4 deep")],
    ),
    "close ties": (
        {"loans/application/more.py": "".join(f"import loans.domain.ports as p{n}\n" for n in range(3))},
        [
            (
                "ARCH009",
                "loans/application/more.py",
                3,
                "max imports_between: loans.application imports loans.domain 4 times",
            )
        ],
    ),
}


@pytest.mark.parametrize(("files", "breaches"), BREACHES.values(), ids=BREACHES)
def test_a_breach_trips_exactly_its_rule_and_costs_its_share(judged, files, breaches):
    quality = judged({**SOUND, **files})

    assert found(quality) == breaches
    assert score(quality) == pytest.approx(100 - 100 / COUNT)


def test_a_computed_import_breaks_every_rule_of_its_place(judged):
    computed = "import importlib\n\n\ndef f(name):\n    return importlib.import_module(name)\n"

    quality = judged({**SOUND, "loans/domain/money.py": computed})

    assert [(rule, line, message.partition(":")[0]) for rule, _, line, message in found(quality)] == [
        ("ARCH007", 5, "layers"),
        ("ARCH007", 5, "forbid 1"),
    ]


def test_a_file_that_cannot_be_read_is_never_a_gain(judged):
    hostile = {"syntax": "def (\n", "nested": "x = " + "(" * 5000 + ")" * 5000, "null": "x = '\0'"}

    scores = {name: score(judged({**SOUND, "loans/domain/money.py": text})) for name, text in hostile.items()}

    assert scores == {"syntax": 0, "nested": 0, "null": 0}


def test_a_rule_that_is_broken_often_costs_by_the_logarithm(judged):
    often = "".join(f"def f{n}():\n    import sqlite3\n" for n in range(4))

    quality = judged({**SOUND, "loans/domain/_money.py": often})

    assert score(quality) == pytest.approx(100 - 3 * 100 / COUNT - 100 / COUNT)  # four imports, and four names too many


def test_flat_modules_have_layers_too(judged):
    rules = Architecture(layers=("cli", "rules"))

    assert found(judged({"cli.py": "import rules\n", "rules.py": "import cli\n"}, rules)) == [
        ("ARCH001", "rules.py", 1, "layers: rules -> cli")
    ]


@pytest.mark.parametrize(
    "wrong", [{}, BREACHES["upward"][0], BREACHES["upward through others"][0]], ids=["sound", "direct", "far"]
)
def test_layers_agree_with_grimp(judged, tmp_path, monkeypatch, wrong):
    files = {name: text for name, text in {**SOUND, **wrong}.items() if not name.startswith("tests/")}
    for name, text in files.items():
        Path(tmp_path, name).parent.mkdir(parents=True, exist_ok=True)
        Path(tmp_path, name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    sys.modules.pop("loans", None)

    graph = grimp.build_graph("loans", cache_dir=None)
    illegal = graph.find_illegal_dependencies_for_layers(
        layers=("adapters", "application", "domain"), containers={"loans"}
    )

    theirs = {(each.importer.split(".")[1], each.imported.split(".")[1]) for each in illegal}
    ours = {
        (path.split("/")[1], message.rpartition(" -> ")[2].split(".")[1])
        for rule, path, _, message in found(judged(files))
        if rule == "ARCH001"
    }
    assert ours == theirs


TOML = """\
schema = "grader.assignment/1"
id = "sample"
door = {kind = "import", modules = ["answer"]}
solutions = [{path = "reference", expect = "accepted", reference = true}]

[architecture]
"""


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('layer = ["a"]', 'unknown key "layer" in [architecture]; the closest known key is "layers"'),
        (
            'forbid = [{form = "a", import = ["b"]}]',
            'unknown key "form" in [[architecture.forbid]]; the closest known key is "from"',
        ),
        ('require = {classes = ["a.B"]}', "`module:name` is meant"),
        ("max = {depth = -1}", "a limit is 0 or more"),
        ('forbid = [{from = "a", import = []}]', "name a module, and what it may not import"),
    ],
)
def test_a_mistake_in_the_table_is_refused_with_its_line(tmp_path, line, message):
    from grader.assignment import load

    (tmp_path / "tests" / "hidden").mkdir(parents=True)
    (tmp_path / "reference").mkdir()
    (tmp_path / "assignment.toml").write_text(TOML + line + "\n")

    with pytest.raises(UsageError) as caught:
        load.load(str(tmp_path), tmp_path)

    assert caught.value.what == f"{tmp_path}/assignment.toml:7: {message}"
