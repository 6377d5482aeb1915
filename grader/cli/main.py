"""The command group, and the one place where an error becomes a message and an exit code.

Commands are imported only when they run: `grader --help` must stay quick.
"""

import contextlib
import gc
import importlib
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

import click
import rich_click

from grader import __version__
from grader.errors import GraderError

_INTERRUPTED = 130
_ALLOCATIONS = 50_000  # between two looks for cycles: a command makes few, and the usual 700 cost a tenth of its time

# Name -> what the list of commands says; the command itself stands in the module of that name.
_COMMANDS = {
    "check": "Check your own solution with the kit, before you hand it in.",
    "grade": "Grade one submission with the hidden tests.",
    "batch": "Grade many submissions, and rank them; resumes after a crash.",
    "report": "Render a recorded result again; runs nothing.",
    "score": "Score recorded measurements again, by other weights; runs nothing.",
    "compare": "Compare two submissions, criterion by criterion; runs nothing.",
    "ci": "Grade a checked-out repository in a pipeline.",
    "assignment": "List assignments, or print their schema.",
    "image": "Build, list or prune the images that code runs in.",
    "explain": "Say what an error, a criterion, a rule or a word of the report means.",
    "doctor": "Say what this machine offers and what it lacks.",
    "completion": "Print what a shell needs to complete commands.",
    "demo": "Grade the sample submissions of a bundled assignment.",
}


class _Commands(rich_click.RichGroup):
    """A group whose help needs no import of its commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which a newcomer needs them."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """What the help shows; `resolve_command` finds what runs."""
        del ctx
        return click.Command(cmd_name, short_help=_COMMANDS[cmd_name]) if cmd_name in _COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Import the command that was asked for; an unknown one is answered with the closest."""
        name = args[0]
        if name not in _COMMANDS:
            return super().resolve_command(ctx, args)
        module = importlib.import_module(f"grader.cli.{name}")
        command: click.Command = module.command
        return name, command, args[1:]


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def group() -> None:
    """Grade take-home assignments: hidden tests behind glass, speed weighed against quality.

    Example: grader demo
    """


def main() -> None:
    """Run the command line; the process ends with the contract's exit code."""
    gc.set_threshold(_ALLOCATIONS, 10, 10)
    signal.signal(signal.SIGTERM, _terminate)  # a cancelled pipeline cleans up like Ctrl-C
    _leave(_run())


def _leave(code: int) -> NoReturn:
    """End at once: taking everything that was imported apart again is a tenth of a second that somebody waits.

    Whatever has an end of its own has had it: each is a `with` block below `_run`. (mypy ends in the same way.)
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # whoever listened has left
            stream.flush()
    os._exit(code)


def _run() -> int:
    try:
        code = group.main(standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted: what was finished is kept, nothing is left running")
        return _INTERRUPTED
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except GraderError as error:
        _show(error)
        return error.exit_code
    except BrokenPipeError:
        return 0
    except Exception as fault:
        return _unexpected(fault)


def _show(error: GraderError) -> None:
    do = error.do if error.do.endswith((".", "!", "?")) else f"{error.do}."
    _say(f"error[{error.code}]: {error.what}\n  {error.why}\n  {do} More: grader explain {error.code}")


def _unexpected(fault: Exception) -> int:
    """A fault of ours: one sentence on the screen, the traceback in a file."""
    with tempfile.NamedTemporaryFile("w", prefix="grader-fault-", suffix=".log", delete=False) as log:
        traceback.print_exc(file=log)
    reason = "the disk is full" if isinstance(fault, OSError) and fault.errno == 28 else type(fault).__name__
    _say(
        f"error[G499]: grader itself failed: {reason}\n"
        "  This is our fault, not the submission's; it keeps its right to a grade.\n"
        f"  Repeat the command. The full trace, for a bug report, is in {Path(log.name)}"
    )
    return GraderError.exit_code


def _say(text: str, to: IO[str] | None = None) -> None:
    print(text, file=to or sys.stderr, flush=True)


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
