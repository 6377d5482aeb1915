"""What kind of disk a folder is on. Source: proc_pid_mountinfo(5)."""

import os
from pathlib import Path

# Their locks and their shared memory are what sqlite.org/wal.html and sqlite.org/faq.html warn of.
_NETWORKED = {
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "fuse.glusterfs",
    "fuse.sshfs",
    "lustre",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
}
_MOUNTS = Path("/proc/self/mountinfo")


def networked(folder: Path) -> str | None:
    """Return the network file system that a folder is on, by its name; None on a local disk, or where nothing tells."""
    device = os.stat(folder).st_dev
    try:
        kind = _kinds(_MOUNTS.read_text()).get(f"{os.major(device)}:{os.minor(device)}", "")
    except OSError:
        return None
    return kind if kind in _NETWORKED else None


def _kinds(mountinfo: str) -> dict[str, str]:
    """The kind of file system of each device, `major:minor`."""
    parted = (line.partition(" - ") for line in mountinfo.splitlines())
    return {mount.split()[2]: source.split()[0] for mount, _, source in parted if source}
