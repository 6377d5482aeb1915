"""A timed answer is one that has arrived: what is worked out when somebody looks was never fast."""

import pytest

CODE = """
import copy

class Lazy:
    def __init__(self, numbers): self.numbers = numbers
    def __copy__(self): return sorted(self.numbers)
    def __iter__(self): return iter(sorted(self.numbers))

def lazy(numbers): return Lazy(numbers)
def lazy_parts(numbers): return [1, {"a": (Lazy(numbers),)}]
def generated(numbers): return (number for number in sorted(numbers))
def honest(numbers): return sorted(numbers)
def parts(numbers): return {"all": [sorted(numbers)], "most": max(numbers)}
"""


@pytest.mark.parametrize("name", ["lazy", "lazy_parts", "generated"])
def test_an_answer_that_is_not_there_yet_is_none(behind_glass, name):
    import windows

    module = behind_glass(CODE)()

    with pytest.raises(TypeError, match="objects instead of values"):
        windows._whole(getattr(module, name)([3, 1, 2]))


@pytest.mark.parametrize(("name", "answer"), [("honest", [1, 2, 3]), ("parts", {"all": [[1, 2, 3]], "most": 3})])
def test_values_are_an_answer(behind_glass, name, answer):
    import windows

    assert windows._whole(getattr(behind_glass(CODE)(), name)([3, 1, 2])) == answer
