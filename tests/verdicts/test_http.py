"""Bytes that never became a request: findings of the rule `http`, with what was wrong and how to mend it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.verdicts.conftest import CASES, StateRow

CrmMocks = Callable[..., subprocess.CompletedProcess[str]]
TOPIC = "not HTTP"
CLIENT = CASES / "clients" / "bytes.py"

BROKEN = {
    "two-hosts": ("two Host headers", "the host header is repeated: send it once"),
    "no-host": ("no Host header", "the host header is missing: send one Host header"),
    "tls": ("TLS to the plain port", "the client began a TLS handshake, but this port serves plain HTTP"),
    "http2": ("curl --http2-prior-knowledge", "the client began with HTTP/2 (prior knowledge)"),
    "raw-path": ("a path in raw UTF-8", "the path or query has bytes that are not ASCII: percent-encode them"),
    "spaced-path": ("a space in the path", "the path or query has a space: percent-encode it as %20"),
    "two-lengths": ("Content-Length and Transfer-Encoding", "has both content-length and transfer-encoding"),
    "bad-chunk": ("a malformed chunk", "a chunk size line is malformed"),
    "not-http": ("bytes that are not HTTP", "the bytes may not be HTTP at all"),
}
KEPT = {
    "nothing": ("a connection without a byte", "Contract kept: 1 exchange"),
    "cut-head": ("a connection that ends in the headers", "incomplete"),
    "cut-body": ("a connection that ends in the body", "incomplete"),
    "control-api": ("a malformed request to the control API", "Contract kept: 1 exchange"),
}


def verdict(done: subprocess.CompletedProcess[str]) -> str:
    return next(line for line in done.stdout.splitlines() if line.startswith("Contract "))


def text(done: subprocess.CompletedProcess[str]) -> str:
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("how", BROKEN)
def test_malformed_bytes_break_the_rule_http(crm_mocks: CrmMocks, state_row: StateRow, how: str) -> None:
    case, message = BROKEN[how]
    done = crm_mocks("run", "--", sys.executable, CLIENT, how)
    assert done.returncode == 1, done.stdout
    assert "not HTTP:" in done.stdout
    assert message in text(done)
    assert verdict(done) == "Contract broken: 1 rule broken by the client, in 1 of 2 exchanges"
    state_row(TOPIC, case, f"exit 1: http: {message}")


@pytest.mark.parametrize("how", KEPT)
def test_what_is_only_incomplete_breaks_nothing(crm_mocks: CrmMocks, state_row: StateRow, how: str) -> None:
    case, message = KEPT[how]
    done = crm_mocks("run", "--", sys.executable, CLIENT, how)
    assert done.returncode == 0, done.stdout
    assert message in done.stdout
    says = "a notice" if message == "incomplete" else "does not count"
    state_row(TOPIC, case, f"exit 0: {says}")


@pytest.mark.parametrize(
    ("how", "case", "message"),
    [
        ("tls", "--tls: a client that does not trust the certificate", "have it trust the certificate authority"),
        ("plain", "--tls: plain HTTP to the port", "use a URL with https://"),
    ],
)
def test_a_failed_handshake_breaks_the_rule_http(
    crm_mocks: CrmMocks, state_row: StateRow, how: str, case: str, message: str
) -> None:
    done = crm_mocks("run", "--tls", "--", sys.executable, CLIENT, how)
    assert done.returncode == 1, done.stdout
    assert message in text(done)
    state_row(TOPIC, case, f"exit 1: http: {message}")


def test_the_rule_is_allowed_by_name(crm_mocks: CrmMocks, state_row: StateRow) -> None:
    done = crm_mocks("run", "--allow", "*:http", "--", sys.executable, CLIENT, "two-hosts")
    assert done.returncode == 0, done.stdout
    state_row(TOPIC, "two Host headers, --allow '*:http'", "exit 0: 1 allowed mistake")


def test_an_exported_journal_is_judged_as_the_run_was(crm_mocks: CrmMocks, tmp_path: Path, state_row: StateRow) -> None:
    export = (
        "import os, pathlib, subprocess, sys, urllib.request as u; "
        f"subprocess.run([sys.executable, {str(CLIENT)!r}, 'two-hosts']); "
        "journal = u.urlopen(os.environ['CRM_MOCKS_URL'] + '/__admin/requests').read(); "
        "pathlib.Path('journal.json').write_bytes(journal)"
    )
    crm_mocks("run", "--", sys.executable, "-c", export)
    done = crm_mocks("check", "journal.json")
    assert done.returncode == 1, done.stdout
    assert "not HTTP: header host" in done.stdout
    assert verdict(done) == "Contract broken: 1 rule broken by the client, in 1 of 2 exchanges"
    state_row(TOPIC, "two Host headers, in an exported journal (`check`)", f"exit 1: http: {BROKEN['two-hosts'][1]}")
