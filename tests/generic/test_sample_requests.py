"""Credentials of the requests that `crm-mocks verify` sends to the provider of a supplied contract."""

from __future__ import annotations

import pytest

from crm_mocks.generic.sample_requests import ContractSamples

SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "basic"},
    "oauth": {"type": "oauth2"},
}
CREDENTIALS = {"X-Key": "k", "key": "q", "sid": "s", "username": "ada", "password": "secret", "token": "t"}


@pytest.mark.parametrize(
    ("security", "headers"),
    [
        ([{"key": []}], {"X-Key": "k"}),
        ([{"session": []}], {"Cookie": "sid=s"}),
        ([{"basic": []}], {"Authorization": "Basic YWRhOnNlY3JldA=="}),
        ([{"oauth": ["read"]}], {"Authorization": "Bearer t"}),
        ([{"key": [], "oauth": []}], {"X-Key": "k", "Authorization": "Bearer t"}),
        ([{"query": []}, {"key": []}], {"X-Key": "k"}),
        ([], {}),
    ],
)
def test_headers_satisfy_the_first_requirement_that_headers_can(security, headers):
    samples = type("Samples", (ContractSamples,), {"security": {"list": security}, "schemes": SCHEMES})

    assert samples(None, CREDENTIALS, None).headers("list") == headers
