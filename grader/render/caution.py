"""What a reader must know before a grade is believed: where tests and submission were not kept apart. Pure."""

from grader.results.model import Results

GLASS_OFF = (
    "Glass off: the tests shared a process with the submission, so tampering is detected where it can be, not excluded."
)


def caution(results: Results) -> str:
    """One sentence, or nothing where the glass was on."""
    return GLASS_OFF if results.glass == "off" else ""
