"""Secrets are redacted in reports and output, even if a receiver echoes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from crm_contracts.judge.reports.verdict_report import report
from crm_contracts.providers import push
from crm_contracts.providers.push.progress import examine, send
from crm_contracts.report.formats import render
from crm_mocks.errors import UsageError

SECRET = 'hünter2 "hunter2"'
ISSUED = "issued-token-1234"
FORMATS = ("terminal", "json", "junit", "html", "markdown")
CREDENTIALS: dict[str, dict[str, str]] = {
    "basic": {"username": "activix", "password": SECRET},
    "bearer": {"token": "a-token-of-the-users"},
    "oauth2": {"token_url": "http://a.test/token", "client_id": "activix", "client_secret": SECRET},
    "signature": {"signature_key": SECRET},
}


def echo(environ: Any, start_response: Any) -> Iterator[bytes]:
    """Respond with the request and the secrets."""
    start_response("200 OK", [("Content-Type", "application/json"), ("Location", f"http://a/{SECRET}")])
    headers = [str(value) for name, value in environ.items() if name.startswith("HTTP_")]
    body = environ["wsgi.input"].read().decode("utf-8", "replace")
    yield json.dumps(
        {"access_token": ISSUED, "expires_in": 3600, "echo": [SECRET, *headers], "received": body}
    ).encode()


@pytest.mark.parametrize("scheme", CREDENTIALS)
def test_echoed_secrets_are_redacted(scheme: str) -> None:
    lines: list[str] = []
    with push.to_wsgi("activix", echo, f"/leads?key={SECRET}", credentials=CREDENTIALS[scheme]) as pusher:
        list(examine(pusher, (), lines.append))
        send(pusher, [pusher.example()], 0.0, lines.append)
        verdict = pusher.verdict()
    assert verdict.exit_code() == 1
    output = "\n".join([*lines, *(render(report(verdict), kind) for kind in FORMATS)])
    basic = base64.b64encode(f"activix:{SECRET}".encode()).decode()
    signatures = [
        value
        for push_ in (pusher.sender.push(pusher.example()),)
        for _, value in pusher.sender.authentication(push_.body, ISSUED)
    ]
    for secret in (SECRET, ISSUED, "a-token-of-the-users", basic, *signatures):
        assert secret not in output


def test_a_url_with_a_secret_is_not_repeated() -> None:
    with (
        push.to_url("activix", f"http://127.0.0.1:1/leads?key={ISSUED}") as pusher,
        pytest.raises(UsageError) as refused,
    ):
        pusher.push()
    assert ISSUED not in str(refused.value)


class Failing:
    """Redirects and raises in turn, showing the secret both times."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, _environ: Any, start_response: Any) -> list[bytes]:
        self.calls += 1
        if self.calls % 2 == 0:
            raise ValueError(f"no {SECRET} here")
        start_response("302 Found", [("Location", f"/login?as={quote(SECRET)}")])
        return [b""]


def test_secrets_in_exceptions_and_redirects_are_redacted() -> None:
    lines: list[str] = []
    with push.to_wsgi("activix", Failing(), credentials=CREDENTIALS["basic"]) as pusher:
        list(examine(pusher, ["new-lead", "year-string"], lines.append))
        send(pusher, [pusher.example()] * 2, 0.0, lines.append)
        verdict = pusher.verdict()
    output = "\n".join([*lines, *(render(report(verdict), kind) for kind in FORMATS)])
    assert "the application raised ValueError: no *** here" in output
    assert "302 to /login?as=***" in output
    assert "hunter2" not in output
