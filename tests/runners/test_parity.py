"""What ordinary tests do with ordinary code, and must find behind the glass as without it."""

import copy
import json
import types

import pytest

CODE = """
import collections, functools, itertools, json

class Basket:
    def __init__(self, fruits): self.fruits = fruits
    def __eq__(self, other): return isinstance(other, Basket) and self.fruits == other.fruits
    def __hash__(self): return len(self.fruits)

def doubled(numbers): return map(lambda n: 2 * n, numbers)
def paired(left, right): return zip(left, right)
def numbered(items): return enumerate(items)
def chained(*parts): return itertools.chain(*parts)
def token(): return object()
def function(): return len
def baskets(): return {Basket([1]), Basket([1, 2])}

def missing(): open("/no/such/file")
def parsed(text): return json.loads(text)

def call(function, *args): return function(*args)

def retry(function, times, catching):
    for _ in range(times):
        try:
            return function()
        except catching as error:
            last = error
    raise last

def caught(function):
    try:
        function()
    except Exception as error:
        return type(error).__name__, str(error), error.code

def wrapped(function):
    try:
        function()
    except Exception as error:
        raise LookupError("wrapped") from error

def make(kind): raise kind("made over there")

def echo():
    got = yield "ready"
    while True:
        try:
            got = yield got
        except KeyError as error:
            got = f"caught {error.args[0]}"

def counting(function):
    @functools.wraps(function)
    def inner(*args):
        inner.calls += 1
        return function(*args)
    inner.calls = 0
    return inner

@counting
def counted(): return None
"""


class TestError(Exception):
    """An exception that only the test knows."""

    __test__ = False

    def __init__(self, text="over here", code=7):
        super().__init__(text)
        self.code = code


@pytest.fixture
def module(behind_glass):
    """The module above, in a fresh process."""
    return behind_glass(CODE)()


def test_builtin_iterators_cross(module):
    assert list(module.doubled([1, 2])) == [2, 4]
    assert list(module.paired("ab", [1, 2])) == [("a", 1), ("b", 2)]
    assert list(module.numbered("a")) == [(0, "a")]
    assert list(module.chained([1], (2,))) == [1, 2]


def test_a_builtin_function_and_a_bare_object_cross(module):
    token = module.token()

    assert module.function()("four") == 4
    assert (token == token, token == module.token()) == (True, False)


def test_a_set_of_objects_crosses(module):
    assert sorted(len(basket.fruits) for basket in module.baskets()) == [1, 2]


def test_an_operating_system_error_keeps_its_number_and_file(module):
    with pytest.raises(FileNotFoundError) as caught:
        module.missing()

    assert (caught.value.errno, caught.value.filename) == (2, "/no/such/file")


def test_an_exception_that_needs_more_than_its_arguments_is_itself(module):
    with pytest.raises(json.JSONDecodeError) as caught:
        module.parsed("{")

    assert (caught.value.doc, caught.value.pos) == ("{", 1)


def test_an_exception_of_the_test_comes_back_as_itself(module):
    mine = TestError()

    def fails():
        raise mine

    with pytest.raises(TestError) as caught:
        module.call(fails)

    assert caught.value is mine


def test_the_candidate_sees_name_text_and_attributes_of_an_exception_of_the_test(module):
    def fails():
        raise TestError

    assert module.caught(fails) == ("TestError", "over here", 7)


def test_the_cause_may_be_an_exception_of_the_test(module):
    mine = TestError()

    def fails():
        raise mine

    with pytest.raises(LookupError) as caught:
        module.wrapped(fails)

    assert caught.value.__cause__ is mine


def test_the_candidate_catches_a_class_that_the_test_names(module):
    tries = []

    def fails_twice():
        tries.append(1)
        if len(tries) < 3:
            raise TestError
        return "done"

    assert module.retry(fails_twice, 5, TestError) == "done"
    assert module.retry(lambda: tries.clear() or "done", 1, (TestError, OSError)) == "done"


def test_the_candidate_raises_a_class_that_the_test_names(module):
    with pytest.raises(TestError, match="made over there") as caught:
        module.make(TestError)

    assert caught.value.code == 7


def test_a_generator_takes_what_is_sent_and_thrown(module):
    echo = module.echo()

    assert isinstance(echo, types.GeneratorType)
    assert (next(echo), echo.send("a"), echo.throw(KeyError("k"))) == ("ready", "a", "caught k")
    echo.close()
    with pytest.raises(StopIteration):
        next(echo)


def test_an_attribute_of_a_function_can_be_read_and_set(module):
    module.counted()
    assert module.counted.calls == 1

    module.counted.calls = 10
    module.counted()

    assert module.counted.calls == 11


def test_a_copy_is_made_behind_the_glass(module):
    basket = module.Basket([1])

    shallow, deep = copy.copy(basket), copy.deepcopy(basket)
    basket.fruits.append(2)

    assert (shallow.fruits, deep.fruits) == ([1, 2], [1])
    assert copy.deepcopy([basket])[0] is not basket
