"""What a container's clock counts. Real processes, no container."""

import os
import subprocess
import sys

import meter
import pytest

BURN = "import time\nwhile time.process_time() < {seconds}: pass\n"


@pytest.mark.parametrize("way", ["lives", "has been reaped", "is a child's child"])
def test_without_a_counter_every_process_counts(way):
    """The clock of what lives, and what the system has added up of what doesn't."""
    code = BURN.format(seconds=0.3)
    if way == "is a child's child":
        code = f"import os\nif os.fork() == 0:\n    exec({code!r})\n    os._exit(0)\nos.wait()\n"
    before = meter.cpu_ns(lambda: [])
    process = subprocess.Popen([sys.executable, "-S", "-c", code + "print(flush=True)\ninput()\n"], stdin=-1, stdout=-1)
    process.stdout.readline()
    if way == "has been reaped":
        process.communicate(b"\n")

    counted = meter.cpu_ns(lambda: [process.pid]) - before

    if way != "has been reaped":
        process.communicate(b"\n")
    assert 0.28e9 < counted < 1.5e9


def test_threads_that_have_ended_count_too():
    code = "import threading\ndef burn():\n    import time\n    while time.thread_time() < 0.3: pass\n"
    code += "t = threading.Thread(target=burn)\nt.start()\nt.join()\nprint(flush=True)\ninput()\n"
    process = subprocess.Popen([sys.executable, "-S", "-c", code], stdin=-1, stdout=-1)
    process.stdout.readline()
    before = meter.cpu_ns(lambda: [])

    counted = meter.cpu_ns(lambda: [process.pid]) - before

    process.communicate(b"\n")
    assert counted > 0.28e9


def test_a_process_that_is_gone_counts_nothing_more():
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()

    assert meter.cpu_ns(lambda: [process.pid]) == pytest.approx(meter.cpu_ns(lambda: []), abs=1000)


def test_outside_of_a_container_the_clock_says_so():
    assert meter.clock() == "RUSAGE_CHILDREN and the CPU clocks of living processes"
    assert meter.tasks(lambda: [os.getpid()]) >= 1
