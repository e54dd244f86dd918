"""Interactions of cassettes: vcrpy, betamax, Ruby's vcr, PHP-VCR, go-vcr, ExVCR and schemathesis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from crm_contracts.judge.exchange import Exchange
from crm_contracts.recordings.document import FindAttachment
from crm_contracts.recordings.message import message, missing_parts
from crm_contracts.recordings.plain_yaml import ObjectData
from crm_contracts.recordings.values import (
    MalformedRecording,
    RecordedHeaders,
    decode_base64,
    encode,
    header,
    json_bytes,
    known_headers,
    mapping,
    status,
    string,
    timestamp,
)

_BODY_MEMBERS: Final = frozenset({"string", "base64_string", "encoding"})
"""Members of an object that describes a body. Any other object is the body itself (vcrpy with aiohttp's `json=`)."""


def exchange_of(interaction: Mapping[str, Any], source: str, _: FindAttachment | None = None) -> Exchange:
    """Return an interaction as an exchange.

    Args:
        interaction: of `interactions`, `http_interactions` or a list.
        source: of the exchange, such as `cassette.yaml, entry 1`.

    Raises:
        MalformedRecording: it has another form.
    """
    recorded_request = mapping(interaction.get("request"), "request")
    recorded_response = mapping(interaction.get("response"), "response")
    request_headers = list(_headers(recorded_request.get("headers"), "request.headers"))
    response_headers = list(_headers(recorded_response.get("headers"), "response.headers"))
    request = message(request_headers, _body(recorded_request.get("body"), request_headers, "request.body"))
    if _is_object(recorded_request.get("body")):
        request = replace(request, has_all_headers=False)  # the library that encoded the object added others
    # vcrpy's older form for httpx has `content`.
    content = recorded_response["content"] if "content" in recorded_response else recorded_response.get("body")
    response = message(response_headers, _response_body(content, response_headers))
    code = _status(recorded_response)
    url = recorded_request["uri"] if "uri" in recorded_request else recorded_request.get("url")
    return Exchange(
        method=string(recorded_request.get("method"), "request.method").upper(),
        url=string(url, "request.uri"),
        request_headers=request.headers,
        request_body=request.body or b"",
        status=code,
        response_headers=response.headers,
        response_body=response.body or b"",
        at=timestamp(interaction.get("recorded_at")),
        source=source,
        missing_parts=missing_parts(request, response, has_response=code != 0),
    )


def _status(response: Mapping[str, Any]) -> int:
    """Return the status, which each tool writes differently: go-vcr's `status` is `200 OK`."""
    for name in ("status_code", "code", "status"):
        if name in response:
            value = response[name]
            return status(value.get("code") if isinstance(value, Mapping) else value, f"response.{name}")
    raise MalformedRecording("response.status is missing")


def _headers(value: Any, location: str) -> Iterator[tuple[str, str | None]]:
    for name, content in mapping({} if value is None or value == [] else value, location).items():
        values = content if isinstance(content, list) else [content]
        yield from ((str(name), _header_value(item, f"{location}.{name}")) for item in values)


def _header_value(value: Any, location: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, str | int | float):
        return str(value)
    raise MalformedRecording(f"{location} must be a string or a list of strings")


def _response_body(value: Any, headers: RecordedHeaders) -> bytes | None:
    """Return the body of a response; PHP-VCR writes binary ones in base64 without saying so."""
    if isinstance(value, str) and header(known_headers(headers), "content-transfer-encoding") == "binary":
        try:
            return decode_base64(value, "response.body")
        except MalformedRecording:
            pass
    return _body(value, headers, "response.body")


def _body(value: Any, headers: RecordedHeaders, location: str) -> bytes | None:
    """Return a body: a string, bytes, base64, an object or a list that stands for its JSON, or none.

    `None` if it was not recorded, or as an object of a programming language that is not JSON.
    """
    if isinstance(value, ObjectData):
        return _object_content(value)
    if isinstance(value, Mapping) and _BODY_MEMBERS.issuperset(value):
        if value.get("base64_string") is not None:
            return decode_base64(value["base64_string"], f"{location}.base64_string")
        value = value.get("string")
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    if isinstance(value, Mapping | list):
        return json_bytes(value, location)
    return encode(string(value, location), known_headers(headers))


def _is_object(body: Any) -> bool:
    return isinstance(body, Mapping | list) and not (isinstance(body, Mapping) and _BODY_MEMBERS.issuperset(body))


def _object_content(value: ObjectData) -> bytes | None:
    """Return the content of a `BytesIO` that PyYAML has written: the first item of its state."""
    state = value.get("state")
    first = state[0] if isinstance(state, list) and state else None
    return first if isinstance(first, bytes) else None
