"""Recordings of other tools: what was not recorded is not held against anybody."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.verdicts.conftest import CASES, StateRow

Run = Callable[..., "subprocess.CompletedProcess[str]"]
KEPT = "exit 0: kept"

FILES = {
    "a body compressed and in base64": ("har/h1-gzip.har", KEPT, ""),
    "bodies in files beside the HAR, sizes of -1": (
        "har/h2-playwright.har",
        KEPT,
        "h2-playwright.har, entry 1: request body and response body not recorded, not checked",
    ),
    "a POST whose body was not recorded": (
        "har/h2-no-postdata.har",
        KEPT,
        "h2-no-postdata.har, entry 1: request body not recorded, not checked",
    ),
    "a failed request, then a wrong one": (
        "har/h3-status-minus-1.har",
        "exit 1: client, required at body.leadCustomer; provider, accepted-invalid at status",
        "h3-status-minus-1.har, entry 1: response not recorded, not checked",
    ),
    "a lone surrogate in an entry of another host": ("har/h3-surrogate.har", KEPT, ""),
    "a conditional request": ("har/h4-304.har", KEPT, ""),
    "the Config API's documented 503": (
        "har/har_503.har",
        "exit 0: kept; assumption config-api-service-unavailable",
        "",
    ),
    "a body as an object, no Content-Type recorded": ("cassettes/v1-aiohttp.yaml", KEPT, ""),
    "Ruby's `!binary`, wrong body": (
        "cassettes/v2-ruby-binary.yml",
        "exit 1: provider, required at body.errorMessage",
        "",
    ),
}


def said(result: subprocess.CompletedProcess[str], report: Path) -> str:
    """Return exit code and findings, those of positions by position."""
    findings = json.loads(report.read_text("utf-8"))["findings"]
    broken = [
        f"{each['side']}, {each['rule']} at {'.'.join(each['location'])}"
        for each in findings
        if each["standing"] == "fails"
    ]
    assumed = [f"assumption {each['basis']['position']}" for each in findings if each["standing"] == "assumption"]
    return f"exit {result.returncode}: {'; '.join(broken or ['kept'])}" + "".join(f"; {each}" for each in assumed)


@pytest.mark.parametrize("case", FILES)
def test_a_recording_is_judged_as_far_as_it_goes(
    case: str, crm_mocks: Run, state_row: StateRow, tmp_path: Path
) -> None:
    name, verdict, note = FILES[case]
    report = tmp_path / "report.json"
    result = crm_mocks("check", CASES / name, "--json", report)
    assert said(result, report) == verdict
    assert (note in " ".join(result.stdout.split())) is True
    assert "Traceback" not in result.stderr
    state_row("recordings", f"{case} (`{name}`)", f"{verdict}. {note}".rstrip(". "))


def _har(folder: Path, *entries: object) -> Path:
    path = folder / "traffic.har"
    path.write_text(json.dumps({"log": {"entries": entries}}), "utf-8")
    return path


CONFIG = "https://crm.example.com/v1/leads/config"


def _entry(status: int = 200, url: str = CONFIG, **more: object) -> dict[str, object]:
    response = {"status": status, "headers": [], "content": {"size": -1}}
    return {"request": {"method": "GET", "url": url, "headers": []}, "response": response, **more}


def test_an_unreadable_entry_is_skipped_and_named(crm_mocks: Run, state_row: StateRow, tmp_path: Path) -> None:
    result = crm_mocks("check", _har(tmp_path, {"request": {}}, _entry()))
    note = "traffic.har, entry 1: skipped, request.method must be a string"
    assert result.returncode == 0, result.stdout
    assert note in result.stdout
    state_row("recordings", "one entry cannot be read, another can", f"exit 0: {note}")


def test_a_file_of_which_nothing_can_be_read(crm_mocks: Run, state_row: StateRow, tmp_path: Path) -> None:
    result = crm_mocks("check", _har(tmp_path, {"request": {}}))
    [line] = result.stderr.splitlines()
    assert result.returncode == 2
    assert line.endswith("traffic.har, entry 1: request.method must be a string")
    state_row("recordings", "no entry can be read", "exit 2: cannot read traffic.har, entry 1, and why")


def test_broken_beats_unreadable(crm_mocks: Run, state_row: StateRow, tmp_path: Path) -> None:
    result = crm_mocks("check", tmp_path / "missing.har", CASES / "cassettes" / "v2-ruby-binary.yml")
    assert result.returncode == 1
    assert "missing.har" in result.stderr
    state_row("recordings", "one file is missing, another is broken", "exit 1: the missing file is named")


def test_no_exchange_of_a_contract(crm_mocks: Run, state_row: StateRow, tmp_path: Path) -> None:
    file = _har(tmp_path, _entry(url="https://news.example.com/"))
    result = crm_mocks("check", file)
    message = "nothing was checked: none of 1 request matches an operation of the contracts"
    assert result.returncode == 1
    assert message in " ".join(result.stdout.split())
    assert crm_mocks("check", file, "--allow-no-requests").returncode == 0
    state_row("green means checked", "`check` of unrelated traffic", f"exit 1: {message}")


IGNORED = {
    "a WebSocket": _entry(101, "wss://crm.example.com/v1/leads/config", _resourceType="websocket"),
    "a response from the browser's cache": _entry(299, _fromCache="disk"),
    "a response that a test has made up (Playwright)": _entry(299, _wasFulfilled=True),
    "a redirect to https": {
        **_entry(),
        "response": {
            "status": 301,
            "headers": [{"name": "Location", "value": CONFIG}],
        },
        "request": {"method": "GET", "url": "http://crm.example.com/v1/leads/config", "headers": []},
    },
    "a CORS preflight that is refused": {
        **_entry(403),
        "request": {
            "method": "OPTIONS",
            "url": "https://crm.example.com/v1/leads/create",
            "headers": [{"name": "Access-Control-Request-Method", "value": "POST"}],
        },
    },
    "a response made by a service worker": {
        **_entry(),
        "response": {"status": 299, "headers": [], "_fetchedViaServiceWorker": True},
    },
}


@pytest.mark.parametrize("case", IGNORED)
def test_what_is_not_the_providers_answer_is_not_judged(
    case: str, crm_mocks: Run, state_row: StateRow, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    result = crm_mocks("check", _har(tmp_path, IGNORED[case], _entry()), "--json", report)
    assert said(result, report) == KEPT
    state_row("recordings", case, KEPT)
