"""A recorded run, scored again by other weights or by this version's curves: nothing runs, nothing is measured. Pure."""

from dataclasses import replace

from grader.assignment.model import Weighting
from grader.errors import UsageError
from grader.quote import quote
from grader.results.model import Results
from grader.score import total
from grader.score.evidence import evidence_of


def again(results: Results, weighting: Weighting) -> Results:
    """Return the results as they would have been by this weighting; all that was measured stays as it is.

    Raises:
        UsageError: G513, the run has no grade, so there is nothing to score.
    """
    if results.score is None:
        raise UsageError(
            "G513",
            f"{quote(results.submission.id, 80)} has no grade to score again: it is {results.verdict.replace('_', ' ')}",
            "Nothing was measured of it, and weights make no score out of nothing.",
            "Grade the submission first. Nothing was changed.",
        )
    grade = total.weigh(weighting, evidence_of(results), results.groups)
    return replace(
        results,
        verdict=grade.verdict,
        criteria=grade.criteria,
        score=grade.score,
        gates=grade.gates,
        improvements=grade.improvements,
        rubric=grade.rubric,
    )
