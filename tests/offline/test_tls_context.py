"""TLS contexts of clients of `httpx` that are created while it is patched."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import crm_mocks
from crm_contracts.pytest_plugin.fixtures.offline import OfflineSessionMocks


@pytest.fixture
def created(monkeypatch: pytest.MonkeyPatch) -> list[ssl.SSLContext]:
    """The contexts that are created."""
    contexts: list[ssl.SSLContext] = []
    real: Callable[..., ssl.SSLContext] = ssl.create_default_context

    def create(*args: Any, **kwargs: Any) -> ssl.SSLContext:
        contexts.append(real(*args, **kwargs))
        return contexts[-1]

    monkeypatch.setattr(ssl, "create_default_context", create)
    return contexts


def test_the_certificates_are_read_once(mocks: OfflineSessionMocks, created: list[ssl.SSLContext]) -> None:
    for _ in range(3):
        httpx.Client().close()
        asyncio.run(httpx.AsyncClient().aclose())
    assert len(created) == 1


def test_other_certificates_are_another_context(
    mocks: OfflineSessionMocks, created: list[ssl.SSLContext], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    httpx.Client().close()
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    httpx.Client().close()
    httpx.Client(trust_env=False).close()
    assert len(created) == 3


def test_a_client_keeps_what_it_is_given(
    mocks: OfflineSessionMocks, created: list[ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[ssl.SSLContext] = []
    with monkeypatch.context() as patch:
        patch.setattr("httpcore.ConnectionPool", lambda ssl_context, **_: given.append(ssl_context))
        own = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        httpx.HTTPTransport(own)
        httpx.HTTPTransport(verify=False)
    assert given[0] is own
    assert given[1].verify_mode == ssl.CERT_NONE
    assert not created


def test_a_server_that_is_allowed_is_verified(mocks: OfflineSessionMocks, monkeypatch: pytest.MonkeyPatch) -> None:
    with crm_mocks.serve(["config_api"], port=0, tls=True) as server:
        mocks.config_api.allow(server.url)
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(server.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(server.ca_file))
        assert httpx.get(f"{server.url}/v1/leads/config", headers={"x-api-key": "demo-key"}).status_code == 200
