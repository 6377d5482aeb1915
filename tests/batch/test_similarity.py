"""Who is alike: shared fingerprints, without what everybody was given."""

from grader.batch.similarity import similarity
from grader.results.batch import Block
from grader.results.observations import Prints


def work(*numbers, path="a.py", first=1):
    """A file whose fingerprints stand on every third line."""
    return (Prints(path, tuple((number, first + 3 * n) for n, number in enumerate(numbers))),)


def pairs(found):
    return [(pair.a, pair.b, pair.share) for pair in found.pairs]


def test_a_copy_inside_a_larger_work_is_found_with_its_place():
    copied = range(100, 150)
    found = similarity({"ada": work(*copied, *range(500, 600)), "ben": work(*copied, path="b.py", first=11)}, ())

    assert pairs(found) == [("ada", "ben", 1.0)]
    assert found.pairs[0].blocks == (Block("a.py", 1, "b.py", 11, 148),)


def test_what_the_starter_or_the_reference_has_makes_nobody_alike():
    given = range(100, 150)
    found = similarity({"ada": work(*given, *range(200, 230)), "ben": work(*given, *range(300, 330))}, given)

    assert pairs(found) == []


def test_what_many_share_is_an_idiom():
    idiom = range(40)
    crowd = {f"s{n:02}": work(*idiom, *range(1000 * (n + 1), 1000 * (n + 1) + 30)) for n in range(12)}

    assert pairs(similarity(crowd, ())) == []


def test_a_ring_of_copies_is_no_idiom_up_to_half_of_the_batch():
    own = {f"s{n:02}": work(*range(1000 * (n + 1), 1000 * (n + 1) + 40)) for n in range(12)}
    ring = {f"r{n:02}": work(*range(40)) for n in range(12)}

    found = similarity({**own, **ring}, ())

    assert len(found.pairs) == 12 * 11 // 2
    assert {id_ for pair in found.pairs for id_ in (pair.a, pair.b)} == set(ring)


def test_short_code_needs_more_to_be_alike():
    def sharing(length, shared):
        own = range(1000, 1000 + length - shared)
        other = range(2000, 2000 + length - shared)
        return similarity({"ada": work(*range(shared), *own), "ben": work(*range(shared), *other)}, ())

    assert pairs(sharing(12, 9)) == []
    assert pairs(sharing(60, 45)) == [("ada", "ben", 0.75)]


def test_code_too_short_to_compare_is_no_pair():
    found = similarity({"ada": work(*range(5)), "ben": work(*range(5))}, ())

    assert (found.pairs, sum(found.shares)) == ((), 0)


def test_every_pair_is_counted_once():
    found = similarity({name: work(*range(n * 100, n * 100 + 20)) for n, name in enumerate(("ada", "ben", "cleo"))}, ())

    assert (found.shares[0], sum(found.shares)) == (3, 3)
