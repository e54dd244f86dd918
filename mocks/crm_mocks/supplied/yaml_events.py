"""Build JSON values from the events of libyaml: fast, with duplicate keys found and their lines known."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from crm_mocks.errors import DuplicateKeyError
from crm_mocks.parsing.json_limits import JSON_INTEGERS

_MAX_DEPTH: Final = 150
_MAX_VALUES: Final = 4_000_000
"""Maximum number of values with aliases expanded: nine short lines can stand for a billion."""

_INTEGER: Final = re.compile(r"[-+]?[0-9]+\Z")
_NUMBER: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC_START: Final = frozenset("0123456789+-.")
_TEXT_TAGS: Final = ("!", "tag:yaml.org,2002:str")
_MERGE: Final = "<<"
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Reads events with libyaml where PyYAML has it."""


class YamlProblem(Exception):
    """A file is not YAML, or not what JSON can represent.

    Attributes:
        line: starting at 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse_yaml(raw: bytes) -> Any:
    """Parse one YAML document of the core schema into JSON types; dates stay strings, keys become strings.

    Raises:
        YamlProblem: it is not YAML, or has more than one document, tags of its own, or too many values or levels.
        DuplicateKeyError: a mapping has a key twice, also as `200` and `"200"`.
    """
    try:
        return _Builder(raw).document()
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        lines = raw.count(b"\n") + 1  # libyaml places what is missing at the end behind the last line
        line = max(1, min(mark.line + 1, lines)) if mark is not None else 1
        raise YamlProblem(str(error.problem or error.context), line) from None
    except yaml.YAMLError as error:
        raise YamlProblem(" ".join(str(error).split()), 1) from None


class _Builder:
    def __init__(self, raw: bytes) -> None:
        parser = _LOADER(raw)
        self._next = parser.get_event
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._values = 0

    def document(self) -> Any:
        result: Any = None
        documents = 0
        while True:
            event: Any = self._next()
            if isinstance(event, yaml.StreamEndEvent):
                return result
            if isinstance(event, yaml.StreamStartEvent | yaml.DocumentEndEvent):
                continue
            if type(event) is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise YamlProblem("a second document begins", _line(event))
                continue
            result = self._value(event, 0)

    def _value(self, event: Any, depth: int) -> Any:
        kind = type(event)
        if kind is yaml.AliasEvent:
            return self._aliased(event)
        self._count(1, event)
        if kind is yaml.ScalarEvent:
            value = _scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = value, 1
            return value
        if depth > _MAX_DEPTH:
            raise YamlProblem(f"more than {_MAX_DEPTH} levels", _line(event))
        before = self._values
        value = self._mapping(depth) if kind is yaml.MappingStartEvent else self._sequence(depth)
        if event.anchor:
            self._anchors[event.anchor] = value, self._values - before + 1
        return value

    def _aliased(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            problem = f"the alias *{event.anchor} has no anchor, or stands within it"
            raise YamlProblem(problem, _line(event))
        value, size = self._anchors[event.anchor]
        self._count(size, event)
        return value

    def _count(self, size: int, event: Any) -> None:
        self._values += size
        if self._values > _MAX_VALUES:
            raise YamlProblem(f"more than {_MAX_VALUES} values", _line(event))

    def _sequence(self, depth: int) -> list[Any]:
        entries: list[Any] = []
        while True:
            event = self._next()
            if type(event) is yaml.SequenceEndEvent:
                return entries
            entries.append(self._value(event, depth + 1))

    def _mapping(self, depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        lines: dict[str, int] = {}
        merged: list[Any] = []
        while True:
            event = self._next()
            if type(event) is yaml.MappingEndEvent:
                break
            line = _line(event)
            key = self._key(event, line)
            value = self._value(self._next(), depth + 1)
            if key == _MERGE and type(event) is yaml.ScalarEvent and event.implicit[0]:
                merged += value if isinstance(value, list) else [value]
                continue
            if key in lines:
                raise DuplicateKeyError(key, (lines[key], line))
            lines[key] = line
            members[key] = value
        for each in merged:
            if not isinstance(each, dict):
                raise YamlProblem("<< must name a mapping", line)
            members = {**each, **members}
        return members

    def _key(self, event: Any, line: int) -> str:
        if type(event) is yaml.AliasEvent:
            value = self._aliased(event)
            if isinstance(value, str):
                return value
        elif type(event) is yaml.ScalarEvent:
            if event.anchor:
                self._anchors[event.anchor] = event.value, 1
            return str(event.value)
        raise YamlProblem("a key must be a string", line)


def _integer(text: str) -> Any:
    """Return a whole number; as a float if it has more than 64 bits, which JSON writers refuse."""
    if len(text) < 19:
        return int(text)
    number = float(text)
    if abs(number) == float("inf"):
        return text
    value = int(text)
    return value if value in JSON_INTEGERS else number


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


def _scalar(event: Any) -> Any:
    text: str = event.value
    if event.tag is not None and event.tag not in _TEXT_TAGS:
        if not event.tag.startswith("tag:yaml.org,2002:"):
            raise YamlProblem(f"the tag {event.tag} is unknown", _line(event))
        return _plain(text)
    return _plain(text) if event.implicit[0] and event.tag is None else text


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC_START:
        return text
    if _INTEGER.match(text):
        return _integer(text)
    if _NUMBER.match(text):
        number = float(text)
        return number if abs(number) < float("inf") else text
    return text
