"""The JSON Schema of assignment.toml, for editors; generated from the model."""

from typing import Any

from pydantic import TypeAdapter

from grader.assignment.model import Rules


def schema() -> dict[str, Any]:
    """Return the schema; reports/assignment.schema.json is this, committed."""
    generated = TypeAdapter(Rules).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **generated, "title": "assignment.toml"}
