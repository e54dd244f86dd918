"""Rules on components."""

from __future__ import annotations

from collections.abc import Iterator

from crm_contracts.lint.context import LintContext
from crm_contracts.lint.locations import references
from crm_contracts.lint.registry import Problems, rule

ComponentName = tuple[str, str]
"""Kind and name of a component, such as `("schemas", "Lead")`."""


@rule(
    "component-used",
    why="An unused component is neither served nor tested: it only misleads readers.",
    fix="Reference the component or remove it.",
)
def component_used(context: LintContext) -> Problems:
    """Find components that no operation references, directly or through other components."""
    used = _reachable(context)
    used.update(("securitySchemes", name) for name in _schemes_used(context))
    for kind, components in context.document.get("components", {}).items():
        for name in components:
            if not kind.startswith("x-") and (kind, name) not in used:
                yield ("components", kind, name), f"{kind}/{name} is not used"


def _reachable(context: LintContext) -> set[ComponentName]:
    references_of: dict[ComponentName | None, set[ComponentName]] = {}
    for location, reference in references(context.document):
        holder = (str(location[1]), str(location[2])) if location[:1] == ("components",) else None
        _, _, kind, name = reference.split("/")[:4]
        references_of.setdefault(holder, set()).add((kind, name))
    reached: set[ComponentName] = set()
    pending = list(references_of.get(None, ()))
    while pending:
        component = pending.pop()
        if component not in reached:
            reached.add(component)
            pending.extend(references_of.get(component, ()))
    return reached


def _schemes_used(context: LintContext) -> Iterator[str]:
    for node in (context.document, *(operation.node for operation in context.operations)):
        for alternative in node.get("security", ()):
            yield from alternative
