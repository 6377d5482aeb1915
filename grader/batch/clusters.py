"""Submissions that are alike, gathered: a reason to look, never a verdict, and never a part of a score. Pure."""

from collections.abc import Sequence

from grader.results.batch import Pair, Similarity
from grader.results.standing import Cluster


def clusters(similarity: Similarity | None) -> tuple[Cluster, ...]:
    """Gather the pairs above the threshold: who is alike with one of a cluster belongs to it; the most alike first."""
    if similarity is None:
        return ()
    alike = [pair for pair in similarity.pairs if pair.share >= similarity.threshold]
    groups: list[set[str]] = []
    for pair in alike:
        touched = [group for group in groups if pair.a in group or pair.b in group]
        merged = {pair.a, pair.b}.union(*touched)
        groups = [group for group in groups if group not in touched] + [merged]
    found = [_cluster(group, alike) for group in groups]
    return tuple(sorted(found, key=lambda cluster: (-cluster.most, cluster.ids)))


def _cluster(group: set[str], alike: Sequence[Pair]) -> Cluster:
    inside = [pair for pair in alike if pair.a in group]
    shares = [pair.share for pair in inside]
    lines = max(sum(block.lines for block in pair.blocks) for pair in inside)
    return Cluster(tuple(sorted(group)), len(inside), min(shares), max(shares), lines)
