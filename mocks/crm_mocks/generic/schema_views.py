"""Schemas as requests need them: what the contract decides about a schema is worked out once, at its first use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from crm_mocks.generic.member_meanings import meaning_of
from crm_mocks.generic.merged_schema import merged, properties, resolved

_MAX_SEARCHED: Final = 500


class SchemaView:
    """One schema of a contract.

    Attributes:
        schema: schema object or reference.
        node: the schema behind its reference.
        sources: kept for `built`, by the schema of requests.
    """

    def __init__(self, views: SchemaViews, schema: Any) -> None:
        self._views = views
        self.schema = schema
        self.node = resolved(views.document, schema)
        self.sources: dict[SchemaView | None, Any] = {}
        self._marks: dict[str, bool] = {}

    @cached_property
    def flat(self) -> Mapping[str, Any]:
        """The schema without `$ref`, `allOf`, `oneOf` and `anyOf` at its top level."""
        return merged(self._views.document, self.schema)

    @cached_property
    def members(self) -> Mapping[str, SchemaView]:
        """Members of an object by name; those of all branches of `oneOf` and `anyOf`."""
        return {name: self._views.of(inner) for name, inner in properties(self._views.document, self.schema).items()}

    @cached_property
    def items(self) -> SchemaView | None:
        """Entries of an array; `None` if they are not described."""
        items = self.flat.get("items")
        return self._views.of(items) if items else None

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Names of required members."""
        return tuple(self.flat.get("required") or ())

    @cached_property
    def required_names(self) -> frozenset[str]:
        """Names of required members, as a set."""
        return frozenset(self.required)

    @cached_property
    def meaningful(self) -> tuple[str, ...]:
        """Names of members that say something about them."""
        return tuple(name for name in self.members if meaning_of(name) is not None)

    def may_have(self, mark: str) -> bool:
        """Return whether a value may have members with a mark, `readOnly` or `writeOnly`; large schemas may."""
        if mark not in self._marks:
            self._marks[mark] = self._has(mark)
        return self._marks[mark]

    def _has(self, mark: str) -> bool:
        found: dict[SchemaView, None] = {self: None}
        for view in (pending := [self]):
            if len(found) > _MAX_SEARCHED:
                return True
            inner = [*view.members.values(), *([view.items] if view.items is not None else ())]
            if any(each.node.get(mark) is True for each in inner):
                return True
            pending += [each for each in inner if each not in found]
            found.update(dict.fromkeys(inner))
        return False

    @cached_property
    def is_open(self) -> bool:
        """Whether the contract asks for members that it does not describe."""
        return self.flat.get("additionalProperties") not in (None, False)

    @cached_property
    def is_read_only(self) -> bool:
        """Whether only the server sets the value."""
        return self.node.get("readOnly") is True

    @cached_property
    def is_write_only(self) -> bool:
        """Whether responses leave the value out."""
        return self.node.get("writeOnly") is True

    @cached_property
    def is_nullable(self) -> bool:
        """Whether the schema says that the value may be null."""
        return self.node.get("nullable") is True

    @cached_property
    def takes_null(self) -> bool:
        """Whether null is valid, as it is also where the schema has no type."""
        return self.is_nullable or "type" not in self.flat


class SchemaViews:
    """The schemas of one contract.

    Attributes:
        document: the contract.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._views: dict[int | str, SchemaView] = {}

    def of(self, schema: Any) -> SchemaView:
        """Return the view of a schema, the same one each time.

        Args:
            schema: schema object or reference, which must not change.
        """
        is_reference = isinstance(schema, Mapping) and len(schema) == 1 and isinstance(schema.get("$ref"), str)
        key = schema["$ref"] if is_reference else id(schema)  # a view keeps its schema alive, so the id stays its own
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = SchemaView(self, schema)
        return view
