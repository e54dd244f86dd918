"""What scalars and tags of YAML mean. Numbers are those of YAML 1.2, which has none in base 60: `1:30` is a string."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any, Final

from crm_mocks.bounded_numbers import JSON_INTEGERS, json_integer

_INTEGER: Final = re.compile(r"[-+]?[0-9]+\Z")
_NUMBER: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_BASED: Final = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_NUMERIC_START: Final = frozenset("0123456789+-.")
_TEXT_TAGS: Final = ("!", "tag:yaml.org,2002:str")
_STANDARD_TAGS: Final = "tag:yaml.org,2002:"
_BOOLEAN: Final = "tag:yaml.org,2002:bool"
_SCALAR_TYPES: Final[dict[str, Any]] = {
    "tag:yaml.org,2002:null": type(None),
    _BOOLEAN: bool,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": (int, float),
}
_STRUCTURE_TAGS: Final = ("!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class YamlSchema:
    """What scalars and tags mean: by default the core schema of YAML 1.2, with dates as strings.

    Attributes:
        strict: refuse numbers that JSON does not have, and merge keys that are there twice. Otherwise large integers
            become floats, and infinity stays a string.
        unique_keys: refuse keys that are there twice; otherwise the last one counts.
    """

    def __init__(self, *, strict: bool = False, unique_keys: bool = True) -> None:
        self.strict = strict
        self.unique_keys = unique_keys

    def plain(self, text: str) -> Any:
        """Return the value of a scalar without quotes and tag.

        Raises:
            ValueError: it is a number that JSON does not have, and the schema is strict.
        """
        if text in _WORDS:
            return _WORDS[text]
        if text[0] not in _NUMERIC_START:
            return text
        number = _number(text)
        if self.strict and (number is None or (isinstance(number, float) and _INTEGER.match(text))):
            raise ValueError(f"it has a value that JSON does not have: {text[:40]}")
        return text if number is None else number

    def tagged_scalar(self, tag: str, text: str) -> Any:
        """Return the value of a scalar with a tag.

        Raises:
            ValueError: the tag is unknown, or the text does not fit it.
        """
        if tag in _TEXT_TAGS:
            return text
        if not self.strict and tag.startswith(_STANDARD_TAGS):
            return self.plain(text)
        value = self.plain(text) if tag in _SCALAR_TYPES else None
        if not isinstance(value, _SCALAR_TYPES.get(tag, ())) or (isinstance(value, bool) and tag != _BOOLEAN):
            raise ValueError(_refused(tag))
        return value

    def tagged(self, tag: str, value: Any) -> Any:
        """Return the value of a mapping or sequence with a tag.

        Raises:
            ValueError: the tag is unknown.
        """
        if tag not in _STRUCTURE_TAGS and (self.strict or not tag.startswith(_STANDARD_TAGS)):
            raise ValueError(_refused(tag))
        return value


def _refused(tag: str) -> str:
    if not tag.startswith(_STANDARD_TAGS):
        return f"the tag {tag} is unknown"
    return f"it has a value that JSON does not have: one with the tag {tag.replace(_STANDARD_TAGS, '!!')}"


def _number(text: str) -> int | float | str | None:
    """Return the number of a plain scalar, or the text if it is none; `None` if JSON has no such number."""
    if _INTEGER.match(text):
        return json_integer(text)
    if _BASED.match(text):
        value = int(text[2:], 8 if text[1] == "o" else 16)
        return value if value in JSON_INTEGERS else None
    if _NUMBER.match(text):
        number = float(text)
        return number if isfinite(number) else None
    return None if _NOT_FINITE.match(text) else text


CORE: Final = YamlSchema()
STRICT: Final = YamlSchema(strict=True)
