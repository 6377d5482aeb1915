"""A submission that found the agent beside it, and speaks on the wire itself: it says no more than it may."""

import frames
import pytest

FINDS_THE_AGENT = """
import gc

class Equal:
    def __eq__(self, other): return True
    def __hash__(self): return 5

def agent():
    return [thing for thing in gc.get_objects() if type(thing).__name__ == "Child"][0]

def say(*message):
    agent()._wire.send(list(message))

def answer(*values):
    return None

"""


@pytest.fixture
def hostile(behind_glass):
    """Put code that may call `say` behind the glass; gives the module in a fresh process."""
    return lambda code: behind_glass(FINDS_THE_AGENT + code, deadline_s=5.0)()


@pytest.mark.parametrize(
    "asked",
    [
        '["b", "builtins.exec"], ["t", "open({path!r}, \'w\')"], ["t"]',
        '["b", "builtins.open"], ["t", {path!r}, "w"], ["t"]',
        '["b", "os.system"], ["t", "touch {path}"], ["t"]',
        '["b", "builtins.type"], ["t", "X", ["t"], ["d", 1]], ["t"]',
    ],
    ids=["exec", "open", "a function of a module", "a type"],
)
def test_what_a_name_stands_for_is_never_called(hostile, tmp_path, asked):
    written = tmp_path / "written"
    message = asked.replace("{path!r}", repr(str(written))).replace("{path}", str(written))
    module = hostile(f'def call():\n    say("q", "call", [], ["", ""], {message})\n')

    with pytest.raises(frames.Breach):
        module.call()

    assert not written.exists()


def test_a_function_by_name_is_no_value(hostile):
    module = hostile('def give():\n    say("r", ["b", "builtins.eval"], [], ["", ""])\n')

    assert module.give() is Exception
