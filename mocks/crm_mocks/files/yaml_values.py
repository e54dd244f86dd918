"""The one reader of YAML: values built from the events of libyaml, within bounds, with duplicate keys and their lines.

The bounds count what aliases stand for: nine short lines can stand for a billion values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import yaml

from crm_mocks.errors import DuplicateKeyError
from crm_mocks.files.yaml_schema import CORE, YamlSchema

MAX_DEPTH: Final = 150
MAX_VALUES: Final = 4_000_000
_MAX_CHARACTERS: Final = 128 * 1024**2

_MERGE: Final = "<<"
LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Reads events and nodes with libyaml where PyYAML has it."""

_Size = tuple[int, int]
"""Values and characters, with aliases expanded."""


class YamlProblem(yaml.YAMLError):
    """A text is not YAML, or not what JSON can represent.

    Attributes:
        line: starting at 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line

    @property
    def with_line(self) -> str:
        """The message after its line, such as `line 3: a key must be a string`."""
        return f"line {self.line}: {self}"


class YamlTooLarge(YamlProblem):
    """A text is YAML, but has too many values, characters or levels."""


def parse_yaml(raw: bytes | str, schema: YamlSchema = CORE) -> Any:
    """Parse one YAML document into JSON types; keys become strings.

    Args:
        raw: the document.
        schema: meaning of its scalars and tags.

    Raises:
        YamlProblem: it is not YAML, or has more than one document, unknown tags, or too many values or levels.
        DuplicateKeyError: a mapping has a key twice, also as `200` and `"200"`.
    """
    try:
        return _Builder(raw, schema).document()
    except YamlProblem:
        raise
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        lines = raw.count(b"\n" if isinstance(raw, bytes) else "\n") + 1  # type: ignore[arg-type]  # of the same type
        # libyaml places what is missing at the end after the last line
        line = max(1, min(mark.line + 1, lines)) if mark is not None else 1
        raise YamlProblem(str(error.problem or error.context), line) from None
    except yaml.YAMLError as error:
        raise YamlProblem(" ".join(str(error).split()), 1) from None
    except UnicodeError as error:
        raise YamlProblem(str(error), 1) from None


class _Builder:
    def __init__(self, raw: bytes | str, schema: YamlSchema) -> None:
        parser = LOADER(raw)
        self._next = parser.get_event
        self._schema = schema
        self._anchors: dict[str, tuple[Any, _Size]] = {}
        self._values = 0
        self._characters = 0

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
        if kind is yaml.ScalarEvent:
            size = 1, len(event.value)
            self._count(size, event)
            value = self._scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = value, size
            return value
        if depth > MAX_DEPTH:
            raise YamlTooLarge(f"it is nested more than {MAX_DEPTH} levels deep", _line(event))
        values, characters = self._values, self._characters
        self._count((1, 0), event)
        value = self._mapping(depth) if kind is yaml.MappingStartEvent else self._sequence(depth)
        if event.tag is not None:
            value = self._fitting(lambda: self._schema.tagged(event.tag, value), event)
        if event.anchor:
            self._anchors[event.anchor] = value, (self._values - values, self._characters - characters)
        return value

    def _aliased(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            problem = f"the alias *{event.anchor} has no anchor, or stands within it"
            raise YamlProblem(problem, _line(event))
        value, size = self._anchors[event.anchor]
        self._count(size, event)
        return value

    def _count(self, size: _Size, event: Any) -> None:
        self._values += size[0]
        self._characters += size[1]
        if self._values > MAX_VALUES:
            raise YamlTooLarge(f"it has more than {MAX_VALUES} values", _line(event))
        if self._characters > _MAX_CHARACTERS:
            raise YamlTooLarge(f"it has more than {_MAX_CHARACTERS} characters", _line(event))

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if event.tag is not None:
            return self._fitting(lambda: self._schema.tagged_scalar(event.tag, text), event)
        if not event.implicit[0]:
            return text
        try:
            return self._schema.plain(text)
        except ValueError as error:
            raise YamlProblem(str(error), _line(event)) from None

    def _fitting(self, value: Callable[[], Any], event: Any) -> Any:
        try:
            return value()
        except ValueError as error:
            raise YamlProblem(str(error), _line(event)) from None

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
                if not self._schema.strict:
                    continue
            if key in lines and self._schema.unique_keys:
                raise DuplicateKeyError(key, (lines[key], line))
            lines[key] = line
            members[key] = value
        if merged:
            members.pop(_MERGE, None)
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
            size = 0, len(event.value)
            self._count(size, event)
            if event.anchor:
                self._anchors[event.anchor] = event.value, size
            return str(event.value)
        raise YamlProblem("a key must be a string", line)


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1
