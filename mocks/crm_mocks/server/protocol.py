"""The HTTP protocol of a connection: uvicorn's, with what the mocks need beyond it."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from crm_mocks.server.faults import offer_wire


class MockProtocol(HttpToolsProtocol):
    """Serves one connection, and lets the host carry out faults on it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to serve a connection."""
        super().connection_made(transport)
        self._over = asyncio.Event()

    def on_headers_complete(self) -> None:
        """Begin to answer a request."""
        super().on_headers_complete()
        offer_wire(self, self._over)

    def connection_lost(self, exc: Exception | None) -> None:
        """End what is still being done for the connection."""
        self._over.set()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End the connection once its answer has been given, since the server stops."""
        self._over.set()
        super().shutdown()
