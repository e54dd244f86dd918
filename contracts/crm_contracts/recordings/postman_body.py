"""Request bodies of Postman collections."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from crm_contracts.recordings.postman_variables import Variables, without_references
from crm_mocks.parsing.media_types import FORM, MULTIPART

_BOUNDARY: Final = "crm-mocks-boundary"
_LANGUAGES: Final = {
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html",
    "javascript": "application/javascript",
    "text": "text/plain",
}


def request_body(body: Any, variables: Variables) -> tuple[bytes | None, str]:
    """Return the body of a request, and the media type that Postman gives it if no header does.

    The body is `None` if it is not in the collection, such as that of a file.
    """
    if not isinstance(body, Mapping) or body.get("disabled"):
        return b"", ""
    mode = body.get("mode")
    if mode == "raw":
        return _raw(body, variables)
    if mode == "urlencoded":
        return urlencode([(name, value) for name, value, _ in _pairs(body.get(mode), variables)]).encode(), FORM
    if mode == "formdata":
        return _multipart(body.get(mode), variables), f"{MULTIPART}; boundary={_BOUNDARY}"
    if mode == "graphql":
        return _graphql(body.get(mode), variables), "application/json"
    return (None if mode == "file" else b""), ""


def _raw(body: Mapping[str, Any], variables: Variables) -> tuple[bytes | None, str]:
    raw = body.get("raw")
    text = variables.fill(raw) if isinstance(raw, str) else ""
    options = body.get("options")
    options = options.get("raw") if isinstance(options, Mapping) else None
    language = options.get("language") if isinstance(options, Mapping) else None
    media_type = _LANGUAGES.get(language, "") if isinstance(language, str) else ""
    if not text.strip():
        return b"", ""
    content = text.encode("utf-8", "replace")
    if text.lstrip()[:1] in ("{", "["):
        is_json = _is_json(content)
        if not is_json and "{{" in text:  # a number or an object that a variable without a value holds
            return None, media_type or "application/json"
        media_type = media_type or ("application/json" if is_json else "")
    return without_references(text).encode("utf-8", "replace"), media_type or "text/plain"


def _graphql(value: Any, variables: Variables) -> bytes | None:
    graphql = value if isinstance(value, Mapping) else {}
    document: dict[str, Any] = {"query": str(graphql.get("query") or "")}
    arguments = graphql.get("variables")
    if isinstance(arguments, str) and arguments.strip():
        try:
            document["variables"] = json.loads(variables.fill(arguments))
        except (ValueError, RecursionError):
            return None
    return orjson.dumps(document)


def _multipart(value: Any, variables: Variables) -> bytes:
    parts = []
    for name, content, file in _pairs(value, variables):
        quoted = name.replace('"', "%22")
        disposition = f'Content-Disposition: form-data; name="{quoted}"'
        head = f'{disposition}; filename="{file}"\r\nContent-Type: application/octet-stream' if file else disposition
        parts.append(f"--{_BOUNDARY}\r\n{head}\r\n\r\n{content}\r\n")
    return ("".join(parts) + f"--{_BOUNDARY}--\r\n").encode("utf-8", "replace")


def _pairs(value: Any, variables: Variables) -> Iterator[tuple[str, str, str]]:
    """Yield name, value and file name of the enabled fields of a form."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, Mapping) and not item.get("disabled") and isinstance(item.get("key"), str):
            is_file = item.get("type") == "file"
            content = "content" if is_file else variables.fill(str(item.get("value") or ""))
            yield item["key"], without_references(content), "file" if is_file else ""


def _is_json(content: bytes) -> bool:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    return True
