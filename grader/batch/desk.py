"""Where results of a batch become its record: folder, journal and entry, in that order, once each.

    results.json.tmp -> fsync -> rename -> row in the journal -> entry of batch.json

A kill between two steps costs one run again, and never leaves half a result that counts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from grader.batch.journal import Journal, Recorded, sha256
from grader.batch.survey import Listed
from grader.batch.worker import named
from grader.errors import GraderError, UsageError
from grader.quote import quote
from grader.results import file, summary
from grader.results.batch import Entry
from grader.results.model import Results
from grader.results.observations import Prints
from grader.results.summary import Known

Deliver = Callable[[Results, Path], object]


class Desk:
    """Records results and knows what is recorded.

    Args:
        out: the batch's folder.
        journal: open, of that folder.
        keys: each submission's key, by id.
        deliver: writes the reports of one submission into its folder.
        note: tells the user one line.
    """

    def __init__(
        self, out: Path, journal: Journal, keys: Mapping[str, str], deliver: Deliver, note: Callable[[str], None]
    ) -> None:
        self._out, self._journal, self.keys, self._deliver, self._note = out, journal, keys, deliver, note
        self._order: Sequence[str] = ()
        self._shape: Results | None = None
        self.entries: dict[str, Entry] = {}
        self.prints: dict[str, Sequence[Prints]] = {}

    def known(self, listed: Listed) -> Results | None:
        """A submission's results, where they are recorded and their file is the one that was recorded.

        What is half there, was changed since, or says nothing of the submission is taken back. What the roster says otherwise
        today (whose content it has, when it came) is corrected.

        Raises:
            NotGraded: a correction can't be written, such as on a full disk.
        """
        key, path = self.keys[listed.id], self._out / listed.id / "results.json"
        recorded = self._journal.result(listed.id, key)
        if recorded is None:
            return None
        if recorded.verdict == "not_graded" or sha256(path) != recorded.sha256:
            self._journal.forget(listed.id, key)
            return None
        try:
            results = file.read(path)
        except UsageError:
            self._journal.forget(listed.id, key)
            return None
        results = self._of_today(listed, results)
        self._enter(listed, results)
        return results

    def _of_today(self, listed: Listed, results: Results) -> Results:
        today = named(results, listed)
        if today == results or file.text(today) == file.text(results):  # a file holds no lone surrogates of a path
            return results
        self._journal.amend(listed.id, self.keys[listed.id], self._write(listed, today))
        return today

    def record(self, listed: Listed, results: Results, at: str) -> bool:
        """Write a submission's files, then its row; tells whether it was the first of its key.

        Raises:
            NotGraded: it can't be written, such as on a full disk; nothing of it counts then.
        """
        row = self._write(listed, results)
        is_first = self._journal.record(listed.id, self.keys[listed.id], row, at)
        self._enter(listed, results)
        return is_first

    def _write(self, listed: Listed, results: Results) -> Recorded:
        folder = self._out / listed.id
        path = folder / "results.json"
        file.write(path, results)
        self._render(listed, results, folder)
        return Recorded(
            results.verdict,
            results.score.total if results.score else None,
            f"{listed.id}/results.json",
            sha256(path) or "",
        )

    def _render(self, listed: Listed, results: Results, folder: Path) -> None:
        """Write the reports; a page that fails costs the page, not the verdict, and least of all the batch."""
        try:
            self._deliver(results, folder)
        except GraderError:
            raise
        except Exception as fault:  # one submission's text may break what a thousand did not
            told = f"{type(fault).__name__}: {quote(str(fault), 100)}"
            self._note(f"no report of {quote(listed.id)}: {told}; its results.json is kept, for: grader report")

    def shape(self) -> Results | None:
        """Any results of the batch: all have the same tests and groups."""
        return self._shape

    def _enter(self, listed: Listed, results: Results) -> None:
        if self._shape is None:
            self._shape, self._order = (
                replace(results, sources=(), findings=(), prints=()),
                [test.id for test in results.tests],
            )
        if listed.same_as is None:
            self.prints[listed.id] = results.prints
        self.entries[listed.id] = summary.entry(results, self._of(listed, results), self._order)

    def _of(self, listed: Listed, results: Results) -> Known:
        member, ran = listed.member, results.provenance
        attempts = len(self._journal.attempts(listed.id, self.keys[listed.id]))
        seconds = datetime.fromisoformat(ran.finished_at) - datetime.fromisoformat(ran.started_at)
        return Known(
            member.name, listed.id, member.deadline, member.time_factor, attempts, max(0.0, seconds.total_seconds())
        )
