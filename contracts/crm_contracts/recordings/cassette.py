"""Interactions of VCR cassettes, as vcrpy, Ruby's vcr and schemathesis write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_contracts.judge.exchange import Exchange, Headers, Part
from crm_contracts.recordings.values import (
    MalformedRecording,
    decoded_base64,
    encoded,
    mapping,
    moment,
    status,
    text,
    uncompressed,
)


def exchange(interaction: Mapping[str, Any], source: str) -> Exchange:
    """Return an interaction as an exchange.

    Cassettes are written to be kept with tests: credentials are often filtered out of them.

    Args:
        interaction: of `interactions` or `http_interactions`.
        source: where it stands, for people.

    Raises:
        Malformed: it has another form.
    """
    request = mapping(interaction.get("request"), "request")
    answer = mapping(interaction.get("response"), "response")
    untold = [Part.CREDENTIALS]
    request_headers = _headers(request.get("headers"), "request.headers")
    response_headers = _headers(answer.get("headers"), "response.headers")
    request_body = uncompressed(_body(request.get("body"), request_headers, "request.body"), request_headers)
    answered = answer["content"] if "content" in answer else answer.get("body")  # vcrpy's older form for httpx
    response_body = uncompressed(_body(answered, response_headers, "response.body"), response_headers)
    untold += [Part.REQUEST_BODY] if request_body is None else []
    untold += [Part.RESPONSE_BODY] if response_body is None else []
    return Exchange(
        method=text(request.get("method"), "request.method").upper(),
        url=text(request.get("uri"), "request.uri"),
        request_headers=request_headers,
        request_body=request_body or b"",
        status=_status(answer),
        response_headers=response_headers,
        response_body=response_body or b"",
        at=moment(interaction.get("recorded_at")),
        source=source,
        missing_parts=tuple(untold),
    )


def _status(answer: Mapping[str, Any]) -> int:
    value = answer["status_code"] if "status_code" in answer else answer.get("status")
    return status(value.get("code") if isinstance(value, Mapping) else value, "response.status")


def _headers(value: Any, place: str) -> Headers:
    found: list[tuple[str, str]] = []
    for name, content in mapping({} if value is None else value, place).items():
        values = content if isinstance(content, list) else [content]
        found += [(str(name), _header_value(each, f"{place}.{name}")) for each in values]
    return tuple(found)


def _header_value(value: Any, place: str) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, str | int | float):
        return str(value)
    raise MalformedRecording(f"{place} must be a text or a list of texts")


def _body(value: Any, headers: Headers, place: str) -> bytes:
    """Return a body: a text, bytes (`!!binary`), base64 in an object, or none."""
    if isinstance(value, Mapping):
        if value.get("base64_string") is not None:
            return decoded_base64(value["base64_string"], f"{place}.base64_string")
        value = value.get("string")
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    return encoded(text(value, place), headers)
