"""Credentials are redacted in described and stored exchanges."""

from __future__ import annotations

import base64
import json

import pytest

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.secrets import Secrets

SECRET = "s3cr3t-of-the-client"
BASIC = base64.b64encode(f"u:{SECRET}".encode()).decode()
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def echoed(**parts):
    """Return an exchange whose response echoes the credentials under other names."""
    about = f"who is {SECRET}?"
    return Exchange(
        method="POST",
        url="http://crm.example.com/x",
        status=401,
        response_headers=(("X-Reason", about),),
        response_body=json.dumps({"message": about}).encode(),
        **parts,
    )


CASES = {
    "bearer": echoed(request_headers=(("Authorization", f"Bearer {SECRET}"),)),
    "basic": echoed(request_headers=(("Authorization", f"Basic {BASIC}"),)),
    "key": echoed(request_headers=(("x-api-key", SECRET),)),
    "scheme of its own": echoed(request_headers=(("Authorization", SECRET),)),
    "member": echoed(request_body=json.dumps({"login": [{"password": SECRET}]}).encode()),
    "form": echoed(request_body=f"client_secret={SECRET}&a=b".encode(), request_headers=FORM),
}


@pytest.mark.parametrize("exchange", CASES.values(), ids=CASES)
def test_credentials_are_fully_redacted(exchange):
    text = repr(Secrets([]).fully_redacted(exchange))
    assert SECRET not in text
    assert BASIC not in text


@pytest.mark.parametrize("exchange", CASES.values(), ids=CASES)
def test_an_echo_of_a_credential_is_redacted_in_the_response(exchange):
    redacted = Secrets([]).redacted(exchange)
    assert SECRET not in repr((redacted.response_headers, redacted.response_body))
    assert json.loads(redacted.response_body) == {"message": "who is ***?"}


def test_a_key_in_the_query_is_redacted():
    exchange = Exchange("GET", f"http://x/y?a=1&api_key={SECRET}#", status=200, response_body=SECRET.encode())
    redacted = Secrets([]).fully_redacted(exchange)
    assert redacted.url == "http://x/y?a=1&api_key=***"
    assert redacted.response_body == b"***"


def test_an_issued_token_is_redacted():
    exchange = Exchange("POST", "http://x/", status=200, response_body=json.dumps({"access_token": SECRET}).encode())
    assert json.loads(Secrets([]).fully_redacted(exchange).response_body) == {"access_token": "***"}


def test_values_that_are_not_credentials_are_kept():
    exchange = Exchange(
        "POST", "http://x/?a=1", (("X-A", "b"),), b'{"name": "Zoe"}', 200, (("X-B", "c"),), b'{"id": 1}'
    )
    assert Secrets([]).fully_redacted(exchange) == exchange


def test_a_known_secret_is_redacted_everywhere():
    exchange = Exchange("POST", f"http://x/{SECRET}", status=200, response_body=f"<{SECRET}>".encode())
    redacted = Secrets([], [SECRET]).redacted(exchange)
    assert (redacted.url, redacted.response_body) == ("http://x/***", b"<***>")


def test_redacted_json_is_json():
    body = json.dumps({"password": "2026", "year": 2026, "years": [[2026, True, None]], "text": "in 2026"}).encode()
    exchange = Exchange("POST", "http://x/", request_body=body, status=200, response_body=body)
    for redacted in (Secrets([]).redacted(exchange), Secrets([]).fully_redacted(exchange)):
        for raw in (redacted.request_body, redacted.response_body):
            assert json.loads(raw) == {
                "password": "***",
                "year": "***",
                "years": [["***", True, None]],
                "text": "in ***",
            }


def test_redacted_values_are_kept():
    body = json.dumps({"password": "***", "token": "***"}).encode()
    exchange = Exchange("POST", "http://x/", request_body=body, status=200, response_body=body)
    assert Secrets([]).fully_redacted(exchange) == exchange
