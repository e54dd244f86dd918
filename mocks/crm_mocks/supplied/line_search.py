"""Lines of many parts of a large file, found in one pass without building its nodes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson
import yaml

from crm_mocks.files.yaml_values import LOADER

_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]', re.DOTALL)
_STARTS: Final = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS: Final = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


class _Wanted:
    """A tree of the wanted locations.

    Attributes:
        below: wanted parts of this part by name or index.
        line: line of this part once it is found.
    """

    __slots__ = ("below", "line")

    def __init__(self) -> None:
        self.below: dict[str, _Wanted] = {}
        self.line: int | None = None


def lines_of(raw: bytes, locations: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    r"""Return the line of each location, starting at 1; that of the nearest ancestor if the file lacks the part.

    Example:
        >>> lines_of(b"info:\n  title: Toy CRM\n", [("info", "title")])
        {('info', 'title'): 2}

    Args:
        raw: YAML or JSON.
        locations: names, and indexes in digits, that lead to the parts.
    """
    wanted = list(dict.fromkeys(locations))
    root = _Wanted()
    for location in wanted:
        node = root
        for part in location:
            node = node.below.setdefault(part, _Wanted())
    if _is_json(raw):
        _JsonSearch(raw).search(root)
    else:
        _search_yaml(raw, root)
    return {location: _line(root, location) for location in wanted}


def _line(root: _Wanted, location: tuple[str, ...]) -> int:
    node, line = root, 1
    for part in location:
        node = node.below[part]
        if node.line is None:
            break
        line = node.line
    return line


def _is_json(raw: bytes) -> bool:
    if raw.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        orjson.loads(raw)
    except ValueError:
        return False
    return True


class _JsonSearch:
    def __init__(self, raw: bytes) -> None:
        self._tokens: Iterator[re.Match[bytes]] = _TOKEN.finditer(raw)
        self._newlines = [found.start() for found in re.finditer(rb"\n", raw)]

    def search(self, root: _Wanted) -> None:
        """Set the lines of wanted parts."""
        first = next(self._tokens, None)
        if first is not None:
            self._value(first, root)

    def _value(self, token: re.Match[bytes], wanted: _Wanted) -> None:
        """Read a value whose first token is given; scalars other than strings have none."""
        if token[0] == b"{":
            self._object(wanted)
        elif token[0] == b"[":
            self._array(wanted)

    def _object(self, wanted: _Wanted) -> None:
        for key in self._tokens:
            if key[0] == b"}":
                return
            if key[0] == b",":
                continue
            inner = wanted.below.get(orjson.loads(key[0]))
            if inner is not None:
                inner.line = self._line_at(key.start())
            next(self._tokens)  # the colon
            if self._after_value(inner) == b"}":
                return

    def _after_value(self, inner: _Wanted | None) -> bytes:
        """Read a value and what follows it: a comma or the end of the object or array."""
        token = next(self._tokens)
        if token[0][:1] in b"{[":
            if inner is None or not inner.below:
                self._skip()
            else:
                self._value(token, inner)
            token = next(self._tokens)
        elif token[0][:1] == b'"':
            token = next(self._tokens)
        return token[0]

    def _array(self, wanted: _Wanted) -> None:
        """Read the entries; the line of an entry that is an object, array or string is that of its start."""
        index = 0
        for token in self._tokens:
            text = token[0]
            if text == b"]":
                return
            if text == b",":
                index += 1
                continue
            inner = wanted.below.get(str(index))
            if inner is not None:
                inner.line = self._line_at(token.start())
            if text in (b"{", b"["):
                if inner is not None and inner.below:
                    self._value(token, inner)
                else:
                    self._skip()

    def _skip(self) -> None:
        depth = 1
        for token in self._tokens:
            text = token[0]
            if text in (b"{", b"["):
                depth += 1
            elif text in (b"}", b"]"):
                depth -= 1
                if depth == 0:
                    return

    def _line_at(self, offset: int) -> int:
        return bisect_right(self._newlines, offset) + 1


def _search_yaml(raw: bytes, root: _Wanted) -> None:
    """Set the lines of wanted parts; those in aliases and merged mappings are not found."""
    parser = LOADER(raw)
    try:
        while not isinstance(event := parser.get_event(), yaml.StreamEndEvent):
            if isinstance(event, _STARTS):
                _search_value(parser.get_event, event, root)
    except yaml.YAMLError:  # JSON that YAML does not accept, such as one with tabs
        return


def _search_value(get_event: Any, event: Any, wanted: _Wanted) -> None:
    index = 0
    while not isinstance(key := get_event(), _ENDS):
        value = key
        if isinstance(event, yaml.MappingStartEvent):
            name = key.value if type(key) is yaml.ScalarEvent else None
            if isinstance(key, _STARTS):
                _search_value(get_event, key, _Wanted())
            value = get_event()
        else:
            name = str(index)
            index += 1
        inner = wanted.below.get(name) if name is not None else None
        if inner is not None:
            inner.line = key.start_mark.line + 1
        if isinstance(value, _STARTS):
            if inner is None or not inner.below:
                _skip_yaml(get_event)
            else:
                _search_value(get_event, value, inner)


def _skip_yaml(get_event: Any) -> None:
    depth = 1
    while depth:
        event = get_event()
        if isinstance(event, _STARTS):
            depth += 1
        elif isinstance(event, _ENDS):
            depth -= 1
