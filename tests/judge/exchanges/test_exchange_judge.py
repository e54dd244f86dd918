"""Exchanges from any source are judged against the contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.exchange_judge import ACCEPTED_INVALID, ExchangeJudge
from crm_contracts.judge.exchanges.response_rules import UNDOCUMENTED_STATUS
from crm_mocks.basis import DOCUMENT
from crm_mocks.state.journal_entry import JournalEntry
from tests.conftest import Api
from tests.vendors.discovery import VENDORS, Variant, causes


def exchange_of(entry: JournalEntry, base: str = "https://crm.example.com") -> Exchange:
    return Exchange(
        entry.method,
        f"{base}{entry.path}" + (f"?{entry.query}" if entry.query else ""),
        tuple(entry.request_headers),
        entry.request_body,
        entry.status,
        tuple(entry.response_headers),
        entry.response_body,
    )


@pytest.fixture(params=VENDORS)
def accepted(request: pytest.FixtureRequest, api: Callable[..., Api]) -> tuple[ExchangeJudge, Exchange]:
    """A judge, and a valid request of each vendor with its successful response."""
    variant = Variant(request.param)
    operation = list(variant.operations())[-1]
    mock = api(variant.vendor, settings={"host.redact": False})
    assert mock.request(**causes(variant.vendor).VALID[operation.id](mock)).status_code == 200
    return ExchangeJudge([variant.vendor], {}), exchange_of(mock.last_entry())


def rules(judge: ExchangeJudge, exchange: Exchange) -> set[str]:
    """Return the rules that a response breaks."""
    operation = judge.find(exchange.method, exchange.url)
    assert operation is not None
    return {each.rule for each in judge.response_violations(operation, exchange)}


def test_a_good_request_breaks_nothing(accepted: tuple[ExchangeJudge, Exchange]) -> None:
    judge, exchange = accepted
    assert judge.request_violations(exchange) == []


def test_a_request_is_matched_below_a_base_path(accepted: tuple[ExchangeJudge, Exchange]) -> None:
    judge, exchange = accepted
    moved = exchange.url.replace("example.com", "example.com/staging/eu")
    assert judge.find(exchange.method, moved) == judge.find(exchange.method, exchange.url)


def test_an_undocumented_status_is_reported(accepted: tuple[ExchangeJudge, Exchange]) -> None:
    judge, exchange = accepted
    assert rules(judge, replace(exchange, status=418)) == {UNDOCUMENTED_STATUS}


@pytest.mark.parametrize(
    ("vendor", "path", "basis"),
    [
        ("leadbank", "/api/leads", DOCUMENT),  # its errors are all positions, its 200 is documented
        ("crmcom", "/crmapi/rest/v2/leads/create", DOCUMENT),
        ("activix", "/activix/oauth/token", "activix-token-endpoint"),  # nothing of it is documented
    ],
)
@pytest.mark.parametrize("status", [302, 418, 503])
def test_an_undocumented_status_breaks_what_documents_state_if_they_list_any(
    vendor: str, path: str, basis: str, status: int
) -> None:
    judge = ExchangeJudge([vendor], {})
    exchange = Exchange("POST", f"https://crm.example.com{path}", status=status)
    operation = judge.find(exchange.method, exchange.url)
    assert operation is not None
    assert [each.basis for each in judge.response_violations(operation, exchange)] == [basis]


def test_a_page_of_a_proxy_is_reported(accepted: tuple[ExchangeJudge, Exchange]) -> None:
    judge, exchange = accepted
    page = replace(exchange, response_headers=(("Content-Type", "text/html"),), response_body=b"<h1>Bad gateway</h1>")
    assert rules(judge, page) & {"mediaType", "body"}


def test_a_request_that_breaks_the_contract_must_be_refused(accepted: tuple[ExchangeJudge, Exchange]) -> None:
    judge, exchange = accepted
    broken = replace(exchange, request_body=b'"no object"')
    assert judge.request_violations(broken)
    assert ACCEPTED_INVALID in rules(judge, broken)


def test_missing_credentials_are_only_the_clients_fault(api: Callable[..., Api]) -> None:
    secured = [
        (variant, operation)
        for variant in map(Variant, VENDORS)
        for operation in variant.operations()
        if operation.security and {} not in operation.security
    ]
    for variant, operation in secured:
        mock = api(variant.vendor, settings={"host.redact": False})
        request = causes(variant.vendor).VALID[operation.id](mock)
        assert mock.request(**request).status_code == 200
        judge, exchange = ExchangeJudge([variant.vendor], {}), exchange_of(mock.last_entry())
        bare = tuple((name, value) for name, value in exchange.request_headers if name.lower() in ("content-type",))
        assert [each.rule for each in judge.request_violations(replace(exchange, request_headers=bare))] == [
            "credentials"
        ]
        assert rules(judge, replace(exchange, request_headers=bare)) == set()
    assert secured


def test_a_wrong_method_is_reported_and_a_foreign_path_is_not(accepted: tuple[ExchangeJudge, Exchange]) -> None:
    judge, exchange = accepted
    assert [each.rule for each in judge.request_violations(replace(exchange, method="DELETE"))] == ["method"]
    assert judge.request_violations(replace(exchange, url="https://example.com/favicon.ico")) == []


def messages(judge: ExchangeJudge, exchange: Exchange) -> str:
    """Return the messages about a response."""
    operation = judge.find(exchange.method, exchange.url)
    assert operation is not None
    return "; ".join(each.message for each in judge.response_violations(operation, exchange))


def test_a_redirect_is_reported_with_its_target_without_secrets(accepted: tuple[ExchangeJudge, Exchange]) -> None:
    judge, exchange = accepted
    headers = (("Location", "https://user:pw@login.example.com/start?ticket=s3cret"),)
    message = messages(judge, replace(exchange, status=302, response_headers=headers))
    assert "redirects to login.example.com/start" in message
    assert "s3cret" not in message


@pytest.mark.parametrize("status", [200, 502])
def test_an_html_page_is_reported_as_such(accepted: tuple[ExchangeJudge, Exchange], status: int) -> None:
    judge, exchange = accepted
    page = replace(exchange, status=status, response_headers=(("Content-Type", "text/html"),), response_body=b"<html>")
    assert "a page as sent by proxies and gateways" in messages(judge, page)


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", b"[" * 5000),
        ("application/json", b'{"a":' * 300 + b"1" + b"}" * 300),
        ("application/json; charset=utf-7", b'"+2AA-"'),
        ("application/json; charset=zlib", b"x"),
        ("application/json; charset=\u00e9", b"{}"),
        ("application/json", b"\xff"),
        ("", b"\0"),
    ],
)
def test_garbage_is_reported_without_crashing(
    accepted: tuple[ExchangeJudge, Exchange], media_type: str, body: bytes
) -> None:
    judge, exchange = accepted
    assert rules(judge, replace(exchange, response_headers=(("Content-Type", media_type),), response_body=body))
    sent = tuple(each for each in exchange.request_headers if each[0].lower() != "content-type")
    judge.request_violations(
        replace(exchange, request_headers=(*sent, ("Content-Type", media_type)), request_body=body)
    )
