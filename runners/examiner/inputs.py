"""A speed case's inputs: made from the run's seed, so that both sides get the same and nobody can tell the next one."""

import copy
import hashlib
import importlib.util
import pickle
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from loaded import Loaded


class Case:
    """One speed case, with the functions of its inputs file."""

    def __init__(self, given: Mapping[str, Any], inputs: ModuleType, seed: int) -> None:
        self.id, self.sizes, self.seed = str(given["id"]), tuple(given["sizes"]), seed
        self.module, _, self.function = str(given["call"]).partition(":")
        self._inputs, self._number = inputs, -1
        self._made: dict[tuple[int, int], bytes] = {}

    def arguments(self, size: int, number: int, call: int) -> tuple[Any, ...]:
        """The input of one call, an object of its own each time: what crosses the glass may be changed over there."""
        if number != self._number:
            self._number, self._made = number, {}
        if (size, call) not in self._made:
            self._made[size, call] = pickle.dumps(self._make(size, number, call))
        return pickle.loads(self._made[size, call])  # type: ignore[no-any-return]  # noqa: S301  (our own bytes)

    def derived(self, name: str) -> int:
        """A seed that the run's own decides, and that tells nothing of it."""
        text = f"{self.seed} {self.id} {name}".encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:4], "big") >> 1

    def is_repeatable(self, size: int) -> bool:
        """Whether one seed gives one input; else a run could not be repeated."""
        first, second = (pickle.dumps(self._make(size, 0, 0)) for _ in range(2))
        return first == second

    def check(self, size: int, number: int, call: int, answer: Any) -> None:
        """Raise what the case's own check raises for a wrong answer."""
        self._inputs.check(self.arguments(size, number, call), copy.copy(answer))

    def _make(self, size: int, number: int, call: int) -> tuple[Any, ...]:
        return tuple(self._inputs.make(self.derived(f"{size} {number} {call}"), size))


def load(given: Mapping[str, Any], loaded: Loaded, seed: int) -> Case:
    """Import a case's inputs file, which is the assignment's and trusted."""
    path = Path(loaded.root, "speed", given["inputs"])
    spec = importlib.util.spec_from_file_location(f"speed_{given['id'].replace('-', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    inputs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(inputs)
    return Case(given, inputs, seed)
