"""What an assignment gives out itself, its reference and its starter, graded like submissions.

The reference is the batch's zero point and its measure of noise. What both hold is nobody's copy of anybody.
"""

from collections.abc import Iterable
from pathlib import Path

from grader.batch.journal import Journal
from grader.batch.survey import Listed
from grader.errors import GraderError
from grader.intake import source as intake
from grader.intake.member import Member
from grader.results import file, summary
from grader.results.batch import Entry
from grader.results.model import Results
from grader.results.summary import Known


class Reference:
    """Graded once a key; kept in the journal, since it is no submission and has no folder.

    Args:
        name: `reference` or `starter`.
        path: its folder; None where the assignment has none.
        key: of its result.
        journal: open.
    """

    def __init__(self, name: str, path: Path | None, key: str, journal: Journal) -> None:
        self.id, self.name, self.key = f"({name})", name, key  # no submission's id: the parentheses see to that
        self._path, self._journal = path, journal
        self._fact = f"{name} {key}"
        text = journal.find(self._fact)
        self.results: Results | None = file.parse(text) if text else None

    def missing(self) -> Iterable[Listed]:
        """It, where there is one and it isn't graded yet."""
        if self._path is None or not self._path.is_dir() or self.results is not None:
            return ()
        try:
            taken = intake.take(str(self._path))
        except GraderError:
            return ()
        return (Listed(Member(f"the assignment's {self.name}", str(self._path), self.name), self.id, taken.digest, 0),)

    def record(self, results: Results) -> None:
        """Keep its results."""
        self.results = results
        self._journal.set(self._fact, file.text(results))

    def entry(self, order: Iterable[str]) -> Entry | None:
        """Its entry for batch.json."""
        if self.results is None:
            return None
        return summary.entry(self.results, Known(self.name, ""), list(order))

    def noise(self) -> float | None:
        """The machine's noise as it was measured, else by which share its time differed from the reference's, its equal."""
        if self.results is None:
            return None
        if self.results.provenance.host.noise is not None:
            return self.results.provenance.host.noise
        ratios = [timing.ratio for timing in self.results.speed if timing.ratio is not None]
        return round(max(abs(ratio - 1) for ratio in ratios), 4) if ratios else None

    def prints(self) -> set[int]:
        """The fingerprints of its code."""
        return {number for piece in self.results.prints for number, _ in piece.marks} if self.results else set()
