"""The process that holds pytest for trials, and forks one for each: a submission's own tests beside one solution.

    trier.py CONTROL LIB WORK

A trial says how many tests passed and failed, and how many files could not be imported because they ask for modules that
this solution doesn't have. It runs the submission's code, so all of that is its own word.
"""

import contextlib
import ctypes
import io
import json
import os
import signal
import socket
import sys
from pathlib import Path

_PR_SET_DUMPABLE = 4
_TESTS = ("*/tests/*", "*/test/*", "*/test_*.py", "*/*_test.py", "*/conftest.py")


def main(arguments):
    """Fork trials until the supervisor leaves."""
    control, lib, work = socket.socket(fileno=int(arguments[0])), arguments[1], Path(arguments[2])
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # no trial can look into this process, or change it
    sys.path.append(lib)
    sys.dont_write_bytecode = True
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import coverage  # noqa: F401  (before any trial, so that each finds it there)
    import pytest  # noqa: F401

    with contextlib.suppress(ImportError):
        import _hypothesis_pytestplugin  # noqa: F401
    control.send(b"ready")
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, 16, 1)
        if not order:
            return
        if os.fork() == 0:
            control.close()
            _try(order == b"c", socket.socket(fileno=descriptors[0]), work)
        os.close(descriptors[0])
        _reap()


def _try(cover, channel, work):
    """In the fork: run the tests, say the counts, end."""
    os.setsid()
    folder = str(work / "submission")
    output = os.open(work / "scratch" / "output", os.O_WRONLY | os.O_CREAT, 0o600)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.chdir(folder)
    sys.path[:0] = [folder, f"{folder}/src"]
    try:
        tally = Tally()
        measured = _covered(folder, tally) if cover else _run(folder, tally, ["--maxfail=1"])
        sys.stdout.flush()
        channel.sendall(json.dumps({**tally.counts, **(measured or {})}).encode() + b"\n")
    finally:
        os._exit(0)


def _run(folder, tally, more):
    """Run all tests below a folder, under no configuration of its own."""
    import pytest

    plugins = [tally]
    with contextlib.suppress(ImportError):
        import _hypothesis_pytestplugin

        plugins.append(_hypothesis_pytestplugin)
    options = ["-q", "-p", "no:cacheprovider", "--tb=short", "--continue-on-collection-errors", *more]
    pytest.main([*options, "-c", os.devnull, f"--rootdir={folder}", folder], plugins)


def _covered(folder, tally):
    """Run them, and return the share of branches of the code that they took (of lines, where there is no branch), and the lines."""
    import coverage

    meter = coverage.Coverage(branch=True, source=[folder], omit=_TESTS, data_file=None, config_file=False)
    meter.start()
    try:
        _run(folder, tally, [])
    finally:
        meter.stop()
    report = Path(folder).parent / "scratch" / "coverage.json"
    with contextlib.suppress(coverage.CoverageException), contextlib.redirect_stdout(io.StringIO()):
        meter.json_report(outfile=str(report))
        told = json.loads(report.read_text())
        lines = {path: [file["executed_lines"], file["missing_lines"]] for path, file in told["files"].items()}
        return {"coverage": _share(told["totals"]), "lines": lines}
    return None


def _share(totals):
    if totals["num_branches"]:
        return totals["covered_branches"] / totals["num_branches"]
    return totals["covered_lines"] / totals["num_statements"] if totals["num_statements"] else None


class Tally:
    """Our plugin: counts."""

    def __init__(self):
        self.counts = {"passed": 0, "failed": 0, "foreign": 0}
        self._foreign = set()

    def pytest_exception_interact(self, node, call):
        """Remember which files ask for a module that isn't there."""
        if isinstance(getattr(call.excinfo.value, "__cause__", None), ImportError):
            self._foreign.add(node.nodeid)

    def pytest_collectreport(self, report):
        """A file that can't be collected is foreign to this solution, or broken."""
        if report.failed:
            self.counts["foreign" if report.nodeid in self._foreign else "failed"] += 1

    def pytest_runtest_logreport(self, report):
        """One test counts once: as failed if any phase failed."""
        if report.failed:
            self.counts["failed"] += 1
        elif report.when == "call" and report.passed:
            self.counts["passed"] += 1


def _reap():
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(sys.argv[1:])
