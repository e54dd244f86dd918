"""Entries of a HAR file, as browsers and proxies write them.

Version 1.2: http://www.softwareishard.com/blog/har-12-spec/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from crm_contracts.judge.exchange import Exchange, Headers, Part
from crm_contracts.recordings.values import (
    array,
    decoded_base64,
    encoded,
    header,
    mapping,
    moment,
    status,
    text,
)

_UNKNOWN_TYPE: Final = "x-unknown"
"""What Chrome writes where an answer has no Content-Type."""

_FROM_CACHE: Final = "_fromCache"
"""Member of Chrome's: the answer came from the browser's memory or disk."""


def exchange(entry: Mapping[str, Any], source: str) -> Exchange:
    """Return an entry as an exchange.

    Browsers leave credentials out unless they are told otherwise, and bodies that they have not kept.

    Args:
        entry: of `log.entries`.
        source: where it stands, for people.

    Raises:
        Malformed: it has another form.
    """
    request = mapping(entry.get("request"), "request")
    answer = mapping(entry.get("response"), "response")
    untold = [Part.CREDENTIALS]
    request_headers = _headers(request.get("headers"), "request.headers")
    request_headers, request_body = _sent(request, request_headers, untold)
    code = status(answer.get("status", 0), "response.status")
    if code == 0 or entry.get(_FROM_CACHE):
        untold.append(Part.RESPONSE)
    response_headers, response_body = _answered(answer, _headers(answer.get("headers"), "response.headers"), untold)
    return Exchange(
        method=text(request.get("method"), "request.method").upper(),
        url=text(request.get("url"), "request.url"),
        request_headers=request_headers,
        request_body=request_body,
        status=code,
        response_headers=response_headers,
        response_body=response_body,
        at=moment(entry.get("startedDateTime")),
        milliseconds=_milliseconds(entry.get("time")),
        source=source,
        missing_parts=tuple(untold),
    )


def _headers(value: Any, place: str) -> Headers:
    pairs = [mapping(each, place) for each in array([] if value is None else value, place)]
    found = ((text(each.get("name"), f"{place}.name"), text(each.get("value"), f"{place}.value")) for each in pairs)
    return tuple((name, content) for name, content in found if not name.startswith(":"))  # HTTP/2 has those


def _sent(request: Mapping[str, Any], headers: Headers, untold: list[Part]) -> tuple[Headers, bytes]:
    """Return headers and body of a request."""
    if request.get("postData") is None:
        if _size(request.get("bodySize")) > 0:
            untold.append(Part.REQUEST_BODY)
        return headers, b""
    data = mapping(request["postData"], "request.postData")
    headers = _typed(headers, data.get("mimeType"))
    if data.get("text"):
        if data.get("encoding") == "base64":
            return headers, decoded_base64(data["text"], "request.postData.text")
        return headers, encoded(text(data["text"], "request.postData.text"), headers)
    if data.get("params"):
        return headers, _form(data["params"]).encode()
    if _size(request.get("bodySize")) > 0:
        untold.append(Part.REQUEST_BODY)
    return headers, b""


def _form(params: Any) -> str:
    pairs = [mapping(each, "request.postData.params") for each in array(params, "request.postData.params")]
    return urlencode([(text(each.get("name"), "a form's name"), str(each.get("value", ""))) for each in pairs])


def _answered(answer: Mapping[str, Any], headers: Headers, untold: list[Part]) -> tuple[Headers, bytes]:
    """Return headers and body of an answer."""
    content = mapping(answer.get("content") or {}, "response.content")
    headers = _typed(headers, content.get("mimeType"))
    if content.get("text") is None:
        if _size(content.get("size")) > 0 or _size(answer.get("bodySize")) > 0:
            untold.append(Part.RESPONSE_BODY)
        return headers, b""
    if content.get("encoding") == "base64":
        return headers, decoded_base64(content["text"], "response.content.text")
    return headers, encoded(text(content["text"], "response.content.text"), headers)


def _typed(headers: Headers, media_type: Any) -> Headers:
    """Return headers with the media type that a recorder kept beside them."""
    if not isinstance(media_type, str) or not media_type or media_type == _UNKNOWN_TYPE:
        return headers
    return headers if header(headers, "content-type") else (*headers, ("Content-Type", media_type))


def _size(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _milliseconds(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
