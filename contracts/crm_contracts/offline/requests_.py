"""Clients that use `requests`: the mocks answer through the `responses` library."""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable
from typing import Any, Final

import requests
import responses
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import ProtocolError

from crm_contracts.offline.bridge import AsgiBridge, BufferedResponse, TransportFault
from crm_contracts.offline.hosts import HostRegistry
from crm_mocks.faults import Fault

_FOUND: Final = "_crm_mocks_found"
"""Where a request keeps what was found for it: `responses` asks all its answers, whichever matches."""


class RequestsPatch:
    """While started, every request of `requests` is answered in process, let through, or refused."""

    def __init__(self, bridge: AsgiBridge, hosts: HostRegistry) -> None:
        self._mock = responses.RequestsMock(assert_all_requests_are_fired=False)
        self._mock.add(_Mocked(bridge, hosts))
        self._mock.add(_Elsewhere(hosts))

    def start(self) -> None:
        """Begin to answer."""
        self._mock.start()

    def stop(self) -> None:
        """Let `requests` be as it was."""
        self._mock.stop(allow_assert=False)


class _Mocked(responses.BaseResponse):
    """Answers every request to a host that the mocks answer for."""

    def __init__(self, bridge: AsgiBridge, hosts: HostRegistry) -> None:
        super().__init__(responses.POST, "http://crm-mocks.invalid")
        self._bridge = bridge
        self._hosts = hosts

    def matches(self, request: requests.PreparedRequest) -> tuple[bool, str]:
        """Tell whether the request is to such a host."""
        found = self._hosts.find(str(request.method), str(request.url))
        setattr(request, _FOUND, found)
        return found is not None, "not a host of crm-mocks"

    def get_response(self, request: requests.PreparedRequest) -> HTTPResponse:
        """Return the mock's answer, or raise what `requests` makes of a fault."""
        method = str(request.method)
        session, url = getattr(request, _FOUND)  # `matches` has put it there
        headers = [(str(name), _text(value)) for name, value in request.headers.items()]
        try:
            answered = self._bridge.call(session, method, url, headers, _body(request), _patience(request))
        except TransportFault as fault:
            return _faulty(fault, request)
        return _response(answered, method, answered.body)


class _Elsewhere(responses.BaseResponse):
    """Refuses requests to all other hosts, in words that say how to allow them."""

    def __init__(self, hosts: HostRegistry) -> None:
        super().__init__(responses.POST, "http://elsewhere.invalid")
        self._hosts = hosts
        self.passthrough = False

    def matches(self, request: requests.PreparedRequest) -> tuple[bool, str]:
        """Match whatever the mocks do not answer; what is allowed is let through."""
        if getattr(request, _FOUND) is not None:  # of the answer that was asked before
            return False, "a host of crm-mocks"
        self.passthrough = self._hosts.is_allowed(str(request.url))
        return True, ""

    def get_response(self, request: requests.PreparedRequest) -> HTTPResponse:
        """Refuse."""
        raise requests.ConnectionError(self._hosts.refusal(str(request.url)), request=request)


def _body(request: requests.PreparedRequest) -> bytes:
    """Return a request's whole body, also where it is a file or comes in pieces."""
    body: Any = request.body
    if hasattr(body, "read"):
        body = body.read()
    elif body is not None and not isinstance(body, str | bytes | bytearray | memoryview):
        body = b"".join(piece.encode() if isinstance(piece, str) else piece for piece in body)
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def _patience(request: requests.PreparedRequest) -> float | None:
    """Return how long the client waits for an answer; `responses` keeps what `requests` was called with."""
    timeout: Any = getattr(request, "req_kwargs", {}).get("timeout")
    if isinstance(timeout, tuple):
        timeout = timeout[1]
    seconds: float | None = getattr(timeout, "read_timeout", timeout)  # it may be one of urllib3's
    return seconds


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _response(
    answered: BufferedResponse, method: str | None, body: bytes, *, more_announced: bool = False
) -> HTTPResponse:
    headers = HTTPHeaderDict(answered.headers)
    return HTTPResponse(
        body=io.BytesIO(body),
        headers=headers,
        original_response=_original(headers) if "set-cookie" in headers else None,
        status=answered.status,
        reason=http.client.responses.get(answered.status),
        preload_content=False,
        request_method=method,
        enforce_content_length=more_announced,
    )


def _original(headers: HTTPHeaderDict) -> Any:
    """Return what stands for the standard library's response, in which `requests` looks for cookies."""
    closed = io.BytesIO()
    closed.close()
    message: Any = headers
    return HTTPResponse(body=closed, msg=message, preload_content=False)


def _faulty(fault: TransportFault, request: requests.PreparedRequest) -> HTTPResponse:
    """Return a response that breaks while it is read, or raise what `requests` raises for the fault."""
    answered = fault.answered
    if fault.fault is Fault.SLOW_BODY and answered is not None:
        return _response(answered, request.method, answered.body)
    if fault.fault is Fault.TRUNCATED_BODY and answered is not None:
        return _response(answered, request.method, answered.body[: len(answered.body) // 2], more_announced=True)
    raise _ERRORS[fault.fault](request)


def _aborted(request: requests.PreparedRequest) -> Exception:
    gone = http.client.RemoteDisconnected("Remote end closed connection without response")
    return requests.ConnectionError(ProtocolError("Connection aborted.", gone), request=request)


def _reset(request: requests.PreparedRequest) -> Exception:
    reset = ConnectionResetError(104, "Connection reset by peer")
    return requests.ConnectionError(ProtocolError("Connection aborted.", reset), request=request)


def _garbage(request: requests.PreparedRequest) -> Exception:
    garbage = http.client.BadStatusLine("\x16\x03")
    return requests.ConnectionError(ProtocolError("Connection aborted.", garbage), request=request)


def _bad_chunk(request: requests.PreparedRequest) -> Exception:
    chunk = ProtocolError("Response ended prematurely: a chunk has no length")
    return requests.exceptions.ChunkedEncodingError(chunk, request=request)


def _timeout(request: requests.PreparedRequest) -> Exception:
    return requests.ReadTimeout("Read timed out: without a timeout, this client would wait for ever", request=request)


_ERRORS: Final[dict[Fault, Callable[[requests.PreparedRequest], Exception]]] = {
    Fault.EMPTY_RESPONSE: _aborted,
    Fault.CONNECTION_RESET_BY_PEER: _reset,
    Fault.RANDOM_DATA_THEN_CLOSE: _garbage,
    Fault.MALFORMED_RESPONSE_CHUNK: _bad_chunk,
    Fault.TIMEOUT: _timeout,
}
