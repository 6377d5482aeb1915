"""PID 1 of a candidate's container: takes the files in, starts the zygote, clears up after each test; the standard library alone.

It never runs a line of the submission. It is out of the submission's reach (not dumpable, and the kernel shields PID 1
from signals of its own namespace), so what it says of deaths, memory and CPU time can be believed.

    standard input: 8 bytes of length, JSON of that length with each path and its size, then the files
    SLOT/socket:    the examiner's; requests and replies are frames of ../wire/frames.py

Where no socket passes between sandboxes (no `--slot`), a key comes before that, and what would go over the socket goes
over standard input and output, by ../wire/relay.py.

What it imports every container pays for: options are read without argparse, paths without pathlib.
"""

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time

_HERE = os.path.dirname(os.path.realpath(__file__))
_CONNECT_S = 20.0
_WAIT_S = 900.0  # for the submission: whoever made this container ahead may have died since
_CLEAR_S = 0.8  # the examiner waits a second
_PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 4, 36
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONHASHSEED": "0", "TZ": "UTC"}


sys.path[:0] = [_HERE, *(os.path.join(os.path.dirname(_HERE), part) for part in ("wire", "init"))]

import compiling  # noqa: E402  (ours; -P keeps its folder off the path)
import frames  # noqa: E402
import meter  # noqa: E402
import processes  # noqa: E402
import space  # noqa: E402


class Supervisor:
    """One submission's container, from its files to its end."""

    def __init__(self, examiner, work, files, deadline, told, ahead):
        self._examiner, self._work, self._files, self._told = examiner, work, files, told
        self._wire = frames.Wire(examiner, deadline)
        self._zygote, self._ahead = ahead
        self._cpu_ns = 0
        self._ooms = meter.oom_kills()
        self._is_compiled = False
        self._requests = {
            "zygote": self._start,
            "clean": self._clean,
            "fresh": self._fresh,
            "cpu": self._cpu,
            "held": self._held,
        }

    def serve(self):
        """Answer the examiner until it leaves or the deadline passes; then everything else in here ends.

        Where this is the first process of a container, the kernel sees to that when it ends.
        """
        try:
            self._wire.send(["ready", os.getpid()])
            while True:
                message = self._wire.receive()
                self._wire.send(self._requests[message[0]](*message[1:]))
        except frames.GlassBroken:
            pass
        finally:
            if os.getpid() != 1:
                self._kill_all()

    def _start(self, core=None):
        """A new zygote, on one core where a number names it; its socket goes to the examiner."""
        ahead, self._ahead = self._ahead, None
        if ahead is None or not processes.lives(self._zygote):
            self._kill_all()
            self._zygote, ahead = zygote_of(self._work, self._told, core)
        with ahead:
            socket.send_fds(self._examiner, [b"z"], [ahead.fileno()])
        return ["zygote", self._zygote]

    def _clean(self):
        """End everything but the zygote.

        The reply says whether that is confirmed, whether the zygote lives, what the kernel killed for memory, and the CPU
        time used before and after.
        """
        used_ns = self._used_ns()
        if self._zygote:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._zygote, signal.SIGCONT)  # a test may have stopped it: that costs no other test
        confirmed = processes.end(_CLEAR_S, spared=self._zygote) or self._kill_all()
        space.empty(f"{self._work}/scratch")  # what can't be removed now is found when the container is made fresh
        ooms = meter.oom_kills()
        memory, self._ooms = ooms > self._ooms, ooms
        return ["clean", confirmed, processes.lives(self._zygote), memory, used_ns, self._used_ns()]

    def _fresh(self):
        """End everything, and have the files as they came; the reply says whether that worked."""
        self._kill_all()
        submission = f"{self._work}/submission"
        try:
            if not space.wipe(self._work):
                return ["fresh", False]
            space.put(self._files, submission)
            if not self._is_compiled:
                self._files.update(compiling.compiled(submission))
                self._is_compiled = True
        except OSError:
            return ["fresh", False]
        return ["fresh", not processes.below()]

    def _kill_all(self):
        """End everything, the zygote too; returns whether nothing is left."""
        self._zygote = 0
        return processes.end(_CLEAR_S)

    def _cpu(self):
        return ["cpu", self._used_ns(), meter.tasks(processes.below), meter.clock()]

    def _held(self):
        """For how long the test's processes waited for a core, and what they used."""
        return ["held", meter.held_ns(processes.below(self._zygote)), self._used_ns()]

    def _used_ns(self):
        # Where the living are counted, an end may take some back.
        self._cpu_ns = max(self._cpu_ns, meter.cpu_ns(processes.below))
        return self._cpu_ns


def shield():
    """Put this process out of the submission's reach, and make it the parent of whatever loses its own."""
    import ctypes  # here, after the first zygote is made: it would make each fork of that dearer

    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def zygote_of(work, told, core=None, is_first=False):
    """Start a zygote; returns its process id and the socket that it listens to.

    The first is a fork of this process as it is before it has read anything, which saves a start of Python in each container.
    By the time of another, this memory holds what is none of the submission's business: that is a program of its own.
    """
    ours, theirs = socket.socketpair()
    space.empty(f"{work}/scratch")
    pid = os.fork()
    if pid == 0:
        if core is not None:
            _stay_on(core)
        _become_zygote(theirs, work, told, is_first)
    theirs.close()
    return pid, ours


def _become_zygote(control, work, told, is_first):
    """In the fork: leave everything of the supervisor behind and start the zygote; `told` are more of its arguments."""
    os.set_inheritable(control.fileno(), True)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.closerange(3, control.fileno())
    os.closerange(control.fileno() + 1, 1024)
    os.chdir(f"{work}/scratch")
    os.setsid()
    environment = {**_ENVIRONMENT, "HOME": f"{work}/scratch", "TMPDIR": f"{work}/scratch"}
    arguments = [str(control.fileno()), f"{work}/submission", *told]
    if is_first:
        os.environ.clear()
        os.environ.update(environment)
        import zygote

        zygote.start(arguments)
    # -s -S -P and this environment are -I, but for the hash seed, which -I would ignore.
    flags = ["-s", "-S", "-P", "-B"]
    # As a module, which is compiled already where it can be; a program is compiled at every start.
    start = f"import sys; sys.path.insert(0, {_HERE!r}); import zygote; zygote.start(sys.argv[1:])"
    os.execve(sys.executable, [sys.executable, *flags, "-c", start, *arguments], environment)


def _stay_on(core):
    """Run on one core from now on: two containers that are given one number, and may use the same cores, share one."""
    with contextlib.suppress(OSError, AttributeError):  # a runtime without that measures as well as it can
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, [cores[core % len(cores)]])


def exactly(stream, count):
    """Read `count` bytes and not one more: what follows them is the relay's."""
    read = bytearray()
    while len(read) < count:
        part = stream.read(min(count - len(read), 1 << 20))
        if not part:
            raise EOFError
        read += part
    return bytes(read)


def received(stream):
    """The files of the submission: content by path."""
    table = json.loads(exactly(stream, int.from_bytes(exactly(stream, 8), "big")))
    return {path: exactly(stream, size) for path, size in table}


def connect(slot, deadline):
    """Connect to the examiner, which may not listen yet."""
    while True:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(f"{slot}/socket")
            return sock
        except OSError:
            sock.close()
            if time.monotonic() > deadline:
                raise
            select.select([], [], [], 0.005)


def relay_key(stream):
    """What seals the frames of a relay."""
    import relay  # here, since few need it

    return exactly(stream, relay.KEY_BYTES)


def relayed(key):
    """A socket whose other end is the examiner's, carried over this process' own streams."""
    import threading

    import relay

    ours, theirs = socket.socketpair()
    threading.Thread(target=relay.Relay(0, 1, key, 1, theirs).run, daemon=True).start()
    return ours


def main(arguments):
    """Serve one submission, then end.

    Args:
        arguments: `--work FOLDER`, and where they are not as usual `--slot FOLDER`, `--deadline SECONDS`, `--output MIB` that a
            test may print, `--site FOLDER` of packages that the submission may import.
    """
    options = {"--deadline": "3600", "--output": "1", "--site": "", **dict(zip(arguments[::2], arguments[1::2]))}
    work, slot, told = options["--work"], options.get("--slot"), [options["--output"], options["--site"]]
    ahead = zygote_of(work, told, is_first=True)
    shield()
    stream = sys.stdin.buffer.raw  # unbuffered
    if not select.select([stream], [], [], _WAIT_S)[0]:
        return 1
    try:
        key = b"" if slot else relay_key(stream)
        files = received(stream)
    except EOFError:  # made ahead, and nobody needs it
        os._exit(0)
    space.put(files, f"{work}/submission")
    started = time.monotonic()  # a container may wait for its submission: its time begins with it
    examiner = connect(slot, started + _CONNECT_S) if slot else relayed(key)
    Supervisor(examiner, work, files, started + float(options["--deadline"]), told, ahead).serve()
    os._exit(0)  # nothing is left to tidy up, and somebody waits


if __name__ == "__main__":
    main(sys.argv[1:])
