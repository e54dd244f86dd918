"""Credentials of an exchange stand neither in what is told of it nor in what is kept."""

from __future__ import annotations

import base64
import json

import pytest

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.secrets import Secrets

SECRET = "s3cr3t-of-the-client"
BASIC = base64.b64encode(f"u:{SECRET}".encode()).decode()
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def brought(**parts):
    """Return an exchange in whose answer the credentials of its request come again under harmless names."""
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
    "bearer": brought(request_headers=(("Authorization", f"Bearer {SECRET}"),)),
    "basic": brought(request_headers=(("Authorization", f"Basic {BASIC}"),)),
    "key": brought(request_headers=(("x-api-key", SECRET),)),
    "scheme of its own": brought(request_headers=(("Authorization", SECRET),)),
    "member": brought(request_body=json.dumps({"login": [{"password": SECRET}]}).encode()),
    "form": brought(request_body=f"client_secret={SECRET}&a=b".encode(), request_headers=FORM),
}


@pytest.mark.parametrize("exchange", CASES.values(), ids=CASES)
def test_nothing_is_left_of_a_credential(exchange):
    told = repr(Secrets([]).fully_redacted(exchange))
    assert SECRET not in told
    assert BASIC not in told


@pytest.mark.parametrize("exchange", CASES.values(), ids=CASES)
def test_an_echo_of_a_credential_is_struck_out_of_the_answer(exchange):
    quiet = Secrets([]).redacted(exchange)
    assert SECRET not in repr((quiet.response_headers, quiet.response_body))
    assert json.loads(quiet.response_body) == {"message": "who is ***?"}


def test_a_key_in_the_query_is_struck_out():
    exchange = Exchange("GET", f"http://x/y?a=1&api_key={SECRET}#", status=200, response_body=SECRET.encode())
    struck = Secrets([]).fully_redacted(exchange)
    assert struck.url == "http://x/y?a=1&api_key=***"
    assert struck.response_body == b"***"


def test_a_token_that_is_issued_is_struck_out():
    exchange = Exchange("POST", "http://x/", status=200, response_body=json.dumps({"access_token": SECRET}).encode())
    assert json.loads(Secrets([]).fully_redacted(exchange).response_body) == {"access_token": "***"}


def test_what_is_no_credential_stays():
    exchange = Exchange(
        "POST", "http://x/?a=1", (("X-A", "b"),), b'{"name": "Zoe"}', 200, (("X-B", "c"),), b'{"id": 1}'
    )
    assert Secrets([]).fully_redacted(exchange) == exchange


def test_a_secret_that_is_known_is_struck_out_wherever_it_stands():
    exchange = Exchange("POST", f"http://x/{SECRET}", status=200, response_body=f"<{SECRET}>".encode())
    quiet = Secrets([], [SECRET]).redacted(exchange)
    assert (quiet.url, quiet.response_body) == ("http://x/***", b"<***>")


def test_what_was_json_is_json_afterwards():
    body = json.dumps({"password": "2026", "year": 2026, "years": [[2026, True, None]], "text": "in 2026"}).encode()
    exchange = Exchange("POST", "http://x/", request_body=body, status=200, response_body=body)
    for struck in (Secrets([]).redacted(exchange), Secrets([]).fully_redacted(exchange)):
        for raw in (struck.request_body, struck.response_body):
            assert json.loads(raw) == {
                "password": "***",
                "year": "***",
                "years": [["***", True, None]],
                "text": "in ***",
            }


def test_what_is_struck_out_already_stays_as_it_is():
    body = json.dumps({"password": "***", "token": "***"}).encode()
    exchange = Exchange("POST", "http://x/", request_body=body, status=200, response_body=body)
    assert Secrets([]).fully_redacted(exchange) == exchange
