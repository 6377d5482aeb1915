"""How learning systems name what they export, and the candidate in it."""

import re

# Names as they come: Moodle's folder "Ada Lovelace_12345_assignsubmission_file_" (or that before a file's own name), Canvas'
# file "lovelaceada_LATE_12345_67890_solution.zip", Blackboard's "Take home_adal_attempt_2026-01-05-10-00-00_solution.zip".
_MOODLE = re.compile(r"(?P<who>.+?)_\d+_assignsubmission_(?P<kind>file|onlinetext)_?.*")
_CANVAS = re.compile(r"(?P<who>[^\W\d_]{2,})(?:_LATE)?_\d+_\d+_.+")
_BLACKBOARD = re.compile(r".+_(?P<who>[^_]+)_attempt_\d{4}(?:-\d\d){5}.*")


def candidate(name: str) -> str | None:
    """Return the candidate whom an exported file or folder belongs to, or None where the name is nobody's pattern."""
    for pattern in (_MOODLE, _BLACKBOARD, _CANVAS):
        if found := pattern.fullmatch(name):
            return found["who"].strip() or None
    return None


def is_online_text(name: str) -> bool:
    """Whether it holds what somebody typed into Moodle's own editor, beside the files that are the submission."""
    found = _MOODLE.fullmatch(name)
    return found is not None and found["kind"] == "onlinetext"
