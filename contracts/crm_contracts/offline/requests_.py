"""Mock `requests` through the `responses` library."""

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

_MATCH_ATTRIBUTE: Final = "_crm_mocks_found"
"""Attribute of a request that holds its match: `responses` asks every registered response, even after one matched."""


class RequestsPatch:
    """While started, mocks, allows or blocks all requests of `requests`."""

    def __init__(self, bridge: AsgiBridge, hosts: HostRegistry) -> None:
        self._mock = responses.RequestsMock(assert_all_requests_are_fired=False)
        self._mock.add(_MockedHosts(bridge, hosts))
        self._mock.add(_OtherHosts(hosts))

    def start(self) -> None:
        """Start patching."""
        self._mock.start()

    def stop(self) -> None:
        """Restore `requests`."""
        self._mock.stop(allow_assert=False)


class _MockedHosts(responses.BaseResponse):
    """Responds to requests for mocked hosts."""

    def __init__(self, bridge: AsgiBridge, hosts: HostRegistry) -> None:
        super().__init__(responses.POST, "http://crm-mocks.invalid")
        self._bridge = bridge
        self._hosts = hosts

    def matches(self, request: requests.PreparedRequest) -> tuple[bool, str]:
        """Return whether the host is mocked."""
        found = self._hosts.find(str(request.method), str(request.url))
        setattr(request, _MATCH_ATTRIBUTE, found)
        return found is not None, "not a host of crm-mocks"

    def get_response(self, request: requests.PreparedRequest) -> HTTPResponse:
        """Return the mock's response, or raise the exception that `requests` raises for a fault."""
        method = str(request.method)
        session, url = getattr(request, _MATCH_ATTRIBUTE)  # set by `matches`
        headers = [(str(name), _text(value)) for name, value in request.headers.items()]
        try:
            response = self._bridge.call(session, method, url, headers, _body(request), _read_timeout(request))
        except TransportFault as fault:
            return _fault_response(fault, request)
        return _response(response, method, response.body)


class _OtherHosts(responses.BaseResponse):
    """Blocks requests to all other hosts with a message that says how to allow them."""

    def __init__(self, hosts: HostRegistry) -> None:
        super().__init__(responses.POST, "http://elsewhere.invalid")
        self._hosts = hosts
        self.passthrough = False

    def matches(self, request: requests.PreparedRequest) -> tuple[bool, str]:
        """Match every request that is not mocked; pass allowed ones through."""
        if getattr(request, _MATCH_ATTRIBUTE) is not None:  # set by `_MockedHosts`, which is asked first
            return False, "a host of crm-mocks"
        self.passthrough = self._hosts.is_allowed(str(request.url))
        return True, ""

    def get_response(self, request: requests.PreparedRequest) -> HTTPResponse:
        """Raise the error that explains the block."""
        raise requests.ConnectionError(self._hosts.refusal(str(request.url)), request=request)


def _body(request: requests.PreparedRequest) -> bytes:
    """Return the whole body, read from a file or joined from chunks if need be."""
    body: Any = request.body
    if hasattr(body, "read"):
        body = body.read()
    elif body is not None and not isinstance(body, str | bytes | bytearray | memoryview):
        body = b"".join(piece.encode() if isinstance(piece, str) else piece for piece in body)
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def _read_timeout(request: requests.PreparedRequest) -> float | None:
    """Return the client's read timeout in seconds, from the arguments that `responses` keeps."""
    timeout: Any = getattr(request, "req_kwargs", {}).get("timeout")
    if isinstance(timeout, tuple):
        timeout = timeout[1]
    seconds: float | None = getattr(timeout, "read_timeout", timeout)  # urllib3's Timeout
    return seconds


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _response(
    response: BufferedResponse, method: str | None, body: bytes, *, more_announced: bool = False
) -> HTTPResponse:
    headers = HTTPHeaderDict(response.headers)
    return HTTPResponse(
        body=io.BytesIO(body),
        headers=headers,
        original_response=_original(headers) if "set-cookie" in headers else None,
        status=response.status,
        reason=http.client.responses.get(response.status),
        preload_content=False,
        request_method=method,
        enforce_content_length=more_announced,
    )


def _original(headers: HTTPHeaderDict) -> Any:
    """Return a stand-in for the standard library's response, where `requests` looks for cookies."""
    closed = io.BytesIO()
    closed.close()
    message: Any = headers
    return HTTPResponse(body=closed, msg=message, preload_content=False)


def _fault_response(fault: TransportFault, request: requests.PreparedRequest) -> HTTPResponse:
    """Return a response that fails while it is read, or raise the exception that `requests` raises for the fault."""
    response = fault.response
    if fault.fault is Fault.SLOW_BODY and response is not None:
        return _response(response, request.method, response.body)
    if fault.fault is Fault.TRUNCATED_BODY and response is not None:
        return _response(response, request.method, response.body[: len(response.body) // 2], more_announced=True)
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
    return requests.ReadTimeout("Read timed out: without a timeout, this client would wait forever", request=request)


_ERRORS: Final[dict[Fault, Callable[[requests.PreparedRequest], Exception]]] = {
    Fault.EMPTY_RESPONSE: _aborted,
    Fault.CONNECTION_RESET_BY_PEER: _reset,
    Fault.RANDOM_DATA_THEN_CLOSE: _garbage,
    Fault.MALFORMED_RESPONSE_CHUNK: _bad_chunk,
    Fault.TIMEOUT: _timeout,
}
