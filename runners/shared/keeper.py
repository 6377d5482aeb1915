"""Runs tests in testing processes, and believes them no further than their seals: the supervisor's own part.

A testing process imports the submission, so nothing that it says is proof. What is sure is what this process sees by itself:
which tests were asked for, which sealed answers came, in which order and time, how processes ended, whether files changed.
"""

import json
import os
import select
import time
from pathlib import Path

import answers
import files
import meter
import processes
import seal
import space
import trial
from testing import Gone, Testing

_COLLECT_S = 60.0
_END_S = 0.5  # between a group's last answer and the end of its process
_LIST = 15 * 1024 * 1024
_DEATHS = 3
_FRAMEWORK = ("_pytest", "pytest", "pluggy", "_hypothesis_pytestplugin.py")


class Keeper:
    """One submission's container.

    Args:
        work: a folder of its own.
        lib: where pytest is.
        out: the descriptor that the host reads.
    """

    def __init__(self, work, lib, out):
        self._work, self._lib, self._out = work, lib, out
        self._testing, self._trials = None, trial.Trials(work, lib)
        self._given, self._tests = {}, b""
        self._found, self._faults = {}, {}
        self._ooms = meter.oom_kills()
        self._laid = {}
        self._framework = files.marks(p for name in _FRAMEWORK for p in _sources(Path(lib, name)))

    def serve(self, requests, deadline):
        """Answer the host until it leaves or the deadline passes; then everything else in here ends."""
        actions = {"open": self._open, "list": self._list, "run": self._run, "trial": self._trial}
        rest = b""
        while True:
            while b"\n" not in rest:
                if not select.select([requests], [], [], max(0.0, deadline - time.monotonic()))[0]:
                    return
                part = os.read(requests, 1 << 16)
                if not part:
                    return
                rest += part
            line, _, rest = rest.partition(b"\n")
            message = json.loads(line)
            try:
                actions[message["type"]](message)
            finally:
                self._end_tester()

    def _say(self, type_, **fields):
        line = json.dumps({"type": type_, **fields}).encode("ascii") + b"\n"
        while line:
            line = line[os.write(self._out, line) :]

    def _alarm(self, kind, number=None, what=""):
        self._say("alarm", kind=kind, number=number, what=what)

    # ---------------------------------------------------------------- requests
    def _open(self, message):
        """Take the submission, and see whether it can be imported: in a process of its own, before any test is here."""
        self._given = message
        self._lay_submission()
        try:
            self._start()
            fault = answers.fault(self._testing.ask({"do": "import"}, self._given["limits"]["test_s"]))
        except (Gone, seal.BrokenSeal, OSError):
            fault = None  # a hang or a crash is left to the tests
        self._say("imported", unimportable=fault)

    def _list(self, message):
        """Collect with a submission that is trusted: the reference."""
        self._lay(message)
        try:
            self._lay_tests()
            self._start()
            said = self._testing.ask({"do": "list"}, _COLLECT_S, _LIST)
        except (Gone, seal.BrokenSeal, OSError) as cause:
            said = {"tests": [], "message": str(cause)}
        if said["tests"]:
            self._say("collected", tests=said["tests"])
        else:
            self._say("broken", message=said["message"])

    def _run(self, message):
        """Run tests in order and say each outcome, then `done`."""
        self._lay(message)
        tests, position, deaths = message["tests"], 0, 0
        until = time.monotonic() + self._given["limits"]["suite_s"]
        while position < len(tests) and deaths < _DEATHS and time.monotonic() < until:
            finished, died = self._some(tests, position, until)
            position += finished
            deaths = deaths + 1 if died else 0
        why = "the suite's time limit was used up" if deaths < _DEATHS else f"its process died {_DEATHS} times in a row"
        for number in range(position, len(tests)):
            self._outcome(number, {"outcome": "not_run", "message": why}, 0.0, 0.0)
        for path in (*files.changed(self._laid), *files.changed(self._framework)):
            self._alarm("changed", None, Path(path).name)
        self._say("done")

    def _trial(self, message):
        """Run a submission's own tests against one solution."""
        self._say("tried", number=message["number"], **self._trials.run(message))

    # ---------------------------------------------------------------- running
    def _some(self, tests, position, until):
        """Run the tests from a position on that share a process; returns how many have an outcome now, and if it died."""
        began = time.monotonic()
        try:
            self._ready(until)
            group = self._group(tests, position)
            if group:
                return self._converse(tests, group, until)
            self._outcome(position, self._missing(tests[position]), 0.0, 0.0)
            return 1, False
        except (Gone, seal.BrokenSeal, OSError) as cause:
            outcome = "memory" if self._memory_ran_out() else getattr(cause, "outcome", "crashed")
            why = f"while the tests were collected: {cause or 'an answer that was not sealed'}"
            self._outcome(position, {"outcome": outcome, "message": why[:300]}, 0.0, time.monotonic() - began)
            self._end_tester()
            return 1, True

    def _ready(self, until):
        """See that a testing process has collected the tests."""
        if self._testing is not None and self._testing.is_alive:
            return
        self._end_tester()
        for path in files.changed(self._laid):
            self._alarm("changed", None, Path(path).name)
        self._lay_tests()
        self._start()
        said = self._testing.ask({"do": "find"}, min(_COLLECT_S, max(0.1, until - time.monotonic())))
        self._found, self._faults = answers.found(said)

    def _group(self, tests, position):
        """The numbers of the tests, from a position on, that run in one process: as long as they share a life."""
        life, group = self._life(tests[position]), []
        for number in range(position, len(tests)):
            if self._life(tests[number]) != life or self._found.get(tests[number][0], 0) <= tests[number][1]:
                break
            group.append(number)
            if self._given["isolation"] == "test":
                break
        return group

    def _life(self, test):
        if self._given["isolation"] == "suite":
            return ""
        return test[0].partition("::")[0]

    def _missing(self, test):
        absent = ("this test is not there with this submission", None)
        message, detail = self._faults.get(test[0].partition("::")[0]) or self._faults.get("") or absent
        return {"outcome": "error", "message": message, "detail": detail}

    def _converse(self, tests, group, until):
        """Have a fork of the testing process run a group; returns how many have an outcome now, and if it died."""
        cpu, began, finished, died = _cpu_s(), time.monotonic(), 0, False
        lines, sealed = self._ordered({"do": "run", "tests": [[number, *tests[number]] for number in group]}, until)
        with lines:
            for number in group:
                told, died = self._told(lines, sealed, number, until)
                now, used = time.monotonic(), _cpu_s()
                if died or number == group[-1]:
                    self._close(lines, number)
                self._outcome(number, told, used - cpu, now - began)
                cpu, began, finished = used, now, finished + 1
                if died:
                    break
        if died and told["outcome"] == "timeout":
            self._end_tester()  # it may be the testing process itself that doesn't answer
        return finished, died

    def _ordered(self, order, until):
        """Hand over an order; to a fresh process where the old one was on its way out, after a test that ran in itself."""
        try:
            return self._testing.order(order)
        except (BrokenPipeError, ConnectionResetError):
            self._end_tester()
            self._ready(until)
            return self._testing.order(order)

    def _told(self, lines, sealed, number, until):
        """What the fork says of one test, or what its end means."""
        limit = self._given["limits"]["test_s"]
        try:
            said = sealed.read(lines.take(min(time.monotonic() + limit, until)))
            told = answers.outcome(said)
            if said.get("number") != number:
                raise seal.BrokenSeal
        except seal.BrokenSeal:
            self._alarm("unsealed", number)
            return {"outcome": "crashed", "message": "a result that was not sealed"}, True
        except Gone as gone:
            memory = self._memory_ran_out()
            message = f"over the limit of {limit:g} s" if gone.outcome == "timeout" else "its process ended early"
            return {"outcome": gone.outcome, "message": message} if not memory else _MEMORY, True
        if self._memory_ran_out() and told["outcome"] != "passed":
            told = _MEMORY
        if told.get("patched"):
            self._alarm("patched", number, ", ".join(told["patched"]))
        return told, False

    def _close(self, lines, number):
        """End what a group left; whatever it still says is one answer too many."""
        has_more = lines.more(_END_S)
        if not self._testing.end_others():
            self._end_tester()
        if has_more or lines.more(0):
            self._alarm("doubled", number)
        space.empty(self._work / "scratch")

    def _memory_ran_out(self):
        before, self._ooms = self._ooms, meter.oom_kills()
        return self._ooms > before

    def _outcome(self, number, told, cpu_s, wall_s):
        kept = {key: told.get(key) for key in ("outcome", "message", "detail", "output")}
        self._say("outcome", number=number, **kept, cpu_s=round(max(0.0, cpu_s), 6), wall_s=round(wall_s, 6))

    # ---------------------------------------------------------------- the testing process
    def _lay(self, message):
        """From here on these are the tests: nothing of an earlier request is left."""
        self._end_tester()
        self._tests = message["tree"]
        self._laid = {}
        space.wipe(self._work)
        self._lay_submission()

    def _lay_submission(self):
        files.lay(self._given["submission"], self._work / "submission")
        space.empty(self._work / "scratch")

    def _lay_tests(self):
        files.lay(self._tests, self._work / "tests")
        self._laid = files.marks(files.below(self._work / "tests"))

    def _start(self):
        self._end_tester()
        told = {key: self._given[key] for key in ("modules", "isolation", "seed")}
        self._testing = Testing(self._work, self._lib, told)

    def _end_tester(self):
        if self._testing is not None:
            self._testing.end()
        self._testing = None


_MEMORY = {"outcome": "memory", "message": "over the memory limit"}


def _cpu_s():
    """Seconds of CPU time that the submission and its tests have used."""
    return meter.cpu_ns(processes.below) / 1e9


def _sources(path):
    return files.below(path) if path.is_dir() else [str(path)]
