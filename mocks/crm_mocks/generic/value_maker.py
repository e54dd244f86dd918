"""Makes one value of a schema, and makes the parts of it differently that a validator rejects."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

from crm_mocks.contract.json_schema_2020 import CARRIED
from crm_mocks.generic.conditional_parts import depended_on, dependent_schemas, kinds_of_entries, member_schema
from crm_mocks.generic.invented_names import invented_name
from crm_mocks.generic.member_names import singular
from crm_mocks.generic.merged_schema import first_branch, merged, name_of_branch, named_by, resolved
from crm_mocks.generic.moments import moments_in_order
from crm_mocks.generic.named_values import NamedValues
from crm_mocks.generic.scalar_values import number_or_boolean, text
from crm_mocks.generic.search import ValueSearch
from crm_mocks.location import Location

_DEPTH: Final = 5
_MAX_DEPTH: Final = 30
_BUDGET: Final = 600
_MAX_VALUES: Final = 5_000
"""A schema that requires more has no value, since making it would take seconds."""

_LENGTH_OF_VALUE: Final = 1_000
"""Characters of a string that count as one value."""

_MAX_ENTRIES: Final = 3


class Unmakeable(Exception):
    """No value can be made: a schema requires itself, or too many values."""


class ValueMaker:
    """Makes values for the schemas of one contract, and learns from rejected ones.

    Attributes:
        document: the contract.
        owner: what the whole value is.
        examples: whether examples of schemas are used.
    """

    def __init__(
        self, document: Mapping[str, Any], search: ValueSearch, *, owner: str = "", examples: bool = True
    ) -> None:
        """Prepare.

        Args:
            document: the contract.
            search: finds the values that are not made otherwise.
            owner: what the whole value is.
            examples: use examples of schemas.
        """
        self.document = document
        self.owner = owner
        self.examples = examples
        self._without_example: set[Location] = set()
        self._branches: dict[Location, int] = {}
        self._branch_counts: dict[Location, int] = {}
        self._copied: set[Location] = set()
        self._search = search
        self._searched: set[Location] = set()
        self._left_out: set[Location] = set()

    def make(self, schema: Any, random: Random, *, plain: bool = False) -> Any:
        """Return a value.

        Args:
            schema: schema object or reference.
            random: source of all choices.
            plain: leave out optional members.

        Raises:
            Unmakeable: a schema requires itself, or too many values.
        """
        self._random = random
        self._plain = plain
        self._budget = _BUDGET
        self._people: dict[Location, NamedValues] = {}
        self._references: list[str] = []
        self._branch_counts = {}
        self._copied = set()
        return self._value(schema, ())

    def reject(self, path: Location) -> None:
        """Make the value at a path differently next time: without its example, or by another branch of a choice."""
        for end in range(len(path), -1, -1):
            place = path[:end]
            if place in self._copied and place not in self._without_example:
                self._without_example.add(place)
                return
            if place in self._branch_counts:
                self._branches[place] = self._branches.get(place, 0) + 1
                return
        self._without_example.add(path)

    def search(self, path: Location) -> None:
        """Search the value at a path next time, or one that it is part of if it has been searched before."""
        while path in self._searched and path:
            path = path[:-1]
        self._searched.add(path)

    # --- one value ---

    def _value(self, schema: Any, path: Location) -> Any:
        if path in self._searched and path not in self._left_out:
            found = self._search.find(schema)
            if found.is_value:
                return found.value
            self._left_out.add(path)
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if reference is None:
            return self._resolved_value(schema, path)
        self._references.append(str(reference))
        try:
            return self._resolved_value(schema, path)
        finally:
            self._references.pop()

    def _resolved_value(self, schema: Any, path: Location) -> Any:
        self._budget -= 1
        if len(path) > _MAX_DEPTH or self._budget < _BUDGET - _MAX_VALUES:
            raise Unmakeable
        node = resolved(self.document, schema)
        flat = merged(self.document, node, lambda parent, branches: self._branch(parent, branches, path))
        documented = self._documented(flat, path)
        if documented is not None:
            return documented
        if "enum" in flat:
            return self._one_of(flat["enum"])
        kind = flat.get("type")
        if kind in ("object", "array"):
            if node.get("nullable") is True and self._is_exhausted(path):
                return None
            return self._object(flat, path, node) if kind == "object" else self._array(flat, path)
        return None if kind == "null" else self._scalar(flat, path)

    def _documented(self, flat: Mapping[str, Any], path: Location) -> Any:
        """Return the example or default of a schema, `None` if there is none or it must not be used."""
        if not self.examples or path in self._without_example:
            return None
        for keyword in ("example", "default"):
            if flat.get(keyword) is not None and not _shows_nothing(flat, flat[keyword]):
                self._copied.add(path)
                return copy.deepcopy(flat[keyword])
        return None

    def _scalar(self, flat: dict[str, Any], path: Location) -> Any:
        people = self._people_of(path)
        name, owner = self._names(path)
        if flat.get("type") in ("integer", "number", "boolean"):
            return number_or_boolean(flat, self._random, people, name)
        made = text(flat, self._random, people, name, owner)
        self._budget -= len(made) // _LENGTH_OF_VALUE
        return made

    def _branch(self, parent: Mapping[str, Any], branches: Sequence[Any], path: Location) -> int:
        self._branch_counts[path] = len(branches)
        first = first_branch(parent, branches)
        if not self.examples and len(branches) > 1 and not self._branches.get(path):
            first = self._random.randrange(len(branches))
        return first + self._branches.get(path, 0)

    def _one_of(self, values: Any) -> Any:
        usable = [each for each in values if each is not None] if isinstance(values, list) else []
        if not usable:
            return None
        return usable[0] if self.examples else self._random.choice(usable)

    def _check_count(self, count: int) -> None:
        """Make none of the values that are required if they are too many."""
        if count > self._budget - _BUDGET + _MAX_VALUES:
            raise Unmakeable

    def _is_exhausted(self, path: Location) -> bool:
        return self._plain or len(path) >= _DEPTH or self._budget <= 0

    # --- objects and arrays ---

    def _object(self, flat: Mapping[str, Any], path: Location, node: Mapping[str, Any]) -> dict[str, Any]:
        made = self._members(flat, path, node)
        conditions = dependent_schemas(flat, made)
        if conditions:
            whole = {key: value for key, value in flat.items() if key != "dependencies"}
            made = self._members(merged(self.document, {"allOf": [whole, *conditions]}), path, node)
        return made

    def _members(self, flat: Mapping[str, Any], path: Location, node: Mapping[str, Any]) -> dict[str, Any]:
        members: Mapping[str, Any] = flat.get("properties") or {}
        required = [name for name in flat.get("required") or () if isinstance(name, str)]
        names = [name for name in members if name in required or self._is_made(members[name], (*path, name))]
        names += [name for name in required if name not in members]
        names += [name for name in depended_on(flat, names) if name not in names]
        limit = flat.get("maxProperties")
        if isinstance(limit, int) and len(names) > limit:
            names = sorted(names, key=lambda name: name not in required)[:limit]
        additional = flat.get("additionalProperties", (flat.get(CARRIED) or {}).get("unevaluatedProperties"))
        described = additional if isinstance(additional, Mapping) else {}
        made = {name: self._value(member_schema(flat, name, described), (*path, name)) for name in names}
        missing = flat.get("minProperties", 0) - len(made)
        if described and not members and not self._is_exhausted(path):
            missing = max(missing, 1)
        self._check_count(missing)
        for number in range(1, missing + 1):
            left = next((name for name in members if name not in made), "")
            left = left or invented_name(self.document, flat, made, number, self._random)
            made[left] = self._value(member_schema(flat, left, described), (*path, left))
        self._name_branch(node, flat, made, path)
        made.update(
            moments_in_order({name: value for name, value in made.items() if (*path, name) not in self._copied})
        )
        return made

    def _is_made(self, schema: Any, path: Location) -> bool:
        """Return whether an optional member is made at a path."""
        if self._plain or self._budget <= 0 or path in self._left_out:
            return False
        reference = schema.get("$ref") if isinstance(schema, Mapping) else None
        if reference in self._references:
            return False
        node = resolved(self.document, schema)
        if node.get("writeOnly") is True:
            return False
        is_simple = node.get("type") in ("string", "integer", "number", "boolean")
        return is_simple or len(path) <= _DEPTH

    def _name_branch(
        self, node: Mapping[str, Any], flat: Mapping[str, Any], made: dict[str, Any], path: Location
    ) -> None:
        """Set the member that names the chosen branch (`discriminator`)."""
        branches = node.get("oneOf") or node.get("anyOf")
        name = named_by(node)
        if not name or not isinstance(branches, list) or "enum" in resolved(self.document, _member(flat, name)):
            return
        chosen = branches[(first_branch(node, branches) + self._branches.get(path, 0)) % len(branches)]
        made[name] = name_of_branch(node, chosen)

    def _array(self, flat: Mapping[str, Any], path: Location) -> list[Any]:
        carried: Mapping[str, Any] = flat.get(CARRIED) or {}
        items = carried.get("items") if "prefixItems" in carried else flat.get("items")
        items = items or carried.get("unevaluatedItems") or {}
        kinds = kinds_of_entries(carried, items, _MAX_VALUES + 1)
        low = max(flat.get("minItems", 0), len(kinds))
        high = flat.get("maxItems", max(low, _MAX_ENTRIES))
        recursive = isinstance(items, Mapping) and items.get("$ref") in self._references
        count = max(low, min(1 if self.examples else self._random.randint(1, 2), high))
        if recursive or self._is_exhausted(path):
            count = low
        if carried.get("unevaluatedItems") is False:
            count = len(kinds)
        self._check_count(count)
        entries: list[Any] = []
        for number in range(count * 5):
            if len(entries) == count:
                break
            kind = kinds[len(entries)] if len(entries) < len(kinds) else items
            entry = self._value(kind, (*path, len(entries)))
            if flat.get("uniqueItems") and entry in entries:
                self._without_example.add((*path, len(entries)))
                self._branches[*path, len(entries)] = number + 1
                alternatives = merged(self.document, kind).get("enum") or ()
                entry = next((each for each in alternatives if each not in entries), entry)
                if entry in entries:
                    continue
            entries.append(entry)
        return entries

    # --- names ---

    def _people_of(self, path: Location) -> NamedValues:
        """Return the person of the nearest entry of an array, or of the whole value."""
        last = max((number for number, step in enumerate(path) if isinstance(step, int)), default=-1)
        return self._people.setdefault(path[: last + 1], NamedValues(self._random))

    def _names(self, path: Location) -> tuple[str, str]:
        """Return the names of a member and of the enclosing one."""
        names = [step for step in path if isinstance(step, str)]
        name = names[-1] if names else ""
        if path and isinstance(path[-1], int):
            name = singular(name)
        owners = [each for each in names[:-1] if each not in ("data", "attributes", "properties", "fields")]
        if owners:
            return name, owners[-1]
        return name, self.owner or (self._references[-1].rpartition("/")[2] if self._references else "")


def _member(flat: Mapping[str, Any], name: str) -> Any:
    return (flat.get("properties") or {}).get(name, {})


def _shows_nothing(flat: Mapping[str, Any], value: Any) -> bool:
    """Return whether an example stands for a file beside the contract, or is empty although members are documented."""
    if not isinstance(value, Mapping):
        return False
    return set(value) == {"$ref"} or (not value and bool(flat.get("properties")))
