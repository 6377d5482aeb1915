"""Whether a submission has room where it runs: known before anything starts, so its size is never a fault of ours."""

from collections.abc import Mapping

from grader.assignment.model import Limits
from grader.errors import NotGradable
from grader.quote import quote

_MIB = 2**20
_PAGE = 4096  # what scratch space, a tmpfs, gives out
_OURS_MIB = 16  # the supervisor and its first child


def check(files: Mapping[str, bytes], limits: Limits, source: str) -> None:
    """Refuse files that the assignment's scratch space or memory can't hold.

    Raises:
        NotGradable: G212.
    """
    scratch = sum(-len(content) // _PAGE * -_PAGE for content in files.values())
    # They lie in scratch space, which counts as memory, and are kept beside it, to lay them out anew.
    memory = scratch + sum(map(len, files.values())) + _OURS_MIB * _MIB
    for needed, given, what in ((scratch, limits.scratch, "scratch space"), (memory, limits.memory, "memory")):
        if needed > given * _MIB:
            raise NotGradable(
                "G212",
                f"{quote(source)}: it needs {-(-needed // _MIB)} MiB of {what}, and there are {given}",
                "An assignment bounds the space and the memory of a submission; its own files have to fit in.",
                "Verdict: not gradable. Hand in the source files alone.",
            )
