"""What a result depends on: graded again is only what differs in one of these parts."""

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

from grader import __version__
from grader.assignment.model import Assignment
from grader.results.model import SCHEMA
from grader.results.observations import Commit
from grader.sandbox.protocol import Sandbox

_TOOLS = ("pytest", "ruff", "radon", "complexipy", "lizard", "coverage", "hypothesis")


def shared(assignment: Assignment, seed: int, where: Mapping[str, object]) -> Mapping[str, object]:
    """The parts that all submissions of a batch share; `where` says what runs them."""
    return {
        "assignment": assignment.digest,
        "grader": __version__,
        "results": SCHEMA,
        "seed": seed,
        **where,
    }


def of_sandbox(sandbox: Sandbox, runners: Path) -> Mapping[str, object]:
    """What runs submissions here: images by digest, or this installation's own programs."""
    return {
        "sandbox": f"{sandbox.name} {sandbox.runtime}",
        "images": sorted(image.digest for image in sandbox.images()),
        "runners": _digest(runners),
        "tools": {}
        if sandbox.images()
        else {name: _version(name) for name in _TOOLS} | {"python": platform.python_version()},
    }


def of_cluster(sandbox: str, base_image: str, runners: Path) -> Mapping[str, object]:
    """What runs submissions on other machines: each makes its images of the same base and the same programs."""
    return {"sandbox": sandbox, "base image": base_image, "runners": _digest(runners)}


def of_history(commits: Sequence[Commit]) -> str:
    """The part that a revision adds to its files: the same ones may have grown in another way, which the record shows."""
    return hashlib.sha256(json.dumps([(commit.at, commit.lines) for commit in commits]).encode()).hexdigest()


def key(parts: Mapping[str, object]) -> str:
    """The key of a result, from all its parts."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def changed(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the parts that differ: why something is graded again."""
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        content = path.read_bytes()
        total.update(f"{path.relative_to(folder)}:{len(content)}:".encode() + content)
    return total.hexdigest()
