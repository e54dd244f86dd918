"""`crm-mocks diff --since`: files compared with a revision of git."""

from __future__ import annotations

import os
import subprocess

import pytest
from click.testing import CliRunner

from crm_contracts.commands.diff import command
from crm_mocks.errors import UsageError

CONTRACT = """\
openapi: 3.0.3
info: {title: Leads, version: "1"}
paths:
  /leads:
    $ref: paths/leads.yaml
"""
LEADS = """\
post:
  operationId: createLead
  parameters:
    - {name: source, in: query, required: %s, schema: {type: string}}
  responses:
    "204": {description: stored}
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    (tmp_path / "api" / "paths").mkdir(parents=True)
    (tmp_path / "api" / "openapi.yaml").write_text(CONTRACT, "utf-8")
    (tmp_path / "api" / "paths" / "leads.yaml").write_text(LEADS % "false", "utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    commit(tmp_path)
    monkeypatch.chdir(tmp_path / "api")
    return tmp_path


def commit(repository):
    account = {f"GIT_{role}_{what}": "a@b.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for arguments in (["add", "."], ["commit", "--quiet", "--message", "all"]):
        subprocess.run(["git", *arguments], cwd=repository, env={**os.environ, **account}, check=True)


def run(*arguments):
    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.return_value, done.output


def test_a_breaking_change_in_a_file_that_the_contract_refers_to_fails(repository):
    (repository / "api" / "paths" / "leads.yaml").write_text(LEADS % "true", "utf-8")
    code, printed = run("--since", "HEAD", "openapi.yaml")
    assert code == 1
    assert "HEAD:openapi.yaml → openapi.yaml" in printed
    assert "source" in printed


def test_an_unchanged_contract_passes(repository):
    assert run("--since", "HEAD", str(repository / "api" / "openapi.yaml"))[0] == 0


def test_a_new_file_is_named_and_passes(repository):
    (repository / "api" / "new.yaml").write_text(CONTRACT, "utf-8")
    assert run("--since", "HEAD", "new.yaml") == (0, "crm-mocks: new.yaml: not in HEAD\n")


def test_what_is_not_exported_is_compared(repository):
    """`git archive` leaves out what `.gitattributes` marks so; a file that is not in a revision passes."""
    (repository / ".gitattributes").write_text("*.yaml export-ignore\n", "utf-8")
    commit(repository)
    (repository / "api" / "paths" / "leads.yaml").write_text(LEADS % "true", "utf-8")
    assert run("--since", "HEAD", "openapi.yaml")[0] == 1


def test_links_out_of_the_repository_and_odd_names_are_no_obstacle(repository):
    (repository / "absolute.yaml").symlink_to("/etc/passwd")
    (repository / "outside.json").symlink_to("../../elsewhere.json")
    (repository / "loop.yml").symlink_to("loop.yml")
    (repository / "api" / "linked.yaml").symlink_to("openapi.yaml")
    (repository / "api" / os.fsdecode(b"l\xe4ds\n.yaml")).write_text(CONTRACT, "utf-8")
    commit(repository)
    assert run("--since", "HEAD", "openapi.yaml")[0] == 0
    assert run("--since", "HEAD", "linked.yaml") == (
        0,
        "Contract unchanged: both versions require and promise the same\nHEAD:linked.yaml → linked.yaml\n",
    )
    with pytest.raises(UsageError, match="outside the repository"):
        run("--since", "HEAD", "../absolute.yaml")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--since", "nope", "openapi.yaml"], "git has no revision 'nope'"),
        (["--since", "--help", "openapi.yaml"], "git has no revision '--help'"),
        (["--since", "HEAD", "/elsewhere.yaml"], "'/elsewhere.yaml' is outside the repository"),
        (["--since", "HEAD", "mistyped.yaml"], "there is no file 'mistyped.yaml'"),
        (["--since", "HEAD", "config_api"], "there is no file 'config_api'"),
        (["--since", "HEAD", "--json", "r.json", "a.yaml", "b.yaml"], "a report file is about one FILE"),
        (["openapi.yaml"], "diff takes two contracts, OLD and NEW, or --since REVISION and files"),
    ],
)
def test_wrong_arguments_are_one_line(repository, arguments, message):
    with pytest.raises(UsageError, match=message):
        run(*arguments)


def test_a_folder_without_a_repository_is_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="not a git repository"):
        run("--since", "HEAD", "openapi.yaml")
