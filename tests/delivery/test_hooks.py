"""The hooks of .pre-commit-hooks.yaml, run by pre-commit in a repository with a contract."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.delivery.programs import program
from tests.wheel import ROOT

CONTRACT = """\
openapi: 3.0.3
info: {title: Leads, version: "1"}
paths:
  /leads:
    post:
      operationId: createLead
      parameters:
        - {name: source, in: query, required: false, schema: {type: string}}
      responses:
        "204": {description: stored}
"""


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "openapi.yaml").write_text(CONTRACT, "utf-8")
    account = ["-c", "user.name=us", "-c", "user.email=us@example.com"]
    for arguments in (["init", "--quiet"], ["add", "."], [*account, "commit", "--quiet", "--message", "first"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="pre-commit installs hooks from a clone")
def test_the_hooks_lint_and_refuse_a_breaking_change(repository, index_url, tmp_path):
    (repository / "openapi.yaml").write_text(CONTRACT.replace("required: false", "required: true"), "utf-8")
    done = subprocess.run(
        [program("pre-commit"), "try-repo", ROOT, "--verbose", "--files", "openapi.yaml"],
        cwd=repository,
        env={
            **os.environ,
            "PRE_COMMIT_HOME": str(tmp_path / "home"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": index_url,
            "PIP_NO_COMPILE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    diff, _, lint = done.stdout.partition("crm-mocks lint")
    assert "- exit code: 1" in diff, done.stdout + done.stderr
    assert "Contract breaking: 1 change" in diff
    assert "Passed" in lint
