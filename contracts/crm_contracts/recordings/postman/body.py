"""Request bodies of Postman collections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from crm_contracts.recordings.message import is_json_text
from crm_contracts.recordings.postman.variables import Variables, without_references
from crm_mocks.parsing.media_types import FORM, MULTIPART

_BOUNDARY: Final = "crm-mocks-boundary"
_COMMENT: Final = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
"""A comment, or a string, which may look like one."""

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
        return urlencode([(name, value) for name, value, *_ in _pairs(body.get(mode), variables)]).encode(), FORM
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
    if language == "json" and not is_json_text(text.encode("utf-8", "replace")):
        text = _COMMENT.sub(lambda found: found[1] or "", text)  # Postman sends JSON without its comments
    content = text.encode("utf-8", "replace")
    if text.lstrip()[:1] in ("{", "["):
        is_json = is_json_text(content)
        if not is_json and "{{" in text:  # a number or an object that a variable without a value holds
            return None, media_type or "application/json"
        media_type = media_type or ("application/json" if is_json else "")
    return without_references(text).encode("utf-8", "replace"), media_type or "text/plain"


def _graphql(value: Any, variables: Variables) -> bytes | None:
    graphql = value if isinstance(value, Mapping) else {}
    document: dict[str, Any] = {"query": without_references(variables.fill(str(graphql.get("query") or "")))}
    if graphql.get("operationName"):
        document["operationName"] = graphql["operationName"]
    arguments = graphql.get("variables")
    try:
        if isinstance(arguments, str) and arguments.strip():
            document["variables"] = orjson.loads(variables.fill(arguments))
        elif isinstance(arguments, Mapping):
            document["variables"] = arguments
        return orjson.dumps(document)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None


def _multipart(value: Any, variables: Variables) -> bytes:
    parts = []
    for name, content, file, media_type in _pairs(value, variables):
        head = f'Content-Disposition: form-data; name="{_quoted(name)}"'
        head += f'; filename="{file}"' if file else ""
        head += f"\r\nContent-Type: {media_type}" if media_type else ""
        parts.append(f"--{_BOUNDARY}\r\n{head}\r\n\r\n{content}\r\n")
    return ("".join(parts) + f"--{_BOUNDARY}--\r\n").encode("utf-8", "replace")


def _quoted(name: str) -> str:
    """Return the name of a field as browsers write it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _pairs(value: Any, variables: Variables) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, value, file name and media type of the enabled fields of a form; empty texts where there is none."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, Mapping) and not item.get("disabled") and isinstance(item.get("key"), str):
            is_file = item.get("type") == "file"
            content = "content" if is_file else variables.fill(str(item.get("value") or ""))
            written = item.get("contentType")
            media_type = written if isinstance(written, str) and written.isprintable() else ""
            yield (
                without_references(variables.fill(item["key"])),
                without_references(content),
                "file" if is_file else "",
                media_type or ("application/octet-stream" if is_file else ""),
            )
