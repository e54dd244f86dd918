"""Header fields on their way through a proxy (RFC 9110, section 7.6)."""

from __future__ import annotations

from typing import Final

from crm_contracts.recordings.compression import KNOWN

Fields = list[tuple[bytes, bytes]]

VIA: Final = (b"Via", b"1.1 crm-mocks")
"""What a gateway adds to each request (RFC 9110, section 7.6.3)."""

_HOP_BY_HOP: Final = frozenset(
    {
        *(b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade"),
        *(b"proxy-authenticate", b"proxy-authorization", b"proxy-authentication-info"),
    }
)
"""Fields that are meant for the next station only, named in `Connection` or not."""

_REQUEST_OWN: Final = frozenset({b"host", b"content-length", b"expect", b"accept-encoding"})
"""Fields of a request that are written anew; an `Expect: 100-continue` has been met, since the body is there."""


def request_fields(given: Fields, host: bytes, length: int) -> Fields:
    """Return the fields of a request as the provider gets them.

    Args:
        given: by the client, names in lower case.
        host: of the provider.
        length: bytes of the body.
    """
    fields = [(b"Host", host), *(each for each in _end_to_end(given) if each[0].lower() not in _REQUEST_OWN), VIA]
    accepted = _accepted([value for name, value in given if name.lower() == b"accept-encoding"])
    if accepted:
        fields.append((b"Accept-Encoding", accepted))
    if length or any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in given):
        fields.append((b"Content-Length", str(length).encode()))
    return fields


def answer_fields(given: Fields, method: str, status: int, length: int) -> Fields:
    """Return the fields of an answer as the client gets them.

    Args:
        given: by the provider.
        method: of the request.
        status: of the answer.
        length: bytes of the body.
    """
    fields = _end_to_end(given)
    if method == "HEAD":  # its length is that of the answer to a GET, which only the provider knows
        return fields
    fields = [each for each in fields if each[0].lower() != b"content-length"]
    if status not in (204, 304):
        fields.append((b"Content-Length", str(length).encode()))
    return fields


def _end_to_end(fields: Fields) -> Fields:
    nominated = {
        token.strip().lower() for name, value in fields if name.lower() == b"connection" for token in value.split(b",")
    }
    return [each for each in fields if (name := each[0].lower()) not in _HOP_BY_HOP and name not in nominated]


def _accepted(values: list[bytes]) -> bytes:
    """Return the codings that the client accepts and that can be undone here, so that every answer can be judged."""
    codings = (coding.strip() for value in values for coding in value.split(b","))
    kept = [each for each in codings if each.partition(b";")[0].strip().lower().decode("latin-1") in KNOWN]
    return b", ".join(kept) or (b"identity" if values else b"")
