"""A rubric apart from its assignment: as a record keeps it, and as a file that changes it for a what-if."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from grader.assignment.check import weights
from grader.assignment.criteria import CRITERIA, weight_of
from grader.assignment.model import Rules, Weighting
from grader.assignment.parse import validate
from grader.assignment.toml import Document, document
from grader.errors import UsageError
from grader.quote import quote
from grader.results.model import Pillar, Rubric

_TABLES = ("pillars", "criteria", "gates")


def recorded(rules: Rules | Weighting) -> Rubric:
    """Return the whole rubric for the record, defaults included, so that later defaults change no old score."""
    return Rubric(
        pillars={pillar: float(getattr(rules.pillars, pillar)) for pillar in get_args(Pillar)},
        criteria={name: float(weight_of(rules, name)) for name in CRITERIA},
        gates=asdict(rules.gates),
        balance=rules.pillars.balance,
    )


def weighting(rubric: Rubric | None) -> Weighting:
    """Return a record's rubric, to score by again; a record that is older than rubrics gets the defaults.

    Raises:
        UsageError: G512, the record's rubric is none that this version knows.
    """
    if rubric is None:
        return Weighting()
    found, problems = validate(Weighting, _values(rubric), Document(Path("results.json"), {}, {}))
    problems += [(1, what) for _, what in weights(found)] if found else []
    if found is None or problems:
        raise UsageError(
            "G512",
            f"the record's rubric can't be used: {problems[0][1]}",
            "A score is only as good as the weights that it was made by, so none is guessed.",
            "Grade the submission again with this version. Nothing was changed.",
        )
    return found


def read(path: Path, base: Rubric | None, assignment: str) -> Weighting:
    """Return a rubric file's weights and gates; what it leaves out is as in the record.

    Args:
        path: TOML with any of `id`, `[pillars]`, `[criteria.NAME]`, `[gates]`.
        base: the record's own rubric.
        assignment: the id of the record's assignment.

    Raises:
        UsageError: G510, with one line for each mistake; G511, it is for another assignment.
    """
    given = _document(path)
    merged = _merged(_values(recorded(weighting(base))), given.values)
    found, problems = validate(Weighting, merged, given)
    problems += [(given.line(key), what) for key, what in weights(found)] if found else []
    if found is None or problems:
        raise _refusal(given, problems)
    if found.id not in ("", assignment):
        raise UsageError(
            "G511",
            f"{quote(str(path))}:{given.line(('id',))}: this rubric is for {quote(found.id, 60)!r}, "
            f"the record is of {quote(assignment, 60)!r}",
            "Weights are chosen for one assignment's criteria; another's would give a number that means nothing.",
            'Give the rubric of that assignment, or leave out "id" to use it for any. Nothing was changed.',
        )
    return found


def _values(rubric: Rubric) -> dict[str, Any]:
    return {
        "pillars": {**rubric.pillars, "balance": rubric.balance},
        "criteria": {name: {"weight": weight} for name, weight in rubric.criteria.items()},
        "gates": dict(rubric.gates),
    }


def _merged(base: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The file's values over the record's, key by key; what is no table is left for the check to name."""
    merged = {**base, **given}
    for table in _TABLES:
        if isinstance(given.get(table), dict):
            merged[table] = {**base[table], **given[table]}
    return merged


def _document(path: Path) -> Document:
    try:
        return document(path)
    except (OSError, ValueError) as cause:
        said = cause.strerror if isinstance(cause, OSError) else str(cause)
        raise UsageError(
            "G510",
            f"{quote(str(path))}: {quote(said or str(cause))}",
            "A rubric is a TOML file in UTF-8 with any of: id, [pillars], [criteria.NAME], [gates].",
            "Correct it, or give another file. Nothing was changed.",
        ) from cause


def _refusal(document: Document, problems: list[tuple[int, str]]) -> UsageError:
    return UsageError(
        "G510",
        "\n".join(f"{quote(str(document.path))}:{line}: {what}" for line, what in sorted(set(problems))),
        "A misspelt key would silently change nothing, so every key is checked.",
        "Correct the file. Nothing was changed.",
    )
