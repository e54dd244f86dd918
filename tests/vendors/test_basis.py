"""What a violation rests on is what its contract marks.

For each value that breaks one constraint, an independent question: do documents allow it? They do if it is valid once
every constraint that rests on a position is taken out of the contract. Then each violation names a position; otherwise
one at least is "document".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Contract, Operation
from crm_mocks.contract.in_force import MARK
from crm_mocks.contract.outcome import is_json
from crm_mocks.contract.position_marks import NOTE, SchemaMarks, ids
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas
from crm_mocks.parsing.media_types import FORM
from crm_mocks.schema_errors import schema_violations
from crm_mocks.vendor import vendor_names
from tests.vendors.discovery import Variant
from tests.vendors.mutants import Mutant, Mutator, is_a_form

OLDER = [Variant("crmcom", (("release", release),)) for release in ("R11.0.0", "R14.0.0")]
"""Releases that have constraints of their own."""


@dataclass(frozen=True)
class Held:
    """A schema that bodies are held to, with bodies to start from."""

    contract: Contract
    where: str
    schema: Any
    marks: SchemaMarks
    default: str
    null: str
    bodies: list[Any]
    media_type: str


class NullToo(Mutator):
    """Breaks a type by null as well as by another type, since these may rest on different things."""

    def mutants(self, body: Any) -> Iterator[Mutant]:
        """Yield the mutants of the base class, and null at each of their places."""
        found = list(super().mutants(body))
        yield from found
        for mutant in found:
            if mutant.rule == "type":
                broken = _put(mutant.body, mutant.location, None)
                if not self._validator.is_valid(broken):
                    yield Mutant("null", mutant.location, broken, mutant.good)


def _put(body: Any, path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    first, *rest = path
    inner = _put(body[first], tuple(rest), value)
    if isinstance(body, list):
        return [inner if number == first else each for number, each in enumerate(body)]
    return {**body, first: inner}


def documented_only(node: Any, *, null: bool) -> Any:
    """Return a contract's node without the constraints that rest on a position.

    Args:
        node: any.
        null: null may stand for absent members, as far as documents say.
    """
    if isinstance(node, list):
        return [documented_only(each, null=null) for each in node]
    if not isinstance(node, Mapping):
        return node
    mark = node.get(MARK, {})
    kept = {name: value for name, value in node.items() if mark.get(name, {}) == {} or isinstance(mark[name], Mapping)}
    for part in ("required", "properties"):
        if isinstance(mark.get(part), Mapping):
            names = mark[part]
            held = kept[part]
            kept[part] = (
                {name: each for name, each in held.items() if name not in names}
                if isinstance(held, Mapping)
                else [name for name in held if name not in names]
            )
    if "oneOf" in kept and all("$ref" in each for each in kept["oneOf"]):
        kept["anyOf"] = kept.pop("oneOf")  # without what tells them apart, several fit
    if "nullable" in mark:
        kept["nullable"] = True
    result = {
        name: value if name in ("enum", "example", "examples", MARK) else documented_only(value, null=null)
        for name, value in kept.items()
    }
    if null and isinstance(result.get("properties"), dict):
        required = result.get("required", ())
        result["properties"] = {
            name: each if name in required else {"nullable": True, "allOf": [each]}
            for name, each in result["properties"].items()
        }
    return result


def requests(contract: Contract) -> Iterator[Held]:
    """Yield the schemas of request bodies."""
    for operation in contract.operations.values():
        if operation.body is None:
            continue
        node = _node(contract, operation)
        body = follow(contract.document, node["requestBody"])
        for media_type, content in body["content"].items():
            mark = content.get(MARK, {})
            covering = body.get(MARK, {}).get("content", DOCUMENT)
            documented = operation.body.media_types[media_type]
            bodies = list(documented.examples.values())
            yield Held(
                contract,
                operation.key,
                content["schema"],
                documented.marks,
                mark.get("schema", covering),
                mark.get("nullable", ""),
                bodies,
                media_type,
            )


def answers(contract: Contract) -> Iterator[Held]:
    """Yield the schemas of answers' bodies."""
    for operation in contract.operations.values():
        for status, each in operation.responses.items():
            response = follow(contract.document, _node(contract, operation)["responses"][str(status)])
            for media_type, content in response.get("content", {}).items():
                if is_json(media_type):
                    bodies = [follow(contract.document, example)["value"] for example in content["examples"].values()]
                    where = f"{operation.key} {status}"
                    default = each.body_basis
                    null = content.get(MARK, {}).get("nullable", "")
                    yield Held(
                        contract, where, content["schema"], each.marks[media_type], default, null, bodies, media_type
                    )


def _can_be_sent_as_a_form(body: Any) -> bool:
    return isinstance(body, str) or is_a_form(body)


def _node(contract: Contract, operation: Operation) -> Any:
    return contract.document["paths"][operation.path][operation.method.lower()]


def _differences(held: Held, seen: set[str]) -> Iterator[str]:
    """Yield each mutant whose violations rest on something else than their constraints do; note positions seen."""
    document = held.contract.document
    validator = Schemas(held.contract.vendor, document).compile(held.schema)
    looser = {"components": documented_only(document["components"], null=bool(held.null))}
    open_schema = documented_only(held.schema, null=bool(held.null)) if held.default == DOCUMENT else {}
    documents = Schemas(held.contract.vendor, looser).compile(open_schema)
    mutator = NullToo(held.contract, held.schema, validator)
    for body in filter(validator.is_valid, held.bodies):
        for mutant in mutator.mutants(body):
            if held.media_type == FORM and not _can_be_sent_as_a_form(mutant.body):
                continue
            bases = {
                each.basis for each in schema_violations(validator.iter_errors(mutant.body), ("body",), held.marks)
            }
            seen |= bases
            if (DOCUMENT not in bases) is not documents.is_valid(mutant.body):
                yield f"{held.where} {mutant}: {', '.join(sorted(bases))}"


def _marked(document: Any, node: Any, visited: set[int]) -> Iterator[str]:
    """Yield each position that a part of a schema, or of what it refers to, rests on."""
    if isinstance(node, list):
        for each in node:
            yield from _marked(document, each, visited)
    elif isinstance(node, Mapping) and id(node) not in visited:
        visited.add(id(node))
        if "$ref" in node:
            yield from _marked(document, follow(document, node), visited)
        for part, marked in node.get(MARK, {}).items():
            if part != NOTE and part in node:
                yield next(ids(marked))
        for name, each in node.items():
            if name not in (MARK, "example", "examples", "enum"):
                yield from _marked(document, each, visited)


@pytest.mark.parametrize("variant", [*map(Variant, vendor_names()), *OLDER], ids=str)
@pytest.mark.parametrize("schemas", [requests, answers])
def test_a_violation_rests_on_what_its_constraint_is_marked_with(
    variant: Variant, schemas: Callable[[Contract], Iterator[Held]], figures: Callable[[str], None]
) -> None:
    contract = variant.contract()
    seen: set[str] = set()
    wanted: set[str] = set()
    differences: list[str] = []
    distinct = {(repr(held.schema), held.default, held.null): held for held in schemas(contract)}
    for held in distinct.values():
        differences += _differences(held, seen)
        is_ours = held.default != DOCUMENT
        wanted |= {held.default} if is_ours else set(_marked(contract.document, held.schema, set()))
    assert not differences, "\n".join(differences[:40])
    assert wanted <= seen, f"no value shows what rests on {', '.join(sorted(wanted - seen))}"
    assert DOCUMENT in seen
    figures(f"{variant}, {schemas.__name__}: {len(wanted)} positions shown")
