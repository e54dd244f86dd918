"""The head of an HTTP/1.1 request: request line and headers, parsed strictly by RFC 9110 and 9112.

Ambiguous framing, line endings and names are rejected, because they enable request smuggling.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

import msgspec

from crm_mocks.asgi.request_headers import HeaderList, RequestHeaders
from crm_mocks.request_problem import RequestProblem
from crm_mocks.server.head_grammar import REQUEST_LINE
from crm_mocks.server.header_fields import MalformedField, read_fields, tokens, well_formed
from crm_mocks.server.malformed_head import check_request_line, explain
from crm_mocks.server.malformed_request import FRAMING, HOST, PATH, MalformedRequest

_AUTHORITY: Final = rb"(?:\[[0-9A-Fa-f:.]++\]|[A-Za-z0-9\-._~!$&'()*+;=%]*+)(?::[0-9]*+)?+"
"""A host with optional port, or nothing. Commas are excluded: they more likely separate two hosts."""

_HOST: Final = re.compile(_AUTHORITY)
_HOST_TEXT: Final = re.compile(_AUTHORITY.decode())
_ABSOLUTE: Final = re.compile(rb"[Hh][Tt][Tt][Pp][Ss]?://(" + _AUTHORITY + rb")(/[^?#]*+)?+(\?[^#]*+)?+")
_ONE_HOST: Final = "send one Host header with the host and port of the URL"
_SLASH, _HASH = b"/#"
"""As numbers, since Python looks for a number in bytes in a tenth of the time."""

_MAX_CACHED: Final = 2_000
"""Bytes of a head that is parsed once, since clients repeat theirs."""

_LARGE: Final = 10**18
"""Represents any larger Content-Length."""


class RequestHead(msgspec.Struct, eq=False):
    """A request line with its headers.

    Attributes:
        target: path and query.
        path: the decoded path.
        version: `1.0` or `1.1`.
        headers: values without surrounding whitespace.
        length: length of the body in bytes; 0 if chunked.
        chunked: the body has chunked transfer encoding.
        keep_alive: the connection stays open after the response.
        expects_continue: the client waits for a 100 response before it sends the body.
        problem: a limit that the head exceeds; then only some headers are known.
    """

    method: bytes
    target: bytes
    path: str
    version: str
    headers: RequestHeaders
    length: int = 0
    chunked: bool = False
    keep_alive: bool = True
    expects_continue: bool = False
    problem: RequestProblem | None = None


def parse_head(raw: bytes, max_headers: int) -> RequestHead:
    """Parse a head; short ones, which clients repeat, once.

    Args:
        raw: request line and headers, without the trailing line endings.
        max_headers: maximum number of headers.

    Raises:
        MalformedRequest: the head is malformed.
    """
    if len(raw) > _MAX_CACHED:
        return _parse.__wrapped__(raw, max_headers)
    head = _parse(raw, max_headers)
    headers = RequestHeaders([*head.headers.decoded], {**head.headers.by_name})
    return RequestHead(
        head.method,
        head.target,
        head.path,
        head.version,
        headers,
        head.length,
        head.chunked,
        head.keep_alive,
        head.expects_continue,
        head.problem,
    )


@lru_cache(256)
def _parse(raw: bytes, max_headers: int) -> RequestHead:
    line, ending, fields = raw.partition(b"\r\n")
    match = REQUEST_LINE.fullmatch(line)
    if match is None:
        raise explain(raw)
    try:
        headers, known = read_fields(fields) if ending else ([], {})
    except MalformedField:
        raise explain(raw) from None
    method, target, minor = match.groups()
    version = "1.1" if minor == b"1" else "1.0"
    head = RequestHead(method, target, _path(target), version, RequestHeaders(headers, known))
    if target[0] != _SLASH or _HASH in target:
        _normalize_target(head)
    host = known.get("host")
    if host is None:
        if version == "1.1":
            raise MalformedRequest("the host header is missing", location=HOST, remedy=_ONE_HOST)
    elif _HOST_TEXT.fullmatch(host) is None:
        raise MalformedRequest("the host header is malformed", location=HOST, remedy=_ONE_HOST)
    _read_framing(head, known)
    if version == "1.0" or "connection" in known or "expect" in known:
        _read_connection(head, known)
    if len(headers) > max_headers:
        _mark_too_large(head, headers[:max_headers])
    return head


def parse_beginning(raw: bytes) -> RequestHead:
    """Parse the beginning of a head that is too large: its request line and the complete headers.

    Raises:
        MalformedRequest: the request line is malformed, or too long itself.
    """
    line, *fields = raw.split(b"\r\n")
    if not fields:
        raise MalformedRequest("the request line is too long", 414, remedy="send large values in the body")
    check_request_line(line)
    match = REQUEST_LINE.fullmatch(line)
    assert match is not None  # just checked
    method, target, minor = match.groups()
    headers = list(well_formed(fields[:-1]))
    head = RequestHead(method, target, _path(target), f"1.{minor.decode()}", RequestHeaders.of(headers))
    if target[0] != _SLASH or _HASH in target:
        _normalize_target(head)
    _mark_too_large(head, head.headers.decoded)
    return head


def _mark_too_large(head: RequestHead, headers: HeaderList) -> None:
    """Mark a head as too large: its request has no body and is the last of the connection."""
    head.headers = RequestHeaders.of(headers)
    head.length, head.chunked, head.expects_continue, head.keep_alive = 0, False, False, False
    head.problem = RequestProblem.HEADERS_TOO_LARGE


def _read_connection(head: RequestHead, known: dict[str, str]) -> None:
    """Interpret Connection and Expect."""
    if head.version != "1.1":
        head.keep_alive = False
        return
    if "connection" in known:
        head.keep_alive = "close" not in tokens(known["connection"])
    if "expect" in known:
        head.expects_continue = "100-continue" in tokens(known["expect"])


def _path(target: bytes) -> str:
    """Return the decoded path of a target."""
    path = target.partition(b"?")[0].decode("ascii")
    return unquote(path) if "%" in path else path


def _normalize_target(head: RequestHead) -> None:
    """Convert the other forms of a request target to origin form (RFC 9112, 3.2).

    Raises:
        MalformedRequest: the target has none of these forms.
    """
    absolute = _ABSOLUTE.fullmatch(head.target)
    if absolute is not None:
        authority, path, query = absolute.groups()
        if "host" in head.headers.by_name:  # the authority of the target takes precedence
            host, headers = authority.decode(), head.headers.decoded
            headers[:] = [(name, host if name == "host" else value) for name, value in headers]
            head.headers.by_name["host"] = host
        head.target = (path or b"/") + (query or b"")
        head.path = _path(head.target)
    elif head.method == b"CONNECT" and _HOST.fullmatch(head.target):
        head.target = b"/" + head.target  # a path that no vendor has
        head.path = _path(head.target)
    elif not (head.method == b"OPTIONS" and head.target == b"*"):
        raise MalformedRequest(
            "the request target is neither a path nor a URL", location=PATH, remedy="begin the path with a slash"
        )


def _read_framing(head: RequestHead, known: dict[str, str]) -> None:
    """Interpret Content-Length and Transfer-Encoding.

    Raises:
        MalformedRequest: the length of the body is ambiguous.
    """
    length, coding = known.get("content-length"), known.get("transfer-encoding")
    if coding is not None:
        if length is not None:
            raise MalformedRequest(
                "the request has both content-length and transfer-encoding", location=FRAMING, remedy="send one of them"
            )
        if head.version != "1.1" or coding.lower() != "chunked":
            raise MalformedRequest("the only supported transfer-encoding is chunked, with HTTP/1.1", location=FRAMING)
        head.chunked = True
    elif length is not None:
        if not (length.isascii() and length.isdigit()):
            raise MalformedRequest("the content-length header is not a number", location=FRAMING)
        head.length = int(length) if len(length) <= 18 else _LARGE if length.strip("0") else 0
