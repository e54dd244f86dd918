"""What is wrong with a malformed head of a request, for whoever debugs the client."""

from __future__ import annotations

import re
from typing import Final

from crm_mocks.server.head_grammar import FIELDS, INVALID_BYTES, LOOSE_LINE, REQUEST_LINE
from crm_mocks.server.malformed_request import HEADERS, PATH, TLS, MalformedRequest

_ANY_VERSION: Final = re.compile(rb".* HTTP/[0-9]++(?:\.[0-9]++)?+", re.DOTALL)
_TLS_HANDSHAKE: Final = b"\x16"
"""First byte of a TLS connection: the content type of handshake records."""

_HTTP2_PREFACE: Final = b"PRI * HTTP/2.0"
_INVALID: Final = "the head has a control character, or a line ending that is not CR LF"


def check_request_line(line: bytes) -> None:
    """Check a request line.

    Raises:
        MalformedRequest: it is malformed, or of another version of HTTP.
    """
    if REQUEST_LINE.fullmatch(line) is None:
        raise explain(line)


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
    if REQUEST_LINE.fullmatch(line) is None:
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
    loose = LOOSE_LINE.fullmatch(line)
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
