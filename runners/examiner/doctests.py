"""Doctests are the suite's: examples in a docstring of the candidate's would be run here, on the trusted side.

`doctest.testmod(inventory)` in a test, or a class that says it is of the test's own module, would have the examiner
execute what the submission wrote. So the finder of doctests passes the candidate's objects over, and refuses them by name.
"""

import doctest
from collections.abc import Callable
from typing import Any

from door_import import Door, Lazy
from frames import CannotCross
from handles import far_of


def guard() -> None:
    """From now on no docstring of the candidate's is looked for examples, whoever asks."""
    finder: Any = doctest.DocTestFinder
    from_module: Callable[..., bool] = finder._from_module
    find: Callable[..., Any] = finder.find

    def only_ours(self: object, module: object, thing: object) -> bool:
        return not _is_candidates(thing) and from_module(self, module, thing)

    def refused(self: object, thing: Any, *rest: Any, **named: Any) -> Any:
        if _is_candidates(thing):
            name = getattr(thing, "__name__", "object")
            raise CannotCross(
                f"the doctests of {name!r} are the candidate's: run here they would judge themselves; write what they "
                "should show as a test"
            )
        return find(self, thing, *rest, **named)

    finder._from_module, finder.find = only_ours, refused


def _is_candidates(thing: object) -> bool:
    return type(thing) in (Door, Lazy) or far_of(thing) is not None
