"""What a suite holds: the tests that are expected, as the host is told of them."""

import inspect
from collections.abc import Mapping, Sequence

import pytest
import voice


def expected(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests that a submission has to pass: all that the trusted side doesn't skip by itself."""
    return [item for item in items if not _is_skipped(item)]


def broken(faults: Mapping[str, str]) -> str:
    """Why a suite can't be collected, for its author."""
    told = "\n".join(f"{where}: {why}" for where, why in faults.items())
    return voice.clip(told or "no test was found")


def missing(id_: str, faults: Mapping[str, str]) -> tuple[str, str | None]:
    """Why an expected test was not collected, in a line and at length: its file's own trouble, else that it isn't there."""
    detail = faults.get(id_.partition("::")[0])
    if detail is None:
        return "this test is not there with this submission", None
    lines = [line[2:].strip() for line in detail.splitlines() if line.startswith("E ")]
    return voice.clip(lines[-1] if lines else "this test's file can't be collected", 300, 0), detail


def describe(item: pytest.Item) -> dict[str, object]:
    """What the host wants to know of a test."""
    function = getattr(item, "function", None)
    doc = inspect.getdoc(function) if function else None
    marker = item.get_closest_marker("points")
    try:
        source = inspect.getsource(function) if function else ""
    except (OSError, TypeError):
        source = ""
    return {
        "id": item.nodeid,
        "title": _with_case(doc.strip().splitlines()[0] if doc and doc.strip() else _words(item), item),
        "weight": float(marker.args[0]) if marker and marker.args else 1.0,
        "source": voice.clip(source),
    }


def _words(item: pytest.Item) -> str:
    name = getattr(item, "originalname", None) or item.name.partition("[")[0]
    return name.removeprefix("test_").replace("_", " ").strip().capitalize() or item.name


def _with_case(title: str, item: pytest.Item) -> str:
    case = item.name.partition("[")[2].removesuffix("]")
    return f"{title} [{case}]" if case else title


def _is_skipped(item: pytest.Item) -> bool:
    """A test that the trusted side already skips is not expected."""
    if item.get_closest_marker("skip"):
        return True
    return any(mark.args and mark.args[0] is True for mark in item.iter_markers("skipif"))
