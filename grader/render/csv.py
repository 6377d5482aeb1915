"""One row for a gradebook: RFC 4180, safe to open in a spreadsheet. Pure."""

import csv as rfc4180
import io

from grader.render.escape import csv_cell
from grader.results.model import Results

_HEADER = [
    "id",
    "received_at",
    "verdict",
    "total",
    "low",
    "high",
    "correctness",
    "quality",
    "speed",
    "gates",
    "reason",
    "digest",
]


def render(results: Results) -> str:
    """Return the header and the submission's row; an empty score is none, which is not 0."""
    out = io.StringIO()
    writer = rfc4180.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADER)
    writer.writerow(_row(results))
    return out.getvalue()


def _row(results: Results) -> list[str]:
    score, reason = results.score, results.reason
    unmet = " ".join(gate.id for gate in results.gates if not gate.met)
    numbers = [score.total, score.low, score.high] if score else [None] * 3
    pillars = [score.pillars.correctness, score.pillars.quality, score.pillars.speed] if score else [None] * 3
    return [
        csv_cell(results.submission.id),
        csv_cell(results.submission.received_at or ""),
        results.verdict,
        *("" if number is None else f"{number:.1f}" for number in [*numbers, *pillars]),
        unmet,
        csv_cell(f"{reason.code}: {reason.message}"[:300] if reason else ""),
        results.submission.digest,
    ]
