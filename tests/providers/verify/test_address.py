"""Sessions for the provider's address."""

from __future__ import annotations

import pytest

from crm_contracts.providers.verify.address import new_session
from crm_contracts.providers.verify.environment import environment


@pytest.mark.parametrize(
    ("url", "has_proxies"),
    [
        ("http://127.0.0.1:4010", False),
        ("http://LOCALHOST/crm", False),
        ("http://[::ffff:127.0.0.1]:4010", False),
        ("https://crm.example", True),
    ],
)
def test_proxies_of_the_environment_are_for_other_machines(
    url: str, has_proxies: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    assert new_session(url, None).trust_env is has_proxies
    assert ("HTTPS_PROXY" in environment(url)) is has_proxies
