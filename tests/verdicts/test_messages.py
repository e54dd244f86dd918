"""Messages name what was wanted and what came, and reproduce it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.verdicts.conftest import StateRow

Run = Callable[..., "subprocess.CompletedProcess[str]"]
CURL = "curl -s -o answer"


def ran(crm_mocks: Run, *words: str, **environment: str) -> tuple[int, str]:
    """Run a client's command against the mocks; return the exit code and the report in one line."""
    result = crm_mocks("run", "--", "sh", "-c", " ".join(words), **environment)
    return result.returncode, " ".join(result.stdout.split())


def test_missing_credentials_name_both_headers(crm_mocks: Run, state_row: StateRow) -> None:
    code, report = ran(crm_mocks, f'{CURL} "$CRM_MOCKS_URL/v1/leads/config" -H "api-key: demo-key"')
    message = "credentials are required: wanted x-api-key, sent api-key"
    assert code == 1
    assert message in report
    assert "allow it: --allow config_api.getLeadConfig:key_missing" in report
    state_row("messages", "the key in a header of another name", f"exit 1: {message}")


def test_published_credentials_are_shown_and_others_are_not(crm_mocks: Run, state_row: StateRow) -> None:
    _, report = ran(
        crm_mocks,
        f'{CURL} "$CRM_MOCKS_URL/v1/leads/create" -H "x-api-key: demo-key" --json "{{}}";',
        f'{CURL} "$CRM_MOCKS_URL/v1/leads/validate" -H "x-api-key: my-own-key" --json "{{}}"',
    )
    assert "-H 'x-api-key: demo-key'" in report
    assert "my-own-key" not in report
    state_row("messages", "credentials in curl commands", "the published demo key is shown, another one is `***`")


def test_a_body_that_is_no_text_is_given_by_a_file(crm_mocks: Run, state_row: StateRow, tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes('{"leadCustomer": {"firstname": "Zoé"}}'.encode("latin-1"))
    report = tmp_path / "report.json"
    crm_mocks(
        *("run", "--json", report, "--", "sh", "-c"),
        f'{CURL} "$CRM_MOCKS_URL/v1/leads/create" -H "x-api-key: demo-key" --json @body',
    )
    [finding] = json.loads(report.read_text("utf-8"))["findings"]
    first = finding["reproduction"].splitlines()[0]
    assert first == 'printf \'{"leadCustomer": {"firstname": "Zo\\351"}}\' >request-body'
    assert finding["reproduction"].endswith("--data-binary @request-body")
    state_row("messages", "a body in Latin-1", "printf writes it to a file, curl sends it with --data-binary @FILE")


def test_an_empty_php_array_is_named(crm_mocks: Run, state_row: StateRow) -> None:
    _, report = ran(crm_mocks, f'{CURL} "$CRM_MOCKS_URL/v1/leads/create" -H "x-api-key: demo-key" --json "[]"')
    message = "body is [], expected object (PHP's json_encode writes an empty array so: cast it to an object)"
    assert message in report
    state_row("messages", "an empty array for an object", f"exit 1: {message}")


def test_a_mistake_is_allowed_by_the_line_to_paste(crm_mocks: Run, state_row: StateRow) -> None:
    call = f'{CURL} "$CRM_MOCKS_URL/v1/nope" -H "x-api-key: demo-key"'
    code, report = ran(crm_mocks, call)
    assert (code, "allow it: --allow 'GET /v1/nope'" in report) == (1, True)
    assert crm_mocks("run", "--allow", "GET /v1/nope", "--", "sh", "-c", call).returncode == 0
    state_row("messages", "a request that no operation matches", "exit 1: allow it: --allow 'GET /v1/nope'")
