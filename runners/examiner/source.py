"""Where the source of code is asked for: the candidate's is not here, and the test is told so."""

import inspect
from typing import Any

from frames import CannotCross
from handles import STAYS, far_of


def refuse() -> None:
    """From now on `inspect.getsource` and its kin say why they can't have the candidate's."""
    ask = inspect.getfile

    def getfile(thing: Any) -> str:
        if far_of(getattr(thing, "__func__", thing)) is not None:
            raise CannotCross(f"the source of the candidate's code {STAYS}")
        return ask(thing)

    inspect.getfile = getfile
