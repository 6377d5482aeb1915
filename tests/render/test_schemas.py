"""JUnit and SARIF are valid by the schemas that their readers use, for ordinary, hostile and ungraded runs."""

import json
from pathlib import Path

import jsonschema
import pytest
import xmlschema

from grader.render import formats

SCHEMAS = Path(__file__).parent / "schemas"


@pytest.fixture(params=["results", "hostile", "ungraded"])
def run(request):
    """Each kind of run."""
    return request.getfixturevalue(request.param)


def test_junit_is_valid_by_its_schema(run):
    document = formats.named("junit").render(run)

    xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(document)


def test_sarif_is_valid_by_its_schema(run):
    log = json.loads(formats.named("sarif").render(run))

    jsonschema.validate(log, json.loads((SCHEMAS / "sarif-2.1.0.json").read_text()))
