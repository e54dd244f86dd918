"""Send requests to the mocks that a client addresses to some origin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import msgspec

from crm_contracts.offline.bridge import AsgiBridge, PipedResponse
from crm_contracts.offline.fault_injection import WireFaultInjector
from crm_contracts.offline.held_response import HeldResponse
from crm_mocks.asgi.request_headers import RequestHeaders
from crm_mocks.asgi.request_limits import PROBLEM
from crm_mocks.asgi.transport import DIRECT, FAULT_INJECTOR
from crm_mocks.request_problem import RequestProblem
from crm_mocks.server.malformed_request import MalformedRequest
from crm_mocks.server.request_head import RequestHead, parse_head

Resolve = Callable[[str, str], tuple[str, str]]
"""Returns the session of a request, and its URL at the CRM, from its method and URL."""

_SESSION_HEADER: Final = "x-mock-session"


class MockedOrigin(msgspec.Struct, frozen=True):
    """An origin for which the mocks respond.

    Attributes:
        bridge: calls the mocks.
        resolve: finds the session of a request.
        origin: scheme, host and port that the client addresses.
    """

    bridge: AsgiBridge
    resolve: Resolve
    origin: str

    def send_whole(self, head: bytes, lines: int, body: bytes) -> HeldResponse | None:
        """Send a request that needs no connection; return `None`, and send nothing, if it does.

        A request needs one if it is not simple: malformed, too large, not sent at once, or the last of its connection.

        Args:
            head: request line and headers, with line endings between them.
            lines: number of its lines.
            body: the whole body.
        """
        limits = self.bridge.limits
        if head.count(b"\n") >= lines:  # a line has a line ending, which clients refuse to send
            return None
        try:
            parsed = parse_head(head, limits.header_count)
        except MalformedRequest:
            return None
        if not _is_simple(parsed, len(body)) or len(head) > limits.header_bytes or len(body) > limits.body_bytes:
            return None
        method = parsed.method.decode("latin-1")
        response = HeldResponse(method, body)
        self.start(method, parsed.target, parsed.version, parsed.headers, body, response)
        return response

    def start(
        self,
        method: str,
        target: bytes,
        version: str,
        headers: RequestHeaders,
        body: bytes,
        response: PipedResponse,
        problem: RequestProblem | None = None,
    ) -> None:
        """Start processing a request.

        Args:
            method: HTTP method.
            target: path and query.
            version: version of HTTP.
            headers: its headers.
            body: the whole body.
            response: receives the response.
            problem: a limit that the request exceeds.
        """
        session, url = self.resolve(method, self.origin + target.decode("latin-1"))
        parts = urlsplit(url)
        extensions: dict[str, Any] = {FAULT_INJECTOR: WireFaultInjector(response)}
        if problem is not None:
            extensions[PROBLEM] = problem
        if isinstance(response, HeldResponse):
            extensions[DIRECT] = response
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": version,
            "method": method,
            "scheme": parts.scheme,
            "path": unquote(parts.path) or "/",
            "raw_path": parts.path.encode("latin-1"),
            "query_string": parts.query.encode("latin-1"),
            "root_path": "",
            "headers": RequestHeaders.of([header for header in headers.decoded if header[0] != _SESSION_HEADER]),
            "server": parts.hostname or "localhost",
            "client": ("127.0.0.1", 0),
            "extensions": extensions,
        }
        self.bridge.start(session, scope, body, response)


def _is_simple(head: RequestHead, body_length: int) -> bool:
    return (
        head.keep_alive
        and not head.chunked
        and not head.expects_continue
        and (head.problem is None and head.length == body_length)
    )
