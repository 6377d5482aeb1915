"""What tests of the intake need of the machine."""

import os
import tempfile
from pathlib import Path

import pytest

_NOBODY = 65534


@pytest.fixture
def as_nobody():
    """A folder of a user whom rights bind, and the test as that user, also where the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="grader-test-") as name:
        folder = Path(name)
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(folder, _NOBODY, _NOBODY)
            os.seteuid(_NOBODY)
        try:
            yield folder
        finally:
            if is_root:
                os.seteuid(0)
            for path in [folder, *folder.rglob("*")]:
                path.chmod(0o700)
