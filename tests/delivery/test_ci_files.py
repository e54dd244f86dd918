"""The files for CI servers: valid by their published schemas, and free of mistakes in the shell."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import yaml

from tests.delivery.ci_steps import ACTION, AZURE, COMPONENT, GITLAB, JENKINS, interpolated, shell_steps
from tests.delivery.programs import program
from tests.wheel import ROOT

WORKFLOW = ROOT / "ci" / "github-workflow.yml"


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("github-actions", ACTION),
        ("github-workflows", WORKFLOW),
        ("gitlab-ci", GITLAB),
        ("azure-pipelines", AZURE),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_file_conforms_to_its_schema(schema, path):
    check(schema, path)


def test_the_component_conforms_to_the_schema_with_its_inputs_filled_in(tmp_path):
    path = tmp_path / "component.json"
    path.write_text(json.dumps(interpolated(COMPONENT, {"command": "make test"})), "utf-8")
    check("gitlab-ci", path)


def check(schema, path):
    command = [program("check-jsonschema"), "--regex-variant=nonunicode", f"--builtin-schema=vendor.{schema}", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_component_and_template_do_the_same():
    (component,) = interpolated(COMPONENT, {"command": "make test"}).values()
    template = yaml.safe_load(GITLAB.read_text("utf-8"))[".crm-mocks"]
    parts = ("image", "before_script", "script", "artifacts")
    assert [component[part] for part in parts] == [template[part] for part in parts]
    assert component["variables"].keys() == template["variables"].keys()


def test_the_hooks_are_valid():
    done = subprocess.run([program("pre-commit"), "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("path", [ACTION, GITLAB, AZURE, JENKINS], ids=lambda path: path.name)
def test_shellcheck_finds_nothing_in_the_steps(path):
    unquoted = "SC2086"  # options separated by spaces
    for shell, text in shell_steps(path):
        done = subprocess.run(
            [program("shellcheck"), f"--shell={shell}", f"--exclude={unquoted}", "-"],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_the_address_of_the_repository_is_open_in_one_page_only():
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "pyproject.toml", ROOT / "Dockerfile"]
    assert [path.name for path in files if re.search(r"\bOWNER\b", path.read_text("utf-8"))] == ["ci.md"]
