"""Header fields forwarded by the proxy (RFC 9110, section 7.6)."""

from __future__ import annotations

from typing import Final

from crm_contracts.recordings.compression import SUPPORTED

Fields = list[tuple[bytes, bytes]]

VIA: Final = (b"Via", b"1.1 crm-mocks")
"""What a gateway adds to each request (RFC 9110, section 7.6.3)."""

_HOP_BY_HOP: Final = frozenset(
    {
        *(b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade"),
        *(b"proxy-authenticate", b"proxy-authorization", b"proxy-authentication-info"),
    }
)
"""Hop-by-hop fields, whether or not `Connection` names them."""

_REPLACED: Final = frozenset({b"host", b"content-length", b"expect", b"accept-encoding"})
"""Request fields that are dropped or rewritten; `Expect: 100-continue` is already met, since the body has arrived."""


def request_fields(received: Fields, host: bytes, length: int) -> Fields:
    """Return the header fields of the request to the provider.

    Args:
        received: fields from the client, names in lower case.
        host: of the provider.
        length: of the body, in bytes.
    """
    fields = [(b"Host", host), *(field for field in _end_to_end(received) if field[0].lower() not in _REPLACED), VIA]
    accepted = _accept_encoding([value for name, value in received if name.lower() == b"accept-encoding"])
    if accepted:
        fields.append((b"Accept-Encoding", accepted))
    if length or any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in received):
        fields.append((b"Content-Length", str(length).encode()))
    return fields


def response_fields(received: Fields, method: str, status: int, length: int) -> Fields:
    """Return the header fields of the response to the client.

    Args:
        received: fields from the provider.
        method: of the request.
        status: of the response.
        length: of the body, in bytes.
    """
    fields = _end_to_end(received)
    if method == "HEAD":  # Content-Length is that of the response to a GET, which only the provider knows
        return fields
    fields = [field for field in fields if field[0].lower() != b"content-length"]
    if status not in (204, 304):
        fields.append((b"Content-Length", str(length).encode()))
    return fields


def _end_to_end(fields: Fields) -> Fields:
    nominated = {
        token.strip().lower() for name, value in fields if name.lower() == b"connection" for token in value.split(b",")
    }
    return [field for field in fields if (name := field[0].lower()) not in _HOP_BY_HOP and name not in nominated]


def _accept_encoding(values: list[bytes]) -> bytes:
    """Return the codings that both the client and `decompress` support, so that every response can be judged."""
    codings = (coding.strip() for value in values for coding in value.split(b","))
    kept = [coding for coding in codings if coding.partition(b";")[0].strip().lower().decode("latin-1") in SUPPORTED]
    return b", ".join(kept) or (b"identity" if values else b"")
