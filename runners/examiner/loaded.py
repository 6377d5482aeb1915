"""An assignment as the examiner knows it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Loaded:
    """Its files (`root/hidden`, `root/speed`), packages for its tests, the modules that tests may import, and limits.

    Times are in seconds; `output` is what the candidate may print in a test, in bytes.
    """

    digest: str
    root: Path
    library: Path
    modules: tuple[str, ...]
    eq: str
    isolation: str
    test_s: float
    suite_s: float
    output: int
