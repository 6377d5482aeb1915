"""Two halves of a suite, each test in both: once as it is, once contradicted; only the host knows where is what. Pure.

A submission that shares a process with the tests can read them, return what it reads, or have everything pass. It can't know
which of the two texts is the right one without knowing the answer. So whoever passes a test and its contradiction has not
answered it. Where a test's claims can't be turned for certain it stands in one half alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.examine.claims import Claim, claims
from grader.examine.contrary import Draw, edited

Meaning = Literal["real", "value", "turned", "must_pass", "must_fail"]

_WORDS = (
    "empty",
    "single",
    "many",
    "order",
    "total",
    "limit",
    "first",
    "last",
    "nested",
    "unknown",
    "repeated",
    "mixed",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A test of one half: its name and a number among those of that name, and what only the host knows.

    Where the changed values stand in the ids of cases, the name is the id without its case, in both halves. `id` is the
    expected test's id; empty for a canary.
    """

    name: str
    number: int
    id: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Half:
    """Files of the tests (`hidden/...`), and the tests to run in this order."""

    files: Mapping[str, bytes]
    tests: tuple[Asked, ...]


def halves(files: Mapping[str, bytes], ids: Sequence[str], draw: Draw, *, is_fresh: bool) -> tuple[Half, ...]:
    """Return the halves to run: two, or one where no test can be contradicted.

    Args:
        files: the tests' files, `hidden/...`.
        ids: the expected tests, in collection order.
        draw: gives a whole number below its argument that nobody can foresee.
        is_fresh: whether each test has a process of its own; tests that build on each other are run as they are.
    """
    known = _known(files, ids, draw) if is_fresh else {}
    real_in = {base: draw(2) if is_fresh else 0 for base in dict.fromkeys(map(_base, ids))}
    made = []
    for half in (0, 1):
        turned = {base: claim for base, claim in known.items() if real_in[base] != half}
        tests = [asked for asked in _asked(ids, known) if _is_in(half, asked, real_in)]
        if tests:
            name, text, canaries = _canaries(ids, draw)
            at = draw(len(tests) + 1) if is_fresh else len(tests)
            edited = {path: _turned(path, content, turned) for path, content in files.items()}
            made.append(Half({**edited, f"hidden/{name}": text}, (*tests[:at], *canaries, *tests[at:])))
    return tuple(made)


def _known(files: Mapping[str, bytes], ids: Sequence[str], draw: Draw) -> dict[str, Claim]:
    """The claims that can be turned, by the id of their function."""
    counts = Counter(map(_base, ids))
    found = {}
    hidden = {p.removeprefix("hidden/"): c for p, c in files.items() if p.startswith("hidden/") and p.endswith(".py")}
    for path, content in hidden.items():
        for claim in claims(content, draw):
            base = f"{path}::{claim.function}"
            if counts[base] and claim.rows in (None, counts[base]):
                found[base] = claim
    return found


def _asked(ids: Sequence[str], known: Mapping[str, Claim]) -> list[Asked]:
    """Every expected test as it is, and after it its contradiction if it has one."""
    cases: Counter[str] = Counter()
    asked = []
    for id_ in ids:
        base = _base(id_)
        case = cases[base]
        cases[base] += 1
        claim = known.get(base)
        name, number = (id_, 0) if claim is None or claim.cases is None else (base, case)
        asked.append(Asked(name, number, id_, "real"))
        if claim is not None and (claim.cases is None or case in claim.cases):
            asked.append(Asked(name, number, id_, "value" if claim.is_value else "turned"))
    return asked


def _is_in(half: int, asked: Asked, real_in: Mapping[str, int]) -> bool:
    return (asked.meaning == "real") == (real_in[_base(asked.name)] == half)


def _turned(path: str, content: bytes, turned: Mapping[str, Claim]) -> bytes:
    """A file with the claims of these functions turned."""
    own = [claim for base, claim in turned.items() if base.partition("::")[0] == path.removeprefix("hidden/")]
    return edited(content, [edit for claim in own for edit in claim.edits])


def _canaries(ids: Sequence[str], draw: Draw) -> tuple[str, bytes, list[Asked]]:
    """A file of tests that need no submission: half of them pass in any honest run, half of them fail."""
    names = _names(ids, 5, draw)
    a, b, c = 10 + draw(90), 100 + draw(900), 1000 + draw(9000)
    bodies: list[tuple[Meaning, str]] = [
        ("must_pass", f"    assert sorted([{b}, {a}]) == [{a}, {b}]"),
        ("must_fail", f"    assert {{'n': {a}}}['n'] + {b} == {a + b + c}"),
        ("must_pass", f"    with pytest.raises(KeyError):\n        {{}}[{a}]"),
        ("must_fail", f"    with pytest.raises(ValueError):\n        int('{c}')"),
    ]
    order = sorted(range(len(bodies)), key=lambda _: draw(1 << 30))
    file = f"test_{names[4]}.py"
    text = "import pytest\n" + "".join(f"\n\ndef test_{names[n]}():\n{bodies[n][1]}\n" for n in order)
    return file, text.encode(), [Asked(f"{file}::test_{names[n]}", 0, "", bodies[n][0]) for n in order]


def _names(ids: Sequence[str], count: int, draw: Draw) -> list[str]:
    """Names such as the suite's own: of its words, and of no test or file that it has."""
    own = {word for id_ in ids for word in _base(id_).rpartition("::")[2].split("_") if word.isidentifier()}
    words = sorted(own - {"test"} | set(_WORDS))
    names: list[str] = []
    while len(names) < count:
        name = "_".join(words[draw(len(words))] for _ in range(3))
        if name not in names and not any(name in id_ for id_ in ids):
            names.append(name)
    return names


def _base(id_: str) -> str:
    """A test's id without the case in brackets."""
    return id_.partition("[")[0]
