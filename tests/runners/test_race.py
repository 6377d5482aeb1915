"""A timed answer is one that has arrived: what is worked out when somebody looks was never fast."""

import pytest

CODE = """
import collections, copy

class Lazy:
    def __init__(self, numbers): self.numbers = numbers
    def __copy__(self): return sorted(self.numbers)
    def __iter__(self): return iter(sorted(self.numbers))

def lazy(numbers): return Lazy(numbers)
def lazy_parts(numbers): return [1, {"a": (Lazy(numbers),)}]
def generated(numbers): return (number for number in sorted(numbers))
def beyond(numbers): return [(0,)] * 200_000 + [Lazy(numbers)]
def in_a_queue(numbers): return collections.deque([Lazy(numbers)])
def in_a_view(numbers): return {1: Lazy(numbers)}.values()
def in_a_default(numbers): return collections.defaultdict(int, {1: Lazy(numbers)})
def later(numbers): return collections.defaultdict(lambda: sorted(numbers), {1: 2})
def views(numbers): return ({1: 2}.keys(), {1: 2}.values(), {1: 2}.items())
def honest(numbers): return sorted(numbers)
def parts(numbers): return {"all": [sorted(numbers)], "most": max(numbers)}
"""


@pytest.mark.parametrize(
    "name", ["lazy", "lazy_parts", "generated", "beyond", "in_a_queue", "in_a_view", "in_a_default"]
)
def test_an_answer_that_is_not_there_yet_is_none(behind_glass, name):
    import arrived

    module = behind_glass(CODE)()

    with pytest.raises(TypeError, match="objects instead of values"):
        arrived.whole(getattr(module, name)([3, 1, 2]))


@pytest.mark.parametrize(("name", "answer"), [("honest", [1, 2, 3]), ("parts", {"all": [[1, 2, 3]], "most": 3})])
def test_values_are_an_answer(behind_glass, name, answer):
    import arrived

    assert arrived.whole(getattr(behind_glass(CODE)(), name)([3, 1, 2])) == answer


def test_views_are_an_answer_and_a_factory_is_none(behind_glass):
    import arrived

    module = behind_glass(CODE)()
    keys, values, items = arrived.whole(module.views([]))
    kept = arrived.whole(module.later([3, 1, 2]))

    assert (list(keys), list(values), list(items)) == ([1], [2], [(1, 2)])
    assert (kept, kept.default_factory) == ({1: 2}, None)
