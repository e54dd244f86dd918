"""The command line in reports."""

from __future__ import annotations

import pytest

from crm_contracts.report.origin import command_line, with_origin, without_secrets
from tests.report.samples import document


@pytest.mark.parametrize(
    "arguments",
    [
        ("--credential", "password=hunter22"),
        ("--credential=password=hunter22",),
        ("--admin-token", "hunter22"),
        ("--admin-token=hunter22",),
        ("--header", "Authorization: Bearer hunter22"),
        ("--header=X-Api-Key: hunter22",),
        ("--to", "https://me:hunter22@example.com/leads"),
        ("--to", "https://example.com/leads?a=1&key=hunter22"),
        ("--to=https://example.com/leads?token=hunter%32%32",),
        ("--header", "X-My: hunter22"),
        ("--", "client", "API_KEY=hunter22"),
        ("-u", "me:hunter22"),
        ("--", "sh", "-c", 'curl -sf "$URL/leads" -H "X-Api-Key: hunter22"'),
        ("--", "sh", "-c", "curl -u me:hunter22 $URL && TOKEN='hunter22' pytest"),
        ("--", "sh", "-c", "client --password hunter22 'unbalanced"),
        ("--", "sh", "-c", "client --password 'hunter22 $1'"),
        ("--", "sh", "-c", 'curl "$URL/leads?a=1&token=hunter22"'),
        ("--", "sh", "-c", "client PASSWORD=hunter\\22"),
    ],
)
def test_a_command_line_has_no_credentials(arguments: tuple[str, ...]) -> None:
    line = command_line(("/usr/bin/crm-mocks", "verify", "activix", *arguments))
    assert line.startswith("crm-mocks verify activix ")
    assert "hunter22" not in line
    assert "***" in line


def test_a_command_line_can_be_pasted() -> None:
    line = command_line(("crm-mocks", "run", "--set", "activix.path=/a b", "--credentials", "c.yaml", "--", "pytest"))
    assert line == "crm-mocks run --set 'activix.path=/a b' --credentials c.yaml -- pytest"


def test_a_script_keeps_what_is_no_credential() -> None:
    script = 'curl -sf "$URL/leads?page=2" -H "Accept: text/plain"; date +%H:%M'
    assert command_line(("crm-mocks", "run", "--", "sh", "-c", script)) == f"crm-mocks run -- sh -c '{script}'"


def test_arguments_of_a_client_are_shown_one_by_one() -> None:
    command = ["client", "--token", "hunter22", "sh", "-c", "date; TOKEN=hunter22 pytest"]
    assert without_secrets(command) == ["client", "--token", "***", "sh", "-c", "date; TOKEN=*** pytest"]


def test_a_url_keeps_what_is_no_credential() -> None:
    url = "https://example.com/leads?source=web&page=2"
    assert command_line(("crm-mocks", "push", "--to", url)) == f"crm-mocks push --to '{url}'"


def test_a_report_names_command_date_and_version() -> None:
    labels = [fact.label for fact in with_origin(document()).metadata]
    assert labels == ["command", "date", "version", "contract word"]


def test_a_module_is_named_as_python_runs_it() -> None:
    assert command_line(("/x/site-packages/pytest/__main__.py", "-q")) == "python -m pytest -q"
