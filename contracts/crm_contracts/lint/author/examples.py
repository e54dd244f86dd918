"""Examples of a contract, and whether they keep their schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from crm_contracts.lint.author.contract import AuthorContract, comparable
from crm_contracts.lint.author.schemas import constraints_of
from crm_contracts.lint.registry import Problems
from crm_mocks.contract.outcome import is_json
from crm_mocks.contract.schema import Schemas
from crm_mocks.supplied.schemas import SchemaAdapter
from crm_mocks.supplied.source import Location, SuppliedSource

_PYTHON: Final[Mapping[Any, type]] = {"string": str, "boolean": bool, "array": list, "object": dict}
_NO_NAMES: Final[frozenset[str]] = frozenset()
_MAX_SHOWN: Final = 3
_MAX_LENGTH: Final = 200


@dataclass(frozen=True)
class SchemaExample:
    """An example, or a default.

    Attributes:
        value: the example itself.
        location: of the value.
        schema: the schema that it should keep.
        schema_location: of the schema.
        is_response: the schema is used in a response; else in a request.
        word: `example` or `default`.
    """

    value: Any
    location: Location
    schema: Mapping[str, Any]
    schema_location: Location
    is_response: bool
    word: str = "example"


def examples_of(contract: AuthorContract) -> Iterator[SchemaExample]:
    """Yield the examples of media types in JSON, parameters, headers and schemas, and the scalar defaults of schemas.

    Examples of requests that share their name with an example of an error are meant to break the contract.
    """
    for media in contract.all_media:
        refused = contract.refused_examples.get(media.location, _NO_NAMES)
        if is_json(media.media_type.partition(";")[0].strip().lower()):
            yield from _beside_schema(
                contract, media.node, media.location, is_response=media.is_response, refused=refused
            )
    for node, location in contract.parameters:
        yield from _beside_schema(contract, node, location, is_response=False)
    for node, location in contract.headers:
        yield from _beside_schema(contract, node, location, is_response=True)
    for part in contract.schemas:
        for keyword in ("example", "default"):
            if part.node.get(keyword) is not None and (keyword == "example" or _is_scalar(part.node[keyword])):
                place = (*part.location, keyword)
                value = part.node[keyword]
                yield SchemaExample(value, place, part.node, part.location, part.in_response, keyword)
        for index, value in enumerate(contract.source.entries(part.node, "examples")):
            place = (*part.location, "examples", str(index))
            yield SchemaExample(value, place, part.node, part.location, part.in_response)


def _beside_schema(
    contract: AuthorContract,
    node: Mapping[str, Any],
    location: Location,
    *,
    is_response: bool,
    refused: frozenset[str] = _NO_NAMES,
) -> Iterator[SchemaExample]:
    schema, place = node.get("schema"), (*location, "schema")
    if not isinstance(schema, dict):
        return
    if node.get("example") is not None:
        yield SchemaExample(node["example"], (*location, "example"), schema, place, is_response)
    for name, written in contract.source.members(node, "examples").items():
        example, found = contract.resolved(written, (*location, "examples", name))
        if example.get("value") is not None and comparable(name) not in refused:
            yield SchemaExample(example["value"], (*found, "value"), schema, place, is_response)


def violations(contract: AuthorContract, examples: Iterable[SchemaExample]) -> Problems:
    """Yield the violations of examples, at most a few for each."""
    doubtful = [example for example in examples if not _is_plainly_valid(example)]
    adapter = SchemaAdapter(SuppliedSource(contract.bundle))
    adapted = [adapter.adapt(example.schema, example.schema_location) for example in doubtful]
    adapter.finish()
    document = {"components": {"schemas": adapter.components}}
    schemas = {
        is_response: Schemas("lint", document, not_required="writeOnly" if is_response else "readOnly")
        for is_response in (False, True)
    }
    for example, schema in zip(doubtful, adapted, strict=True):
        found = schemas[example.is_response].compile(schema).iter_errors(example.value)
        errors = (error for error in found if not _is_whole(error.instance))
        for _, error in zip(range(_MAX_SHOWN), errors, strict=False):
            message = " ".join(error.message.split())
            message = message if len(message) <= _MAX_LENGTH else f"{message[: _MAX_LENGTH // 2]} … {message[-80:]}"
            place = (*example.location, *map(str, error.instance_path))
            yield place, f"the {example.word} breaks its schema: {message}"


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _is_whole(value: Any) -> bool:
    """Return whether a value is an integer that was read as a float, as those of more than 64 bits are."""
    return isinstance(value, float) and value.is_integer()


def _is_plainly_valid(example: SchemaExample) -> bool:
    """Return whether the schema has nothing but a type, which the value has; compiling such schemas takes long."""
    if constraints_of(example.schema) != {"type"}:
        return not constraints_of(example.schema)
    expected = _PYTHON.get(str(example.schema["type"]))
    return expected is not None and isinstance(example.value, expected)
