"""Credentials are redacted in described and stored exchanges."""

from __future__ import annotations

import base64
import json

import pytest

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.exchanges.secrets import Secrets
from crm_mocks.redaction import Redaction

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


def redacted(exchange: Exchange, *known: str) -> Exchange:
    """Return an exchange as it is shown where no contract documents it."""
    return Secrets(Redaction(is_open=True), known).redacted(exchange).exchange


@pytest.mark.parametrize("exchange", CASES.values(), ids=CASES)
def test_credentials_and_their_echoes_are_redacted(exchange):
    shown = redacted(exchange)
    assert SECRET not in repr(shown)
    assert BASIC not in repr(shown)
    assert json.loads(shown.response_body) == {"message": "who is ***?"}


def test_a_key_in_the_query_is_redacted():
    exchange = Exchange("GET", f"http://x/y?a=1&api_key={SECRET}#", status=200, response_body=SECRET.encode())
    shown = redacted(exchange)
    assert shown.url == "http://x/y?a=1&api_key=***"
    assert shown.response_body == b"***"


def test_an_issued_token_is_redacted_there_and_in_later_exchanges():
    secrets = Secrets(Redaction(is_open=True))
    exchange = Exchange("POST", "http://x/", status=200, response_body=json.dumps({"access_token": SECRET}).encode())
    assert json.loads(secrets.redacted(exchange).exchange.response_body) == {"access_token": "***"}
    assert secrets.redacted(Exchange("GET", f"http://x/a?b={SECRET}")).exchange.url == "http://x/a?b=***"


def test_values_that_are_not_credentials_are_kept():
    exchange = Exchange(
        "POST", "http://x/?a=1", (("X-A", "b"),), b'{"name": "Zoe"}', 200, (("X-B", "c"),), b'{"id": 1}'
    )
    assert redacted(exchange) == exchange


def test_a_known_secret_is_redacted_everywhere():
    exchange = Exchange("POST", f"http://x/{SECRET}", status=200, response_body=f"<{SECRET}>".encode(), failure=SECRET)
    shown = redacted(exchange, SECRET)
    assert SECRET not in repr(shown)


def test_redacted_json_is_json():
    body = json.dumps({"password": "2026", "year": 2026, "years": [[2026, True, None]], "text": "in 2026"}).encode()
    shown = redacted(Exchange("POST", "http://x/", request_body=body, status=200, response_body=body))
    for raw in (shown.request_body, shown.response_body):
        assert json.loads(raw) == {"password": "***", "year": "***", "years": [["***", True, None]], "text": "in ***"}


def test_what_is_redacted_is_kept():
    body = json.dumps({"password": "***", "token": "***", "a": "***(3)"}).encode()
    exchange = Exchange("POST", "http://x/***?a=***(2)", (("X", "***(1)"),), body, 200, (), body)
    assert redacted(exchange) == exchange
    assert Secrets(Redaction()).redacted(exchange).exchange == exchange


def test_a_base_url_that_looks_random_does_not_hide_findings(toy_vendor):
    url = "https://crm.example.com/tenant-9f86d081884c7d65"
    collector = Collector(ExchangeJudge((toy_vendor,), {}, url), "t")
    collector.add(Exchange("POST", f"{url}/toy/contact", status=404))
    [finding] = collector.verdict().findings
    assert finding.request == "POST https://crm.example.com/***(23)/toy/contact"
