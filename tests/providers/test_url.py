"""URLs of providers and receivers to which nothing can be sent are usage errors."""

from __future__ import annotations

import pytest

from crm_contracts.providers.url import provider_url
from crm_mocks.errors import UsageError


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "ftp://crm.example",
        "http://[::1",
        "http://a..b/",
        f"http://{'a' * 64}.example/",
        "http://\u2603.example/",
    ],
)
def test_an_invalid_host_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError, match="--url must be an http:// or https:// URL with a host"):
        provider_url(url, "--url", "use --credential")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:4010", "http://[::1]:4010", "https://b\u00fccher.example./", "http://my_host"]
)
def test_any_host_that_can_be_resolved_is_valid(url: str) -> None:
    assert provider_url(url, "--url", "use --credential").geturl() == url
