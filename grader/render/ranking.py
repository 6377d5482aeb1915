"""A batch as rows for a spreadsheet: RFC 4180, best first, safe to open. Pure."""

import csv as rfc4180
import io
from collections.abc import Iterator

from grader.render.escape import csv_cell
from grader.results.batch import Batch, Entry
from grader.results.standing import Place, Standing

_HEADER = [
    *("place", "worst", "id", "name", "verdict", "total", "low", "high", "correctness", "quality", "speed"),
    *("passed", "tests", "ratio", "findings_per_100", "lines", "gates", "flags", "same_as", "reason"),
]


def render(batch: Batch, standing: Standing) -> str:
    """Return the header and a row a submission; what isn't known is empty, which is not 0."""
    out = io.StringIO()
    writer = rfc4180.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADER)
    writer.writerows(_rows(batch, standing))
    return out.getvalue()


def _rows(batch: Batch, standing: Standing) -> Iterator[list[str]]:
    by_id = {entry.id: entry for entry in batch.entries}
    for place in standing.places:
        yield _row(by_id[place.id], place, len(batch.tests))
    for entry in batch.entries:
        if entry.score is None:
            yield _row(entry, None, len(batch.tests))


def _row(entry: Entry, place: Place | None, tests: int) -> list[str]:
    score, reason = entry.score, entry.reason
    pillars = [score.pillars.correctness, score.pillars.quality, score.pillars.speed] if score else [None] * 3
    numbers = [score.total, score.low, score.high, *pillars] if score else [None] * 6
    return [
        *([str(place.place), str(place.worst)] if place else ["", ""]),
        csv_cell(entry.id),
        csv_cell(entry.name),
        entry.verdict,
        *("" if number is None else f"{number:.1f}" for number in numbers),
        str(entry.passed) if score else "",
        str(tests),
        f"{entry.ratio.value:.3f}" if entry.ratio else "",
        "" if entry.findings_per_100 is None else f"{entry.findings_per_100:.1f}",
        "" if entry.lines is None else str(entry.lines),
        csv_cell(" ".join(gate.id for gate in entry.gates)),
        csv_cell(" ".join(entry.flags)),
        csv_cell(entry.same_as or ""),
        csv_cell(f"{reason.code}: {reason.message}"[:300] if reason else ""),
    ]
