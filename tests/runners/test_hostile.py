"""A submission that found the agent beside it, and speaks on the wire itself: it says no more than it may."""

import dataclasses
import functools
import io
import random
import re
import resource
import warnings
from unittest import mock

import frames
import glass
import handles
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
    return lambda code: behind_glass(FINDS_THE_AGENT + code, deadline_s=20.0)()


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


@pytest.mark.parametrize(("kind", "value"), [("int", 5), ("str", "yes"), ("bool", True)])
def test_a_plain_value_never_becomes_an_object_that_is_asked(hostile, kind, value):
    wire = repr(value)
    module = hostile(f'def give():\n    say("r", ["o", 9000, ["b", "builtins.{kind}"], {wire}], [], ["", ""])\n')

    with pytest.raises(frames.Breach):
        module.give()


def test_a_class_of_the_test_is_not_changed_from_there(hostile):
    class Fake:
        def check(self):
            return "as the test wrote it"

    module = hostile(
        "def change(kind):\n    try:\n        kind.check = answer\n    except AttributeError:\n        pass\n"
    )

    module.change(Fake)

    assert Fake().check() == "as the test wrote it"


@pytest.mark.parametrize(
    "form",
    [
        '["S", 1, *keys]',
        '["fs", *keys]',
        '["d", 1, *[part for key in keys for part in (key, 0)]]',
        '["co", 1, *[part for key in keys for part in (key, 0)]]',
        '["di", *[["t", key, 0] for key in keys]]',
    ],
    ids=["set", "frozenset", "dict", "Counter", "items"],
)
def test_keys_that_share_one_hash_are_refused_before_they_cost_hours(hostile, form):
    module = hostile(f"""
def give():
    keys = [["i", hex((2**61 - 1) * n)] for n in range(1, 20_000)]
    say("r", {form}, [], ["", ""])
""")

    with pytest.raises(frames.Breach, match="hash"):
        module.give()


def test_what_is_printed_is_capped_here_too_and_never_breaks_a_stream(hostile, capsys):
    module = hostile("""
def give():
    for _ in range(3):
        say("q", "call", [], ["\\ud800" + "x" * 10_000_000, ""], ["y", 0], ["t"], ["t"])
        agent()._wire.receive()
    return 1
def keep(function):
    return 1
""")
    module.keep(lambda: None)

    module.give()

    said = capsys.readouterr().out
    assert said == "?" + "x" * (1024 * 1024 - 1) + "\n[what is printed beyond 1 MiB is cut]\n"


@pytest.mark.parametrize("name", ["_pytest.outcomes.Skipped", "unittest.case.SkipTest", "builtins.KeyboardInterrupt"])
def test_no_exception_from_there_is_one_that_pytest_obeys(hostile, name):
    module = hostile(
        f'def give():\n    say("x", ["e", null, ["b", "{name}"], ["t"], null, null, ""], [], ["", ""])\n'.replace(
            "null", "None"
        )
    )

    with pytest.raises(Exception) as caught:
        module.give()

    assert type(caught.value) in (Exception, RuntimeError)


@pytest.fixture
def limited():
    """This process is limited as a run of the examiner is, for one test."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    glass.limit_memory()
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def test_values_that_grow_a_hundredfold_are_a_breach_before_memory_runs_out(hostile, limited):
    module = hostile("""
import struct

def keep(function):
    pass

def flood():
    wire, number = agent()._wire, 1
    wire.sock.setblocking(True)
    while True:
        lists = ",".join(f'["l",{2 * n + 1}]' for n in range(number, number + 500_000))
        number += 500_000
        body = f'["q","call",[],["",""],["y",0],["t",["t",{lists}]],["t"]]'.encode()
        wire.sock.sendall(struct.pack(">I", len(body)) + body)
        wire.receive()
""")
    module.keep([].append)

    with pytest.raises(frames.Breach, match="containers"):
        module.flood()


def test_values_that_fill_the_memory_are_a_breach(hostile, limited):
    module = hostile("""
import struct

def keep(function):
    pass

def flood():
    wire = agent()._wire
    wire.sock.setblocking(True)
    while True:
        numbers = ",".join(["1e9"] * 3_000_000)
        body = f'["q","call",[],["",""],["y",0],["t",["t",{numbers}]],["t"]]'.encode()
        wire.sock.sendall(struct.pack(">I", len(body)) + body)
        wire.receive()
""")
    kept = []
    module.keep(kept.append)

    with pytest.raises(frames.Breach, match=r"MemoryError|memory"):
        module.flood()


HEIR = """
class Base:
    def __init__(self): pass
    def two_fer(self): return 2

def names():
    c = agent()
    told = c._ops["names"]
    c._ops["names"] = lambda kind: [*told(kind), ("__class__", False), ("__getattribute__", True), ("__instancecheck__", True)]
    c._ops["get"] = lambda thing, name: str if name == "__class__" else getattr(thing, name)
    c._ops["super"] = lambda base, name, *more: str if name == "__class__" else True
"""


def test_a_class_of_the_tests_inherits_no_name_that_would_pose_as_another_type(hostile):
    module = hostile(HEIR)
    module.names()

    class Own(module.Base):
        pass

    thing = Own()

    assert not isinstance(thing, str)
    assert type(thing) is Own
    assert thing.__class__ is Own


def test_an_heir_that_the_test_never_used_decides_no_comparison(hostile):
    module = hostile(
        """
heirs = []
class Base:
    def __init_subclass__(cls): heirs.append(cls)
    def __eq__(self, other): return True
    __hash__ = None
def two_fer(): return heirs[0]()
"""
    )

    class Own(module.Base):
        pass

    assert (module.two_fer() == "One for you, one for me.") is False


@pytest.mark.parametrize("number", ["0", "-1", "'x'", "None"])
def test_a_class_under_a_number_that_is_taken_is_a_breach(hostile, number):
    module = hostile(f"class Base: pass\ndef lie(): agent()._ops['heir'] = lambda *described: {number}\n")
    module.lie()

    with pytest.raises((frames.Breach, TypeError)):
        type("Own", (module.Base,), {})


def test_a_warning_is_of_a_class_of_warnings(hostile):
    module = hostile(
        """def call():\n    say("q", "warn", [], ["", ""], "text", ["b", "builtins.Exception"], "f", 1)\n"""
    )

    with pytest.raises(frames.Breach):
        module.call()


def test_a_flood_of_warnings_ends(hostile):
    module = hostile("import warnings\ndef flood():\n    for n in range(20_000): warnings.warn(str(n))\n    return 1\n")

    with warnings.catch_warnings(record=True) as warned:
        assert module.flood() == 1
    assert len(warned) < 10_001


def test_defaults_of_a_tests_function_stay_here(hostile):
    module = hostile("import inspect\ndef look(function): return str(inspect.signature(function))\n")

    assert module.look(lambda n, expected="secret": n == expected) == "(n, expected=Ellipsis)"


def test_files_that_lead_elsewhere_are_a_breach(hostile, tmp_path):
    (tmp_path / "root").mkdir()
    module = hostile("""def lie(): agent()._ops["changed"] = lambda root: ((), (("../outside", b"x"),), ())\n""")
    module.lie()
    handles.far_of(module).proxies.peer.surroundings.share(tmp_path / "root")

    with pytest.raises(frames.Breach):
        module.lie()
    assert not (tmp_path / "outside").exists()


# ---------------------------------------------------------------- what stands where a value belongs
EVIL = """
import numbers

class Inventory:
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __contains__ = __lt__
    __hash__ = None
    def __iter__(self): return iter(())
    def __abs__(self): return self
    def __sub__(self, other): return self
    def __rsub__(self, other): return self
    def stock(self, *names): return Inventory()
    def __getattr__(self, name): return lambda *args, **kwargs: self

class Number(numbers.Complex):
    def no(self, *args): return self
    __add__ = __radd__ = __mul__ = __rmul__ = __neg__ = __pos__ = __pow__ = __rpow__ = __truediv__ = __rtruediv__ = no
    __abs__ = __sub__ = __rsub__ = conjugate = no
    __complex__ = lambda self: 0j
    real = imag = property(no)
    def __eq__(self, other): return True
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = None

def mean(numbers): return Number()
def text(): return Inventory()
"""


def test_a_result_that_is_an_object_of_a_used_class_is_no_value(hostile):
    module = hostile(EVIL)
    inventory = module.Inventory()

    assert inventory == 10  # the test made this one, and asks for its opinion
    assert (inventory.stock("pen") == 10) is False
    assert (inventory.skus() == ["A", "B"]) is False


@pytest.mark.parametrize(
    "compare",
    [
        lambda module: module.mean([1]) == pytest.approx(2.5),
        lambda module: abs(module.mean([1]) - 2.5) < 1e-9,
        lambda module: 2.4 < module.mean([1]) < 2.6,
        lambda module: module.mean([1]) >= 2,
        lambda module: "Total: 5" in module.text(),
        lambda module: 3 in module.Inventory().stock(),
    ],
)
def test_an_object_passes_for_no_number_and_for_no_text(hostile, compare):
    module = hostile(EVIL)

    try:
        assert not compare(module)
    except TypeError:
        return


def test_what_the_test_made_speaks_for_itself_until_it_comes_back(hostile):
    module = hostile(
        """
class Clock:
    def __init__(self, hour): self.hour = hour
    def __eq__(self, other): return f"{self.hour}:00" == other
    def itself(self): return self
    def inside(self): return [self]
"""
    )
    clock = module.Clock(8)

    assert clock == "8:00"
    assert clock != "9:00"
    assert (clock.itself() == "8:00") is False
    again = module.Clock(8)
    assert (again.inside() == ["8:00"]) is False


SOLVER = """
class Solver:
    def __init__(self): self.kept = []
    def __eq__(self, other): return True
    def fill(self, out): out.append(self)
    def run(self, function): function(self)
    def move(self): self.kept.append(self)
    def under(self, number, tag, *rest): say("r", [tag, number, *rest], [], ["", ""])

class Found:
    one = None
    def __new__(cls): return cls.one or object.__new__(cls)
    def __eq__(self, other): return True
    def solve(self):
        Found.one = Found.one or object.__new__(Found)
        return Found.one
"""


def _in_a_list(module):
    out = []
    module.Solver().fill(out)
    return out


def _in_a_callback(module):
    out = []
    module.Solver().run(out.append)
    return out


def _in_a_list_that_came_before(module):
    solver = module.Solver()
    kept = solver.kept
    solver.move()
    return kept


def _before_its_class_was_called(module):
    found = module.Found().solve()
    module.Found()
    return [found]


@pytest.mark.parametrize(
    "answer", [_in_a_list, _in_a_callback, _in_a_list_that_came_before, _before_its_class_was_called]
)
def test_what_the_test_made_is_no_value_wherever_it_comes_back(hostile, answer):
    assert (answer(hostile(SOLVER)) == [4]) is False


@pytest.mark.parametrize(
    "form",
    [
        ("o", None, None),
        ("e", None, None, None, None, None),
        ("m", "x"),
        ("g",),
        ("aw",),
        ("ag",),
        ("fn", "f", None, "function", "m", "f"),
    ],
    ids=lambda form: form[0],
)
def test_what_the_test_made_is_no_value_whatever_it_is_called_on_the_wire(hostile, form):
    module = hostile(SOLVER)
    solver = module.Solver()

    answer = solver.under(handles.far_of(solver).number, *form)

    assert answer is solver
    assert handles.far_of(module).proxies.peer.grants.holds(handles.far_of(solver).number) is False


def test_an_heir_of_the_tests_speaks_for_itself_in_its_own_methods(hostile):
    module = hostile(
        """
class Clock:
    def __eq__(self, other): return other == "8:00"
    def strike(self): return self.told()
    def give(self, function): function(self)
"""
    )

    class Own(module.Clock):
        def told(self):
            return self == "8:00"

    own, seen = Own(), []

    assert own.strike() is True
    assert own == "8:00"
    own.give(seen.append)
    assert (seen == ["8:00"]) is False


# ---------------------------------------------------------------- what the test hands over
@pytest.mark.parametrize("name", ["future", "file", "logger", "case", "module", "executor", "session"])
def test_an_object_that_would_lead_out_of_the_test_is_not_handed_over(hostile, request, tmp_path, name):
    import asyncio
    import concurrent.futures
    import logging
    import unittest

    loop = asyncio.new_event_loop()
    things = {
        "future": lambda: loop.create_future(),
        "file": lambda: (tmp_path / "x").open("w"),
        "logger": lambda: logging.getLogger("x"),
        "case": lambda: unittest.TestCase(),
        "module": lambda: resource,
        "executor": lambda: concurrent.futures.ThreadPoolExecutor(1),
        "session": lambda: request,
    }
    module = hostile("def take(thing): return 1\n")

    with pytest.raises(frames.CannotCross):
        module.take(things[name]())
    loop.close()


@pytest.mark.parametrize(
    "thing", [io.StringIO("x"), re.compile("x"), random.Random(1), object(), iter([1]), mock.Mock()]
)
def test_what_leads_nowhere_is_handed_over(hostile, thing):
    assert hostile("def take(thing): return 1\n").take(thing) == 1


@pytest.mark.parametrize(
    "attack",
    [
        "thing.assert_called_once_with = lambda *a, **k: None",
        "thing.mock_add_spec(int)",
        "thing.configure_mock(**{'__eq__.return_value': True})",
        "thing.return_value = 5",
        "thing.reset_mock()",
        "thing.call_args",
    ],
)
def test_a_mock_is_called_and_not_configured(hostile, attack):
    module = hostile(f"def order(thing):\n    thing('wrong')\n    {attack}\n")
    notify = mock.MagicMock()

    with pytest.raises(AttributeError, match="private to the test"):
        module.order(notify)
    with pytest.raises(AssertionError):
        notify.assert_called_once_with("right")


def test_a_method_of_the_tests_own_object_stays_what_it_is(hostile):
    class Recorder:
        seen = 0

        def check(self):
            return "as the test wrote it"

    module = hostile("def shadow(thing):\n    thing.seen = 1\n    thing.check = lambda *args: None\n")
    recorder = Recorder()

    with pytest.raises(AttributeError):
        module.shadow(recorder)
    assert (recorder.seen, recorder.check()) == (1, "as the test wrote it")


def test_an_assertion_of_a_callback_that_comes_back_in_another_call_was_swallowed(hostile):
    module = hostile(
        """
kept = []
def run(function):
    try: function()
    except AssertionError as error: kept.append(error)
def stock(): raise kept[0]
"""
    )

    def fails():
        raise AssertionError("not this")

    module.run(fails)
    with pytest.raises(AssertionError):
        module.stock()
    assert handles.far_of(module).proxies.peer.sticky is not None


def test_what_an_assertion_says_and_what_a_tests_class_is_called_stay_here(hostile):
    module = hostile(
        """
class Base:
    def __init_subclass__(cls): Base.told = f"{cls.__qualname__} {cls.__module__} {cls.__doc__}"
def read(function):
    try: function()
    except AssertionError as error: return str(error)
def name(thing): return thing.__name__
"""
    )

    class Own(module.Base):
        """A secret."""

    def fails():
        raise AssertionError("expected 12345")

    class TestSecret:
        __test__ = False

    assert module.Base.told == "Own tests None"
    assert module.read(fails) == ""
    assert module.name(TestSecret()) == "object"


def _asserts():
    raise AssertionError("expected 12345")


def _fails():
    pytest.fail("expected 12345")


@pytest.mark.parametrize("fail", [_asserts, _fails])
def test_nothing_that_a_verdict_says_can_be_asked_for(hostile, fail):
    module = hostile(
        """
def read(function):
    try: function()
    except BaseException as error: told = f"{error!r} {error.args}"
    asked = [("get", "args"), ("get", "msg"), ("dun", "__str__"), ("dun", "__repr__"), ("copy",)]
    for op, *rest in asked:
        say("q", op, [], ["", ""], ["y", 1], *rest)
        told += str(agent()._wire.receive())
    return told
"""
    )

    told = module.read(fail)

    assert told.count("stays with the test") == 5
    assert "12345" not in told


def test_what_a_tests_object_is_shown_as_does_not_name_the_test(hostile):
    module = hostile("def show(*things): return ' '.join(f'{thing!r} {thing!s}' for thing in things)\n")

    class Fake:
        def run(self):
            yield 1

    @dataclasses.dataclass
    class Point:
        x: int

    shown = module.show(Fake, Fake(), Fake().run, Fake().run(), lambda: 1, Point(1), functools.partial(Fake().run))

    assert "test_what" not in shown
    assert "Point(x=1)" in shown


def test_a_list_of_the_suites_is_the_next_tests_as_it_was(behind_glass):
    begin = behind_glass("def spoil(cases): cases.clear(); cases.append(0)\n")
    cases = [1, 2, 3]

    begin().spoil(cases)
    assert cases == [0]  # as in one process, while the test lasts
    begin.slot.finish()
    assert cases == [1, 2, 3]
