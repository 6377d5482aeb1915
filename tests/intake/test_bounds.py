"""Reading an archive costs what its caps allow, whatever it says of itself."""

import struct
import subprocess
import sys
import zipfile

import pytest

from grader.errors import NotGradable
from grader.intake.rules import Caps
from grader.intake.source import take

MEASURE = """
import resource, sys
from grader.errors import NotGradable
from grader.intake.source import take
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    take(sys.argv[1])
except NotGradable as refused:
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(grown, refused.code, refused.what)
"""


def listing(path, entries, *, told=None, name=b"a"):
    """A zip that is nothing but a list of entries and its end, which says that there are `told` of them."""
    one = (
        struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name
    )
    with path.open("wb") as file:
        for start in range(0, entries, 10_000):
            file.write(one * min(10_000, entries - start))
        size = file.tell()
        count = min(entries if told is None else told, 0xFFFF)
        if size > 0xFFFFFFFF or entries > 0xFFFF:
            file.write(struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, 0))
            file.write(struct.pack("<4sLQL", b"PK\6\7", 0, size, 1))
        file.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, min(size, 0xFFFFFFFF), 0, 0))
    return str(path)


@pytest.mark.parametrize("told", [None, 1], ids=["it tells", "it lies"])
def test_a_million_and_a_half_entries_cost_next_to_nothing(tmp_path, told):
    archive = listing(tmp_path / "many.zip", 1_500_000, told=told)

    done = subprocess.run([sys.executable, "-c", MEASURE, archive], capture_output=True, text=True, check=True)

    grown, code, what = done.stdout.strip().split(" ", 2)
    assert (code, what) == ("G202", "many: more than 50000 entries")
    assert int(grown) < 48 * 1024  # KiB; the list itself is 67 MiB


@pytest.mark.parametrize("told", [3, 0, 60_000], ids=["it tells", "it says none", "it says more"])
def test_entries_are_counted_and_not_believed(tmp_path, told):
    archive = listing(tmp_path / "three.zip", 3, told=told)

    with pytest.raises(NotGradable) as caught:
        take(archive, Caps(entries=2))

    assert (caught.value.code, caught.value.what) == ("G202", "three: more than 2 entries")


def test_as_many_entries_as_are_allowed_are_taken(tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.py", "1")
        archive.writestr("b.py", "2")

    assert take(str(tmp_path / "two.zip"), Caps(entries=2)).files == {"a.py": b"1", "b.py": b"2"}


def test_a_list_of_endless_names_is_refused_unread(tmp_path):
    archive = listing(tmp_path / "names.zip", 40_000, name=b"n" * 1000)

    done = subprocess.run([sys.executable, "-c", MEASURE, archive], capture_output=True, text=True, check=True)

    grown, code, _ = done.stdout.strip().split(" ", 2)
    assert code == "G202"
    assert int(grown) < 48 * 1024
