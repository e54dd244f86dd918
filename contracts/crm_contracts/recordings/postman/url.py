"""URLs of Postman collections, with path variables: `{{base}}/contacts/:contactId`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from crm_contracts.recordings.postman.variables import Variables, first_reference, reference, without_references
from crm_contracts.recordings.values import MalformedRecording

_HEAD: Final = re.compile(r"((?:[a-z]+|\{\{[^{}]*\}\})://)?[^/?#]*", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Za-z_-]+")
_VERSION: Final = re.compile(r"v[0-9]+(?:\.[0-9]+)*|[0-9]+(?:\.[0-9]+)+")


@dataclass(frozen=True)
class QueryParameter:
    """A query parameter that a collection lists.

    Attributes:
        name: of the parameter.
        value: its value.
        description: empty if there is none.
        is_sent: it is enabled.
    """

    name: str
    value: str
    description: str = ""
    is_sent: bool = True


@dataclass(frozen=True)
class CollectionUrl:
    """A URL of a collection.

    Attributes:
        origin: scheme and host; empty if a variable without a value holds them.
        segments: segments of the path, unquoted.
        names: name of the path parameter by segment; empty for segments that are none.
        query: query parameters, sent or not.
        descriptions: of path parameters, by name.
    """

    origin: str = ""
    segments: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    query: tuple[QueryParameter, ...] = ()
    descriptions: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The URL as sent."""
        path = "/" + "/".join(quote(each, safe="@:$,;=+!*'()~-._") for each in self.segments)
        query = urlencode([(each.name, each.value) for each in self.query if each.is_sent])
        return f"{self.origin}{path}" + (f"?{query}" if query else "")

    def with_query(self, name: str, value: str) -> CollectionUrl:
        """Return the URL with another query parameter."""
        return replace(self, query=(*self.query, QueryParameter(name, value)))


def described(value: Mapping[str, Any]) -> str:
    """Return the description of a part of a collection: a text, or an object with one."""
    description = value.get("description")
    content = description.get("content") if isinstance(description, Mapping) else description
    return content.strip() if isinstance(content, str) else ""


def parse_url(value: Any, variables: Variables) -> CollectionUrl:
    """Return a URL, which is a text or an object.

    Raises:
        MalformedRecording: it has another form.
    """
    if isinstance(value, str):
        value = {"raw": value}
    if not isinstance(value, Mapping):
        raise MalformedRecording("request.url must be a string or an object")
    raw = value.get("raw")
    raw = raw if isinstance(raw, str) and raw else _joined(value)
    raw, _, query_text = raw.partition("#")[0].partition("?")
    head = _HEAD.match(raw)
    start = head[0] if head else ""
    origin, segments = _origin(variables.fill(start))
    names = [""] * len(segments)
    path_variables = {each.name: each for each in _pairs(value.get("variable"), variables)}
    for segment in raw[len(start) :].split("/")[1:]:
        text, name = _segment(segment, path_variables, variables)
        for index, part in enumerate(text.split("/") if not name else [text]):
            segments.append(part)
            names.append(name if index == 0 else "")
    if isinstance(value.get("query"), list):
        query = tuple(_pairs(value["query"], variables))
    else:
        filled = without_references(variables.fill(query_text))
        query = tuple(QueryParameter(*pair) for pair in parse_qsl(filled, keep_blank_values=True))
    descriptions = tuple((each.name, each.description) for each in path_variables.values() if each.description)
    return CollectionUrl(origin, tuple(segments), tuple(names), query, descriptions)


def _joined(value: Mapping[str, Any]) -> str:
    host, path = value.get("host") or "", value.get("path") or ""
    host = ".".join(map(str, host)) if isinstance(host, list) else str(host)
    parts = [str(each.get("value", "")) if isinstance(each, Mapping) else str(each) for each in path] if path else []
    path = str(path) if isinstance(path, str) else "/".join(parts)
    protocol = f"{value['protocol']}://" if value.get("protocol") else ""
    return f"{protocol}{host}/{path.lstrip('/')}"


def _origin(head: str) -> tuple[str, list[str]]:
    """Return the origin, and the segments of a path that belongs to the value of a variable."""
    if first_reference(head) or not head:
        return "", []
    try:
        parts = urlsplit(head if _SCHEME.match(head) else f"http://{head}")  # Postman's own default
    except ValueError:
        raise MalformedRecording("request.url is not a URL") from None
    return f"{parts.scheme}://{parts.netloc}", [each for each in parts.path.split("/") if each]


def _segment(segment: str, path_variables: Mapping[str, QueryParameter], variables: Variables) -> tuple[str, str]:
    """Return the text of a segment, and the name of its path parameter."""
    if segment.startswith(":") and len(segment) > 1:
        name = segment[1:]
        declared = path_variables.get(name)
        value = declared.value if declared else ""
        return without_references(value) or name, name
    name, filled = reference(segment), variables.fill(segment)
    if name and (filled == segment or not _is_fixed(filled, name)):
        return without_references(filled), name
    if first_reference(filled):
        return without_references(filled), first_reference(filled)
    return filled, ""


def _is_fixed(value: str, name: str) -> bool:
    """Return whether a variable stands for a part of the API's own paths, such as its version, not for an id."""
    return bool(_WORD.fullmatch(value) or _VERSION.fullmatch(value)) or "version" in name.lower()


def _pairs(value: Any, variables: Variables) -> Iterator[QueryParameter]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, Mapping) and isinstance(item.get("key"), str) and item["key"]:
            content = variables.fill(str(item.get("value") or ""))
            yield QueryParameter(variables.fill(item["key"]), content, described(item), not item.get("disabled"))
