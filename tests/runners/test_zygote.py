"""A zygote, be it a fork of the supervisor or a program of its own. Real processes, no container."""

import subprocess
import sys
import time
from pathlib import Path

from grader import bundled
from grader.sandbox import archive

SURROUNDINGS = """\
import os, random, sys, __main__

def surroundings():
    main = sorted(name for name in vars(__main__) if name[:2] != "__")
    seed = hash("a text")
    kept = (sys.flags.hash_randomization, sys.flags.isolated, sys.flags.no_site, sys.flags.safe_path, sys.dont_write_bytecode)
    return dict(os.environ), sys.argv, sys.path, kept, seed, main, os.getcwd(), os.getsid(0) == os.getppid()

def modules():
    return sorted(sys.modules)

def ours():
    return [name for name, module in sys.modules.items() if "runners" in str(getattr(module, "__file__", ""))]

def descriptors():
    return len(os.listdir("/proc/self/fd"))
"""


def test_the_first_one_has_the_same_surroundings_as_a_later_one(behind_glass):
    begin = behind_glass(SURROUNDINGS)
    answer = begin()
    first = [answer.surroundings(), answer.ours(), answer.modules(), answer.descriptors()]
    begin.slot.finish()

    begin.slot.renew(10, 0)  # a program of its own
    answer = begin()
    later = [answer.surroundings(), answer.ours(), answer.modules(), answer.descriptors()]

    assert first == later
    assert first[1] == []


def test_what_few_submissions_need_is_not_imported_before_them(behind_glass):
    names = {
        "argparse",
        "ctypes",
        "datetime",
        "decimal",
        "fractions",
        "inspect",
        "pathlib",
        "tarfile",
        "threading",
        "uuid",
    }

    assert names & set(behind_glass(SURROUNDINGS)().modules()) == set()


def test_the_first_one_is_there_before_there_is_a_submission(supervisor):
    process = supervisor()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + 20

    while not children.read_text() and time.monotonic() < deadline:
        time.sleep(0.01)

    assert len(children.read_text().split()) == 1


def test_a_supervisor_whose_input_ends_leaves_without_a_word(supervisor):
    process = supervisor()
    process.stdin.close()

    assert (process.wait(20), process.stderr.read()) == (0, b"")


def test_a_supervisor_holds_each_byte_of_a_submission_once():
    size = 40 * 2**20
    code = (
        "import resource, sys; import supervisor; before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
        "files = supervisor.received(sys.stdin.buffer.raw); "
        "print(sum(map(len, files.values())), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    files = archive.pack({f"{number}.bin": bytes(size // 8) for number in range(8)})

    ran = subprocess.run(
        [sys.executable, "-c", code],
        input=files,
        capture_output=True,
        cwd=bundled.path("runners") / "python",
        check=True,
    )

    received, kib = map(int, ran.stdout.split())
    assert received == size
    assert kib * 1024 < 1.5 * size
