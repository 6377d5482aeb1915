"""`grader assignment`: the library, and the schema of its format."""

import json

import rich_click as click

from grader import bundled
from grader.assignment import load, schema
from grader.assignment.model import Assignment


@click.group("assignment")
def command() -> None:
    """List the bundled assignments, or print the schema of assignment.toml.

    Example: grader assignment list
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_(as_json: bool) -> int:
    """List the bundled assignments.

    Example: grader assignment list --json
    """
    rows = [_row(assignment) for assignment in load.list_bundled(bundled.path("assignments"))]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        click.echo(
            f"{row['id']:<14}{row['title']:<28}{row['door']:<8}{row['language']:<8}{row['time_budget']:<6}{row['groups']}"
        )
    return 0


@command.command("schema")
def schema_() -> int:
    """Print the JSON Schema of assignment.toml, for editors.

    Example: grader assignment schema
    """
    click.echo(json.dumps(schema.schema(), indent=2))
    return 0


def _row(assignment: Assignment) -> dict[str, str]:
    rules = assignment.rules
    return {
        "id": rules.id,
        "title": rules.title,
        "version": rules.version,
        "door": rules.door.kind,
        "language": rules.language,
        "time_budget": rules.time_budget,
        "groups": ", ".join(f"{group.id} {group.points:g}" for group in rules.groups),
    }
