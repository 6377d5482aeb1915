"""Options that commands share, as decorators that give one value."""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import click

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Manner:
    """How a command talks: JSON on stdout, quiet, with progress, in colour (None: ask the terminal), log lines, language."""

    json: bool = False
    quiet: bool = False
    progress: bool = True
    color: bool | None = None
    log_format: str = "text"
    lang: str = "en"


def manner(command: Command) -> Command:
    """Give the command `manner`: what `output` gives, and --no-progress and --log-format, for one that runs things."""

    @click.option("--no-progress", is_flag=True, help="No progress display.")
    @click.option("--log-format", type=click.Choice(["text", "json"]), default="text", help="Form of progress lines.")
    @output
    @functools.wraps(command)
    def with_progress(*args: Any, no_progress: bool, log_format: str, manner: Manner, **rest: Any) -> Any:
        value = replace(manner, progress=not no_progress, log_format=log_format)
        return command(*args, manner=value, **rest)

    return with_progress


def output(command: Command) -> Command:
    """Give the command `manner`, from --json, --quiet, --color and --lang, for one that shows what is recorded."""

    @click.option("--json", "json_", is_flag=True, help="Print JSON on standard output.")
    @click.option("--quiet", "-q", is_flag=True, help="Only the verdict and the report's path.")
    @click.option(
        "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the terminal."
    )
    @click.option("--lang", type=click.Choice(["en", "nl"]), default="en", help="Language of the reports.")
    @functools.wraps(command)
    def with_manner(*args: Any, json_: bool, quiet: bool, color: str, lang: str, **rest: Any) -> Any:
        value = Manner(json_, quiet, color={"always": True, "never": False}.get(color), lang=lang)
        return command(*args, manner=value, **rest)

    return with_manner


def sandbox(command: Command) -> Command:
    """Give the command `sandbox_name`: docker, process, or None for the default."""
    return click.option(
        "--sandbox",
        "sandbox_name",
        type=click.Choice(["docker", "process"]),
        default=None,
        help="Where code runs. `process` is for your own code: it is a thinner wall, and the report says so.",
    )(command)


def blind(command: Command) -> Command:
    """Give the command `blind`."""
    return click.option(
        "--blind", is_flag=True, help="Also write batch.blind.html and ranking.blind.csv, which hold no identity."
    )(command)


def formats(command: Command) -> Command:
    """Give the command `formats`, a tuple of known names, from --format a,b --format c."""
    return click.option(
        "--format",
        "formats",
        multiple=True,
        callback=_formats,
        help="More outputs beside results.json and the HTML reports: junit, sarif, md, csv.",
    )(command)


def base_image() -> str:
    """The base of all runner images: GRADER_BASE_IMAGE, or the default."""
    from grader.sandbox import base_image  # here, so that --help needs no engine

    return os.environ.get("GRADER_BASE_IMAGE") or base_image.DEFAULT


def runtime() -> str:
    """The OCI runtime of all containers: GRADER_RUNTIME, such as `runsc`; empty for the engine's default."""
    return os.environ.get("GRADER_RUNTIME", "")


def _formats(_context: click.Context, _option: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    from grader.render import formats  # here, so that --help needs no renderer

    return formats.wanted(name.strip() for text in value for name in text.split(",") if name.strip())
