"""What every sandbox does, whichever wall it is made of."""

import pytest

from grader.errors import NotGraded
from grader.sandbox import archive
from grader.sandbox.protocol import End, Limits

LIMITS = Limits(memory_mib=64, processes=16, scratch_mib=8, output_mib=1, deadline_s=30)


def ended(candidate):
    """Wait until the candidate has ended by itself."""
    while (end := candidate.end()) is None:
        pass
    return end


def test_a_service_answers_line_by_line(sandbox, order):
    with sandbox.service("quality") as service:
        answers = [order(service, n=n, text="é\n\0") for n in range(3)]

    assert answers == [{"echo": {"n": n, "text": "é\n\0"}} for n in range(3)]


def test_a_message_of_several_mebibytes_crosses_both_ways(sandbox, order):
    with sandbox.service("quality") as service:
        answer = order(service, text="x" * 5_000_000)

    assert answer == {"echo": {"text": "x" * 5_000_000}}


def test_silence_is_none_and_not_an_end(sandbox, order):
    with sandbox.service("quality") as service:
        silence = service.receive(0.01)
        answer = order(service, still="there")

    assert (silence, answer) == (None, {"echo": {"still": "there"}})


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"leave": 3}, id="it ends"),
        pytest.param({"print": "hello"}, id="no JSON"),
        pytest.param({"print": "[1]"}, id="no object"),
        pytest.param({"print": "[", "times": 200_000}, id="nested too deep"),
        pytest.param({"print": "x", "times": 17 * 1024 * 1024}, id="a line above 16 MiB"),
    ],
)
def test_a_service_that_breaks_its_word_is_not_graded(sandbox, order, bad):
    with sandbox.service("quality") as service, pytest.raises(NotGraded) as caught:
        order(service, **bad)

    assert caught.value.code == "G405"


def test_a_candidate_gets_its_files_and_reaches_its_slot(sandbox, inside):
    said = inside(sandbox, "say(open(work + '/submission/pkg/a b.txt').read())", more={"pkg/a b.txt": b"content"})

    assert said == "content"


def test_a_candidate_cannot_write_to_its_slot(sandbox, inside):
    if sandbox.runtime == "none":
        pytest.skip("without bubblewrap there is no wall")

    code = "try:\n    open(f'{slot}/x', 'w')\n    say('wrote')\nexcept OSError as refused:\n    say(refused.strerror)"

    said = inside(sandbox, code)

    is_relayed = getattr(sandbox, "transport", "socket") == "relay"  # then there is no slot inside
    assert said == ("No such file or directory" if is_relayed else "Read-only file system")


def test_no_variable_of_the_host_reaches_a_service_or_a_candidate(sandbox, inside, order, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")

    said = inside(sandbox, "import os\nsay(dict(os.environ))")
    with sandbox.service("quality") as service:
        answer = order(service, environment=True)

    assert "hunter2" not in said
    assert "SECRET_TOKEN" not in answer["environment"]


def test_memory_beyond_the_limit_is_not_had(sandbox, inside):
    code = "import os\nif os.fork() == 0:\n    kept = b'x' * (2 << 30)\n    say('had it')\nelse:\n    os.wait()\n    say('end')"

    said = inside(sandbox, code)

    assert said.removesuffix("end") == ""


def test_one_file_is_no_larger_than_the_scratch_space(sandbox, inside):
    code = (
        "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n    open(work + '/big', 'wb').write(bytes(20 << 20))\nexcept OSError:\n    say('refused')\n"
    )

    said = inside(sandbox, code)

    assert said == "refused"


def test_an_end_of_its_own_is_a_crash_with_its_status(sandbox, order):
    with sandbox.service("examiner", 1) as examiner:
        order(examiner, listen=0)
        with sandbox.candidate(
            examiner, 0, archive.pack({"submission.py": b"raise SystemExit(7)"}), LIMITS
        ) as candidate:
            end = ended(candidate)

    assert end == End("crashed", 7)


def test_an_end_by_our_hand_is_a_kill(sandbox, order):
    files = archive.pack({"submission.py": b"import time\ntime.sleep(60)"})

    with sandbox.service("examiner", 1) as examiner:
        order(examiner, listen=0)
        with sandbox.candidate(examiner, 0, files, LIMITS) as candidate:
            before = candidate.end()
            candidate.kill()
            after = ended(candidate)

    assert (before, after.cause) == (None, "killed")


def test_killing_what_has_ended_does_nothing(sandbox, order):
    with sandbox.service("examiner", 1) as examiner:
        order(examiner, listen=0)
        with sandbox.candidate(
            examiner, 0, archive.pack({"submission.py": b"raise SystemExit(7)"}), LIMITS
        ) as candidate:
            ended(candidate)
            candidate.kill()
            end = candidate.end()

    assert end == End("crashed", 7)
