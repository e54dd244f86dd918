"""docs/outcomes.md: every response of each operation, and how to get it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_contracts.lint.operations import ExampleNode, OperationNode, ResponseNode, operations_of
from crm_mocks.contract.in_force import IN_FORCE
from crm_mocks.contract.operation import RESULT
from crm_mocks.contract.outcome import OutcomeResult
from crm_mocks.vendor import Vendor
from tools.pages.markdown import code, page, table

NAME = "outcomes.md"
_INTRODUCTION = """\
An outcome is a status with a named example in the contract. There are three ways to get one: by its natural cause, by
request (`Prefer: example=<outcome>`, or the query `?__example=<outcome>`), or by its magic value in the data of the
request. The vendor's page says where magic values are looked for. An outcome *only on request* has no natural
cause. `200, refusal` is a refusal in the body of a success."""


@dataclass
class _Row:
    """An outcome, whose status may depend on settings.

    Attributes:
        magic: the outcome's magic value.
        conditions: settings and releases under which it exists, for each response that has it.
    """

    statuses: list[str] = field(default_factory=list)
    cause: str = ""
    magic: str = ""
    conditions: list[set[str]] = field(default_factory=list)

    def cells(self, name: str) -> list[str]:
        common = set.intersection(*self.conditions)
        cause = self.cause + (f" Only with {', '.join(sorted(common))}." if common else "")
        return [" or ".join(self.statuses), code(name), cause, code(self.magic)]


def render(vendors: Iterable[Vendor]) -> str:
    """Return the page."""
    return page("Outcomes", _INTRODUCTION, map(_vendor, vendors))


def _vendor(vendor: Vendor) -> str:
    document = vendor.contract_file.document
    title = f"## {document['info']['title']}\n\nMagic values: [{vendor.name}](vendors/{vendor.name}.md)."
    return "\n\n".join([title, *map(_operation, operations_of(document))])


def _operation(operation: OperationNode) -> str:
    has_own_magic = any("x-magic" in node for _, _, node in _outcomes(operation))
    rows: dict[str, _Row] = {}
    protocol: dict[str, str] = {}
    for response, name, node in _outcomes(operation):
        if response.protocol:
            magic = f" (magic value {code(str(node['x-magic']))})" if "x-magic" in node else ""
            protocol.setdefault(name, f"{response.status} {code(name)}{magic}")
        else:
            _add(rows.setdefault(name, _Row(magic="" if has_own_magic else f"mock-{name}")), response, node)
    heads = ["Status", "Outcome", "Natural cause", "Magic value"]
    title = f"### {operation.id}: `{operation.method.upper()} {operation.path}`"
    text = f"{title}\n\n{table(heads, [row.cells(name) for name, row in rows.items()])}"
    if protocol:
        text += f"\n\nProtocol errors in this vendor's format: {', '.join(protocol.values())}."
    return text


def _outcomes(operation: OperationNode) -> Iterator[tuple[ResponseNode, str, Mapping[str, Any]]]:
    """Yield each outcome with its response, in the contract's order; a name may occur twice."""
    examples: dict[str, list[ExampleNode]] = {}
    for example in operation.response_examples():
        assert example.response is not None  # these are examples of responses
        examples.setdefault(example.response.status, []).append(example)
    for response in operation.responses():
        for each in examples.get(response.status, ()):
            yield response, each.name, each.node
        if not response.node.get("content"):
            yield response, response.node.get("x-outcome", f"status_{response.status}"), response.node


def _add(row: _Row, response: ResponseNode, node: Mapping[str, Any]) -> None:
    is_refusal = response.status.startswith("2") and node.get(RESULT) == OutcomeResult.REFUSAL
    status = f"{response.status}, refusal" if is_refusal else response.status
    if status not in row.statuses:
        row.statuses.append(status)
    row.cause = row.cause or node.get("x-cause") or "Only on request."
    row.magic = str(node.get("x-magic", "")) or row.magic
    row.conditions.append({*_conditions(response.own_node), *_conditions(node)})


def _conditions(node: Mapping[str, Any]) -> Iterator[str]:
    for name, value in (node.get(IN_FORCE) or {}).items():
        yield f"{code(name)} {' or '.join(map(_word, value if isinstance(value, list) else [value]))}"
    if "x-available-from" in node:
        yield f"release {node['x-available-from']} or later"
    if "x-available-before" in node:
        yield f"releases before {node['x-available-before']}"


def _word(value: Any) -> str:
    return code(str(value).lower() if isinstance(value, bool) else str(value))
