"""What code inside a candidate's container finds: asked from within, not read from the configuration."""

import json

import pytest

from grader.sandbox import archive
from grader.sandbox.protocol import End, Limits

pytestmark = pytest.mark.docker

LIMITS = Limits(memory_mib=64, processes=16, scratch_mib=8, output_mib=1, deadline_s=30)


def test_only_loopback_exists(docker_sandbox, inside):
    code = """
import json, os
routes = open("/proc/net/route").read().splitlines()[1:]
say(json.dumps([os.listdir("/sys/class/net"), routes]))
"""

    said = inside(docker_sandbox, code)

    assert json.loads(said) == [["lo"], []]


def test_it_is_nobody_without_capabilities_or_new_privileges_behind_seccomp(docker_sandbox, inside):
    code = """
import json
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines())
names = ["Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp"]
say(json.dumps({name: status[name].split() for name in names}))
"""

    said = inside(docker_sandbox, code)

    nobody, none = ["65534"] * 4, ["0" * 16]
    assert json.loads(said) == {
        "Uid": nobody,
        "Gid": nobody,
        "Groups": ["65534"],
        **dict.fromkeys(["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"], none),
        "NoNewPrivs": ["1"],
        "Seccomp": ["2"],
    }


def test_nothing_but_its_own_two_folders_can_be_written(docker_sandbox, inside):
    code = """
import json, os
written = []
for folder in ["/", "/etc", "/opt/grader", "/usr", "/var/tmp", "/run", "/slot", "/proc/sys/kernel", "/tmp", work]:
    try:
        open(os.path.join(folder, "probe"), "w").close()
        written.append(folder)
    except OSError:
        pass
say(json.dumps(written))
"""

    said = inside(docker_sandbox, code)

    assert json.loads(said) == ["/tmp", "/work"]


def test_nothing_of_the_host_is_mounted(docker_sandbox, inside):
    code = """
import json
kinds = [line.split(" - ")[1].split()[0] for line in open("/proc/self/mountinfo")
         if not line.split()[4].startswith(("/proc", "/sys", "/dev", "/etc"))]
say(json.dumps([sorted(kinds), __import__("os").path.exists("/var/run/docker.sock")]))
"""

    said = inside(docker_sandbox, code)

    assert json.loads(said) == [["overlay", "tmpfs", "tmpfs", "tmpfs"], False]


def test_a_fork_bomb_meets_the_limit_of_processes(docker_sandbox, inside):
    code = """
import os, signal, time
born = 0
try:
    while born < 100:
        if os.fork() == 0:
            time.sleep(60)
        born += 1
except BlockingIOError:
    say(born)
"""

    said = inside(docker_sandbox, code)

    assert said == "15"


def test_files_and_inodes_of_the_scratch_space_are_bounded(docker_sandbox, inside):
    code = """
import json, os
room = os.statvfs(work)
say(json.dumps([room.f_blocks * room.f_frsize, room.f_files]))
"""

    said = inside(docker_sandbox, code)

    assert json.loads(said) == [8 * 1024 * 1024, 16384]


def test_no_more_is_written_than_the_scratch_space_holds(docker_sandbox, inside):
    code = """
import errno, json, os
written, ended = 0, None
for folder, most in ((work, 64), ("/tmp", 64)):
    written = 0
    try:
        with open(os.path.join(folder, "big"), "wb", buffering=0) as file:
            while written < most << 20:
                written += file.write(bytes(1 << 20))
    except OSError as full:
        ended = (*(ended or ()), folder, written >> 20, errno.errorcode[full.errno])
    os.unlink(os.path.join(folder, "big"))
say(json.dumps(ended))
"""

    said = inside(docker_sandbox, code)

    assert json.loads(said) == ["/work", 7, "ENOSPC", "/tmp", 16, "ENOSPC"]  # a little of /work is the submission's


def test_no_more_files_are_made_than_the_scratch_space_counts(docker_sandbox, inside):
    code = """
import errno, json, os
made, ended = 0, None
try:
    while made < 20000:
        os.close(os.open(os.path.join(work, str(made)), os.O_CREAT | os.O_WRONLY))
        made += 1
except OSError as full:
    ended = errno.errorcode[full.errno]
say(json.dumps([16384 - made < 10, ended]))
"""

    said = inside(
        docker_sandbox, code, Limits(memory_mib=256, processes=16, scratch_mib=8, output_mib=1, deadline_s=30)
    )

    assert json.loads(said) == [True, "ENOSPC"]


LEAVES = """
import os, signal, sys, time
def leave():
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        while True:
            time.sleep(1)
    os.wait()
    open("left", "w").close()
    return others()
def others():
    return len([pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) not in (1, os.getpid(), os.getppid())])
def files():
    return sorted(os.listdir("."))
"""


@pytest.mark.parametrize("end", ["pass", "answer.nothing()", "answer.os._exit(3)", "while True: answer.files()"])
def test_no_process_and_no_file_of_a_test_is_there_in_the_next(grade, end):
    hidden = f"""
import answer
def test_leaves():
    assert answer.leave() == 1
    {end}
def test_next():
    assert (answer.others(), answer.files()) == (0, [])
"""

    results = grade(hidden, {"answer.py": LEAVES})

    assert [test.outcome for test in results.tests][1] == "passed"


def test_memory_beyond_the_limit_ends_the_container_as_memory(docker_sandbox, order):
    files = archive.pack({"submission.py": b"kept = b'x' * (1 << 30)"})

    with docker_sandbox.service("examiner", 1) as examiner:
        order(examiner, listen=0)
        with docker_sandbox.candidate(examiner, 0, files, LIMITS) as candidate:
            while (end := candidate.end()) is None:
                pass

    assert end == End("memory", 137)


def test_a_flood_of_output_is_kept_nowhere_and_ends_with_its_candidate(docker_sandbox, inside):
    code = """
import os, threading
def flood():
    while True:
        os.write(1, b"x" * 65536)
threading.Thread(target=flood, daemon=True).start()
say("still here")
wire.close()
os._exit(0)
"""

    said = inside(docker_sandbox, code)

    assert said == "still here"


def test_the_engine_gone_in_the_middle_is_not_graded_in_words(docker_sandbox, monkeypatch):
    from grader.errors import NotGraded
    from grader.sandbox import engine

    with pytest.raises(NotGraded) as caught, engine.failures("starting a candidate"):
        raise ConnectionRefusedError(111, "Connection refused")

    assert caught.value.code == "G403"
    assert caught.value.what.startswith("starting a candidate: the container engine failed")


def test_a_full_disk_of_the_engine_says_so():
    from grader.errors import NotGraded
    from grader.sandbox import engine

    with pytest.raises(NotGraded) as caught, engine.failures("making a slot"):
        raise OSError(28, "No space left on device")

    assert (caught.value.code, caught.value.what) == ("G404", "making a slot: the engine's disk is full")


def test_no_engine_names_what_to_start(monkeypatch):
    from grader.errors import NotGraded
    from grader.sandbox import engine

    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")

    with pytest.raises(NotGraded) as caught:
        engine.connect()

    assert (caught.value.code, caught.value.what) == ("G401", "no container engine answers")
