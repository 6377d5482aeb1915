"""A time as people write it, `3h`, `90m` or `1h30m`."""

import re

_FORM = re.compile(r"(?:([1-9]\d{0,2})h)?(?:([1-9]\d{0,3})m)?", re.ASCII)


def seconds(text: str) -> float | None:
    """Return the seconds of hours and minutes; None for what is no such time."""
    found = _FORM.fullmatch(text)
    if found is None or not text:
        return None
    return int(found[1] or 0) * 3600.0 + int(found[2] or 0) * 60.0
