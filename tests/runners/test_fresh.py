"""A container as it was when it came, and what its supervisor's clock counts. Real processes, no container."""

import os
import subprocess
import sys

import fresh
import meter
import pytest


def test_a_folder_is_emptied_however_deep_it_is(tmp_path):
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(3000):  # deeper than a path may be long, and than Python may recurse
        os.mkdir("deeper", dir_fd=here)
        below = os.open("deeper", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)

    fresh.emptied(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_links_are_removed_and_never_followed(tmp_path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    (outside / "kept").mkdir(parents=True)
    inside.mkdir()
    (inside / "folder").symlink_to(outside)
    (inside / "deep").mkdir()
    (inside / "deep" / "file").symlink_to(outside / "kept")

    fresh.emptied(inside)

    assert (list(inside.iterdir()), (outside / "kept").is_dir()) == ([], True)


def test_folders_that_may_not_be_read_are_removed(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b").chmod(0)
    (tmp_path / "a").chmod(0)

    fresh.emptied(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_files_are_compiled_without_being_run(tmp_path):
    (tmp_path / "sound.py").write_text("open('ran', 'w').close()\n")
    (tmp_path / "broken.py").write_text("def\n")

    made = fresh.compiled(tmp_path)

    assert [name for name in made if "sound" in name] == [f"__pycache__/sound.{sys.implementation.cache_tag}.pyc"]
    assert (len(made), (tmp_path / "ran").exists()) == (1, False)


def test_a_source_that_changes_is_compiled_anew(tmp_path):
    (tmp_path / "answer.py").write_text("print(1)\n")
    fresh.compiled(tmp_path)
    (tmp_path / "answer.py").write_text("print(2)\n")

    said = subprocess.run(
        [sys.executable, "-S", "-c", "import answer"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout

    assert said == "2\n"


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
