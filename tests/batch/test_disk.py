"""A folder for results on a network file system is told of: a journal may be damaged there."""

import os
import subprocess
import sys

import pytest

from grader.batch import disk

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
41 22 {device} / /home rw,nosuid shared:29 master:2 - {kind} server:/home rw,vers=4.2,addr=10.0.0.1
"""


@pytest.fixture
def mounted(tmp_path, monkeypatch):
    """A function: the folder, whose disk is said to be of a kind."""

    def run(kind):
        device = os.stat(tmp_path).st_dev
        told = tmp_path / "mountinfo"
        told.write_text(MOUNTS.format(device=f"{os.major(device)}:{os.minor(device)}", kind=kind))
        monkeypatch.setattr(disk, "_MOUNTS", told)
        return tmp_path

    return run


@pytest.mark.parametrize(("kind", "told"), [("nfs4", "nfs4"), ("cifs", "cifs"), ("xfs", None), ("overlay", None)])
def test_network_file_systems_are_known_by_their_kind(mounted, kind, told):
    assert disk.networked(mounted(kind)) == told


def test_a_system_that_does_not_tell_is_taken_for_local(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "_MOUNTS", tmp_path / "absent")

    assert disk.networked(tmp_path) is None


COMMAND = """
import pathlib, sys
from grader.batch import disk
disk._MOUNTS = pathlib.Path(sys.argv.pop(1))
from grader.cli.main import main
main()
"""


def test_the_command_says_it_once_and_goes_on(mounted, tmp_path):
    (tmp_path / "submissions" / "ada").mkdir(parents=True)
    (tmp_path / "submissions" / "ada" / "inventory.py").touch()
    out = mounted("nfs4") / "out"
    folders = [str(tmp_path / "mountinfo"), "batch", "inventory", str(tmp_path / "submissions"), "--out", str(out)]

    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *folders, "--engine", "tcp://10.0.0.1:8786"],  # which is refused later
        capture_output=True,
        text=True,
        check=False,
    )

    told = f"{out} is on a network file system (nfs4), where a journal may be damaged: use a local disk"
    before, _, after = done.stderr.partition(told)
    assert (done.stderr.count(told), "error[" in before, "error[" in after) == (1, False, True), done.stderr
