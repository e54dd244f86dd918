"""Invalid request bodies that are acceptable in everything but their violations.

A provider that does not check a date must not get away with it because the generated request also has a known e-mail
address, an unknown account, or an expired token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.errors import CrmMocksError
from crm_mocks.location import Location

UNUSABLE: Final = (CrmMocksError, LookupError, TypeError, AttributeError, ValueError, ArithmeticError)
"""Errors of sample requests that meet a body or response they cannot use."""

_MISSING: Final = object()


@dataclass(frozen=True)
class _Fault:
    """A part of a body that violates the schema.

    Attributes:
        path: of the value, or of the member that is missing.
        value: as generated; `_MISSING` if the member is missing.
    """

    path: Location
    value: Any


def completed(body: Any, validator: Any, example: Any, accept: Callable[[Any], Any]) -> Any:
    """Return a body with the violations of the given one, which `accept` has made acceptable otherwise.

    The parts that violate the schema are replaced by those of a valid example for `accept`, and put back afterwards.

    Args:
        body: generated, valid or not.
        validator: jsonschema-rs validator of the body's schema.
        example: a valid body; `None` if the contract has none.
        accept: returns an acceptable copy of a valid body, or raises one of `UNUSABLE`.

    Returns:
        The body itself if it cannot be made acceptable without changing its violations.
    """
    try:
        faults = list(_faults(body, validator))
        repaired = deepcopy(body)
        for fault in faults:
            _put(repaired, fault.path, _like(example, fault.path))
        if not validator.is_valid(repaired):
            return body
        result = deepcopy(accept(repaired))
        for fault in faults:
            _put(result, fault.path, fault.value)
    except UNUSABLE:
        return body
    return result if _violations(result, validator) == _violations(body, validator) else body


def _faults(body: Any, validator: Any) -> Iterator[_Fault]:
    """Yield the outermost parts that violate the schema, each once."""
    found: dict[Location, _Fault] = {}
    for error in validator.iter_errors(body):
        path = tuple(error.instance_path)
        if error.kind.name == "required":
            found.setdefault((*path, error.kind.value), _Fault((*path, error.kind.value), _MISSING))
        else:
            found.setdefault(path, _Fault(path, _at(body, path)))
    for path, fault in found.items():
        if not any(path[:length] in found for length in range(len(path))):
            yield fault


def _violations(body: Any, validator: Any) -> set[tuple[Location, str, str]]:
    """Return what identifies the violations of a body."""
    return {
        (tuple(error.instance_path), error.kind.name, str(error.kind.value) if error.kind.name == "required" else "")
        for error in validator.iter_errors(body)
    }


def _at(body: Any, path: Location) -> Any:
    for step in path:
        body = body[_key(body, step)]
    return body


def _key(container: Any, step: str | int) -> str | int:
    """Return a step of a validator's path as a key of a container: the name `0` of a member comes as a number."""
    return str(step) if isinstance(container, Mapping) else step


def _like(example: Any, path: Location) -> Any:
    """Return the value at a path of an example, in which the last entry of an array stands for those it lacks."""
    for step in path:
        if isinstance(step, int) and isinstance(example, list) and example:
            example = example[min(step, len(example) - 1)]
        elif isinstance(example, Mapping) and step in example:
            example = example[step]
        else:
            return _MISSING
    return deepcopy(example)


def _put(body: Any, path: Location, value: Any) -> None:
    """Set the value at a path, or remove it.

    Raises:
        LookupError: there is no such place, or it is the whole body.
    """
    if not path:
        raise LookupError("the whole body is wrong")
    container = _at(body, path[:-1])
    key: Any = _key(container, path[-1])
    if value is not _MISSING:
        container[key] = value
    elif isinstance(container, dict):
        container.pop(key, None)
    else:
        del container[key]
