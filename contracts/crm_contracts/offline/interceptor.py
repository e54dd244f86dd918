"""Decide what becomes of a client's request: mocked, sent for real, or refused."""

from __future__ import annotations

from crm_contracts.offline.bridge import AsgiBridge
from crm_contracts.offline.hosts import HostRegistry, origin
from crm_contracts.offline.mocked_origin import MockedOrigin, Resolve
from crm_mocks.errors import CrmMocksError


class RequestRefused(CrmMocksError):
    """The request is neither mocked nor allowed; the patches raise their library's connection error instead."""


class Interceptor:
    """Intercepts the requests of a library that is patched."""

    def __init__(self, bridge: AsgiBridge, hosts: HostRegistry) -> None:
        self._bridge = bridge
        self._hosts = hosts

    def mocks(self, url: str) -> bool:
        """Return whether requests to a URL are mocked."""
        return self._hosts.find("GET", url) is not None

    def origin_of(self, url: str) -> MockedOrigin | None:
        """Return the mocked origin of a request, or `None` if it may be sent for real.

        Args:
            url: URL of the request.

        Raises:
            RequestRefused: it is neither mocked nor allowed, or the process is a forked child.
        """
        found = self._hosts.find("GET", url)
        if found is not None:
            return mocked_origin_of(self._bridge, found[0], url, self._resolve)
        if self._hosts.is_allowed(url):
            return None
        raise RequestRefused(self._hosts.refusal(url))

    def _resolve(self, method: str, url: str) -> tuple[str, str]:
        found = self._hosts.find(method, url)
        assert found is not None  # `origin_of` has found its base URL, whatever the method
        return found


def mocked_origin_of(bridge: AsgiBridge, session: str, url: str, resolve: Resolve) -> MockedOrigin:
    """Return the origin of a request that is mocked.

    Raises:
        RequestRefused: this process is a forked child.
    """
    if bridge.is_forked:
        bridge.on_forked(session, url)
        raise RequestRefused(
            f"crm-mocks: this process was forked, so that its request to {url} could not be counted: in-process mocks "
            f"serve only the process of the test; use the fixture without '_offline'"
        )
    return MockedOrigin(bridge, resolve, origin(url))
