"""Headers of HTTP are shown, credentials by scheme, and all others by name and length."""

from __future__ import annotations

import pytest

from crm_mocks.redaction import Redaction
from crm_mocks.redaction.header_names import HARMLESS, TRACING
from tests.redaction.helpers import header, redacted

BASIC = "Basic ZGVtbzpkZW1vLXNlY3JldA=="


@pytest.mark.parametrize("name", sorted({*HARMLESS, *TRACING}))
def test_headers_of_http_are_shown(name: str) -> None:
    for spelling in (name, name.title()):
        assert header(Redaction(), spelling, "text/x-shown") == (spelling, "text/x-shown")


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
