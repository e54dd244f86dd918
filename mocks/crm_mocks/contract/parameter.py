"""Parameters of requests and headers of responses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.position_marks import SchemaMarks
from crm_mocks.contract.schema_validator import SchemaValidator

_STYLES: Final = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_PRIMITIVE: Final = ("string", "integer", "number", "boolean")
_COMPOSED: Final = frozenset({"allOf", "anyOf", "oneOf", "enum", "nullable"})


@dataclass(frozen=True, slots=True)
class Serialization:
    """How a parameter is written (OpenAPI 3.0.3, "Style Values").

    Attributes:
        style: such as `form` or `deepObject`.
        explode: whether each entry or member is written apart.
        media_type: of a parameter with `content`, such as `application/json`; empty for one with a style.
    """

    style: str
    explode: bool
    media_type: str = ""


def serialization_of(node: Mapping[str, Any], place: str) -> Serialization:
    """Return how a parameter or header is written, with OpenAPI's defaults."""
    style = str(node.get("style", _STYLES.get(place, "simple")))
    media_type = next(iter(node.get("content", {})), "").partition(";")[0].strip().lower()
    return Serialization(style, bool(node.get("explode", style == "form")), media_type)


@dataclass(frozen=True)
class Parameter:
    """A path, query, header or cookie parameter, or a response header. Header names are lower-case.

    Attributes:
        basis: "document" or the id of the position that makes it required.
        marks: marks of its schema, which give the basis of broken keywords.
        serialization: how it is written.
        schema: as in the document, references followed.
        document: the contract in force.
    """

    name: str
    place: str
    required: bool
    type: str
    compile: Callable[[], SchemaValidator] = field(repr=False)
    basis: str = DOCUMENT
    marks: SchemaMarks | None = field(default=None, repr=False)
    serialization: Serialization = Serialization("simple", explode=False)
    schema: Mapping[str, Any] = field(default_factory=dict, repr=False)
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def validator(self) -> SchemaValidator:
        """The compiled schema."""
        return self.compile()

    @cached_property
    def is_plain(self) -> bool:
        """Whether it is a single string, number or boolean."""
        if self.serialization.media_type or self.serialization.style not in ("form", "simple"):
            return False
        if self.schema.get("type") in _PRIMITIVE:
            return not _COMPOSED & self.schema.keys() - {"enum"}
        return "type" not in self.schema and not _COMPOSED & self.schema.keys()
