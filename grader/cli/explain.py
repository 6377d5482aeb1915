"""`grader explain`: what a code means, offline."""

import json
import sys
import textwrap
from dataclasses import asdict

import rich_click as click

from grader import bundled
from grader.cli import options
from grader.cli.options import Manner
from grader.cli.screen import screen
from grader.explain.lookup import explain

_WIDEST = 100  # columns of prose that a reader likes


@click.command("explain")
@click.argument("code")
@options.output
def command(code: str, manner: Manner) -> int:
    """Say what an error, a criterion, a rule, a verdict, an outcome or a gate means; offline.

    Example: grader explain G102
    """
    found = explain(code, bundled.path("reports") / "explain")
    if manner.json:
        click.echo(json.dumps(asdict(found), indent=2))
    elif manner.quiet:
        click.echo(f"{found.code}: {found.title}")
    else:
        width = min(screen(manner, sys.stdout).width, _WIDEST)
        click.echo(f"{found.code} ({found.kind}): {found.title}")
        click.echo("".join(f"\n{_filled(part, width)}\n" for part in found.text.split("\n\n")), nl=False)
    return 0


def _filled(paragraph: str, width: int) -> str:
    """Prose to the width of the screen; what is indented is code, and stays."""
    return paragraph if paragraph.startswith("    ") else textwrap.fill(paragraph, width, break_on_hyphens=False)
