"""pytest in the testing process: what was collected, and a fork for each group of tests."""

import os
import random
import sys

import phases
import pytest
import voice
import watch


class Session:
    """Our plugin: collects, then serves orders where pytest would run its tests.

    Args:
        control: where orders come from.
        first: the order that came before there were any tests; answered once they are collected.
        listing: how a suite is described to the host.
    """

    def __init__(self, control, first, listing):
        self._control, self._first, self._listing = control, first, listing
        self._faults, self._items, self._reports = {}, {}, []
        self._watch = watch.Watch()

    def pytest_configure(self, config):
        """Our one marker."""
        config.addinivalue_line("markers", "points(n): weight within its group")

    def pytest_collectreport(self, report):
        """Remember why a file can't be collected."""
        if report.failed:
            self._faults[report.nodeid] = voice.clip(report.longreprtext, 0, 2000)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session):
        """Answer what was asked first; pytest comes here, too, where an exit in a file's import is about to end it."""
        if isinstance(sys.exc_info()[1], SystemExit):
            os._exit(1)
        self.collected(session.items, "")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self):
        """Serve orders, each in a fork that has the tests collected."""
        self.serve()
        return True

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(self):
        """Keep each phase's report of the test that is on."""
        report = yield
        report.sections[:] = [(name, voice.clip(text)) for name, text in report.sections]
        self._reports.append(report)
        return report

    def collected(self, items, said):
        """Answer the first order, once."""
        if self._first is None:
            return
        (order, channel, answer), self._first = self._first, None
        expected = self._listing.expected(items)
        if order["do"] == "list":
            message = said or self._listing.broken(self._faults)
            answer({"tests": [] if self._faults else [self._listing.describe(i) for i in expected], "message": message})
        else:
            for item in expected:
                for name in {item.nodeid, item.nodeid.partition("[")[0]}:
                    self._items.setdefault(name, []).append(item)
            faults = {path: self._listing.missing(path, self._faults) for path in self._faults}
            if said:
                faults[""] = [voice.clip(said.strip().splitlines()[-1], 300, 0), voice.clip(said)]
            answer({"found": {name: len(cases) for name, cases in self._items.items()}, "faults": faults})
        channel.close()

    def serve(self):
        """Take orders until the supervisor leaves; never returns."""
        while True:
            order, channel, answer = self._control.take()
            with channel:
                if len(os.listdir("/proc/self/task")) > 1:
                    self._run(order, answer)  # threads don't survive a fork: the next tests get a process of their own
                if os.fork() == 0:
                    self._control.close()
                    self._run(order, answer)
            _reap()

    def _run(self, order, answer):
        """In the fork: run a group of tests, tell each outcome, end."""
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("1000")  # where memory runs out, the test's process goes first
        random.seed(self._control.told["seed"])
        try:
            tests = [(number, self._items[name][case]) for number, name, case in order["tests"]]
            for at, (number, item) in enumerate(tests):
                following = tests[at + 1][1] if at + 1 < len(tests) else None
                answer({"number": number, **self._one(item, following), "patched": self._watch.changed()})
        finally:
            os._exit(0)

    def _one(self, item, following):
        """Run one test; `error` where pytest itself gave no report."""
        self._reports.clear()
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        except BaseException as raised:
            return {"outcome": "error", "message": voice.clip(f"{type(raised).__name__}: {raised}", 300, 0)}
        decides = phases.worst(self._reports)
        if decides is None:
            return {"outcome": "error", "message": "pytest gave no report for this test"}
        outcome, output = phases.outcome(decides), phases.output(self._reports)
        if outcome == "passed":
            return {"outcome": outcome, "output": output}
        return {
            "outcome": outcome,
            "message": phases.message(decides),
            "detail": phases.detail(decides),
            "output": output,
        }


def _reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
