"""YAML of recordings: values of any tag as plain data; tags of programming languages are never constructed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, Final

import yaml

_OMITTED_RESOLVERS: Final = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
_BOOLEANS: Final = {"true": True, "false": False}
_BINARY_TAGS: Final = ("!binary", "tag:yaml.org,2002:python/bytes")
"""Ruby's and Python's tags of base64, besides YAML's own `!!binary`."""

_OBJECT: Final = "python/object"


class ObjectData(dict[str, Any]):
    """The data of an object of a programming language, which is not JSON that was sent."""


class _PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # base chosen at run time
    """Safe loader that keeps dates and words such as `yes` as strings, and reads unknown tags as plain values."""


def load_plain_yaml(text: str | bytes) -> Any:
    """Parse YAML.

    Raises:
        yaml.YAMLError: the input is not YAML.
        ValueError, TypeError, LookupError, AttributeError, RecursionError: a value does not fit its tag.
    """
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506  # derived from SafeLoader


def _boolean_or_string(loader: Any, node: Any) -> Any:
    text = loader.construct_scalar(node)
    return _BOOLEANS.get(text, text)


def _binary(loader: Any, node: Any) -> bytes:
    return base64.b64decode(loader.construct_scalar(node))


def _plain(loader: Any, suffix: str, node: Any) -> Any:
    """Return the plain value of a node with an unknown tag."""
    if isinstance(node, yaml.MappingNode):
        members = loader.construct_mapping(node, deep=True)
        return ObjectData(members) if _OBJECT in suffix else members
    if isinstance(node, yaml.SequenceNode):
        items = loader.construct_sequence(node, deep=True)
        is_call = _OBJECT in suffix and len(items) == 1  # an enum member is written as a call with its value
        return items[0] if is_call else items
    return loader.construct_scalar(node)


_constructors: dict[str, Callable[[Any, Any], Any]] = {
    "tag:yaml.org,2002:bool": _boolean_or_string,
    **dict.fromkeys(_BINARY_TAGS, _binary),
}
for _tag, _constructor in _constructors.items():
    _PlainLoader.add_constructor(_tag, _constructor)
_PlainLoader.add_multi_constructor("", _plain)
_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _OMITTED_RESOLVERS[0]]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
