"""Rules on components."""

from __future__ import annotations

from collections.abc import Iterator

from crm_contracts.lint.places import references
from crm_contracts.lint.registry import Found, rule
from crm_contracts.lint.subject import Subject

Name = tuple[str, str]


@rule(
    "component-used",
    why="What nothing refers to is not served, not tested and not seen: it only misleads readers.",
    fix="Refer to it, or remove it.",
)
def component_used(subject: Subject) -> Found:
    """Find components that nothing served refers to, directly or through other components."""
    used = _reachable(subject)
    used.update(("securitySchemes", name) for name in _schemes_used(subject))
    for kind, components in subject.document.get("components", {}).items():
        for name in components:
            if not kind.startswith("x-") and (kind, name) not in used:
                yield ("components", kind, name), f"nothing refers to {kind}/{name}"


def _reachable(subject: Subject) -> set[Name]:
    refers: dict[Name | None, set[Name]] = {}
    for place, reference in references(subject.document):
        holder = (str(place[1]), str(place[2])) if place[:1] == ("components",) else None
        _, _, kind, name = reference.split("/")[:4]
        refers.setdefault(holder, set()).add((kind, name))
    reached: set[Name] = set()
    waiting = list(refers.get(None, ()))
    while waiting:
        component = waiting.pop()
        if component not in reached:
            reached.add(component)
            waiting.extend(refers.get(component, ()))
    return reached


def _schemes_used(subject: Subject) -> Iterator[str]:
    for node in (subject.document, *(operation.node for operation in subject.operations)):
        for alternative in node.get("security", ()):
            yield from alternative
