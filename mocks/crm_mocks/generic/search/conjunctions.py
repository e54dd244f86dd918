"""The ways to match schemas: each is a list of plain schemas, all of which a value must match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crm_mocks.contract.json_schema_2020 import in_draft_2020
from crm_mocks.contract.references import target
from crm_mocks.contract.schema import translate
from crm_mocks.errors import ContractError
from crm_mocks.generic.search.negation import LEAVES, TYPES, negated

_COMBINED: Final = frozenset({"$ref", "allOf", "anyOf", "oneOf", "not"})
_MAX_STEPS: Final = 10_000
"""Steps of one search, which takes a few tenths of a second."""

_MAX_REFERENCES: Final = 100
"""References that lead to others, without a member or an entry between them."""


Within = tuple[str, ...]
"""The schemas of the values that a value is part of, from the outermost."""


class GivenUpError(Exception):
    """The search takes too long."""


@dataclass(frozen=True)
class Conjunction:
    """Plain schemas, all of which a value must match.

    Attributes:
        parts: schemas without references, combinations and `not`.
        excluded: schemas of one keyword that the value must not match.
        types: what the value may be.
    """

    parts: tuple[Mapping[str, Any], ...] = ()
    excluded: tuple[Mapping[str, Any], ...] = ()
    types: frozenset[str] = frozenset(TYPES)

    def having(self, keyword: str) -> list[Any]:
        """Return the values of a keyword."""
        return [part[keyword] for part in self.parts if keyword in part]

    def most(self, keyword: str, default: Any = None) -> Any:
        """Return the largest value of a keyword."""
        return max(self.having(keyword), default=default)

    def least(self, keyword: str, default: Any = None) -> Any:
        """Return the smallest value of a keyword."""
        return min(self.having(keyword), default=default)

    @property
    def required(self) -> list[str]:
        """Names of the members that an object must have."""
        return list(dict.fromkeys(name for names in self.having("required") for name in names))

    def with_part(self, part: Mapping[str, Any]) -> Conjunction:
        """Return a conjunction with a further plain schema."""
        if not part:
            return self
        types = self.types & _types(part["type"]) if "type" in part else self.types
        return Conjunction((*self.parts, part), self.excluded, types)

    def without(self, excluded: Mapping[str, Any]) -> Conjunction:
        """Return a conjunction with a further exclusion."""
        return Conjunction(self.parts, (*self.excluded, excluded), self.types)


def _types(written: Any) -> frozenset[str]:
    types = {written} if isinstance(written, str) else set(written)
    return frozenset(types | {"integer"} if "number" in types else types)


@dataclass
class Conjunctions:
    """Lists the ways to match schemas of a document.

    Attributes:
        document: the contract, in the product's form.
        is_complete: no way has been left out.
    """

    document: Mapping[str, Any]
    is_complete: bool = True
    _steps: int = _MAX_STEPS
    _targets: dict[str, Any] = field(default_factory=dict)

    def standard(self, schema: Any) -> Any:
        """Return a schema of the product's form as one of JSON Schema 2020-12."""
        return in_draft_2020(translate(schema))

    def target(self, reference: str) -> Any:
        """Return the schema that a reference names; one that permits everything if there is none."""
        if reference not in self._targets:
            try:
                self._targets[reference] = self.standard(target(self.document, reference))
            except ContractError:
                self._targets[reference] = {}
        return self._targets[reference]

    def of(self, *schemas: Any, base: Conjunction | None = None) -> Iterator[Conjunction]:
        """Yield the ways to match schemas of JSON Schema 2020-12.

        Args:
            schemas: all of which a value must match.
            base: what it must match besides.

        Raises:
            GivenUpError: the search takes too long.
        """
        yield from self._expanded(list(schemas), [], base or Conjunction(), frozenset())

    def start(self) -> None:
        """Begin a search: its steps are counted from here."""
        self._steps, self.is_complete = _MAX_STEPS, True

    def step(self) -> None:
        """Count a step of the search.

        Raises:
            GivenUpError: there were too many.
        """
        self._steps -= 1
        if self._steps < 0:
            self.is_complete = False
            raise GivenUpError

    def _expanded(
        self, pending: list[Any], choices: list[list[Any]], made: Conjunction, applied: frozenset[str]
    ) -> Iterator[Conjunction]:
        """Yield the ways to match pending schemas and one of each choice, besides what is made."""
        pending, choices, references = list(pending), list(choices), 0
        while pending:
            self.step()
            schema = pending.pop()
            if isinstance(schema, bool):
                schema = {} if schema else {"type": []}
            if isinstance(schema.get("$ref"), str):
                references += 1
                if references > _MAX_REFERENCES:
                    self.is_complete = False
                    return
                pending.append(self.target(schema["$ref"]))
            made = made.with_part({key: value for key, value in schema.items() if key not in _COMBINED})
            if not made.types:
                return
            pending += schema.get("allOf", ())
            choices += [_last_null(schema["anyOf"])] if "anyOf" in schema else []
            choices += [_exactly_one(schema["oneOf"])] if "oneOf" in schema else []
            if "not" in schema:
                made = self._exclude(schema["not"], made, choices)
        yield from self._chosen(choices, made, applied)

    def _chosen(self, choices: list[list[Any]], made: Conjunction, applied: frozenset[str]) -> Iterator[Conjunction]:
        if choices:
            shortest = min(range(len(choices)), key=lambda number: len(choices[number]))
            others = choices[:shortest] + choices[shortest + 1 :]
            for branch in choices[shortest]:
                yield from self._expanded([branch], others, made, applied)
            return
        dependent = [] if "object" not in made.types else list(_dependent(made, applied))
        if not dependent:
            yield made
            return
        if made.types != {"object"}:
            yield from self._expanded([{"type": [*made.types - {"object"}]}], [], made, applied)
        names = applied | {name for name, _ in dependent}
        yield from self._expanded([{"type": "object"}, *(inner for _, inner in dependent)], [], made, names)

    def _exclude(self, schema: Any, made: Conjunction, choices: list[list[Any]]) -> Conjunction:
        """Add that a value must not match a schema."""
        for _ in range(_MAX_REFERENCES):
            if not isinstance(schema, Mapping) or not isinstance(schema.get("$ref"), str) or len(schema) > 1:
                break
            schema = self.target(schema["$ref"])
        if isinstance(schema, Mapping) and len(schema) == 1 and (schema.keys() <= LEAVES or schema == _WHOLE):
            return made.without(schema)
        if isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
            others = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {"allOf": [{"$ref": schema["$ref"]}, others]}
        opposites = negated(schema)
        if opposites is None:
            self.is_complete = False
            return made
        choices.append(opposites)
        return made


_WHOLE: Final = {"type": "integer"}
"""Beside the type number, the only exclusion of a type that cannot be told by a type."""


def _dependent(made: Conjunction, applied: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """Yield what an object must match because it has members, by a name for it."""
    required = set(made.required)
    for number, part in enumerate(made.parts):
        for name, inner in part.get("dependentSchemas", {}).items():
            if name in required and f"{number} {name}" not in applied:
                yield f"{number} {name}", inner
        for name, others in part.get("dependentRequired", {}).items():
            if name in required and not required.issuperset(others):
                yield f"{number} required {name}", {"required": others}


def _exactly_one(branches: list[Any]) -> list[Any]:
    others = [[each for at, each in enumerate(branches) if at != number] for number in range(len(branches))]
    return _last_null(
        [
            {"allOf": [branch, *({"not": other} for other in rest)]}
            for branch, rest in zip(branches, others, strict=True)
        ]
    )


def _last_null(branches: list[Any]) -> list[Any]:
    return sorted(branches, key=lambda each: each == {"type": "null"})
