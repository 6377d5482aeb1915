"""A timed answer as it arrived: plain data, whole, and a copy that nothing which arrives later can change.

Containers that cross are shared, so a later answer could still fill an earlier one; and what a candidate's object or factory
gives when somebody looks would be worked out off the clock.
"""

import io
import pickle
from collections import defaultdict
from collections.abc import ItemsView, KeysView, ValuesView
from typing import Any

from handles import far_of


class _Plain(pickle.Pickler):
    """Pickles values; refuses what stands for an object behind the glass."""

    def reducer_override(self, thing: Any) -> Any:
        """How what is no literal is made again; asked for whatever isn't a plain list, dict, set, tuple or atom."""
        if far_of(thing) is not None:
            raise TypeError("an answer of objects instead of values")
        if type(thing) is defaultdict:
            return defaultdict, (), None, None, iter(thing.items())  # its factory would work off the clock
        for kind, again in _VIEWS.items():
            if type(thing) is kind:
                return again, (list(thing),)
        return NotImplemented


def _keys(keys: list[Any]) -> KeysView[Any]:
    return dict.fromkeys(keys).keys()


def _values(values: list[Any]) -> ValuesView[Any]:
    return dict(enumerate(values)).values()


def _items(items: list[tuple[Any, Any]]) -> ItemsView[Any, Any]:
    return dict(items).items()


_VIEWS = {type({}.keys()): _keys, type({}.values()): _values, type({}.items()): _items}


def whole(answer: Any) -> Any:
    """The answer, all of which must have arrived.

    Raises:
        TypeError: there is an object of the candidate's in it.
    """
    pickled = io.BytesIO()
    _Plain(pickled, pickle.HIGHEST_PROTOCOL).dump(answer)
    return pickle.loads(pickled.getbuffer())  # noqa: S301  (our own bytes, of plain data alone)
