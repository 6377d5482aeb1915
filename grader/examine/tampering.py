"""What the two halves of a suite prove together: outcomes that count, and signs that a submission tampered. Pure.

A pass counts where the test's contradiction did not pass as well. Everything else that doesn't fit an honest run holds the
grade for a person to look at; nothing of it makes a test fail that would otherwise pass.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.examine.contradictions import Asked
from grader.examine.wire import Ruled

_ODD_SHARE, _ODD_LEAST = 0.35, 4  # of changed values that were met; a wrong answer meets one of 15 at most by chance
_NAMED = 10
_SIGNS = {
    "contradicted": "{n} passed, and so did the contradiction of each",
    "odd": "{n} passed only where what they expect had been changed",
    "canary": "{n} of our own ended as in no honest run",
    "unsealed": "{n} gave a result that the testing process had not sealed",
    "doubled": "{n} gave more than one result",
    "patched": "{n} ran with pytest or Python itself patched",
    "changed": "files of the tests or of pytest were changed",
}
_UNPROVED = {
    "contradicted": "it passed, and so did its contradiction, so this proves nothing",
    "doubled": "it gave more than one result, so none counts",
    "unsealed": "its result was not sealed, so it doesn't count",
}


Told = tuple[Asked, Ruled]


@dataclass(frozen=True, slots=True)
class Alarm:
    """What the container's first process saw; `asked` is the test that was on, if one was."""

    kind: str
    asked: Asked | None
    what: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """Outcomes by id, why the grade is held (None: it isn't), and what a reviewer should know."""

    ruled: Mapping[str, Ruled]
    held: str | None
    notes: tuple[str, ...]


def contradicted(told: Sequence[Told]) -> list[str]:
    """The tests that passed, and whose contradiction passed as well."""
    real = {asked.id for asked, one in told if asked.meaning == "real" and one.outcome == "passed"}
    turned = [asked.id for asked, one in told if asked.meaning in ("value", "turned") and one.outcome == "passed"]
    return [id_ for id_ in turned if id_ in real]


def weigh(told: Sequence[Told], alarms: Sequence[Alarm], *, is_vetted: bool) -> Weighed:
    """Return what a run proves.

    Args:
        told: each test that was asked for, in both halves, with its outcome.
        alarms: of both halves.
        is_vetted: whether a right solution was seen not to pass these contradictions; else a shared pass is a sign alone.
    """
    signs = [*_of_pairs(told), *((alarm.kind, _name(alarm.asked), alarm.what) for alarm in alarms)]
    unproved = {id_: kind for kind, id_, _ in signs if kind in _UNPROVED and (is_vetted or kind != "contradicted")}
    ruled = {asked.id: _counted(one, unproved.get(asked.id)) for asked, one in told if asked.meaning == "real"}
    return Weighed(ruled, _held(signs), tuple(_notes(signs)))


def _of_pairs(told: Sequence[Told]) -> Iterator[tuple[str, str, str]]:
    """Signs that lie in outcomes which exclude each other: (kind, test, more)."""
    passed = {(asked.id or asked.name, asked.meaning): one.outcome == "passed" for asked, one in told}
    values = [asked.id for asked, _ in told if asked.meaning == "value"]
    yield from (("contradicted", id_, "") for id_ in contradicted(told))
    for asked, one in told:
        if (asked.meaning == "must_fail" and one.outcome == "passed") or (
            asked.meaning == "must_pass" and one.outcome == "failed"
        ):
            yield "canary", asked.name, ""
    odd = [id_ for id_ in values if passed[id_, "value"] and not passed.get((id_, "real"))]
    if len(odd) >= max(_ODD_LEAST, _ODD_SHARE * len(values)):
        yield from (("odd", id_, "") for id_ in odd)


def _counted(ruled: Ruled, unproved: str | None) -> Ruled:
    if unproved is None or ruled.outcome != "passed":
        return ruled
    return replace(ruled, outcome="failed", message=_UNPROVED[unproved])


def _held(signs: Sequence[tuple[str, str, str]]) -> str | None:
    """A sentence without the name of any test: candidates read it, too."""
    if not signs:
        return None
    counts = Counter(kind for kind, _ in dict.fromkeys((kind, name) for kind, name, _ in signs))
    told = [text.format(n=_tests(counts[kind])) for kind, text in _SIGNS.items() if counts[kind]]
    return f"held for review: {'; '.join(told)}"


def _tests(count: int) -> str:
    return "1 test" if count == 1 else f"{count} tests"


def _notes(signs: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    for kind, text in _SIGNS.items():
        names = list(dict.fromkeys(f"{name} ({what})" if what else name for sign, name, what in signs if sign == kind))
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            yield f"{text.format(n='these')}: {', '.join(names[:_NAMED])}{more}"


def _name(asked: Asked | None) -> str:
    return "" if asked is None else asked.id or asked.name
