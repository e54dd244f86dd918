"""Paths that no contract has: stubbed and allowed ones break nothing, others do."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.verdicts.conftest import StateRow

CrmMocks = Callable[..., subprocess.CompletedProcess[str]]
TOPIC = "paths of no contract"
KNOWN = 'curl -sSf "$CRM_MOCKS_URL"/v1/leads/config -H "x-api-key: demo-key" >/dev/null'
OTHER = 'curl -sS "$CRM_MOCKS_URL"/v1/studios/7 >/dev/null'
STUB = """curl -sSf "$CRM_MOCKS_URL"/__admin/responses -d '{"method": "GET", "path": "/v1/studios/{id}", "body": {}}'"""


def test_an_unknown_path_is_broken_and_the_report_has_the_lines_to_paste(
    crm_mocks: CrmMocks, state_row: StateRow
) -> None:
    done = crm_mocks("run", "--", "sh", "-c", f"{KNOWN}; {OTHER}")
    assert done.returncode == 1
    assert "allow it: --allow 'GET /v1/studios/7'" in done.stdout
    assert '"$CRM_MOCKS_URL"/__admin/responses -d \'{"method": "GET", "path": "/v1/studios/7"' in done.stdout
    state_row(TOPIC, "neither stubbed nor allowed", "exit 1: path; prints --allow 'GET /v1/studios/7' and the stub")


def test_a_stubbed_path_breaks_nothing(crm_mocks: CrmMocks, state_row: StateRow) -> None:
    done = crm_mocks("run", "--", "sh", "-ec", f"{STUB}; {KNOWN}; {OTHER}")
    assert done.returncode == 0, done.stdout
    assert "GET /v1/studios/7 ×1: stubbed" in done.stdout
    assert "1 of 3" in done.stdout  # the stub is not in coverage
    state_row(TOPIC, "stubbed by POST /__admin/responses", "exit 0: GET /v1/studios/7: stubbed")


def test_a_path_stubbed_in_the_seed_file_breaks_nothing(
    crm_mocks: CrmMocks, state_row: StateRow, tmp_path: Path
) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("responses: [{method: GET, path: '/v1/studios/*', body: {a: 1}, times: null}]", "utf-8")
    done = crm_mocks("run", "--seed-file", seed, "--", "sh", "-ec", f"{KNOWN}; {OTHER}; {OTHER}")
    assert done.returncode == 0, done.stdout
    assert "GET /v1/studios/7 ×2: stubbed" in done.stdout
    state_row(TOPIC, "stubbed by --seed-file", "exit 0: GET /v1/studios/7: stubbed")


def test_an_allowed_path_breaks_nothing(crm_mocks: CrmMocks, state_row: StateRow) -> None:
    done = crm_mocks("run", "--allow", "GET /v1/studios/*", "--", "sh", "-ec", f"{KNOWN}; {OTHER}")
    assert done.returncode == 0, done.stdout
    assert "GET /v1/studios/7 ×1: allowed" in done.stdout
    state_row(TOPIC, "--allow 'GET /v1/studios/*'", "exit 0: GET /v1/studios/7: allowed")


def test_a_known_path_stays_known(crm_mocks: CrmMocks, state_row: StateRow, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    assert crm_mocks("run", "--write-baseline", known, "--", "sh", "-c", f"{KNOWN}; {OTHER}").returncode == 1
    done = crm_mocks("run", "--baseline", known, "--", "sh", "-c", f"{KNOWN}; {OTHER}")
    assert done.returncode == 0, done.stdout
    state_row(TOPIC, "in the baseline", "exit 0: 1 known finding")
