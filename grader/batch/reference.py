"""The assignment's own reference, graded like a submission: the batch's zero point, and its measure of noise."""

from collections.abc import Iterable

from grader.assignment.model import Assignment
from grader.batch.journal import Journal
from grader.batch.survey import Listed
from grader.errors import GraderError
from grader.intake import source as intake
from grader.intake.member import Member
from grader.progress import Watch
from grader.results import file, summary
from grader.results.batch import Entry
from grader.results.model import Results
from grader.results.summary import Known


class Reference:
    """Graded once a key; kept in the journal, since it is no submission and has no folder.

    Args:
        assignment: whose reference it is.
        key: of its result.
        journal: open.
        watch: is told where the reference isn't accepted by its own tests.
    """

    id = "(reference)"  # no submission's: the parentheses see to that

    def __init__(self, assignment: Assignment, key: str, journal: Journal, watch: Watch) -> None:
        self.key = key
        self._path, self._journal, self._watch = assignment.reference, journal, watch
        self._name = f"reference {key}"
        text = journal.find(self._name)
        self.results: Results | None = file.parse(text) if text else None

    def missing(self) -> Iterable[Listed]:
        """The reference, where there is one and it isn't graded yet."""
        if self._path is None or self.results is not None:
            return ()
        try:
            taken = intake.take(str(self._path))
        except GraderError:
            return ()
        return (Listed(Member("the assignment's reference", str(self._path), "reference"), self.id, taken.digest, 0),)

    def is_settled(self, listed: Listed) -> bool:
        """Whether this is the reference, and graded."""
        return listed.id == self.id and self.results is not None

    def record(self, results: Results) -> None:
        """Keep its results."""
        self.results = results
        self._journal.set(self._name, file.text(results))
        if results.verdict != "accepted":
            self._watch.note("the assignment's own reference is not accepted by its hidden tests: look at them first")

    def entry(self, order: Iterable[str]) -> Entry | None:
        """Its entry for batch.json."""
        if self.results is None:
            return None
        return summary.entry(self.results, Known("reference", ""), list(order))

    def noise(self) -> float | None:
        """By which share the reference's time differed from its own, at most: equal code, so all of it is noise."""
        if self.results is None:
            return None
        ratios = [timing.ratio for timing in self.results.speed if timing.ratio is not None]
        return round(max(abs(ratio - 1) for ratio in ratios), 4) if ratios else None
