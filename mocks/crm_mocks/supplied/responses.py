"""Adapt responses: each status, range and default becomes named outcomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.contract.media_type_map import MEDIA_RANGE
from crm_mocks.contract.operation import UNVALIDATED
from crm_mocks.contract.outcome import is_json, is_xml
from crm_mocks.contract.supplied_contract import Topic
from crm_mocks.parsing.media_types import FORM, MULTIPART
from crm_mocks.supplied.protocol_responses import (
    DEFAULT_POSITION,
    protocol_response,
    protocol_statuses,
    statuses_of_range,
)
from crm_mocks.supplied.schemas import SchemaAdapter
from crm_mocks.supplied.source import UNRESOLVED, Location, SuppliedSource, Unresolvable

_STATUS: Final = re.compile(r"[1-5]\d\d")
_RANGE: Final = re.compile(r"[1-5]XX|DEFAULT")
_NOT_OF_NAMES: Final = re.compile(r"[^A-Za-z0-9_.-]+")
_CONCRETE: Final = {"*": "json", "image": "png", "text": "plain", "audio": "mpeg", "video": "mp4", "multipart": "mixed"}
"""Subtype in place of `*`, by type."""


class ResponseAdapter:
    """Adapts the responses and media types of operations."""

    def __init__(self, source: SuppliedSource, schemas: SchemaAdapter) -> None:
        self._source = source
        self._schemas = schemas

    def adapt(
        self, node: Mapping[str, Any], location: Location, *, challenge: str, has_body: bool
    ) -> tuple[dict[str, Any], dict[str, int]]:
        """Return the responses of an operation by status, and the status that stands for each range.

        Args:
            node: operation object.
            location: of the operation.
            challenge: WWW-Authenticate of a refusal without credentials; empty if none are needed.
            has_body: the operation takes a body.
        """
        exact, ranges = self._sorted(node, (*location, "responses"))
        names: set[str] = set()
        responses = {status: self._response(*where, status, names) for status, where in exact.items()}
        stands_for: dict[str, int] = {}
        documents_success = any(status < 400 for status in responses) or any(each[0] in "23" for each in ranges)
        for written in sorted(ranges):  # ranges before the default
            statuses = [*statuses_of_range(written, has_security=bool(challenge), has_body=has_body)]
            if written == "default" and not documents_success:
                statuses = [200] if not responses and len(ranges) == 1 else [200, *statuses]
            for status in statuses:
                if status not in responses:
                    response = self._response(*ranges[written], status, names)
                    responses[status] = {**response, "x-position": {"status": DEFAULT_POSITION}}
            for digit in "12345" if written == "default" else written[0]:
                inside = [status for status in statuses if str(status)[0] == digit] or statuses
                if inside:
                    stands_for.setdefault(digit, inside[0])
        if not any(200 <= status < 400 for status in responses):
            self._source.note(
                location, "the operation documents no success; it answers 200 without body", Topic.SUCCESS
            )
            responses[200] = {"description": "", "x-outcome": "status_200", "x-position": {"status": DEFAULT_POSITION}}
        for status in protocol_statuses(has_security=bool(challenge), has_body=has_body):
            if status not in responses and not (status == 400 and 422 in responses):
                responses[status] = self._named(protocol_response(status, challenge), status, names)
        return {str(status): responses[status] for status in sorted(responses)}, stands_for

    def _sorted(
        self, node: Mapping[str, Any], location: Location
    ) -> tuple[dict[int, tuple[Any, Location]], dict[str, tuple[Any, Location]]]:
        """Return the response objects by status, and those of ranges and the default."""
        exact: dict[int, tuple[Any, Location]] = {}
        ranges: dict[str, tuple[Any, Location]] = {}
        for written, response in self._source.members(node, "responses").items():
            place = (*location, written)
            if written.startswith("x-"):
                continue
            try:
                found = self._source.resolved(response, place)
            except Unresolvable as error:
                self._source.note(place, f"{error}; the response is left out", Topic.REFERENCE)
                continue
            if _STATUS.fullmatch(written):
                exact[int(written)] = found
            elif _RANGE.fullmatch(written.upper()):
                name = "default" if written.upper() == "DEFAULT" else written.upper()
                ranges[name] = found
            else:
                self._source.note(place, f"the status {written} is unknown; the response is left out")
        return exact, ranges

    def _response(self, node: Any, location: Location, status: int, names: set[str]) -> dict[str, Any]:
        response: dict[str, Any] = {"description": str(node.get("description", "")) if isinstance(node, dict) else ""}
        content = self.content(node, location)
        headers = self._headers(node, location)
        if headers:
            response["headers"] = headers
        if not content or status in (204, 205, 304) or status < 200:
            response["x-outcome"] = _unique(f"status_{status}", status, names)
            return response
        response["content"] = content
        return self._named(response, status, names)

    @staticmethod
    def _named(response: dict[str, Any], status: int, names: set[str]) -> dict[str, Any]:
        """Give the examples of a response names that no other outcome of the operation has."""
        content: dict[str, Any] = response["content"]
        _share_examples(content)
        if not any(media.get("examples") for media in content.values()):
            for media in content.values():
                media["examples"] = {f"status_{status}": {"x-generated": True, "value": None}}
        written = dict.fromkeys(name for media in content.values() for name in media.get("examples", {}))
        renamed = {name: _unique(name, status, names) for name in written}
        response["content"] = {
            media_type: {**media, "examples": {renamed[name]: each for name, each in media.get("examples", {}).items()}}
            for media_type, media in content.items()
        }
        return response

    def _headers(self, node: Any, location: Location) -> dict[str, Any]:
        headers: dict[str, Any] = {}
        for name, header in self._source.members(node, "headers").items():
            header, place = self._source.found(header, (*location, "headers", name))  # noqa: PLW2901  # its target
            if not isinstance(header, dict) or name.lower() == "content-type":
                continue
            schema = self._schemas.adapt(header.get("schema"), (*place, "schema"))
            adapted: dict[str, Any] = {"schema": schema, "explode": header.get("explode") is True}
            example = header.get("example", schema.get("example"))
            if example is not None and not isinstance(example, dict | list):
                adapted["example"] = str(example)
                adapted["required"] = header.get("required") is True
            headers[name] = adapted
        return headers

    # --- media types ---

    def content(self, node: Any, location: Location) -> dict[str, Any]:
        """Return the adapted media types of a request body or response, JSON first.

        Args:
            node: request body or response object.
            location: of the node.
        """
        content: dict[str, Any] = {}
        for written, media in self._source.members(node, "content").items():
            media, place = self._source.found(media, (*location, "content", written))  # noqa: PLW2901  # its target
            if media is UNRESOLVED:
                continue
            media_type = written.partition(";")[0].strip().lower()
            if "/" not in media_type:
                self._source.note(place, f"'{written}' is not a media type; it is left out")
                continue
            adapted = self._media(media if isinstance(media, dict) else {}, place)
            if "*" in media_type:
                adapted[MEDIA_RANGE] = media_type
                main = media_type.partition("/")[0]
                media_type = f"{main if main != '*' else 'application'}/{_CONCRETE.get(main, 'json')}"
            if _is_unreadable(media_type, adapted):
                adapted[UNVALIDATED] = True
            content.setdefault(media_type, adapted)
        return dict(sorted(content.items(), key=lambda each: not is_json(each[0])))

    def _media(self, media: dict[str, Any], location: Location) -> dict[str, Any]:
        adapted: dict[str, Any] = {}
        if "schema" in media:
            adapted["schema"] = self._schemas.adapt(media["schema"], (*location, "schema"))
        encoding = self._source.members(media, "encoding")
        if encoding:
            adapted["encoding"] = encoding
        examples = self._examples(media, location)
        if examples:
            adapted["examples"] = examples
        return adapted

    def _examples(self, media: dict[str, Any], location: Location) -> dict[str, Any]:
        examples: dict[str, Any] = {}
        for written, example in self._source.members(media, "examples").items():
            example, _ = self._source.found(example, (*location, "examples", written))  # noqa: PLW2901  # its target
            if not isinstance(example, dict) or example.get("value") is None:
                continue  # an externalValue is never read, and null stands for no example
            kept = {key: example[key] for key in ("value", "x-cause", "x-only-on-request") if key in example}
            if isinstance(example.get("summary"), str):
                kept["summary"] = example["summary"]
            examples[example_name(written)] = kept
        if not examples and media.get("example") is not None:
            examples["example"] = {"value": media["example"]}
        return examples


def example_name(written: str) -> str:
    """Return the name of an example as a word that headers and commands can carry."""
    return _NOT_OF_NAMES.sub("_", written).strip("_.-") or "example"


def _share_examples(content: dict[str, Any]) -> None:
    """Give XML without examples those of a JSON media type with the same schema."""
    for xml in (media for name, media in content.items() if is_xml(name) and not media.get("examples")):
        of_json = (
            media for name, media in content.items() if is_json(name) and media.get("schema") == xml.get("schema")
        )
        examples = next((media["examples"] for media in of_json if media.get("examples")), None)
        if examples:
            xml["examples"] = examples


def _unique(name: str, status: int, names: set[str]) -> str:
    if name == "example":
        name = f"status_{status}"
    number = 2
    unique = name
    if unique in names:
        unique = f"{name}_{status}"
    while unique in names:
        unique = f"{name}_{status}_{number}"
        number += 1
    names.add(unique)
    return unique


def _is_unreadable(media_type: str, media: Mapping[str, Any]) -> bool:
    """Return whether the product cannot compare data of a media type with its schema, as in XML."""
    if is_json(media_type) or media_type in (FORM, MULTIPART) or "schema" not in media:
        return False
    return not (media_type.startswith("text/") and media["schema"].get("type") == "string")
