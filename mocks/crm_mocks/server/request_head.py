"""The head of an HTTP/1.1 request: request line and headers, parsed strictly by RFC 9110 and 9112.

Ambiguous framing, line endings and names are rejected, because they enable request smuggling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from crm_mocks.asgi.request_headers import HeaderList, RequestHeaders
from crm_mocks.request_problem import RequestProblem
from crm_mocks.server.malformed_request import FRAMING, HEADERS, HOST, PATH, TLS, MalformedRequest

_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_VALUE: Final = rb"[\t\x20-\x7e\x80-\xff]*+"
_FIELDS: Final = rb"(?:\r\n" + _TOKEN + rb":" + _VALUE + rb")*+"
_LINE: Final = rb"(" + _TOKEN + rb") ([!-~]++) HTTP/1\.([01])"
_HEAD: Final = re.compile(_LINE + rb"(" + _FIELDS + rb")")
_REQUEST_LINE: Final = re.compile(_LINE)
_ANY_VERSION: Final = re.compile(rb".* HTTP/[0-9]++(?:\.[0-9]++)?+", re.DOTALL)
FIELDS: Final = re.compile(_FIELDS)
"""Headers or trailers, each preceded by its line ending."""

INVALID_BYTES: Final = re.compile(rb"[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n|\Z)|(?<!\r)\n")
"""Bytes that are not allowed: control characters, and CR or LF outside of CR LF."""

_AUTHORITY: Final = rb"(?:\[[0-9A-Fa-f:.]++\]|[A-Za-z0-9\-._~!$&'()*+;=%]*+)(?::[0-9]*+)?+"
"""A host with optional port, or nothing. Commas are excluded: they more likely separate two hosts."""

_HOST: Final = re.compile(_AUTHORITY)
_HOST_TEXT: Final = re.compile(_AUTHORITY.decode())
_ABSOLUTE: Final = re.compile(rb"[Hh][Tt][Tt][Pp][Ss]?://(" + _AUTHORITY + rb")(/[^?#]*+)?+(\?[^#]*+)?+")
_LOOSE_LINE: Final = re.compile(_TOKEN + rb" (/.*) HTTP/1\.[01]", re.DOTALL)
"""A request line whose path or query has bytes that must be percent-encoded."""

_TLS_HANDSHAKE: Final = b"\x16"
"""First byte of a TLS connection: the content type of handshake records."""

_HTTP2_PREFACE: Final = b"PRI * HTTP/2.0"
_INVALID: Final = "the head has a control character, or a line ending that is not CR LF"
_ONE_HOST: Final = "send one Host header with the host and port of the URL"
_DIGITS: Final = re.compile(r"[0-9]++")
_SLASH, _HASH = b"/#"
"""As numbers, since Python looks for a number in bytes in a tenth of the time."""

_LARGE: Final = 10**18
"""Represents any larger Content-Length."""

_MAX_CACHED: Final = 2_000
"""Bytes of headers of which each is cached."""

_SINGLETONS: Final = frozenset(("host", "content-length", "transfer-encoding"))


class RequestHead:
    """A request line with its headers.

    Attributes:
        target: path and query.
        version: `1.0` or `1.1`.
        headers: values without surrounding whitespace.
        length: length of the body in bytes; 0 if chunked.
        chunked: the body has chunked transfer encoding.
        keep_alive: the connection stays open after the response.
        expects_continue: the client waits for a 100 response before it sends the body.
        problem: a limit that the head exceeds; then only some headers are known.
    """

    __slots__ = (
        "chunked",
        "expects_continue",
        "headers",
        "keep_alive",
        "length",
        "method",
        "problem",
        "target",
        "version",
    )

    def __init__(self, method: bytes, target: bytes, version: str, headers: RequestHeaders) -> None:
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers
        self.length = 0
        self.chunked = self.expects_continue = False
        self.keep_alive = True
        self.problem: RequestProblem | None = None


def parse_head(raw: bytes, max_headers: int) -> RequestHead:
    """Parse a head.

    Args:
        raw: request line and headers, without the trailing line endings.
        max_headers: maximum number of headers.

    Raises:
        MalformedRequest: the head is malformed.
    """
    match = _HEAD.fullmatch(raw)
    if match is None:
        raise explain(raw)
    method, target, minor, fields = match.groups()
    headers, known = _read_fields(fields)
    version = "1.1" if minor == b"1" else "1.0"
    head = RequestHead(method, target, version, RequestHeaders(headers, known))
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


def _read_fields(fields: bytes) -> tuple[HeaderList, dict[str, str]]:
    """Return all headers, and their values by name.

    Raises:
        MalformedRequest: a header that may occur once is repeated.
    """
    lines = fields.decode("latin-1").split("\r\n")
    del lines[0]  # before the first line ending
    headers = list(map(_read_field if len(fields) <= _MAX_CACHED else _read_field.__wrapped__, lines))
    known = {name: value for name, value in headers}  # noqa: C416  # in half the time of dict(headers)
    if len(known) < len(headers):  # some are repeated
        known.clear()
        for name, value in headers:
            if name not in known:
                known[name] = value
            elif name in _SINGLETONS:
                raise _repeated(name)
            else:
                known[name] += f", {value}"
    return headers, known


@lru_cache(maxsize=1024)
def _read_field(line: str) -> tuple[str, str]:
    """Return the name and value of a header: most clients repeat theirs in each request."""
    name, _, value = line.partition(":")
    return name.lower(), value.strip(" \t")


def parse_beginning(raw: bytes) -> RequestHead:
    """Parse the beginning of a head that is too large: its request line and the complete headers.

    Raises:
        MalformedRequest: the request line is malformed, or too long itself.
    """
    line, *fields = raw.split(b"\r\n")
    if not fields:
        raise MalformedRequest("the request line is too long", 414, remedy="send large values in the body")
    check_request_line(line)
    match = _REQUEST_LINE.fullmatch(line)
    assert match is not None  # just checked
    method, target, minor = match.groups()
    headers = list(_well_formed(fields[:-1]))
    head = RequestHead(method, target, f"1.{minor.decode()}", RequestHeaders(headers))
    if target[0] != _SLASH or _HASH in target:
        _normalize_target(head)
    _mark_too_large(head, head.headers.decoded)
    return head


def check_request_line(line: bytes) -> None:
    """Check a request line.

    Raises:
        MalformedRequest: it is malformed, or of another version of HTTP.
    """
    if _REQUEST_LINE.fullmatch(line) is None:
        raise explain(line)


def _well_formed(lines: list[bytes]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if FIELDS.fullmatch(b"\r\n" + line):
            yield _read_field.__wrapped__(line.decode("latin-1"))


def _mark_too_large(head: RequestHead, headers: HeaderList) -> None:
    """Mark a head as too large: its request has no body and is the last of the connection."""
    head.headers = RequestHeaders(headers)
    head.length, head.chunked, head.expects_continue, head.keep_alive = 0, False, False, False
    head.problem = RequestProblem.HEADERS_TOO_LARGE


def _read_connection(head: RequestHead, known: dict[str, str]) -> None:
    """Interpret Connection and Expect."""
    if head.version != "1.1":
        head.keep_alive = False
        return
    if "connection" in known:
        head.keep_alive = "close" not in _tokens(known["connection"])
    if "expect" in known:
        head.expects_continue = "100-continue" in _tokens(known["expect"])


@lru_cache(maxsize=64)
def _tokens(value: str) -> frozenset[str]:
    return frozenset(token.strip(" \t") for token in value.lower().split(","))


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
    elif head.method == b"CONNECT" and _HOST.fullmatch(head.target):
        head.target = b"/" + head.target  # a path that no vendor has
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
        if _DIGITS.fullmatch(length) is None:
            raise MalformedRequest("the content-length header is not a number", location=FRAMING)
        head.length = int(length) if len(length) <= 18 else _LARGE if length.strip("0") else 0


def _repeated(name: str) -> MalformedRequest:
    location = HOST if name == "host" else FRAMING
    return MalformedRequest(f"the {name} header is repeated", location=location, remedy="send it once")


def explain(raw: bytes) -> MalformedRequest:
    """Return what is wrong with a malformed head or its beginning.

    Args:
        raw: the head, or its first bytes.
    """
    if raw.startswith(_TLS_HANDSHAKE):
        return MalformedRequest(
            "the client began a TLS handshake, but this port serves plain HTTP",
            location=TLS,
            remedy="use a URL with http://, or serve with --tls",
        )
    if raw.startswith(_HTTP2_PREFACE):
        return MalformedRequest(
            "the client began with HTTP/2 (prior knowledge), but the mocks serve HTTP/1.1",
            location=("request", "version"),
            remedy="set the client to HTTP/1.1",
        )
    line, *fields = raw.split(b"\r\n")
    if _REQUEST_LINE.fullmatch(line) is None:
        return _explain_line(raw, line)
    if INVALID_BYTES.search(raw):
        return MalformedRequest(_INVALID, location=HEADERS)
    malformed = next(field for field in fields if FIELDS.fullmatch(b"\r\n" + field) is None)
    if malformed.startswith((b" ", b"\t")):
        return MalformedRequest("a header is folded onto the next line", location=HEADERS)
    name, colon, _ = malformed.partition(b":")
    if not colon:
        return MalformedRequest("a header has no colon", location=HEADERS)
    return MalformedRequest("a header name is malformed" if name else "a header has no name", location=HEADERS)


def _explain_line(raw: bytes, line: bytes) -> MalformedRequest:
    if INVALID_BYTES.search(raw):
        return MalformedRequest(_INVALID)
    loose = _LOOSE_LINE.fullmatch(line)
    if loose is None:
        is_version = _ANY_VERSION.fullmatch(line) is not None
        return MalformedRequest(
            "the request line is malformed, or its HTTP version is not 1.0 or 1.1"
            if is_version
            else "the request line is malformed, or its HTTP version is 0.9",
            remedy="the bytes may not be HTTP at all",
        )
    if not loose[1].isascii():
        remedy = "percent-encode them in UTF-8, such as %C3%A9 for é"
        return MalformedRequest("the path or query has bytes that are not ASCII", location=PATH, remedy=remedy)
    return MalformedRequest("the path or query has a space", location=PATH, remedy="percent-encode it as %20")
