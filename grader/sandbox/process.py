"""The process sandbox, for one's own code: bubblewrap where it is installed, else resource limits and a session of its own.

The same programs as in containers run here, from this installation, with this Python. With bubblewrap a candidate sees
/usr, the interpreter and our runners, all read-only, and nothing else: no network, no other process, no file of yours.
Without it there is no wall but limits, and the results say so (`runtime` is `none`).
"""

import contextlib
import copy
import io
import itertools
import os
import platform
import resource
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Literal

from grader import bundled, temporary
from grader.errors import NotGraded, UsageError
from grader.progress import Progress
from grader.quote import quote
from grader.results.provenance import Image
from grader.sandbox import packages
from grader.sandbox.lines import Lines
from grader.sandbox.protocol import Candidate, End, Equipment, Limits, Role, Service, Shared
from grader.turns import Turns

_MIB = 1024 * 1024
_NOBODY = 65534
# Numbers that no account has: systemd hands them out for a service's life. Limits of processes are counted per user, so a
# run that shared its user with another, or with a container's, would be stopped by what those start.
_USERS = range(61184, 65520)
_turn = itertools.count()
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "TZ": "UTC"}
_GRACE_S = 2.0
_BINDS = {"work": "--bind", "slot": "--ro-bind", "lib": "--ro-bind", "site": "--ro-bind"}
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
_INSIDE = "/grader"  # where our folders are, as a candidate behind bubblewrap sees them


class ProcessSandbox:
    """Processes of this machine; `runtime` is `bubblewrap` or `none`."""

    name: Literal["docker", "process"] = "process"

    def __init__(self) -> None:
        self._bwrap = _bubblewrap()
        self.runtime = "bubblewrap" if self._bwrap else "none"
        self._equipment = Equipment()
        temporary.sweep()

    def images(self) -> tuple[Image, ...]:
        """None: the programs are this installation's."""
        return ()

    def twin(self, progress: Progress) -> "ProcessSandbox":
        """This sandbox for another thread; nothing of it is shared."""
        del progress
        return copy.copy(self)

    def make_ahead(self, turns: Turns, is_wanted: Callable[[], bool]) -> None:
        """Nothing to do: a process starts in milliseconds."""

    def settle(self) -> None:
        """Nothing to do: who leaves a process waits for its end."""

    def python(self) -> str:
        """The version of this Python."""
        return platform.python_version()

    def equipped(self, equipment: Equipment) -> "ProcessSandbox":
        """This sandbox, with packages that its candidates may import; it has no images to choose from."""
        if equipment.image:
            raise UsageError(
                "G423",
                f"the assignment needs the image {quote(equipment.image)}, and the process sandbox has none",
                "An image holds what the brief promises a candidate; without it a submission would fail unjustly.",
                "Start a container engine and use --sandbox docker. Nothing was run.",
            )
        other = copy.copy(self)
        other._equipment = equipment
        if equipment.packages:
            packages.collect(equipment.packages, self.python(), "")  # what can't be had is told before anything runs
        return other

    def library(self, pins: Sequence[str]) -> Mapping[str, bytes]:
        """Packages for the examiner, as files."""
        return packages.files(packages.collect(pins, self.python(), "")) if pins else {}

    @contextlib.contextmanager
    def service(self, role: Role, slots: int = 0) -> Iterator[Service]:
        """Start a warm service; slots are folders that candidates see read-only."""
        runners, library = bundled.path("runners"), sysconfig.get_path("purelib")
        with temporary.folder("slots") as root, temporary.folder("work") as own:
            root.chmod(0o711)
            for n in range(slots):
                (root / str(n)).mkdir()
            more = ["--slots", str(slots), "--slot-root", str(root)] if role == "examiner" else []
            command = [sys.executable, "-I", str(runners / role / "main.py"), "--lib", library, *more]
            with _running(command, {"TMPDIR": str(own)}, None) as child:
                yield _Service(child, root)

    @contextlib.contextmanager
    def candidate(self, examiner: Service, slot: int, files: bytes, limits: Limits) -> Iterator[Candidate]:
        """Start a candidate on a slot, and give it its files."""
        assert isinstance(examiner, _Service)
        with temporary.folder("work") as work:
            where = examiner.root / str(slot)
            folders = {"work": work, "slot": where, **self._packages(work)}
            program = self._program(("-s", "-S", "-P", "-B"), "python/supervisor.py", folders, limits)
            environment = {"HOME": str(work), "PYTHONHASHSEED": "0"}
            command = [*program, "--output", str(limits.output_mib)]
            with _running(command, environment, _limit(limits, self._owner(work))) as child:
                assert child.stdin is not None
                with contextlib.suppress(BrokenPipeError):
                    child.stdin.write(files)
                    child.stdin.flush()
                yield _Candidate(child)

    @contextlib.contextmanager
    def shared(self, limits: Limits) -> Iterator[Shared]:
        """Start what tests and submission share, with pytest from this installation."""
        installed = Path(sysconfig.get_path("purelib"))
        pins = (*self._equipment.packages, *self._equipment.test_packages)
        with (
            temporary.folder("work") as work,
            packages.beside(installed, pins, self.python()) as library,
        ):
            command = self._program(("-I", "-S"), "shared/main.py", {"work": work, "lib": library}, limits)
            with _running(command, {"HOME": str(work)}, _limit(limits, self._owner(work)), is_heard=True) as child:
                yield _Shared(child)

    def _packages(self, work: Path) -> Mapping[str, Path]:
        """The folder of the assignment's packages; without a wall a copy, so that what is kept is out of reach."""
        if not self._equipment.packages:
            return {}
        kept = packages.collect(self._equipment.packages, self.python(), "")
        return {"site": kept if self._bwrap else Path(shutil.copytree(kept, work / "site"))}

    def _program(self, flags: Sequence[str], name: str, folders: Mapping[str, Path], limits: Limits) -> list[str]:
        """A supervisor of ours with its folders, each an option of that name; behind bubblewrap where there is one."""
        seen = {"runners": bundled.path("runners"), **folders}
        inside = {key: Path(_INSIDE, key) if self._bwrap else path for key, path in seen.items()}
        program = [os.path.realpath(sys.executable), *flags, str(inside["runners"] / name)]
        program += [part for key in folders for part in (f"--{key}", str(inside[key]))]
        program += ["--deadline", str(limits.deadline_s)]
        return [*self._wall(folders), *program] if self._bwrap else program

    def _wall(self, folders: Mapping[str, Path]) -> list[str]:
        """Bubblewrap's arguments: everything unshared, only what is named visible."""
        assert self._bwrap is not None
        visible = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", sys.base_prefix]
        binds = [part for path in dict.fromkeys(visible) if Path(path).exists() for part in ("--ro-bind", path, path)]
        return [
            self._bwrap,
            "--unshare-all",
            "--die-with-parent",
            "--new-session",
            *("--cap-drop", "ALL", "--uid", str(_NOBODY), "--gid", str(_NOBODY)),
            *binds,
            *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108  (the sandbox's own)
            *("--ro-bind", str(bundled.path("runners")), f"{_INSIDE}/runners"),
            *(part for name, path in folders.items() for part in (_BINDS[name], str(path), f"{_INSIDE}/{name}")),
            *("--chdir", "/"),
            "--",
        ]

    def _drops(self) -> bool:
        """Whether a candidate gives up root by itself: bubblewrap does it otherwise, with a user namespace."""
        needed = (Path(os.path.realpath(sys.executable)), Path(sysconfig.get_path("purelib")) / "pytest")
        is_open = all(parent.stat().st_mode & stat.S_IXOTH for path in needed for parent in path.parents)
        return os.geteuid() == 0 and self._bwrap is None and is_open

    def _owner(self, work: Path) -> int | None:
        """The user that a candidate becomes, who gets its folder; None where it stays who it is."""
        if not self._drops():
            return None
        user = _USERS[(os.getpid() + next(_turn)) % len(_USERS)]
        os.chown(work, user, user)
        return user


def _limit(limits: Limits, user: int | None) -> Callable[[], None]:
    """What the child does to itself before it becomes the candidate: limits, and no longer root."""

    def limit() -> None:
        memory = limits.memory_mib * _MIB
        resource.setrlimit(resource.RLIMIT_AS, (memory + 512 * _MIB, memory + 512 * _MIB))
        resource.setrlimit(resource.RLIMIT_FSIZE, (limits.scratch_mib * _MIB, limits.scratch_mib * _MIB))
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if user is not None:
            resource.setrlimit(resource.RLIMIT_NPROC, (limits.processes, limits.processes))
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)

    return limit


class _Service(Lines):
    """A warm service as a child process, and the folder of its slots."""

    def __init__(self, child: "subprocess.Popen[bytes]", root: Path) -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        stdin, stdout = child.stdin, child.stdout
        self.root = root

        def write(data: bytes) -> None:
            stdin.write(data)
            stdin.flush()

        super().__init__(write, iter(lambda: stdout.read1(65536), b""), lambda: "")  # type: ignore[attr-defined]


class _Shared(_Service):
    """What tests and submission share, as a child process: spoken to like a service, ended like a candidate."""

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        super().__init__(child, Path())
        candidate = _Candidate(child)
        self.end, self.kill = candidate.end, candidate.kill


class _Candidate:
    """A candidate as a child process."""

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        self._child = child
        self._killed = False

    def end(self) -> End | None:
        """How the process ended, or None while it runs."""
        status = self._child.poll()
        return None if status is None else End("killed" if self._killed else "crashed", status)

    def cpu_ns(self) -> int | None:
        """None: nobody but its supervisor has counted."""
        return None

    def kill(self) -> None:
        """End the process and its session."""
        self._killed = self._child.poll() is None
        _end(self._child)


@contextlib.contextmanager
def _running(
    command: list[str], environment: dict[str, str], limit: Callable[[], None] | None, *, is_heard: bool = False
) -> Iterator["subprocess.Popen[bytes]"]:
    held = _Held(limit is not None)
    try:
        child = subprocess.Popen(  # noqa: S603  (our own programs)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if limit is None or is_heard else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**_ENVIRONMENT, **environment},
            cwd="/",
            start_new_session=True,
            preexec_fn=limit,
        )
    except OSError as cause:
        held.release()
        raise NotGraded(
            "G410",
            f"the process sandbox can't start a process: {cause.strerror}",
            "Without a process nothing can be said about a submission.",
            "See what is missing: grader doctor. No submission got a zero.",
        ) from cause
    try:
        for number in held.release():
            signal.raise_signal(number)
        yield child
    finally:
        _let_go(child.stdin)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_GRACE_S)
        _end(child)
        if child.stdout is not None:
            child.stdout.close()  # only now: a thread that still reads would hold it


class _Held:
    """Interrupts that come while a process is forked with a function of ours, kept for later.

    After such a fork the interpreter runs hooks that swallow what is raised in them. A signal mask doesn't help: another
    thread takes the signal, and Python hears it in the main one all the same.
    """

    def __init__(self, is_needed: bool) -> None:
        self._caught: list[int] = []
        self._before: dict[signal.Signals, Any] = {}
        if is_needed and threading.current_thread() is threading.main_thread():  # elsewhere none is heard
            for number in _INTERRUPTS:
                self._before[number] = signal.signal(number, lambda caught, _: self._caught.append(caught))

    def release(self) -> Sequence[int]:
        """Hear them as before; returns those that came."""
        for number, handler in self._before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        return tuple(self._caught)


def _let_go(stream: IO[bytes] | None) -> None:
    """Close without flushing what an interrupted write left, which could wait for ever."""
    assert isinstance(stream, io.BufferedWriter)
    stream.raw.close()


def _end(child: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _bubblewrap() -> str | None:
    """Bubblewrap's path, where it is installed and this kernel lets it work."""
    path = shutil.which("bwrap")
    if path is None:
        return None
    tried = [path, "--unshare-all", "--ro-bind", "/", "/", "true"]
    try:
        works = subprocess.run(tried, capture_output=True, check=False, timeout=20).returncode == 0  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return path if works else None
