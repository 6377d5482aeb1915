"""What pytest's reports of one test's phases come to: an outcome, and text that is capped."""

from collections.abc import Iterator, Sequence

import pytest
import voice


def worst(reports: Sequence[pytest.TestReport]) -> pytest.TestReport | None:
    """The report that decides: the first that did not pass, else the call's."""
    if not any(report.when == "call" or report.outcome != "passed" for report in reports):
        return None
    bad = [report for report in reports if report.outcome != "passed"]
    return (bad or [report for report in reports if report.when == "call"])[0]


def outcome(decides: pytest.TestReport) -> str:
    """`passed`, `failed` or `error`; an expected failure passes, a skip at run time fails."""
    if decides.outcome == "passed" or (decides.outcome == "skipped" and hasattr(decides, "wasxfail")):
        return "passed"
    return "failed" if decides.when == "call" or decides.outcome == "skipped" else "error"


def message(report: pytest.TestReport) -> str:
    """The first line of what went wrong."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        text = crash.message
    elif isinstance(report.longrepr, tuple):
        text = str(report.longrepr[2])
    else:
        text = report.longreprtext
    return voice.clip(text.strip().splitlines()[0] if text.strip() else "no message", 300, 0)


def detail(report: pytest.TestReport | None) -> str | None:
    """All of what went wrong."""
    return voice.clip(report.longreprtext) if report is not None and report.longrepr is not None else None


def output(reports: Sequence[pytest.TestReport]) -> str | None:
    """What was printed until the last phase."""
    return voice.clip("".join(_sections(reports))) or None


def _sections(reports: Sequence[pytest.TestReport]) -> Iterator[str]:
    for name, text in reports[-1].sections if reports else ():
        if name.startswith("Captured std"):
            yield text
