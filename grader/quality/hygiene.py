"""Hygiene as a checklist: packages are declared, and nothing was handed in that is nobody's work."""

from grader.quality.answer import Answer
from grader.results.observations import Check, Pace

_NAMED = 5
_FEWEST = 3  # commits that change something


def checks(answer: Answer) -> tuple[Check, ...]:
    """What can be said of the files alone; how they grew is `commits`."""
    return (_declared(answer), _clean(answer)) if answer.files else ()


def commits(pace: Pace | None) -> tuple[Check, ...]:
    """Whether the work came in steps; no question to a single upload, which has no history."""
    if pace is None or not pace.commits:
        return ()
    count = sum(commit.lines > 0 for commit in pace.commits)
    return (
        Check("hygiene", "commits", count >= _FEWEST, f"{count} commits change something, {_FEWEST} are asked for"),
    )


def _declared(answer: Answer) -> Check:
    packages, declared = answer.papers.packages, answer.papers.declared
    if not packages:
        return Check("hygiene", "dependencies", True, "only the standard library and its own modules are imported")
    names = ", ".join(name for name, _, _ in packages[:_NAMED])
    if declared:
        return Check("hygiene", "dependencies", True, f"what it imports ({names}) is declared", declared)
    _, path, line = packages[0]
    why = f"it imports {names}, and no requirements, lock or project file says so"
    return Check("hygiene", "dependencies", False, why, f"{path}:{line}")


def _clean(answer: Answer) -> Check:
    junk = answer.papers.junk
    if not junk:
        return Check("hygiene", "no-junk", True, "no editor's, build's or operating system's files")
    more = f" and {len(junk) - _NAMED} more" if len(junk) > _NAMED else ""
    return Check(
        "hygiene", "no-junk", False, f"files that are nobody's work: {', '.join(junk[:_NAMED])}{more}", junk[0]
    )
