"""Responses of HTTP itself, browsers and intermediaries are nobody's fault."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from crm_contracts.judge.exchange import Exchange, Headers, Part
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.exchanges.judgement import Judgement

URL = "https://crm.example.com/v1/leads/config"
KEY = ("x-api-key", "x")


@pytest.fixture(scope="module")
def judge() -> ExchangeJudge:
    return ExchangeJudge(["config_api"], {})


def judged(
    judge: ExchangeJudge,
    status: int,
    request: Headers = (),
    response: Headers = (),
    url: str = URL,
    missing: Iterable[Part] = (),
) -> Judgement:
    return judge.judge(
        Exchange(
            "GET",
            url,
            request_headers=(KEY, *request),
            status=status,
            response_headers=response,
            missing_parts=tuple(missing),
        )
    )


@pytest.mark.parametrize(
    ("status", "request_header", "response_header"),
    [
        (304, ("If-None-Match", '"1"'), None),
        (304, ("If-Modified-Since", "Sat, 31 Jan 2026 12:00:00 GMT"), None),
        (412, ("If-Match", '"1"'), None),
        (206, ("Range", "bytes=0-9"), None),
        (416, ("Range", "bytes=9-"), None),
        (407, None, ("Proxy-Authenticate", "Basic")),
        (103, None, ("Link", "</style.css>")),
        (307, None, ("Non-Authoritative-Reason", "HSTS")),
        (301, None, ("Location", URL)),
        (308, None, ("Location", "https://eu.crm.example.com/v1/leads/config/")),
    ],
)
def test_a_generic_response_is_not_judged(
    judge: ExchangeJudge, status: int, request_header: tuple[str, str] | None, response_header: tuple[str, str] | None
) -> None:
    request = (request_header,) if request_header else ()
    response = (response_header,) if response_header else ()
    assert judged(judge, status, request, response).response is None


@pytest.mark.parametrize(
    ("status", "location"), [(304, ""), (412, ""), (206, ""), (302, "https://login.example.com/"), (302, "")]
)
def test_the_same_status_without_a_reason_is_the_providers_fault(
    judge: ExchangeJudge, status: int, location: str
) -> None:
    result = judged(judge, status, response=(("Location", location),) if location else ())
    assert [each.rule for each in result.response or ()] == ["undocumented-status"]


def test_a_304_may_answer_a_header_that_the_browser_has_added(judge: ExchangeJudge) -> None:
    assert judged(judge, 304, missing=[Part.REQUEST_HEADERS]).response is None


@pytest.mark.parametrize(
    "exchange",
    [
        Exchange("GET", URL.replace("https", "wss"), status=101),
        Exchange("GET", URL, status=101),
        Exchange("GET", URL.replace("https", "ws"), status=403),
        Exchange("OPTIONS", URL, request_headers=(("Access-Control-Request-Method", "GET"),), status=403),
    ],
)
def test_websockets_and_preflights_match_no_operation(judge: ExchangeJudge, exchange: Exchange) -> None:
    result = judge.judge(exchange)
    assert (result.operation, result.match.vendor) == (None, None)
