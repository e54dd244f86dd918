"""Requests and saved responses of Postman collections, versions 2.0 and 2.1.

Schema: https://schema.postman.com/collection/json/v2.1.0/docs/
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from crm_contracts.judge.exchange import Exchange
from crm_contracts.recordings.document import FindAttachment
from crm_contracts.recordings.message import Message, message, missing_parts
from crm_contracts.recordings.postman.auth import add_credentials
from crm_contracts.recordings.postman.body import request_body
from crm_contracts.recordings.postman.url import CollectionUrl, described, parse_url
from crm_contracts.recordings.postman.variables import Variables
from crm_contracts.recordings.values import MalformedRecording, array, mapping, status, string
from crm_mocks.errors import UsageError

_MAX_DEPTH: Final = 50
"""Maximum depth of folders."""

_LANGUAGES: Final = {"json": "application/json", "xml": "application/xml", "html": "text/html", "text": "text/plain"}


@dataclass(frozen=True)
class CollectionRequest:
    """A request of a collection, with what the collection says about it.

    Attributes:
        exchange: the request, and a saved response if there is one.
        name: name of the request.
        folders: names of the folders that it is in.
        description: of the request.
        url: its URL, which names path parameters.
        title: name of the collection.
    """

    exchange: Exchange
    name: str = ""
    folders: tuple[str, ...] = ()
    description: str = ""
    url: CollectionUrl = field(default_factory=CollectionUrl)
    title: str = ""


def collection_of(document: Any) -> Mapping[str, Any] | None:
    """Return the collection in a document, which Postman's API wraps; `None` if it is none.

    Raises:
        UsageError: it is a collection of version 1.
    """
    inner = document.get("collection", document) if isinstance(document, Mapping) else None
    if not isinstance(inner, Mapping):
        return None
    if "requests" in inner and "order" in inner:
        raise UsageError("it is a Postman collection of version 1: export it as version 2.1")
    is_collection = isinstance(inner.get("item"), list) and isinstance(inner.get("info"), Mapping)
    return inner if is_collection else None


def entries(collection: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return an entry per saved response, and per request without one; `request_of` and `exchange` read them.

    Raises:
        UsageError: it is nested too deeply.
    """
    collection = _encodable(collection)
    variables = Variables(collection.get("variable"))
    title = str(collection["info"].get("name") or "")
    return [{**each, "title": title} for each in _entries(collection, (), collection.get("auth"), variables)]


def _encodable(collection: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a collection without lone surrogates, which no request can hold."""
    try:
        orjson.dumps(collection)
    except orjson.JSONEncodeError:
        try:
            text = json.dumps(collection, ensure_ascii=False, default=str)
        except (RecursionError, ValueError):
            raise UsageError("it is nested too deeply") from None
        return mapping(orjson.loads(text.encode("utf-8", "replace")), "the collection")
    return collection


def exchange_of(entry: Mapping[str, Any], source: str, _: FindAttachment | None = None) -> Exchange:
    """Return an entry as an exchange; without saved response, the response is missing.

    Args:
        entry: one of `entries`.
        source: of the exchange, such as `collection.json, entry 1`.

    Raises:
        MalformedRecording: it has another form.
    """
    return request_of(entry, source).exchange


def request_of(entry: Mapping[str, Any], source: str) -> CollectionRequest:
    """Return an entry as a request of the collection; arguments and errors as for `exchange`."""
    variables: Variables = entry["variables"]
    request = entry["request"]
    request = {"url": request} if isinstance(request, str) else mapping(request, "request")
    headers = _headers(request.get("header"), variables)
    body, media_type = request_body(request.get("body"), variables)
    url = parse_url(request.get("url"), variables)
    headers, url = add_credentials(entry["auth"], headers, url, variables)
    if media_type.startswith("multipart/"):  # Postman replaces a multipart type, since it chooses the boundary
        headers = [(name, value) for name, value in headers if name.lower() != "content-type"]
    sent = message(headers, body, media_type)
    response, code = _response(entry["response"], variables)
    return CollectionRequest(
        Exchange(
            method=string(request.get("method", "GET"), "request.method").upper(),
            url=url.text,
            request_headers=sent.headers,
            request_body=sent.body or b"",
            status=code,
            response_headers=response.headers if response else (),
            response_body=(response.body if response else None) or b"",
            source=source,
            missing_parts=missing_parts(sent, response, has_response=response is not None),
        ),
        entry["name"],
        entry["folders"],
        described(request) or described(entry),
        url,
        entry["title"],
    )


def _entries(
    parent: Mapping[str, Any], folders: tuple[str, ...], auth: Any, variables: Variables
) -> Iterator[dict[str, Any]]:
    for item in parent["item"]:
        if not isinstance(item, Mapping):
            continue
        own_auth = item.get("auth") or auth
        own_variables = variables.extended(item.get("variable"))
        name = str(item.get("name") or "")
        if isinstance(item.get("item"), list):
            if len(folders) == _MAX_DEPTH:
                raise UsageError(f"its folders are nested more than {_MAX_DEPTH} deep")
            yield from _entries(item, (*folders, name), own_auth, own_variables)
            continue
        request = item.get("request")
        if isinstance(request, Mapping):
            own_auth = request.get("auth") or own_auth
        common = {
            "name": name,
            "folders": folders,
            "auth": own_auth,
            "variables": own_variables,
            "description": item.get("description"),
        }
        responses = item.get("response")
        responses = [each for each in responses if each] if isinstance(responses, list) else []
        for response in responses:
            original = response.get("originalRequest") if isinstance(response, Mapping) else None
            yield {**common, "request": original or request, "response": response}
        if not responses:
            yield {**common, "request": request, "response": None}


def _response(value: Any, variables: Variables) -> tuple[Message | None, int]:
    """Return a saved response and its status; none if it has no status."""
    if value is None:
        return None, 0
    response = mapping(value, "response")
    code = status(response.get("code") or 0, "response.code")
    if not code:
        return None, 0
    body = response.get("body")
    if body is not None and not isinstance(body, str):
        raise MalformedRecording("response.body must be a string")
    language = response.get("_postman_previewlanguage")
    media_type = _LANGUAGES.get(language, "") if isinstance(language, str) and body else ""
    headers = _headers(response.get("header"), variables)
    return message(headers, (body or "").encode("utf-8", "replace"), media_type), code


def _headers(value: Any, variables: Variables) -> list[tuple[str, str]]:
    """Return enabled headers; version 2.0 may have them as text."""
    if value is None:
        return []
    if isinstance(value, str):
        pairs = (line.partition(":") for line in value.splitlines() if ":" in line)
        return [(name.strip(), variables.fill(content.strip())) for name, _, content in pairs]
    found = []
    for item in array(value, "header"):
        header = mapping(item, "a header")
        if not header.get("disabled") and header.get("key"):
            found.append((str(header["key"]), variables.fill(str(header.get("value") or ""))))
    return found
