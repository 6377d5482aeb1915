"""What surrounds a test, as the submission finds it: environment, standard input, warnings, files; standard library alone."""

import builtins
import contextlib
import io
import os
import sys
import warnings

import files


class Surroundings:
    """Follows the examiner's process, and sends what happens here to it."""

    def __init__(self, child):
        self._ask = child.ask
        self._known = {}

    def take_over(self):
        """From now on reading and warning reach the test, as they would in one process."""
        builtins.input = lambda prompt="", /: self._ask("input", str(prompt))
        sys.stdin = _Stdin(self._ask)
        warnings.simplefilter("always")
        warnings.showwarning = self._warned
        sys.__stdin__ = sys.stdin

    def _warned(self, message, category, filename, lineno, file=None, line=None):
        del file, line
        self._ask("warn", str(message), category, os.path.basename(filename), lineno)

    def follow(self, environment, gone, folder, arguments):
        """Set what the test changed: variables, the current folder (None: as it is), the command's arguments."""
        for name in gone:
            os.environ.pop(name, None)
        os.environ.update(environment)
        if folder is not None:
            os.chdir(folder)
        sys.argv[:] = arguments

    # ------------------------------------------------------------ files
    def write(self, root, folders, contents, gone):
        """Have these files below the folder, and those no more."""
        for name in gone:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(root, name))
        for name in ("", *folders):
            os.makedirs(os.path.join(root, name), exist_ok=True)
        for name, content in contents:
            with open(os.path.join(root, name), "wb") as file:
                file.write(content)
        self._known = _crossing(root)[1]

    def changed(self, root):
        """What changed below the folder since the examiner last knew: folders, files with their content, files gone."""
        folders, now = _crossing(root)
        names = [name for name, mark in now.items() if self._known.get(name) != mark]
        gone = [name for name in self._known if name not in now]
        self._known = now
        return tuple(folders), tuple((name, _read(root, name)) for name in names), tuple(gone)


def _read(root, name):
    with open(os.path.join(root, name), "rb") as file:
        return file.read()


def _crossing(root):
    """Folders and files; too many or too large ones are an error."""
    folders, found = files.listed(root)
    sizes = [size for _, size, _ in found.values()]
    if len(sizes) > files.MOST_FILES or max(sizes, default=0) > files.MOST_BYTES or sum(sizes) > files.MOST_IN_ALL:
        raise OSError("more files, or larger ones, than can cross the glass")
    return folders, found


class _Stdin(io.TextIOBase):
    """The test's standard input."""

    encoding, errors, name = "utf-8", "strict", "<stdin>"

    def __init__(self, ask):
        self._ask = ask

    def readable(self):
        return True

    def isatty(self):
        return False

    def read(self, size=-1, /):
        return self._ask("stdin", "read", -1 if size is None else size)

    def readline(self, size=-1, /):
        return self._ask("stdin", "readline", -1 if size is None else size)
