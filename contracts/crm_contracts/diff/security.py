"""Comparing the credentials that two operations require."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_contracts.diff import nodes
from crm_contracts.diff.operations import ComparedOperation
from crm_contracts.diff.trail import Trail
from crm_contracts.diff.variance import Effect

Alternative = frozenset[tuple[str, str]]
"""Credentials that are sent together: the identity of each scheme, with each scope that it must permit."""

_FOR_PEOPLE: Final = frozenset(("description", "bearerFormat"))
_ROOMY: Final = frozenset(("scopes", "refreshUrl"))


def compare_security(old: ComparedOperation, new: ComparedOperation, trail: Trail) -> None:
    """Note a change of security: credentials that are no longer enough, or now are.

    A client needs the credentials of one alternative. So the new contract is narrower if those of some old alternative
    satisfy no new one. Schemes are identified by their content, not by their names in the document.
    """
    was, now = _alternatives(old), _alternatives(new)
    effect = Effect.NONE
    if not all(any(after <= before for after in now) for before in was):
        effect |= Effect.NARROWED
    if not all(any(before <= after for before in was) for after in now):
        effect |= Effect.WIDENED
    if effect:
        trail.add(trail.request, ("security",), "security", effect, _shown(old), _shown(new))


def _alternatives(operation: ComparedOperation) -> set[Alternative]:
    schemes = nodes.mapping(nodes.mapping(operation.document, "components"), "securitySchemes")
    scopes = nodes.names(operation.node, "x-required-scopes")
    found: set[Alternative] = set()
    for each in _requirements(operation):
        parts = {("scope", scope) for scope in scopes if each}
        for name in each:
            scheme = _scheme(operation, schemes, name)
            parts |= {(scheme, ""), *((scheme, scope) for scope in nodes.names(each, name))}
        found.add(frozenset(parts))
    return found


def _requirements(operation: ComparedOperation) -> list[Mapping[str, Any]]:
    """Return the security requirement objects that hold for an operation; an empty one lets everybody in."""
    return [nodes.as_mapping(each, "security") for each in operation.security] or [{}]


def _scheme(operation: ComparedOperation, schemes: Mapping[str, Any], name: str) -> str:
    if name not in schemes:
        return name
    scheme = operation.follow(schemes[name], name)
    return nodes.canonical(
        {
            key: _lower(value) if key in ("name", "scheme") and scheme.get("in") != "query" else _flows(value)
            for key, value in scheme.items()
            if key not in _FOR_PEOPLE and not key.startswith("x-")
        }
    )


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _flows(value: Any) -> Any:
    """Return OAuth flows without members that do not concern clients."""
    if not isinstance(value, Mapping):
        return value
    return {key: _flows(inner) for key, inner in value.items() if key not in _ROOMY and not key.startswith("x-")}


def _shown(operation: ComparedOperation) -> list[str]:
    scopes = nodes.names(operation.node, "x-required-scopes")
    beside = f" with {', '.join(scopes)}" if scopes else ""
    return [
        " and ".join(_named(operation, name, nodes.names(each, name)) for name in each) + beside if each else "none"
        for each in _requirements(operation)
    ]


def _named(operation: ComparedOperation, name: str, scopes: list[str]) -> str:
    """Return the name of a scheme, with the parameter or HTTP scheme that a client uses."""
    schemes = nodes.mapping(nodes.mapping(operation.document, "components"), "securitySchemes")
    scheme = operation.follow(schemes[name], name) if name in schemes else {}
    identity = [scheme.get("in"), scheme.get("name")] if scheme.get("type") == "apiKey" else []
    identity += [scheme.get("scheme")] if scheme.get("type") == "http" else []
    words = [" ".join(map(str, identity)), *scopes]
    beside = ", ".join(filter(None, words))
    return f"{name} ({beside})" if beside else name
