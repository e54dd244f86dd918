"""Credentials of the requests that `crm-mocks verify` sends to the provider of a supplied contract."""

from __future__ import annotations

import pytest

from crm_mocks.generic.sample_requests import ContractSamples
from crm_mocks.generic.settings import GenericSettings

SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "basic"},
    "oauth": {"type": "oauth2"},
}
CREDENTIALS = {"X-Key": "k", "key": "q", "sid": "s", "username": "ada", "password": "secret", "token": "t"}


def samples_for(security: list[dict[str, list[str]]], settings: GenericSettings | None = None) -> ContractSamples:
    """Return the requests of a contract with one operation, `list`."""
    kind = type("Samples", (ContractSamples,), {"security": {"list": security}, "schemes": SCHEMES})
    return kind(None, CREDENTIALS, settings or GenericSettings())


@pytest.mark.parametrize(
    ("security", "headers"),
    [
        ([{"key": []}], {"X-Key": "k"}),
        ([{"session": []}], {"Cookie": "sid=s"}),
        ([{"basic": []}], {"Authorization": "Basic YWRhOnNlY3JldA=="}),
        ([{"oauth": ["read"]}], {"Authorization": "Bearer t"}),
        ([{"key": [], "oauth": []}], {"X-Key": "k", "Authorization": "Bearer t"}),
        ([{"query": []}, {"key": []}], {"X-Key": "k"}),
        ([{"query": []}], {}),
        ([{"unknown": []}, {"basic": []}], {"Authorization": "Basic YWRhOnNlY3JldA=="}),
        ([], {}),
    ],
)
def test_headers_satisfy_the_first_requirement_that_headers_can(security, headers):
    assert samples_for(security).headers("list") == headers


@pytest.mark.parametrize(
    ("security", "query"),
    [([{"query": []}], {"key": "q"}), ([{"query": []}, {"key": []}], {}), ([{"key": [], "query": []}], {"key": "q"})],
)
def test_a_key_is_sent_in_the_query_if_headers_cannot_satisfy_a_requirement(security, query):
    assert samples_for(security).query("list") == query


@pytest.mark.parametrize(
    ("security", "malformed"),
    [
        ([{"key": []}], [{"X-Key": ""}]),
        ([{"basic": []}], [{"Authorization": "Basic {not;a;token}"}]),
        ([{"oauth": []}], [{"Authorization": "Bearer {not;a;token}"}]),
        ([{"query": []}], []),
    ],
)
def test_missing_and_malformed_credentials_must_be_refused(security, malformed):
    assert list(samples_for(security).wrong_headers("list")) == [{}, *malformed]


def test_a_wrong_value_must_be_refused_if_the_right_ones_are_known():
    samples = samples_for([{"key": []}], GenericSettings(credentials=("k",)))

    assert {"X-Key": "wrong"} in samples.wrong_headers("list")
    assert not list(samples.unchecked())


def test_a_wrong_value_is_not_tried_if_no_right_one_is_known():
    [sentence] = samples_for([{"key": []}]).unchecked()

    assert sentence.startswith("credentials of the right form with a wrong value:")


def test_a_contract_without_security_leaves_nothing_unchecked():
    assert not list(samples_for([]).unchecked())
