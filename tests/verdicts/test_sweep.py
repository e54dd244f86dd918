"""What `crm-mocks sweep`, `run` and `check` say of clients by what they do with a response."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.verdicts.conftest import CASES, StateRow

Run = Callable[..., subprocess.CompletedProcess[str]]
CLIENTS = CASES / "clients"
JSON = ("--json", "r.json", "--jobs", "4")
CONFIG = ("--operation", "config_api.getLeadConfig")

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed here")
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed here")


def report(folder: Path) -> dict[str, Any]:
    """Return the JSON report."""
    found: dict[str, Any] = json.loads((folder / "r.json").read_text("utf-8"))
    return found


def failed(folder: Path) -> dict[str, str]:
    """Return the first failure of each case that failed and counts, by its name."""
    cells = report(folder)["cells"]
    return {each["given"]["name"]: each["failures"][0] for each in cells if each["standing"] == "fails"}


def broken(folder: Path) -> list[tuple[str, str, str]]:
    """Return the rules that requests broke: rule, location or path, and the response before."""
    reactions = report(folder)["reactions"]
    return [(each["rule"], each["request"] or ".".join(each["location"]), each["after"][0]) for each in reactions]


def sentence(code: int, folder: Path) -> str:
    """Return the exit code, what failed and what the requests broke, in one line."""
    parts = [f"{name}: {why}" for name, why in failed(folder).items()]
    parts += [f"{rule} at {where} after {after}" for rule, where, after in broken(folder)]
    return f"exit {code}: {'; '.join(parts) or 'survived'}"


@needs_node
def test_refusals_in_a_200_that_a_client_takes_for_successes_fail(
    crm_mocks: Run, state_row: StateRow, tmp_path: Path
) -> None:
    done = crm_mocks("sweep", *JSON, "--operation", "leadbank.sendAcknos", "--", "node", CLIENTS / "httponly.mjs")
    assert done.returncode == 1
    assert set(failed(tmp_path)) == {"no_acknos", "unknown_lead", "lead_not_received"}
    assert failed(tmp_path)["unknown_lead"] == (
        "expected another exit code after the refusal unknown_lead; got 0, as after leadbank.sendAcknos:acknowledged"
    )
    state_row("sweep", "httponly.mjs: looks at the HTTP status alone (LeadBank)", sentence(1, tmp_path))


@needs_node
def test_documented_successes_that_a_client_ends_like_failures_fail(
    crm_mocks: Run, state_row: StateRow, tmp_path: Path
) -> None:
    done = crm_mocks("sweep", *JSON, "--operation", "leadbank.getLeads", "--", "node", CLIENTS / "leadbank.mjs")
    assert done.returncode == 1
    expected = "expected exit 0, as after leadbank.getLeads:leads; got 1"
    assert failed(tmp_path) == {"leads": expected, "no_leads": expected}
    state_row("sweep", "leadbank.mjs: crashes on the documented sample, confirms nothing", sentence(1, tmp_path))


SLIPS = {
    "": ("no slip; 401 ends with 65, 403 with 77, 429 and 5xx with 75", {}, []),
    "tolerant": ("ends a 401 with 0", {"key_missing", "key_unknown"}, []),
    "failed-success": ("ends with 70 although its retry succeeded", None, []),
    "wrong-path": ("calls another path after an error", {}, [("path", "GET /v1/lead/config")]),
    "no-key": ("leaves out its key on the second try", {}, [("credentials", "security")]),
    "hurry": ("retries at once, whatever Retry-After says", {"rate_limit_exceeded"}, []),
}


LONG_RETRY_AFTER = """
from crm_mocks.state import retry_after
seconds = retry_after.retry_after
retry_after.retry_after = lambda headers, now: 600 * seconds(headers, now)
"""
"""Has a Retry-After last longer: on a busy machine, a retry at once may take more than the second of the contract."""


@pytest.mark.parametrize("slip", ["", "tolerant", "failed-success", "wrong-path", "no-key", "hurry"])
def test_what_a_client_does_after_an_error_is_judged(
    crm_mocks: Run, state_row: StateRow, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, slip: str
) -> None:
    what, names, rules = SLIPS[slip]
    environment = {"MISTAKE": slip}
    if slip == "hurry":
        environment["PYTHONPATH"] = str(tmp_path_factory.mktemp("patch"))
        Path(environment["PYTHONPATH"], "sitecustomize.py").write_text(LONG_RETRY_AFTER, "utf-8")
    done = crm_mocks("sweep", *JSON, *CONFIG, "--", "sh", CLIENTS / "lead_config.sh", **environment)
    assert done.returncode == (0 if not slip else 1), done.stdout
    if names is not None:
        assert set(failed(tmp_path)) == set(names), done.stdout
    assert [(rule, where) for rule, where, _ in broken(tmp_path)] == rules, done.stdout
    shown = f"lead_config.sh: {what}"
    if slip == "failed-success":
        assert "by its retry; got 70" in failed(tmp_path)["internal_error"]
        state_row("sweep", shown, f"exit 1: internal_error: {failed(tmp_path)['internal_error']}")
    else:
        state_row("sweep", shown, sentence(done.returncode, tmp_path))


def test_a_client_may_state_what_it_tolerates(crm_mocks: Run, state_row: StateRow, tmp_path: Path) -> None:
    words = ("--expect", "401=0", "--", "sh", CLIENTS / "lead_config.sh")
    done = crm_mocks("sweep", *JSON, *CONFIG, *words, MISTAKE="tolerant")
    assert (done.returncode, failed(tmp_path)) == (0, {})
    state_row("sweep", "lead_config.sh: ends a 401 with 0, and --expect 401=0 says so", sentence(0, tmp_path))


def test_a_bad_request_after_a_fault_is_a_finding_of_its_own(
    crm_mocks: Run, state_row: StateRow, tmp_path: Path
) -> None:
    done = crm_mocks("sweep", *JSON, "--", sys.executable, CLIENTS / "activix_date.py", MISTAKE="date")
    assert done.returncode == 1
    assert failed(tmp_path) == {}
    ((rule, where, after),) = broken(tmp_path)
    assert (rule, where) == ("format", "body.created_at")
    assert after in ("500 server_error of activix.createLead", "EMPTY_RESPONSE of activix.createLead")
    says = "exit 1: no case failed; format at body.created_at, after a fault or 500 of activix.createLead"
    state_row("sweep", "activix_date.py: its retry after a fault has a wrong date", says)


def test_a_client_that_never_reaches_the_mocks_is_not_swept(crm_mocks: Run, state_row: StateRow) -> None:
    done = crm_mocks("sweep", "--", "sh", CLIENTS / "wrongurl.sh")
    says = "the client called no operation of the mocks in its baseline run: it finds them at CRM_MOCKS_URL"
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, f"Not swept: {says}")
    state_row("sweep", "wrongurl.sh: its URL is built in", f"exit 1: {says}")


def test_an_old_token_that_is_sent_again_after_renewal_is_a_finding_of_run(
    crm_mocks: Run, state_row: StateRow, tmp_path: Path
) -> None:
    for name in ("crmcom_async.py", "token_expires.py"):
        shutil.copy(CLIENTS / name, tmp_path)
    done = crm_mocks("run", "--json", "r.json", "--", sys.executable, "token_expires.py")
    assert done.returncode == 1, done.stdout + done.stderr
    (finding,) = report(tmp_path)["findings"]
    assert (finding["operation"], finding["rule"]) == ("crmcom.createLead", "token_expired")
    state_row("run", "crmcom_async.py: repeats the old token after renewal", f"exit 1: {finding['message']}")


@needs_java
def test_a_lead_with_a_wrong_date_is_named_in_what_java_sends(
    crm_mocks: Run, state_row: StateRow, tmp_path: Path
) -> None:
    done = crm_mocks("run", "--json", "r.json", "--", "java", CLIENTS / "Activix.java", "epoch")
    assert done.returncode == 65
    (finding,) = report(tmp_path)["findings"]
    assert finding["location"] == ["body", "created_at"]
    state_row("run", "Activix.java: sends its date as an epoch", f"exit 65, the client's own: {finding['message']}")


def har(folder: Path, second: str) -> Path:
    """Write a recording of a 429 that asks for two seconds, and of the next request at a time."""
    url = "https://crm.example.com/v1/leads/config"
    request = {"method": "GET", "url": url, "headers": [{"name": "x-api-key", "value": "k"}], "queryString": []}
    error = {"errorCode": "RATE_LIMIT_EXCEEDED", "errorMessage": "Too many requests", "traceId": "a" * 32}

    def entry(at: str, status: int, headers: dict[str, str]) -> dict[str, Any]:
        fields = [{"name": name, "value": value} for name, value in headers.items()]
        content = {"size": -1, "mimeType": "application/json", "text": json.dumps(error)}
        response = {"status": status, "headers": fields, "content": content}
        return {"startedDateTime": at, "time": 20.0, "request": request, "response": response}

    wait = {"Content-Type": "application/json", "Retry-After": "2"}
    entries = [entry("2026-01-31T12:00:00.000Z", 429, wait), entry(second, 429, wait)]
    path = folder / "traffic.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return path


@pytest.mark.parametrize(
    ("second", "words", "code"),
    [
        ("2026-01-31T12:00:00.500Z", (), 1),
        ("2026-01-31T12:00:00.500Z", ("--ignore-retry-after",), 0),
        ("2026-01-31T12:00:03.000Z", (), 0),
    ],
    ids=["early", "ignored", "waited"],
)
def test_early_retries_in_a_recording_are_the_clients_fault(
    crm_mocks: Run, state_row: StateRow, tmp_path: Path, second: str, words: tuple[str, ...], code: int
) -> None:
    done = crm_mocks("check", har(tmp_path, second), "--vendor", "config_api", "--json", "r.json", *words)
    found = [each for each in report(tmp_path)["findings"] if each["side"] == "client"]
    assert (done.returncode, [each["rule"] for each in found if each["standing"] == "fails"]) == (
        code,
        ["retryAfter"] if code else [],
    ), done.stdout
    gap = "3.0" if "03" in second[17:19] else "0.5"
    case = f"a HAR in which a 429 with Retry-After: 2 is retried after {gap} s" + (f", {words[0]}" if words else "")
    state_row("check", case, f"exit {code}: " + (found[0]["message"] if code else "contract kept"))
