"""Values for any schema: the contract's own examples where there are some, else generated ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from crm_mocks.contract.schema_validator import SchemaValidator
from crm_mocks.generic.value_maker import Unmakeable, ValueMaker

Randoms = Callable[[int], Random]
"""Returns a new source of choices for an attempt, always the same one for the same number."""

_ATTEMPTS: Final = 12
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
    maker = ValueMaker(document, owner=owner, examples=examples)
    value: Any = None
    for attempt in range(_ATTEMPTS):
        try:
            value = maker.make(schema, randoms(attempt), plain=attempt >= _PLAIN_ATTEMPT)
        except Unmakeable:
            continue
        errors = [] if validator is None or validator.is_valid(value) else list(validator.iter_errors(value))
        if not errors:
            break
        for error in errors[:20]:
            maker.reject(tuple(error.instance_path))
    return value
