"""Requests that break one constraint of a contract each, made from the contract itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from crm_mocks.contract import Contract, Operation
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import FORMATS, translate
from crm_mocks.location import Location
from crm_mocks.parsing.media_types import FORM
from crm_mocks.violations import Violation

CANDIDATES: tuple[Any, ...] = ("§", 123456789.5, True, [], {}, ["§"], {"§": 1}, None)
LENGTH_KEYWORDS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
RANGE_KEYWORDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


@dataclass(frozen=True)
class Mutant:
    """A body that breaks one rule.

    Attributes:
        rule: keyword of the constraint.
        location: where a violation must be named, without `request` and `body`.
        body: the broken body.
        good: the body before it was broken.
    """

    rule: str
    location: Location
    body: Any
    good: Any = None

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.location)) or 'body'}:{self.rule}"


def mutants_of(contract: Contract, operation: Operation, request: dict[str, Any]) -> list[Mutant]:
    """Return the mutants of a request's body.

    Args:
        contract: in force.
        operation: that the request is for.
        request: keywords of httpx's `request`; its body is the value of `json` or `data`.
    """
    if operation.body is None:
        return []
    media_type, name = ("application/json", "json") if "json" in request else (FORM, "data")
    if name not in request:
        return []
    item = contract.document["paths"][operation.path][operation.method.lower()]
    schema = follow(contract.document, item["requestBody"])["content"][media_type]["schema"]
    validator = operation.body.media_types[media_type].validator
    made = Mutator(contract, schema, validator).mutants(request[name])
    return [mutant for mutant in made if media_type != FORM or is_a_form(mutant.body)]


def is_a_form(body: Any) -> bool:
    """Return whether a body can be written as a form, where every value is a text."""
    return isinstance(body, dict) and all(isinstance(value, str) for value in body.values())


def names(violations: list[Violation], mutant: Mutant) -> bool:
    """Return whether the violations name the constraint, or the combination of alternatives that holds it."""
    wanted = ("body", *mutant.location)
    return any(
        (each.location == wanted and each.rule == mutant.rule)
        or (each.rule in ("oneOf", "anyOf") and wanted[: len(each.location)] == each.location)
        for each in violations
    )


class Mutator:
    """Walks a request schema and breaks one constraint at a time of a body that fits it."""

    def __init__(self, contract: Contract, schema: Mapping[str, Any], validator: jsonschema_rs.Draft4Validator) -> None:
        self._document = contract.document
        self._schema = schema
        self._validator = validator
        self._seen: set[tuple[str, Location]] = set()

    def mutants(self, body: Any) -> Iterator[Mutant]:
        """Yield a mutant for each constraint that can be broken alone."""
        assert self._validator.is_valid(body), "the body to start from must fit the contract"
        yield from self._walk(self._schema, (), body, 8)

    def _walk(self, schema: Any, path: Location, body: Any, depth: int) -> Iterator[Mutant]:
        schema = follow(self._document, schema)
        value = _get(body, path)
        for rule, broken, where in _broken(schema, value):
            location = (*path, *where)
            if (rule, location) in self._seen:
                continue
            mutant = _set(body, path, broken)
            if self._names(mutant, rule, location):
                self._seen.add((rule, location))
                yield Mutant(rule, location, mutant, body)
        if depth:
            for keyword in ("allOf", "oneOf", "anyOf"):
                for branch in schema.get(keyword, ()):
                    yield from self._walk_branch(branch, path, body, depth)
            yield from self._walk_members(schema, path, body, depth)

    def _walk_branch(self, branch: Any, path: Location, body: Any, depth: int) -> Iterator[Mutant]:
        branch = follow(self._document, branch)
        if "properties" in branch and not isinstance(_get(body, path), dict):
            return
        yield from self._walk(branch, path, body, depth - 1)

    def _walk_members(self, schema: Mapping[str, Any], path: Location, body: Any, depth: int) -> Iterator[Mutant]:
        for name, inner in schema.get("properties", {}).items():
            there = self._with(body, (*path, name), inner)
            if there is not None:
                yield from self._walk(inner, (*path, name), there, depth - 1)
        if "items" in schema:
            there = self._with(body, (*path, 0), schema["items"])
            if there is not None:
                yield from self._walk(schema["items"], (*path, 0), there, depth - 1)

    def _with(self, body: Any, path: Location, schema: Any) -> Any:
        """Return the body with a value at a path, or `None` if no value there fits the contract."""
        present = _get(body, path)
        if present is not None:
            return body
        for value in self._values(schema):
            filled = _set(body, path, value)
            if filled is not None and self._validator.is_valid(filled):
                return filled
        return None

    def _values(self, schema: Any) -> Iterator[Any]:
        schema = follow(self._document, schema)
        if "example" in schema:
            yield schema["example"]
        yield from (value for value in schema.get("enum", ()) if value is not None)
        for keyword in ("oneOf", "anyOf", "allOf"):
            for branch in schema.get(keyword, ()):
                yield from self._values(branch)
        members = schema.get("properties", {})
        if members:
            required = {name: self._filled(members[name]) for name in schema.get("required", ()) if name in members}
            yield required
            yield from ({**required, name: self._filled(inner)} for name, inner in members.items())
        if "items" in schema:
            yield from ([value] for value in self._values(schema["items"]))

    def _filled(self, schema: Any) -> Any:
        """Return a value of a schema, of an object one with members if there is any."""
        return next((value for value in self._values(schema) if value != {}), "x")

    def _names(self, body: Any, rule: str, location: Location) -> bool:
        """Return whether the contract finds the body at fault at that place, or in a combination that holds it.

        A value of a wrong type breaks no other rule worth telling.
        """
        errors = list(self._validator.iter_errors(body))
        if rule != "type" and any(
            error.kind.name == "type" and tuple(error.instance_path) == location for error in errors
        ):
            return False
        for error in errors:
            place: Location = tuple(error.instance_path)
            if error.kind.name == "required":
                place = (*place, error.kind.value)
            if place == location and error.kind.name == rule:
                return True
            if error.kind.name in ("oneOf", "anyOf") and location[: len(place)] == place:
                return True
        return False


def _broken(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str, Any, Location]]:
    """Yield rule, broken value, and where below the value the violation stands."""
    yield from _of_another_type(schema)
    yield from _out_of_range(schema)
    if "enum" in schema:
        yield "enum", "§" if isinstance(schema["enum"][0], str) else 987654321, ()
    if schema.get("format") in FORMATS:
        yield "format", "§", ()
    if "pattern" in schema:
        yield "pattern", "§", ()
    for name in schema.get("required", ()) if isinstance(value, dict) else ():
        if name in value:
            yield "required", {key: inner for key, inner in value.items() if key != name}, (name,)
    for keyword in ("oneOf", "anyOf", "not"):
        if keyword in schema:
            yield from ((keyword, each, ()) for each in (*CANDIDATES, {}))


def _of_another_type(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any, Location]]:
    if "type" not in schema:
        return
    plain = jsonschema_rs.Draft4Validator(translate({"type": schema["type"], **_nullable(schema)}))
    yield "type", next((each for each in CANDIDATES if not plain.is_valid(each)), None), ()
    if not plain.is_valid(None):
        yield "type", None, ()


def _out_of_range(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any, Location]]:
    if schema.get("format") in ("int32", "int64"):
        yield "maximum", 2**40 if schema["format"] == "int32" else 2**63, ()
    for keyword in RANGE_KEYWORDS:
        limit = schema.get(keyword)
        if isinstance(limit, int | float) and not isinstance(limit, bool):
            yield keyword, limit - 1 if "min" in keyword.lower() else limit + 1, ()
    for keyword in LENGTH_KEYWORDS:
        if keyword in schema:
            size = schema[keyword] + (-1 if keyword.startswith("min") else 1)
            if size >= 0:
                kind = keyword[3:]
                sized: dict[str, Any] = {
                    "Length": "x" * size,
                    "Items": ["x"] * size,
                    "Properties": {str(number): 1 for number in range(size)},
                }
                yield keyword, sized[kind], ()


def _nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"nullable": True} if schema.get("nullable") else {}


def _get(body: Any, path: Location) -> Any:
    for part in path:
        try:
            body = body[part]
        except (KeyError, IndexError, TypeError):
            return None
    return body


def _set(body: Any, path: Location, value: Any) -> Any:
    """Return the body with a value at a path; `None` if the path cannot be there. Parts beside the path are shared."""
    if not path:
        return value
    part, *rest = path
    if rest:
        try:
            inner = body[part]
        except (KeyError, IndexError, TypeError):
            return None
        value = _set(inner, tuple(rest), value)
        if value is None:
            return None
    if isinstance(body, list) and isinstance(part, int):
        return [*body[:part], value, *body[part + 1 :]]
    return {**body, part: value} if isinstance(body, dict) else None
