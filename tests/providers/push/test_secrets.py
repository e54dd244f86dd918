"""Secrets are in no report and on no terminal, even where a receiver echoes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from crm_contracts.judge.report import report
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
    """Answer with all that came, and more."""
    start_response("200 OK", [("Content-Type", "application/json"), ("Location", f"http://a/{SECRET}")])
    came = [str(value) for name, value in environ.items() if name.startswith("HTTP_")]
    body = environ["wsgi.input"].read().decode("utf-8", "replace")
    yield json.dumps({"access_token": ISSUED, "expires_in": 3600, "said": [SECRET, *came], "came": body}).encode()


@pytest.mark.parametrize("scheme", CREDENTIALS)
def test_what_a_receiver_echoes_is_struck_out(scheme: str) -> None:
    said: list[str] = []
    with push.to_wsgi("activix", echo, f"/leads?key={SECRET}", credentials=CREDENTIALS[scheme]) as pusher:
        examine(pusher, (), said.append)
        send(pusher, [pusher.example()], 0.0, said.append)
        examination = pusher.verdict()
    assert examination.exit_code() == 1
    told = "\n".join([*said, *(render(report(examination), kind) for kind in FORMATS)])
    basic = base64.b64encode(f"activix:{SECRET}".encode()).decode()
    signatures = [
        value
        for push_ in (pusher.sender.push(pusher.example()),)
        for _, value in pusher.sender.authentication(push_.body, ISSUED)
    ]
    for secret in (SECRET, ISSUED, "a-token-of-the-users", basic, *signatures):
        assert secret not in told


def test_a_url_with_a_secret_is_not_repeated() -> None:
    with (
        push.to_url("activix", f"http://127.0.0.1:1/leads?key={ISSUED}") as pusher,
        pytest.raises(UsageError) as refused,
    ):
        pusher.push()
    assert ISSUED not in str(refused.value)


class Failing:
    """Redirects and raises in turn, and tells the secret either way."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, _environ: Any, start_response: Any) -> list[bytes]:
        self.calls += 1
        if self.calls % 2 == 0:
            raise ValueError(f"no {SECRET} here")
        start_response("302 Found", [("Location", f"/login?as={quote(SECRET)}")])
        return [b""]


def test_what_an_application_raises_or_redirects_to_is_struck_out() -> None:
    said: list[str] = []
    with push.to_wsgi("activix", Failing(), credentials=CREDENTIALS["basic"]) as pusher:
        examine(pusher, ["new-lead", "year-string"], said.append)
        send(pusher, [pusher.example()] * 2, 0.0, said.append)
        examination = pusher.verdict()
    told = "\n".join([*said, *(render(report(examination), kind) for kind in FORMATS)])
    assert "the application raised ValueError: no *** here" in told
    assert "302 to /login?as=***" in told
    assert "hunter2" not in told
