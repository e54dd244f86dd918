"""Entries of HAR files, as browsers, proxies and test tools write them.

Version 1.2: http://www.softwareishard.com/blog/har-12-spec/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_contracts.judge.exchange import MAX_MILLISECONDS, Exchange
from crm_contracts.recordings.document import FindAttachment
from crm_contracts.recordings.har_body import request_body, response_body
from crm_contracts.recordings.message import message, missing_parts
from crm_contracts.recordings.values import MalformedRecording, array, mapping, size_or_none, status, string, timestamp

_LOCAL_FETCH_TYPES: Final = frozenset({"memory cache", "disk cache", "service worker", "inspector override"})
"""Safari's `_fetchType` of responses that no server sent for this request."""


def _no_attachment(_: str) -> bytes | None:
    return None


def exchange_of(entry: Mapping[str, Any], source: str, attachment: FindAttachment = _no_attachment) -> Exchange:
    """Return an entry as an exchange; what the recorder has not kept is missing.

    Args:
        entry: of `log.entries`.
        source: of the exchange, such as `traffic.har, entry 1`.
        attachment: finds the files with bodies that the entry refers to.

    Raises:
        MalformedRecording: it has another form.
    """
    recorded_request = mapping(entry.get("request"), "request")
    recorded_response = _mapping_or_empty(entry.get("response"), "response")
    code = status(recorded_response.get("status", 0) or 0, "response.status")
    request_headers = list(_headers(recorded_request.get("headers"), "request.headers"))
    response_headers = list(_headers(recorded_response.get("headers"), "response.headers"))
    post_data = _mapping_or_empty(recorded_request.get("postData"), "request.postData")
    content = _mapping_or_empty(recorded_response.get("content"), "response.content")
    request = message(
        request_headers,
        request_body(recorded_request, request_headers, attachment),
        _media_type(post_data),
        size_or_none(recorded_request.get("bodySize")),
    )
    response = message(
        response_headers,
        response_body(recorded_response, response_headers, attachment),
        _media_type(content),
        size_or_none(content.get("size")),
    )
    has_response = code != 0 and not _is_local(entry, recorded_response)
    return Exchange(
        method=string(recorded_request.get("method"), "request.method").upper(),
        url=string(recorded_request.get("url"), "request.url"),
        request_headers=request.headers,
        request_body=request.body or b"",
        status=code,
        response_headers=response.headers,
        response_body=response.body or b"",
        at=timestamp(entry.get("startedDateTime")),
        milliseconds=_milliseconds(entry.get("time")),
        source=source,
        missing_parts=missing_parts(request, response, has_response=has_response),
        ordered=bool(entry.get("_wasFulfilled")),  # Playwright: a test has made up the response
    )


def _mapping_or_empty(value: Any, location: str) -> Mapping[str, Any]:
    return {} if value is None else mapping(value, location)


def _headers(value: Any, location: str) -> Iterator[tuple[str, str | None]]:
    """Yield the headers of a list, or of an object, as some tools write it."""
    if isinstance(value, Mapping):
        value = [{"name": name, "value": content} for name, content in value.items()]
    for item in array([] if value is None else value, location):
        content = mapping(item, location).get("value")
        if isinstance(content, Mapping | list):
            raise MalformedRecording(f"{location}.value must be a string")
        yield string(item.get("name"), f"{location}.name"), None if content is None else str(content)


def _is_local(entry: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    """Return whether a response came from the browser: its cache, or a service worker."""
    fetch_type = entry.get("_fetchType")
    return bool(
        entry.get("_fromCache")  # Chrome
        or response.get("_fromCache")
        or response.get("_fetchedViaServiceWorker")  # Chrome
        or (isinstance(fetch_type, str) and fetch_type.lower() in _LOCAL_FETCH_TYPES)
    )


def _media_type(content: Mapping[str, Any]) -> str:
    value = content.get("mimeType")
    return value if isinstance(value, str) else ""


def _milliseconds(value: Any) -> float | None:
    """Return a duration; `None` if it was not recorded, or is no time that an exchange takes."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < MAX_MILLISECONDS else None
