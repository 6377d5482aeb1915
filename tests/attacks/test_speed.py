"""Ways to look fast, a submission each: none of them pays, and what a reviewer should know of it is said."""

import pytest

pytestmark = pytest.mark.docker

TOML = """\
schema = "grader.assignment/1"
id = "sample"

[door]
kind = "import"
modules = ["answer"]

[limits]
speed_s = 120

[[speed]]
id = "rank"
call = "answer:rank"
inputs = "tests/speed/rank.py"
sizes = [20000]

[[solutions]]
path = "reference"
expect = "accepted"
reference = true
"""
INPUTS = """
import random

def make(seed, size):
    chance = random.Random(seed)
    return ([chance.randrange(size) for _ in range(size)],)

def check(arguments, result):
    assert result == sorted(arguments[0])[:100]
"""
HIDDEN = "from answer import rank\n\ndef test_it():\n    assert rank([3, 1, 2]) == [1, 2, 3]\n"
REFERENCE = """
def work(numbers, times):
    for _ in range(times):
        counts = {}
        for number in numbers:
            counts[number] = counts.get(number, 0) + 1

def rank(numbers):
    work(numbers, 4)
    return sorted(numbers)[:100]
"""
SLOW = REFERENCE.replace("work(numbers, 4)", "work(numbers, 20)")  # about five times the reference

BURN = """
import time
def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
"""


@pytest.fixture(scope="module")
def race(services, tmp_path_factory):
    """Race a submission's `answer.py`; the assignment's noise is measured once for all."""
    from grader import pipeline, workshop
    from grader.assignment import load

    folder = tmp_path_factory.mktemp("speed")
    files = {
        "assignment.toml": TOML,
        "tests/hidden/test_it.py": HIDDEN,
        "tests/speed/rank.py": INPUTS,
        "reference/answer.py": REFERENCE,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    shop = workshop.prepare(services, load.load(str(folder), folder), "hidden")

    def run(code):
        submission = tmp_path_factory.mktemp("submission")
        (submission / "answer.py").write_text(code)
        results = pipeline.grade(str(submission), shop, seed=1)
        assert results.verdict == "accepted", results.reason
        return results

    return run


def test_the_reference_ties_with_itself_and_both_clocks_agree(race):
    results = race(REFERENCE)

    timing = results.speed[0]
    runtime = next(criterion for criterion in results.criteria if criterion.id == "runtime")
    assert (timing.state, timing.remarks, runtime.score) == ("measured", (), 100.0)
    assert (timing.cross_check is not None, timing.cross_check < 0.02) == (True, True)
    assert results.provenance.clock in ("cgroup v1 cpuacct.usage", "cgroup v2 cpu.stat")
    assert results.provenance.host.noise > 0


STATE = (
    BURN
    + """
import ctypes, mmap, os
shared = mmap.mmap(-1, 4096)          # of this process and of all that it forks
HERE = os.path.dirname(os.path.abspath(__file__))
PLACES = ["/tmp/state", "/dev/shm/state", "/work/state", os.path.join(HERE, "state"), os.path.expanduser("~/state")]
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p

def segment():
    id_ = libc.shmget(0x5EED, 4096, 0o1600)
    return (ctypes.c_char * 1).from_address(libc.shmat(id_, None, 0)) if id_ >= 0 else bytearray(1)

def queue():
    try:
        return libc.mq_open(b"/state", 0o102, 0o600, None)
    except AttributeError:
        return -1

def remembers():
    known = [path for path in PLACES if os.path.exists(path)]
    known += ["shared"] * (shared[0] != 0) + ["segment"] * (segment()[0] not in (0, b"\\0")) + ["attribute"] * hasattr(os, "state")
    known += ["source"] * (len(open(os.path.abspath(__file__)).read()) != SIZE)
    known += ["queue"] * os.path.exists("/dev/mqueue/state")
    return known

def remember():
    for path in PLACES:
        try:
            open(path, "w").close()
        except OSError:
            pass
    shared[0], os.state = 1, True
    segment()[0] = b"1"
    queue()
    with open(os.path.abspath(__file__), "a") as source:
        source.write("# state\\n")
"""
)


def test_nothing_that_a_window_leaves_is_there_in_the_next(race):
    code = (
        STATE
        + """
SIZE = len(open(os.path.abspath(__file__)).read())
calls = 0

def rank(numbers):
    global calls
    calls += 1
    if calls == 1 and len(numbers) > 3:
        if remembers():
            return ["left"]
        remember()
        if {"/tmp/state", "/dev/shm/state", "shared", "attribute", "source"} - set(remembers()):
            return ["nothing is left even within a window, so this shows nothing"]
    return sorted(numbers)[:100]
"""
    )

    timing = race(code).speed[0]

    assert (timing.state, timing.why) == ("measured", None)


@pytest.mark.parametrize(
    ("code", "remark"),
    [
        (
            BURN + "burn(0.4)\n" + REFERENCE,
            "longer than it may before the clock starts (import): charged to each window",
        ),
        (
            BURN + "import os\nos.register_at_fork(after_in_child=lambda: burn(0.4))\n" + REFERENCE,
            "longer than it may before the clock starts (import): charged to each window",
        ),
    ],
    ids=["at import", "at a fork"],
)
def test_work_that_is_moved_before_the_clock_is_charged(race, code, remark):
    timing = race(code).speed[0]

    assert timing.ratio > 3
    assert remark in timing.remarks[0]


def test_a_thread_that_works_is_counted_and_named(race):
    code = SLOW.replace("def rank(", "def ranked(") + (
        "\nimport threading\n\ndef rank(numbers):\n    found = []\n"
        "    worker = threading.Thread(target=lambda: found.append(ranked(numbers)))\n"
        "    worker.start()\n    worker.join()\n    return found[0]\n"
    )

    timing = race(code).speed[0]

    assert timing.ratio > 2.5
    assert "threads or processes in each window" in timing.remarks[0] or "thread or process" in timing.remarks[0]


DETACHED = """
import os, pickle

def rank(numbers):
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            with os.fdopen(writer, "wb") as out:
                out.write(pickle.dumps(ranked(numbers)))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as data:
        return pickle.loads(data.read())
"""


def test_a_process_that_leaves_its_parents_is_counted_and_named(race):
    timing = race(SLOW.replace("def rank(", "def ranked(") + DETACHED).speed[0]

    assert timing.ratio > 2.5
    assert "threads or processes in each window" in timing.remarks[0]


def test_work_that_goes_on_after_the_answer_is_no_answer(race):
    code = (
        BURN
        + "import threading\n"
        + REFERENCE.replace(
            "def rank(numbers):", "def rank(numbers):\n    threading.Thread(target=burn, args=(1,)).start()"
        )
    )

    timing = race(code).speed[0]

    assert timing.state == "wrong" or timing.ratio > 2  # what it burns is counted, in the window or after it


def test_sleep_costs_nothing_and_is_named(race):
    code = "import time\n" + REFERENCE.replace("def rank(numbers):", "def rank(numbers):\n    time.sleep(0.05)")

    timing = race(code).speed[0]

    assert timing.state == "measured"
    assert [remark for remark in timing.remarks if "it sleeps or waits" in remark] != []


def test_a_clock_that_lies_is_not_asked(race):
    lies = "import time\nfor name in ('time', 'perf_counter', 'process_time', 'monotonic'):\n    setattr(time, name, lambda: 0.0)\n"

    assert race(lies + SLOW).speed[0].ratio > 2.5


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("(number for number in sorted(numbers)[:100])", "it raised TypeError"),
        ("sorted(numbers)[:100] if numbers[0] % 3 else [0] * 100", "a wrong answer at size 20000"),
        ("numbers[1 << 40]", "it raised IndexError"),
        ("__import__('os')._exit(0)", "the process ended"),
    ],
    ids=["lazy", "wrong now and then", "raises", "leaves"],
)
def test_only_right_answers_are_timed(race, answer, why):
    code = f"def rank(numbers):\n    return sorted(numbers) if len(numbers) < 9 else ({answer})\n"

    results = race(code)

    timing = results.speed[0]
    assert (timing.state, timing.ratio) == ("wrong", None)
    assert timing.why.startswith(why)
    assert results.score.pillars.speed == 0.0


def test_an_answer_that_never_comes_is_none(race):
    code = "def rank(numbers):\n    while len(numbers) > 9:\n        pass\n    return sorted(numbers)\n"

    timing = race(code).speed[0]

    assert timing.state == "wrong"
    assert timing.why.startswith("no answer")
