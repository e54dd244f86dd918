"""Values for any schema: the contract's own examples where there are some, else generated ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from crm_mocks.contract.schema_validator import SchemaValidator
from crm_mocks.generic.search import SearchResult, ValueSearch
from crm_mocks.generic.value_maker import Unmakeable, ValueMaker

Randoms = Callable[[int], Random]
"""Returns a new source of choices for an attempt, always the same one for the same number."""

_ATTEMPTS: Final = 12
_SEARCHING_ATTEMPT: Final = 3
"""From this attempt on, what is rejected is searched."""

_PLAIN_ATTEMPT: Final = 8
"""From this attempt on, only required members are made."""


def make_value(  # all but the first three by name
    document: Mapping[str, Any],
    schema: Any,
    randoms: Randoms,
    *,
    validator: SchemaValidator | None = None,
    owner: str = "",
    examples: bool = True,
) -> Any:
    """Return a value that matches a schema.

    Values with the contract's examples and with all documented members are tried first; whatever a validator rejects
    is made differently, so that a contract with wrong examples still gets valid values.

    Example:
        make_value(document, {"$ref": "#/components/schemas/Contact"}, lambda attempt: Random(attempt))

    Args:
        document: the contract.
        schema: schema object or reference.
        randoms: source of all choices.
        validator: checks the value; `None` takes the first one.
        owner: what the value is, such as `contacts`: a name of a company differs from that of a person.
        examples: use examples of the schemas; otherwise everything is generated.

    Returns:
        The last value tried if none is valid, since nothing matches some schemas.
    """
    is_valid = validator.is_valid if validator is not None else _is_anything
    search = ValueSearch(document, randoms(_ATTEMPTS))
    maker = ValueMaker(document, search, owner=owner, examples=examples)
    found = SearchResult()
    value: Any = None
    for attempt in range(_ATTEMPTS):
        if attempt == _SEARCHING_ATTEMPT:
            found = search.find(schema, is_valid)
            if found.is_unsatisfiable:
                return value
        try:
            value = maker.make(schema, randoms(attempt), plain=attempt >= _PLAIN_ATTEMPT)
        except Unmakeable:
            continue
        if validator is None or is_valid(value):
            return value
        for error in list(validator.iter_errors(value))[:20]:
            path = tuple(error.instance_path)
            maker.reject(path)
            if attempt >= _SEARCHING_ATTEMPT:
                maker.search(path)
    return found.value if found.is_value else value


def _is_anything(_: Any) -> bool:
    return True
