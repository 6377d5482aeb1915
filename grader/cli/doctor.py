"""`grader doctor`: what this machine offers, what it lacks, and the remedy."""

import json

import rich_click as click

from grader.cli import options
from grader.sandbox import doctor

_LACKING = 4


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def command(as_json: bool) -> int:
    """Say what this machine offers for grading, what it lacks, and what to do about it.

    Example: grader doctor
    """
    checks = doctor.examine(options.base_image(), options.runtime())
    if as_json:
        click.echo(json.dumps([check.as_dict() for check in checks], indent=2))
    else:
        for check in checks:
            click.echo(f"{'ok  ' if check.ok else 'LACK'}  {check.name:<18} {check.detail}")
            if check.remedy:
                click.echo(f"      {'':<18} {'stronger' if check.ok else 'remedy'}: {check.remedy}")
    return 0 if all(check.ok or not check.required for check in checks) else _LACKING
