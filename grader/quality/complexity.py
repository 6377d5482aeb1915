"""Complexity: radon's cyclomatic and complexipy's cognitive figures (lizard's for other languages), a function at a time.

The code outside of all functions is one more, `<module>`.
"""

from grader.quality.answer import Answer, Message, whole
from grader.quality.yardstick import Yardstick
from grader.results.model import Finding, Function, Measurement

_COGNITIVE_LIMIT = 15


def findings(answer: Answer) -> tuple[Finding, ...]:
    """Functions that are hard to follow, by their cognitive complexity."""
    return tuple(
        Finding(
            tool="complexipy",
            rule="cognitive-complexity",
            path=function.path,
            line=function.line,
            column=1,
            severity="medium",
            message=f"{function.name} has a cognitive complexity of {function.cognitive}, over {_COGNITIVE_LIMIT}",
        )
        for function in functions(answer)
        if function.cognitive is not None and function.cognitive > _COGNITIVE_LIMIT
    )


def functions(answer: Answer) -> tuple[Function, ...]:
    """Every function, and the code outside of all as `<module>`; simple ones that no code mentions are left out."""
    return tuple(_function(file.path, entry) for file in answer.files if file.is_analysed for entry in file.functions)


def measurements(answer: Answer, _: Yardstick) -> tuple[Measurement, ...]:
    """The worst function, and the maintainability index, which is information and never scored.

    The index mixes size, comments and complexity by a regression on a few systems of the 1980s, and is not monotone in
    any of them; it is shown because people ask for it.
    """
    sizes = [(file.lloc, file.maintainability) for file in answer.files if file.is_analysed and file.lloc]
    total = sum(lloc for lloc, _ in sizes)
    worst = max((function.cyclomatic for function in functions(answer)), default=0)
    index = sum(lloc * value for lloc, value in sizes) / total if total else 0.0
    return (
        Measurement("highest cyclomatic complexity", worst, "paths"),
        Measurement("maintainability index", round(index, 1), "of 100"),
    )


def _function(path: str, entry: Message) -> Function:
    cognitive = entry.get("cognitive")
    return Function(
        path=path,
        name=str(entry.get("name"))[:200],
        line=max(1, whole(entry.get("line"))),
        lines=max(1, whole(entry.get("lines"))),
        cyclomatic=max(1, whole(entry.get("cyclomatic"))),
        cognitive=whole(cognitive) if cognitive is not None else None,
    )
