"""Entries of HAR files, as browsers and proxies write them.

Version 1.2: http://www.softwareishard.com/blog/har-12-spec/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from crm_contracts.judge.exchange import Exchange, Headers, Part
from crm_contracts.recordings.values import (
    array,
    decode_base64,
    encode,
    header,
    mapping,
    status,
    string,
    timestamp,
)

_UNKNOWN_TYPE: Final = "x-unknown"
"""Chrome's media type of responses without Content-Type."""

_FROM_CACHE: Final = "_fromCache"
"""Chrome's member of responses from its memory or disk cache."""


def exchange(entry: Mapping[str, Any], source: str) -> Exchange:
    """Return an entry as an exchange.

    Credentials may be missing, since browsers omit them by default; so may bodies that the browser has not kept.

    Args:
        entry: of `log.entries`.
        source: of the exchange, such as `traffic.har, entry 1`.

    Raises:
        MalformedRecording: it has another form.
    """
    request = mapping(entry.get("request"), "request")
    response = mapping(entry.get("response"), "response")
    missing = [Part.CREDENTIALS]
    request_headers = _headers(request.get("headers"), "request.headers")
    request_headers, request_body = _request_content(request, request_headers, missing)
    code = status(response.get("status", 0), "response.status")
    if code == 0 or entry.get(_FROM_CACHE):
        missing.append(Part.RESPONSE)
    response_headers = _headers(response.get("headers"), "response.headers")
    response_headers, response_body = _response_content(response, response_headers, missing)
    return Exchange(
        method=string(request.get("method"), "request.method").upper(),
        url=string(request.get("url"), "request.url"),
        request_headers=request_headers,
        request_body=request_body,
        status=code,
        response_headers=response_headers,
        response_body=response_body,
        at=timestamp(entry.get("startedDateTime")),
        milliseconds=_milliseconds(entry.get("time")),
        source=source,
        missing_parts=tuple(missing),
    )


def _headers(value: Any, location: str) -> Headers:
    items = [mapping(item, location) for item in array([] if value is None else value, location)]
    headers = (
        (string(item.get("name"), f"{location}.name"), string(item.get("value"), f"{location}.value")) for item in items
    )
    return tuple((name, content) for name, content in headers if not name.startswith(":"))  # pseudo-headers of HTTP/2


def _request_content(request: Mapping[str, Any], headers: Headers, missing: list[Part]) -> tuple[Headers, bytes]:
    """Return headers and body of a request; add a missing body to `missing`."""
    if request.get("postData") is None:
        if _size(request.get("bodySize")) > 0:
            missing.append(Part.REQUEST_BODY)
        return headers, b""
    data = mapping(request["postData"], "request.postData")
    headers = _with_media_type(headers, data.get("mimeType"))
    if data.get("text"):
        if data.get("encoding") == "base64":
            return headers, decode_base64(data["text"], "request.postData.text")
        return headers, encode(string(data["text"], "request.postData.text"), headers)
    if data.get("params"):
        return headers, _form(data["params"]).encode()
    if _size(request.get("bodySize")) > 0:
        missing.append(Part.REQUEST_BODY)
    return headers, b""


def _form(params: Any) -> str:
    location = "request.postData.params"
    items = [mapping(item, location) for item in array(params, location)]
    return urlencode([(string(item.get("name"), f"{location}.name"), str(item.get("value", ""))) for item in items])


def _response_content(response: Mapping[str, Any], headers: Headers, missing: list[Part]) -> tuple[Headers, bytes]:
    """Return headers and body of a response; add a missing body to `missing`."""
    content = mapping(response.get("content") or {}, "response.content")
    headers = _with_media_type(headers, content.get("mimeType"))
    if content.get("text") is None:
        if _size(content.get("size")) > 0 or _size(response.get("bodySize")) > 0:
            missing.append(Part.RESPONSE_BODY)
        return headers, b""
    if content.get("encoding") == "base64":
        return headers, decode_base64(content["text"], "response.content.text")
    return headers, encode(string(content["text"], "response.content.text"), headers)


def _with_media_type(headers: Headers, media_type: Any) -> Headers:
    """Return headers with the recorded media type as Content-Type, unless they have one."""
    if not isinstance(media_type, str) or not media_type or media_type == _UNKNOWN_TYPE:
        return headers
    return headers if header(headers, "content-type") else (*headers, ("Content-Type", media_type))


def _size(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _milliseconds(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
