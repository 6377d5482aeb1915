"""`grader completion`: what a shell needs to complete commands and options."""

import rich_click as click
from click.shell_completion import get_completion_class

from grader.cli import main

_SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
def command(shell: str) -> int:
    """Print a script that makes a shell complete grader's commands and options.

    For bash: grader completion bash > ~/.local/share/bash-completion/completions/grader

    Example: grader completion bash
    """
    completion = get_completion_class(shell)
    assert completion is not None
    click.echo(completion(main.group, {}, "grader", "_GRADER_COMPLETE").source())
    return 0
