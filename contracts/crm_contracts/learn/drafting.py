"""Draft a contract from samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from crm_contracts.learn.components import with_components
from crm_contracts.learn.credentials import SecuritySchemes, common_security, secrets_of
from crm_contracts.learn.names import unique
from crm_contracts.learn.openapi_schema import GUESS
from crm_contracts.learn.operation import operation, operation_name
from crm_contracts.learn.paths import Template, Templates
from crm_contracts.learn.sample import Sample

_VERSION: Final = "0.1.0"


_Groups = dict[tuple[str, str], tuple[Template, list[Sample]]]
"""Template and samples of operations, by path and method."""


@dataclass(frozen=True)
class Draft:
    """A drafted contract.

    Attributes:
        document: OpenAPI 3.0.3.
        operations: number of operations.
        samples: number of requests that it was drafted from.
        guesses: number of `x-guess`.
    """

    document: dict[str, Any]
    operations: int
    samples: int
    guesses: int


def draft(samples: Sequence[Sample], title: str, *, has_examples: bool = True, url: str = "") -> Draft:
    """Draft a contract that accepts the samples.

    Args:
        samples: requests and responses; not empty.
        title: title of the contract.
        has_examples: examples are taken from the samples.
        url: base URL, if the paths of the samples are relative to it.

    Example:
        >>> draft(select(read_samples(Path("traffic.har"), print), Scope(), print), "Their CRM").document["openapi"]
        '3.0.3'
    """
    templates = Templates(samples, has_base=not url)
    groups: _Groups = {}
    for sample in samples:
        template = templates.of(sample)
        groups.setdefault((template.path, sample.method), (template, []))[1].append(sample)
    schemes = SecuritySchemes(samples)
    security = {key: schemes.security(own) for key, (_, own) in groups.items()}
    common = common_security(security.values())
    names = _names(groups)
    paths: dict[str, Any] = {}
    for key in sorted(groups):
        path, method = key
        template, own = groups[key]
        node = operation(own, template, names[key], has_examples=has_examples)
        if security[key] != common:
            node["security"] = security[key]
        paths.setdefault(path, {})[method] = node
    document: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {
            "title": title,
            "version": _VERSION,
            "description": f"Drafted from {_counted(len(samples), 'recorded request')}. `{GUESS}` marks guesses.",
        },
    }
    if servers := _servers(samples, templates.base):
        document["servers"] = servers
    if common:
        document["security"] = common
    document["paths"] = paths
    _drop_secret_enums(paths, secrets_of(samples))
    components = with_components(paths)
    if schemes.by_name:
        components["securitySchemes"] = dict(sorted(schemes.by_name.items()))
    if components:
        document["components"] = components
    return Draft(document, len(groups), len(samples), _guesses(document))


def _names(groups: _Groups) -> dict[tuple[str, str], str]:
    """Return the operationIds; operations that were only refused come last, since they may not exist."""
    taken: set[str] = set()
    order = sorted(groups, key=lambda key: (not any(each.is_accepted for each in groups[key][1]), key))
    return {key: unique(operation_name(key[1], *groups[key]), taken) for key in order}


def _servers(samples: Sequence[Sample], base: tuple[str, ...]) -> list[dict[str, str]]:
    path = "".join(f"/{each}" for each in base)
    origins = list(dict.fromkeys(each.origin for each in samples if each.origin)) or [""]
    return [{"url": f"{origin}{path}"} for origin in origins if origin or path]


def _drop_secret_enums(node: Any, secrets: frozenset[str]) -> None:
    """Remove enums in which a credential is a value."""
    pending = [node]
    while pending:
        each = pending.pop()
        pending.extend(each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
        if (
            isinstance(each, dict)
            and isinstance(each.get("enum"), list)
            and not secrets.isdisjoint(map(str, each["enum"]))
        ):
            del each["enum"]


def _guesses(node: Any) -> int:
    if isinstance(node, dict):
        return sum(_guesses(each) for each in node.values()) + isinstance(node.get(GUESS), str)
    return sum(map(_guesses, node)) if isinstance(node, list) else 0


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
