"""The command line in reports."""

from __future__ import annotations

import pytest

from crm_contracts.report.origin import command_line, with_origin
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


def test_a_url_keeps_what_is_no_credential() -> None:
    url = "https://example.com/leads?source=web&page=2"
    assert command_line(("crm-mocks", "push", "--to", url)) == f"crm-mocks push --to '{url}'"


def test_a_report_names_command_date_and_version() -> None:
    labels = [fact.label for fact in with_origin(document()).metadata]
    assert labels == ["command", "date", "version", "contract word"]


def test_a_module_is_named_as_python_runs_it() -> None:
    assert command_line(("/x/site-packages/pytest/__main__.py", "-q")) == "python -m pytest -q"
