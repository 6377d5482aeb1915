"""Code that runs and was not analysed: each place is a finding that counts like a file that can't be read."""

from grader.quality.answer import Answer
from grader.results.model import Finding


def findings(answer: Answer) -> tuple[Finding, ...]:
    """Places where code comes from texts, from data, or from files that no analyser reads."""
    return tuple(
        Finding(
            "grader", found.rule, found.path, found.line, 1, "medium", f"runs, but was not analysed: {found.message}"
        )
        for found in answer.hidden
    )
