"""Walls inside the examiner: none of its processes reads another, and none gains rights by starting a program.

A test's process holds the hidden tests and what they expect; it takes values of a stranger's. Should one ever be taken
over, the other submissions' runs beside it stay out of its reach. Starting programs is not forbidden: suites do that.
"""

import ctypes
import resource

_SET_DUMPABLE, _SET_NO_NEW_PRIVS = 4, 38  # prctl(2)


def shut() -> None:
    """For this process and all that it forks: not readable through /proc, no debugger, no core file, no new rights.

    Raises:
        OSError: the kernel refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value in ((_SET_DUMPABLE, 0), (_SET_NO_NEW_PRIVS, 1)):
        if libc.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl {option}")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
