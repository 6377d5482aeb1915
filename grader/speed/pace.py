"""How delivery went over time, from the commits of a revision; pure.

Authors' clocks can be set to anything, so all of this is self-reported, and weighs nothing unless an assignment says so.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from grader.results.observations import Commit, Pace

RULE = "gaps under 60 min count, and 30 min before each sitting"
_GAP_S, _SITTING_S = 3600.0, 1800.0


def pace(commits: Sequence[Commit], budget_s: float | None) -> Pace | None:
    """Return the pace, or None where there is no history.

    Args:
        commits: oldest first, by their authors' clocks.
        budget_s: what the brief asks for, in seconds.
    """
    if not commits:
        return None
    moments = [datetime.fromisoformat(commit.at) for commit in commits]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    active_s = sum(gap for gap in gaps if gap < _GAP_S) + _SITTING_S * (1 + sum(gap >= _GAP_S for gap in gaps))
    return Pace(True, tuple(commits), active_s, (moments[-1] - moments[0]).total_seconds(), budget_s, RULE)
