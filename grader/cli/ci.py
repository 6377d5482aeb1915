"""`grader ci`: a checked-out repository in a pipeline."""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rich_click as click

from grader import bundled, pipeline
from grader.assignment import load
from grader.assignment.model import Assignment
from grader.cli import options
from grader.cli.deliver import exit_code, write
from grader.cli.options import Manner
from grader.cli.workshop import workshop
from grader.errors import UsageError
from grader.quote import quote
from grader.render import annotations, markdown, terminal
from grader.results import file
from grader.results.model import Results
from grader.results.redact import redact

_FORMATS = ("junit", "sarif", "md")
_ALWAYS_SHOWN = (2, 4)  # `--exit-zero` hides the verdict, never a fault of the set-up or of ours

# What names the provider, in the order in which it is asked; nothing else of the environment is read but what follows.
_PROVIDERS = {"GITHUB_ACTIONS": "github", "GITLAB_CI": "gitlab", "JENKINS_URL": "jenkins"}

_FOLDER = click.Path(path_type=Path, file_okay=False)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The command's options, by their names."""

    assignment: str | None
    kit: Path | None
    level: str | None
    path: Path
    rev: str
    provider: str
    out: Path
    exit_zero: bool
    formats: tuple[str, ...]
    sandbox_name: str | None
    manner: Manner


@click.command("ci")
@click.option("--assignment", default=None, help="Folder or bundled id; for hidden tests, in the lead's own project.")
@click.option("--kit", type=_FOLDER, default=None, help="The kit; default: .grader in the repository.")
@click.option(
    "--level", type=click.Choice(["public", "hidden"]), default=None, help="Default: hidden with --assignment."
)
@click.option("--path", "path", type=_FOLDER, default=Path(), help="The repository; default: here.")
@click.option("--rev", default="HEAD", show_default=True, help="The revision to grade.")
@click.option(
    "--provider", type=click.Choice(["auto", "github", "gitlab", "jenkins", "generic", "none"]), default="auto"
)
@click.option("--out", type=_FOLDER, default=Path("grader-out"), show_default=True, help="Folder for the results.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever the verdict; set-up errors and ours still show.")
@options.formats
@options.sandbox
@options.manner
def command(**given: Any) -> int:
    """Grade a checked-out repository in a pipeline, from its git objects at a revision.

    Writes results.json, both reports, junit.xml, findings.sarif and summary.md.

    Example: grader ci --kit .grader --out grader-out
    """
    return _ci(_Asked(**given))


def _ci(asked: _Asked) -> int:
    chosen, level = _chosen(asked)
    with workshop(chosen, level, "grade", asked.sandbox_name, asked.manner) as shop:
        results = pipeline.grade(f"{asked.path}@{asked.rev}", shop, secrets.randbits(32))
    report = write(results, asked.out, dict.fromkeys((*_FORMATS, *asked.formats)), asked.manner.lang)
    _tell(results, _provider(asked.provider, os.environ), asked.manner)
    click.echo(str(report), err=True)
    code = exit_code(results)
    return 0 if asked.exit_zero and code not in _ALWAYS_SHOWN else code


def _chosen(asked: _Asked) -> tuple[Assignment, load.Level]:
    if asked.assignment is None:
        if asked.level == "hidden":
            raise UsageError(
                "G501",
                "--level hidden needs --assignment",
                "A kit holds public tests only, so that nothing hidden is in reach of a repository's own pipeline.",
                "Give --assignment, or leave --level out. Nothing was run.",
            )
        return load.load_kit(asked.kit or asked.path / ".grader"), "public"
    chosen = load.load(asked.assignment, bundled.path("assignments"))
    return chosen, "public" if asked.level == "public" else "hidden"


def _provider(asked: str, environment: Mapping[str, str]) -> str:
    if asked != "auto":
        return asked
    for variable, name in _PROVIDERS.items():
        if environment.get(variable):
            return name
    return "generic"


def _tell(results: Results, provider: str, manner: Manner) -> None:
    """The provider's annotations or the record, its outputs, then one line; all from what a candidate may see."""
    public = redact(results, "candidate")
    if manner.json:
        sys.stdout.write(file.text(public))
    else:
        for line in annotations.lines(public, provider):
            print(line)
    if provider == "github":
        _github(public, manner.lang)
    sys.stdout.flush()
    click.echo(f"provider: {provider}; {terminal.line(public)}", err=True)
    if results.reason is not None:
        click.echo(f"{results.reason.code}: {quote(results.reason.message, 400)}", err=True)


def _github(results: Results, lang: str) -> None:
    """Append the summary and the outputs, in the files that GitHub names."""
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        _append(Path(summary), markdown.render(results, lang))
    if outputs := os.environ.get("GITHUB_OUTPUT"):
        _append(Path(outputs), "".join(_output(name, value) for name, value in _values(results).items()))


def _values(results: Results) -> Mapping[str, str]:
    score = results.score
    return {
        "verdict": results.verdict,
        "total": f"{score.total:g}" if score else "",
        "low": f"{score.low:g}" if score else "",
        "high": f"{score.high:g}" if score else "",
        "gates": _gates(results),
    }


def _gates(results: Results) -> str:
    """The word for all gates; none where nothing was scored."""
    if results.score is None:
        return ""
    return "met" if all(gate.met for gate in results.gates) else "not met"


def _output(name: str, value: str) -> str:
    """A value between delimiters that nobody can guess."""
    delimiter = f"grader-{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
