"""YAML of recordings: values of any tag as plain data; tags of programming languages are never constructed."""

from __future__ import annotations

import base64
import re
from typing import Any, Final

from crm_mocks.bounded_numbers import json_integer
from crm_mocks.files.yaml_schema import YamlSchema
from crm_mocks.files.yaml_values import parse_yaml

_WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    "true": True,
    "false": False,
}
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_NUMBER: Final = re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?")
"""Only numbers that YAML 1.1 and 1.2 have in common: a recorder that writes `1e5` without quotes has a string."""

_BINARY_TAGS: Final = ("!binary", "tag:yaml.org,2002:binary", "tag:yaml.org,2002:python/bytes")
"""Tags of base64: Ruby's, YAML's own and Python's."""

_CORE_TAGS: Final = tuple(f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "null"))
_OBJECT: Final = "python/object"


class ObjectData(dict[str, Any]):
    """The data of an object of a programming language, which is not JSON that was sent."""


class _PlainSchema(YamlSchema):
    """Keeps dates and words such as `yes` as strings, and reads unknown tags as plain values."""

    def plain(self, text: str) -> Any:
        """See `YamlSchema.plain`."""
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            number = json_integer(text)
            return text if number is None else number
        return float(text) if _NUMBER.fullmatch(text) else text

    def tagged_scalar(self, tag: str, text: str) -> Any:
        """See `YamlSchema.tagged_scalar`.

        Raises:
            ValueError: the text is not base64, in spite of its tag.
        """
        if tag in _BINARY_TAGS:
            return base64.b64decode(text)
        return self.plain(text) if tag in _CORE_TAGS else text

    def tagged(self, tag: str, value: Any) -> Any:
        """See `YamlSchema.tagged`."""
        if _OBJECT not in tag:
            return value
        if isinstance(value, dict):
            return ObjectData(value)
        return value[0] if len(value) == 1 else value  # an enum member is written as a call with its value


_SCHEMA: Final = _PlainSchema(unique_keys=False)


def load_plain_yaml(text: str | bytes) -> Any:
    """Parse YAML.

    Raises:
        YamlProblem: the input is not YAML, has a value that does not fit its tag, or is too large or too deep.
    """
    return parse_yaml(text, _SCHEMA)
