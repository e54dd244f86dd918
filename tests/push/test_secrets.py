"""Secrets are in no report and on no terminal, even where a receiver echoes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from crm_contracts import push
from crm_contracts.examination.reports import render
from crm_contracts.push.telling import examine, send
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
        examination = pusher.examination()
    assert examination.exit_code() == 1
    told = "\n".join([*said, *(render(examination, kind) for kind in FORMATS)])
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
