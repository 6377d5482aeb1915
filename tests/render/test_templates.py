"""The pipelines' templates are valid and give nothing away."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from grader import __version__, bundled

CI = bundled.path("reports") / "ci"
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    ("schema", "template"), [("vendor.github-workflows", "github/grade.yml"), ("vendor.gitlab-ci", "gitlab/grade.yml")]
)
def test_a_template_is_valid_by_its_schema(schema, template):
    command = [BIN / "check-jsonschema", "--builtin-schema", schema, CI / template]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_the_workflow_has_no_finding_of_its_auditor():
    command = [BIN / "zizmor", "--offline", "--pedantic", "--no-progress", CI / "github/grade.yml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_no_expression_stands_in_a_script_and_no_right_is_asked_for():
    text = (CI / "github/grade.yml").read_text()
    workflow = yaml.safe_load(text)

    scripts = [step["run"] for step in workflow["jobs"]["grade"]["steps"]]
    assert not [script for script in scripts if "${{" in script]
    assert workflow["permissions"] == {"contents": "read"}
    assert not re.search("pull_request_target|allow-unsafe", text)


@pytest.mark.parametrize("template", ["github/grade.yml", "gitlab/grade.yml"])
def test_a_template_installs_the_version_that_it_was_shipped_with(template):
    text = (CI / template).read_text()

    assert re.findall(r"\bgrader==(\S+)", text) == [__version__]
    assert re.findall(r"(?:pipx|pip) install .*", text)[-1].endswith('"$GRADER"')
