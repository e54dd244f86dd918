"""Interactions of VCR cassettes, as vcrpy, Ruby's vcr and schemathesis write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_contracts.judge.exchange import Exchange, Headers, Part
from crm_contracts.recordings.values import (
    MalformedRecording,
    decode_base64,
    decompress_or_none,
    encode,
    mapping,
    status,
    string,
    timestamp,
)


def exchange(interaction: Mapping[str, Any], source: str) -> Exchange:
    """Return an interaction as an exchange.

    Credentials may be missing: cassettes are kept with tests, so credentials are often filtered out.

    Args:
        interaction: of `interactions` or `http_interactions`.
        source: of the exchange, such as `cassette.yaml, entry 1`.

    Raises:
        MalformedRecording: it has another form.
    """
    request = mapping(interaction.get("request"), "request")
    response = mapping(interaction.get("response"), "response")
    missing = [Part.CREDENTIALS]
    request_headers = _headers(request.get("headers"), "request.headers")
    response_headers = _headers(response.get("headers"), "response.headers")
    request_body = decompress_or_none(_body(request.get("body"), request_headers, "request.body"), request_headers)
    content = response["content"] if "content" in response else response.get("body")  # vcrpy's older form for httpx
    response_body = decompress_or_none(_body(content, response_headers, "response.body"), response_headers)
    missing += [Part.REQUEST_BODY] if request_body is None else []
    missing += [Part.RESPONSE_BODY] if response_body is None else []
    return Exchange(
        method=string(request.get("method"), "request.method").upper(),
        url=string(request.get("uri"), "request.uri"),
        request_headers=request_headers,
        request_body=request_body or b"",
        status=_status(response),
        response_headers=response_headers,
        response_body=response_body or b"",
        at=timestamp(interaction.get("recorded_at")),
        source=source,
        missing_parts=tuple(missing),
    )


def _status(response: Mapping[str, Any]) -> int:
    value = response["status_code"] if "status_code" in response else response.get("status")
    return status(value.get("code") if isinstance(value, Mapping) else value, "response.status")


def _headers(value: Any, location: str) -> Headers:
    headers: list[tuple[str, str]] = []
    for name, content in mapping({} if value is None else value, location).items():
        values = content if isinstance(content, list) else [content]
        headers += [(str(name), _header_value(item, f"{location}.{name}")) for item in values]
    return tuple(headers)


def _header_value(value: Any, location: str) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, str | int | float):
        return str(value)
    raise MalformedRecording(f"{location} must be a string or a list of strings")


def _body(value: Any, headers: Headers, location: str) -> bytes:
    """Return a body: a string, bytes (`!!binary`), base64 in an object, or none."""
    if isinstance(value, Mapping):
        if value.get("base64_string") is not None:
            return decode_base64(value["base64_string"], f"{location}.base64_string")
        value = value.get("string")
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    return encode(string(value, location), headers)
