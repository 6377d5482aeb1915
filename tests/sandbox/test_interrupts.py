"""Ctrl-C while a process of the sandbox starts is heard, whichever thread the kernel gives it to."""

import subprocess
import sys

START = """
import os, signal, threading, time

from grader.sandbox import process

signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()  # it takes the signal that the main thread blocks
heard = []


def interrupt():
    if not heard:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)


os.register_at_fork(after_in_parent=interrupt)
try:
    with process._running(["sleep", "60"], {}, lambda: None) as child:
        time.sleep(0.2)
except KeyboardInterrupt:
    heard.append("interrupted")
with process._running(["true"], {}, lambda: None) as child:
    child.wait(10)
print(heard, signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""


def test_an_interrupt_in_the_middle_of_a_start_is_heard_after_it():
    run = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, timeout=60, check=False)

    assert (run.stdout.strip(), run.stderr) == ("['interrupted'] True", "")
