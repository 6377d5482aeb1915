"""A code to its explanation, however it is spelled; the closest one for what isn't known."""

import difflib
import re
from collections.abc import Mapping
from pathlib import Path

from grader.errors import UsageError
from grader.explain import texts
from grader.explain.texts import Explanation
from grader.quote import quote
from grader.sandbox import linter


def explain(code: str, folder: Path) -> Explanation:
    """Return what a code means.

    Args:
        code: an error's, a criterion's, a rule's, or a word of the report; case, hyphens and underscores don't matter.
        folder: where the texts are.

    Raises:
        NotGraded: the linter, whose rules it may be, is broken.
        UsageError: G517, it isn't known; the message has the closest that is.
    """
    ours = texts.own(folder)
    if (found := _spelled(code, ours)) is not None:
        return found
    rules = texts.ruff(linter.rules())
    named = {explanation.title.partition(":")[0]: explanation for explanation in rules.values()}
    found = _spelled(code, rules) or _spelled(code, named)
    if found is None:
        raise _unknown(code, {**ours, **rules, **named})
    return found


def _spelled(code: str, known: Mapping[str, Explanation]) -> Explanation | None:
    return {_plain(name): explanation for name, explanation in known.items()}.get(_plain(code))


def _plain(code: str) -> str:
    return re.sub(r"[\W_]", "", code).casefold()


def _unknown(code: str, known: Mapping[str, Explanation]) -> UsageError:
    spelled = {_plain(name): name for name in known}
    near = difflib.get_close_matches(_plain(code[:60]), spelled, 1, 0.4)
    hint = f'The closest that is known is "{spelled[near[0]]}".' if near else "Codes are such as G102, F401, own_tests."
    return UsageError(
        "G517",
        f"nothing is known of {quote(code, 60)!r}",
        f"Explained are errors, criteria, rules of the analysers, verdicts, outcomes and gates. {hint}",
        "Correct the code; it stands in the message or the report.",
    )
