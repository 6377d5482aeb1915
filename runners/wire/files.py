"""Files of a test that cross the wire: how many, how large, and what tells that one has changed.

One file, the standard library alone, on both sides.
"""

import os
import stat

MOST_FILES, MOST_BYTES, MOST_IN_ALL = 100, 1 << 20, 8 << 20


def listed(root):
    """Folders below a root, and regular files: {name: (modified, size, inode)}; names are relative, no link is followed."""
    folders, files = [], {}
    for folder, below, names in os.walk(root):
        for name in (*below, *names):
            path = os.path.join(folder, name)
            entry = os.lstat(path)
            if stat.S_ISDIR(entry.st_mode):
                folders.append(os.path.relpath(path, root))
            elif stat.S_ISREG(entry.st_mode):
                files[os.path.relpath(path, root)] = (entry.st_mtime_ns, entry.st_size, entry.st_ino)
    return folders, files
