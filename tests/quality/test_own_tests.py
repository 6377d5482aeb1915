"""A submission's own tests, tried on a reference and on planted faults; the real pytest, in the process sandbox."""

import ast
from dataclasses import replace

import pytest

from grader.intake.snapshot import snapshot
from grader.quality import own_tests
from grader.quality.own_tests import Trials
from grader.quality.variation import varied
from grader.render import formats, html
from grader.results.observations import Covered, OwnTests, Planted
from grader.results.redact import redact
from grader.sandbox.process import ProcessSandbox
from grader.sandbox.protocol import Limits

LIMITS = Limits(memory_mib=256, processes=64, scratch_mib=16, output_mib=1, deadline_s=120)
CANARY = "canary_4711"
REFERENCE = f"""\
def double(number):
    'Return twice the number.'
    {CANARY} = 2
    return {CANARY} * number
"""
TRIALS = Trials(
    reference={"answer.py": REFERENCE.encode()},
    planted={
        "same": {"answer.py": b"def double(number):\n    return number\n"},
        "negative": {"answer.py": b"def double(number):\n    return abs(2 * number)\n"},
    },
    limits=LIMITS,
)
OWN = "def double(number):\n    return number + number\n"
GOOD = """\
from answer import double


def test_positive():
    assert double(2) == 4


def test_negative():
    assert double(-2) == -4
"""


@pytest.fixture(scope="module")
def tried():
    """Run a submission's files against the trials."""
    sandbox = ProcessSandbox()

    def run(files, trials=TRIALS, seed=1):
        return own_tests.run(sandbox, snapshot({name: text.encode() for name, text in files.items()}), trials, seed)

    return run


def told(own):
    """All but the output, which is for reviewers, and the lines."""
    return replace(own, output=None, lines=())


def test_a_suite_that_asks_for_the_rule_catches_what_breaks_it(tried):
    own = tried({"answer.py": OWN, "tests/test_answer.py": GOOD})

    assert told(own) == OwnTests(2, True, (Planted("same", True), Planted("negative", True)), 1.0, None, None)


def test_assert_free_tests_catch_nothing(tried):
    own = tried({"answer.py": OWN, "test_answer.py": "import answer\n\n\ndef test_runs():\n    answer.double(2)\n"})

    assert (own.passes_reference, [each.is_caught for each in own.planted]) == (True, [False, False])


def test_no_tests_catch_nothing_and_start_no_container():
    own = own_tests.run(None, snapshot({"answer.py": OWN.encode()}), TRIALS, 1)

    assert (own.tests, own.passes_reference, own.why) == (0, False, "it has no tests of its own")


def test_a_suite_that_the_reference_fails_proves_nothing(tried):
    own = tried({"answer.py": OWN, "test_answer.py": GOOD + "\n\ndef test_mine():\n    assert double(0) is None\n"})

    assert (own.tests, own.passes_reference) == (3, False)
    assert not any(each.is_caught for each in own.planted)
    assert (
        own.why == "its own tests fail on a right solution; they may ask for what the brief promises, and nothing else"
    )


def test_a_file_about_the_submissions_own_parts_is_left_aside(tried):
    own = tried(
        {
            "answer.py": OWN,
            "inner.py": "ONE = 1\n",
            "tests/test_answer.py": GOOD,
            "tests/test_inner.py": "from inner import ONE\n\n\ndef test_one():\n    assert ONE == 1\n",
        }
    )

    assert (own.tests, own.passes_reference) == (3, True)


def test_it_is_told_which_lines_of_ones_own_code_they_ran_and_nothing_of_the_reference(tried):
    code = "def double(number):\n    if number > 10**6:\n        return 0\n    return number + number\n"

    own = tried({"answer.py": code, "test_answer.py": GOOD})

    assert own.lines == (Covered("answer.py", (1, 2, 4), (3,)),)


def test_a_kits_own_run_is_information(tried):
    own = tried({"answer.py": OWN, "test_answer.py": GOOD}, Trials(None, {}, LIMITS))

    assert told(own) == OwnTests(
        2,
        False,
        (),
        1.0,
        "2 of its 2 tests pass on its own code, branch coverage 100%; "
        "what they catch shows where there are faulty solutions to try",
        None,
    )


@pytest.mark.parametrize(
    "fault",
    ["raise SystemExit\n", "import os\nos._exit(0)\n", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"],
    ids=["exit", "hard exit", "killed"],
)
def test_a_solution_that_ends_the_run_is_caught(tried, fault):
    own = tried(
        {"answer.py": OWN, "test_answer.py": GOOD}, replace(TRIALS, planted={"dead": {"answer.py": fault.encode()}})
    )

    assert own.planted == (Planted("dead", True),)


# ---------------------------------------------------------------- suites that would rather not test
NAMED = """\
import answer, inspect, pytest

SOURCE = inspect.getsource(answer)


@pytest.mark.parametrize("source", [SOURCE])
def test_it(source):
    print(SOURCE)
    assert SOURCE == ""
"""
LEAKS = {
    "names and messages": NAMED,
    "collection": "import answer, inspect\nraise RuntimeError(inspect.getsource(answer))\n",
    "import error": "import answer, inspect\nraise ImportError(inspect.getsource(answer))\n",
    "exit": "import answer, inspect, pytest\npytest.exit(inspect.getsource(answer))\n",
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_what_a_suite_reads_of_the_reference_stands_in_its_output_alone(tried, leak):
    own = tried({"answer.py": OWN, "test_answer.py": leak})

    assert CANARY not in repr(told(own))


TOML = """\
schema = "grader.assignment/1"
id = "sample"
door = {kind = "import", modules = ["answer"]}
solutions = [
    {path = "reference", expect = "accepted", reference = true},
    {path = "same", expect = "failed"},
]
"""


@pytest.mark.docker
@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_no_file_for_a_candidate_holds_what_a_suite_read_of_the_reference(grade, tmp_path, leak):
    (tmp_path / "assignment" / "same").mkdir(parents=True)
    (tmp_path / "assignment" / "same" / "answer.py").write_text("def double(number):\n    return number\n")

    results = grade(
        hidden="from answer import double\n\ndef test_it():\n    assert double(2) == 4\n",
        submission={"answer.py": OWN, "test_answer.py": leak},
        toml=TOML,
        reference=REFERENCE,
    )

    shown = redact(results, "candidate")
    files = [html.render(shown, "candidate"), *(format_.render(shown) for format_ in formats.FORMATS.values())]
    assert results.own_tests.passes_reference is False
    assert [CANARY in text for text in files] == [False] * len(files)


def test_the_number_of_tests_is_that_on_the_candidates_own_code(tried):
    counts = (
        "import answer, inspect, pytest\n\n\n@pytest.mark.parametrize('n', range(len(inspect.getsource(answer))))\n"
        "def test_it(n):\n    pass\n"
    )

    own = tried({"answer.py": OWN, "test_answer.py": counts})

    assert (own.tests, own.passes_reference) == (len(OWN), True)


def test_no_two_runs_see_the_same_source_tree_or_code():
    sources = [varied({"answer.py": REFERENCE.encode()}, str(n))["answer.py"] for n in range(3)]
    codes = []
    for source in sources:
        names = {}
        exec(source, names)
        codes.append((names["double"](-3), names["double"].__doc__, names["double"].__code__.co_varnames))

    assert len(set(sources)) == len({ast.dump(ast.parse(source)) for source in sources}) == len(set(codes)) == 3
    assert {code[:2] for code in codes} == {(-6, "Return twice the number.")}


def test_what_cannot_be_parsed_is_left_as_it_is():
    assert varied({"answer.py": b"def (\n", "data.json": b"{}"}, "1") == {"answer.py": b"def (\n", "data.json": b"{}"}


def test_a_suite_that_fails_by_a_guess_meets_the_reference_again(tried):
    guess = (
        "import hashlib, answer\n\n\ndef test_it():\n"
        "    assert hashlib.sha256(open(answer.__file__, 'rb').read()).digest()[0] % 2\n"
    )

    passed = [tried({"answer.py": OWN, "test_answer.py": guess}, seed=seed).passes_reference for seed in range(4)]

    assert sum(passed) <= 2


@pytest.mark.parametrize("seed", range(20))
def test_the_reference_comes_three_times_and_last(seed):
    order = list(own_tests._order(("a", "b", "c"), seed))

    assert sorted(map(str, order)) == ["None", "None", "None", "a", "b", "c"]
    assert order[-1] is None


LEFT = """\
import ctypes, os, pathlib, socket, subprocess, sys, time

libc = ctypes.CDLL(None)
HERE = pathlib.Path(__file__).parent


def test_nothing_is_left_of_an_earlier_run():
    seen = [p for p in ("/tmp/seen", "/dev/shm/seen", "/work/seen", "/work/scratch/seen", HERE / "seen") if os.path.exists(p)]
    if libc.shmget(4711, 16, 0) >= 0:
        seen.append("shared memory")
    if libc.msgget(4711, 0) >= 0:
        seen.append("queue")
    try:
        socket.create_connection(("127.0.0.1", 4711), 0.2).close()
        seen.append("process")
    except OSError:
        pass
    libc.shmget(4711, 16, 0o1666)
    libc.msgget(4711, 0o1666)
    for path in ("/tmp/seen", "/dev/shm/seen", "/work/seen", "/work/scratch/seen", HERE / "seen"):
        try:
            open(path, "w").close()
        except OSError:
            pass
    if os.fork() == 0:
        os.setsid()
        with socket.create_server(("127.0.0.1", 4711)):
            time.sleep(60)
    time.sleep(0.2)
    assert seen == []
"""


@pytest.mark.docker
def test_no_run_leaves_word_to_the_next(services):
    own = own_tests.run(services.sandbox, snapshot({"answer.py": OWN.encode(), "test_it.py": LEFT.encode()}), TRIALS, 1)

    assert (own.passes_reference, [each.is_caught for each in own.planted]) == (True, [False, False])


@pytest.mark.docker
def test_a_run_reaches_neither_the_other_solutions_nor_who_holds_them(services):
    looks = (
        "import os\n\n\ndef test_it():\n"
        "    for pid in filter(str.isdigit, os.listdir('/proc')):\n"
        "        for name in ('mem', 'environ', 'fd/0', 'maps'):\n"
        "            if int(pid) == os.getpid():\n                continue\n"
        "            try:\n                said = open(f'/proc/{pid}/{name}', 'rb').read(1)\n"
        "            except OSError:\n                continue\n"
        "            assert not said, pid  # who has ended and waits to be reaped has nothing to say\n"
    )

    own = own_tests.run(
        services.sandbox, snapshot({"answer.py": OWN.encode(), "test_it.py": looks.encode()}), TRIALS, 1
    )

    assert own.passes_reference, own.output


@pytest.mark.docker
def test_a_folder_too_deep_for_any_path_is_gone_before_the_next_trial(services):
    deep = (
        "import os\nimport answer\n\n\ndef test_it():\n    assert os.listdir('/tmp') == []\n    os.chdir('/tmp')\n"
        "    for _ in range(40):\n        os.mkdir('d' * 200)\n        os.chdir('d' * 200)\n"
    )

    own = own_tests.run(services.sandbox, snapshot({"answer.py": OWN.encode(), "test_it.py": deep.encode()}), TRIALS, 1)

    assert (own.passes_reference, own.tests) == (True, 1)
