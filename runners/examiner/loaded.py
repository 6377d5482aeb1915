"""An assignment as the examiner knows it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Loaded:
    """Its files (`root/hidden`, `root/speed`), the modules that tests may import, and limits in seconds."""

    digest: str
    root: Path
    modules: tuple[str, ...]
    eq: str
    isolation: str
    test_s: float
    suite_s: float
