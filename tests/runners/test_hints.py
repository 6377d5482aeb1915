"""Annotations of a candidate's are told, and nothing that evaluates them here runs a line of the candidate's."""

import contextlib
import inspect
import typing

import hints
import pytest
from frames import CannotCross

CODE = """
from __future__ import annotations
from typing import Literal

class Item: pass
def stock(item: Item | None = None, step: int = 1) -> list[str]: return []
def sign(text: Literal['+', 'a b']) -> 'int': return 1

class Posing:
    def __init__(self): self.__annotations__ = {"n": "open(MARK, 'w') and int"}
    def __call__(self, n): return n

def wrapped(n): return n
posing, wrapped.__wrapped__ = Posing(), Posing()
def annotated(n): return n
annotated.__annotations__ = Posing().__annotations__
"""


def test_hints_of_a_function_are_those_of_the_submission(behind_glass):
    module = behind_glass(CODE)()

    assert module.stock.__annotations__ == {"item": "Item | None", "step": "int", "return": "list[str]"}
    assert module.sign.__annotations__ == {"text": "Literal['+', 'a b']", "return": "'int'"}
    told = typing.get_type_hints(module.stock, {"Item": module.Item})
    assert told == {"item": module.Item | None, "step": int, "return": list[str]}


@pytest.mark.parametrize("read", [typing.get_type_hints, lambda thing: inspect.get_annotations(thing, eval_str=True)])
@pytest.mark.parametrize("name", ["posing", "wrapped", "annotated"])
def test_no_annotation_runs_code_here(behind_glass, tmp_path, read, name):
    mark = tmp_path / "mark"
    module = behind_glass(CODE.replace("MARK", repr(str(mark))))()

    with contextlib.suppress(CannotCross):
        read(getattr(module, name))

    assert not mark.exists()


@pytest.mark.parametrize(
    "text",
    [
        "open('x')",
        " \topen('x')",
        "*[],) or (open('x')",
        "list['open(1)']",
        "list['\"open(1)\"']",
        "[open('x') for a in b]",
        "f'{open(1)}'",
        "(a := 1)",
        "2 ** 10",
        "lambda: 0",
        "int |" * 1000,
    ],
)
def test_text_that_computes_anything_does_not_cross(text):
    with pytest.raises(CannotCross):
        hints.inert({"n": text})
