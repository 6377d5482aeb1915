"""Where the folders that ship beside the code are: runners, reports, assignments."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def path(name: str) -> Path:
    """Return a data folder: inside the installed package, or at the repository's root when it is editable.

    Raises:
        FileNotFoundError: this installation lacks the folder.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(f"{name!r} is missing from this installation")
