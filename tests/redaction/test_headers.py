"""Headers of HTTP are shown, credentials by scheme, and all others by name and length."""

from __future__ import annotations

import pytest

from crm_mocks.contract import Contract, Operation
from crm_mocks.redaction import Redaction
from crm_mocks.redaction.header_names import STANDARD, TRACING
from crm_mocks.violations import Violation, header_value
from tests.redaction.helpers import header, redacted

BASIC = "Basic ZGVtbzpkZW1vLXNlY3JldA=="


@pytest.mark.parametrize("name", sorted({*STANDARD, *TRACING}))
def test_headers_of_http_are_shown(name: str) -> None:
    for spelling in (name, name.title()):
        assert header(Redaction(), spelling, "text/x-shown") == (spelling, "text/x-shown")


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Accept", "application/json; token=9f86d081884c7d659a2f", "application/json; token=***(20)"),
        ("User-Agent", "me/1.2 (eyJhbGciOiJub25lIn0.e30.)", "me/1.2 (***)"),
        ("Host", "me:hunter@127.0.0.1:4010", "***@127.0.0.1:4010"),
        ("Content-Type", "text/4929123456781234", "text/***(16)"),
        ("Content-Length", "1234567890", "1234567890"),
        ("Content-Length", "4929123456781234", "***(16)"),
        ("Content-Type", "multipart/form-data; boundary=a1b2c3d4e5; v=f6a7b8c9d0", None),
        ("Content-Type", 'multipart/mixed; boundary="eyJhbGciOiJub25lIn0.e30."', 'multipart/mixed; boundary="***"'),
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0", ""),
        ("Date", "Sun, 29 Nov 2026 18:22:07 GMT", ""),
    ],
)
def test_values_in_headers_of_http_are_hidden(name: str, value: str, shown: str | None) -> None:
    expected = value.replace("v=f6a7b8c9d0", "v=***(10)") if shown is None else shown or value
    assert header(Redaction(), name, value) == (name, expected)


def test_a_method_that_is_a_value_is_hidden_in_what_is_said_about_it() -> None:
    token = "9F86D081884C7D659A2F"
    violation = Violation(("method",), "method", f"must be POST, is {token}")
    entry = redacted(Redaction(), method=token, violations=[violation])
    assert entry.method == "***(20)"
    assert token not in entry.violations[0].message


@pytest.mark.parametrize("name", ["Referer", "X-Trace", "Forwarded", "X-Forwarded-For", "X"])
def test_other_headers_are_shown_by_name_and_length(name: str) -> None:
    assert header(Redaction(), name, "value") == (name, "***(5)")


@pytest.mark.parametrize("name", ["X-Session-Id", "X-Jwt", "Cookie", "X-Api-Key", "X-Hub-Signature", "X-Auth-Token"])
def test_credentials_are_recognized_by_the_name(name: str) -> None:
    assert header(Redaction(), name, "value") == (name, "***")


@pytest.mark.parametrize(
    ("value", "shown"),
    [("Basic x", "Basic ***"), ("bearer x y", "bearer ***"), ("hunter two", "***"), ("x", "***"), ("", "***")],
)
def test_only_a_known_scheme_of_a_credential_is_shown(value: str, shown: str) -> None:
    assert header(Redaction(), "authorization", value)[1] == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("x-api-key", "demo-secret", "demo-secret"),
        ("x-api-key", "mine", "***"),
        ("authorization", BASIC, BASIC),
        ("authorization", "Basic ZGVtbzptaW5l", "Basic ***"),
        ("authorization", "Bearer demo-secret", "Bearer demo-secret"),
    ],
)
def test_published_credentials_are_shown(name: str, value: str, shown: str) -> None:
    assert header(Redaction([], ["demo", "demo-secret"]), name, value)[1] == shown


def test_the_value_of_a_tracing_header_is_hidden_if_it_is_a_credential() -> None:
    assert header(Redaction(), "x-request-id", "eyJhbGciOiJub25lIn0.e30.")[1] == "***"


def test_a_name_that_is_a_value_is_hidden() -> None:
    assert header(Redaction(), "x-9f86d081884c7d659a2feaa0c55ad015", "a") == ("***(34)", "***(1)")


def test_a_location_is_shown_without_its_query() -> None:
    entry = redacted(Redaction(), response_headers=[("Location", "http://a.test/login?next=abc")])
    assert entry.response_headers == [("Location", "http://a.test/login?next=***(3)")]


def test_a_setting_shows_and_hides_headers() -> None:
    redaction = Redaction(show=["X-Trace", "cookie"], hide=["host"])
    for name, shown in (("x-trace", "value"), ("Cookie", "value"), ("Host", "***(5)")):
        assert header(redaction, name, "value") == (name, shown)


def test_a_location_is_hidden_in_what_is_said_about_it() -> None:
    token = "9f86d081884c7d659a2f"
    violation = Violation(("status",), "status", f"redirects to h/{token}")
    entry = redacted(Redaction(), response_headers=[("Location", f"http://h/{token}")], violations=[violation])
    assert entry.violations[0].message == "redirects to h/***"


def test_a_name_that_is_a_value_is_hidden_although_its_value_is_published(
    contract: Contract, operation: Operation
) -> None:
    redaction = Redaction([contract], ["demo-key"])
    sent = [(f"x-token-{'9f86d081' * 4}", "demo-key")]
    assert redacted(redaction, operation, path="/x", request_headers=sent).request_headers == [("***(40)", "demo-key")]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("%54r0ub%34dor3x", "***(15)"),
        ("caf%C3%A9-client", "caf%C3%A9-client"),
        ("WjRuYjNrYTdjcjFreA==", "***(18)=="),
        ("MyCompanyOrderSyncHttpClient/2", "MyCompanyOrderSyncHttpClient/2"),
    ],
)
def test_an_encoded_value_in_a_header_of_http_is_hidden(sent: str, shown: str) -> None:
    assert header(Redaction(), "User-Agent", sent) == ("User-Agent", shown)


def test_the_result_of_the_mocks_is_shown_and_the_same_header_of_a_client_is_not() -> None:
    violations = [Violation(("body", "a"), "type", "must be string")]
    headers = [("sl-violations", header_value(violations, "default-1"))]
    shown = redacted(
        Redaction(),
        violations=violations,
        request_headers=[("SL-Violations", "correct-horse")],
        response_headers=headers,
    )
    assert (shown.request_headers, shown.response_headers) == ([("SL-Violations", "***(13)")], headers)
