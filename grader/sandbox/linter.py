"""What the linter says of its own rules; asked, so that the words are always those of the version in use. Offline."""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from grader.errors import NotGraded
from grader.quote import quote


def rules() -> Sequence[dict[str, Any]]:
    """Return every rule of ruff's as it describes it: `code`, `name`, `summary`, `fix`, `explanation` in Markdown, `status`.

    Raises:
        NotGraded: ruff is missing or broken; it comes with this program.
    """
    command = [sys.executable, "-m", "ruff", "rule", "--all", "--output-format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (nothing of a submission's)
    try:
        found = json.loads(done.stdout)
    except ValueError as cause:
        raise NotGraded(
            "G424",
            f"ruff doesn't say its rules: {quote(done.stderr.strip()[-200:], 200) or 'it printed nothing'}",
            "Its rules are explained in its own words, which come with it.",
            "Install the grader again, from its lock file: make setup",
        ) from cause
    return found if isinstance(found, list) else []
