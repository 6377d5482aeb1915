"""What surrounds a test reaches the candidate, and what the candidate does around it reaches the test."""

import io
import os
import random
import sys
import warnings

import pytest

CODE = """
import os, random, sys, warnings

def ask(): return input("name? ")
def lines(): return [line.strip() for line in sys.stdin]
def variable(name): return os.environ.get(name)
def folder(): return os.getcwd()
def arguments(): return sys.argv
def draw(): return random.random()

class Old(DeprecationWarning): pass
def old(): warnings.warn("use new()", DeprecationWarning); return 1
def older(): warnings.warn("gone", Old)
"""


@pytest.fixture
def module(behind_glass):
    """The module above, in a fresh process."""
    import ambient

    ambient.remember()
    return behind_glass(CODE)()


def test_input_asks_what_the_test_put_in_its_place(module, monkeypatch):
    asked = []
    monkeypatch.setattr("builtins.input", lambda prompt: asked.append(prompt) or "Ada")

    assert (module.ask(), asked) == ("Ada", ["name? "])


def test_standard_input_is_the_tests(module, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("3\n4\n"))

    assert module.lines() == ["3", "4"]


def test_variables_and_arguments_follow_the_test(module, monkeypatch):
    monkeypatch.setenv("COLOUR", "blue")
    monkeypatch.setattr(sys, "argv", ["prog", "-v"])

    assert (module.variable("COLOUR"), module.arguments()) == ("blue", ["prog", "-v"])
    monkeypatch.delenv("COLOUR")
    assert module.variable("COLOUR") is None


def test_pytests_own_variables_stay_here(module):
    assert "PYTEST_CURRENT_TEST" in os.environ
    module.draw()

    assert module.variable("PYTEST_CURRENT_TEST") is None


def test_a_seed_is_the_candidates_too(module):
    import ambient

    before = random.seed
    try:
        ambient.forward_seeds(lambda: __import__("handles").far_of(module).proxies.peer.ask)
        random.seed(7)
        assert module.draw() == random.random()
    finally:
        random.seed = before


def test_warnings_reach_the_test(module):
    with pytest.warns(DeprecationWarning, match=r"use new\(\)"):
        module.old()
    with pytest.warns(module.Old):
        module.older()


def test_a_warning_that_the_test_makes_an_error_is_one_over_there(module):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DeprecationWarning, match="use new"):
            module.old()


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a//b", "a/./b", "", "a\0b", "x" * 300, "/".join("a" * 30), 5])
def test_no_name_leads_out_of_the_folder(name):
    import ambient
    import frames

    with pytest.raises(frames.Breach):
        ambient._parts(name)


def test_no_link_of_the_tests_is_followed(tmp_path):
    import ambient
    import frames

    (tmp_path / "elsewhere").mkdir()
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(frames.CannotCross):
        ambient._open(root, ["link", "x"], os.O_WRONLY | os.O_CREAT, lambda _: None)
    assert list((tmp_path / "elsewhere").iterdir()) == []
