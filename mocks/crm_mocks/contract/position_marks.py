"""Marks in a contract: `x-position` maps a part of the node it stands in to the position which that part rests on.

    pattern: '^[A-Z]{2}$'
    x-position: {pattern: activix-code-formats}

A part is a member of the node, such as a keyword of a schema or `required` of a header, or one of `VIRTUAL_PARTS`. It
covers everything beneath it that has no mark of its own. `note` marks a place that a position explains without
constraining it. What is not marked, the vendor's documents state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.in_force import MARK
from crm_mocks.contract.json_schema_2020 import step_into
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import has_null_alternative
from crm_mocks.errors import ContractError
from crm_mocks.location import Location

NOTE: Final = "note"
VIRTUAL_PARTS: Final[Mapping[str, str]] = {
    "path": "of an operation: that it stands at this path",
    "method": "of an operation: that it takes this method",
    "media-types": "of a request body: which media types it may have, beside what they hold",
    "nullable": "of a media type: that null cannot stand for an absent member",
    "status": "of a response: that this status is answered",
    "body": "of a response: its media types and what they hold",
    "outcome": "of an example, or of all in a response: that a request of its cause is answered so",
}
"""Parts that are no members of the node, and what a mark on them says."""

_KNOWN_PATHS: Final = 1024
ALTERNATIVES: Final = ("oneOf", "anyOf")
CHOOSING: Final = ("enum", "pattern")
"""Rules by which a member chooses between alternatives: a contact's type, say, says which other members it needs."""

_NULL: Final[Mapping[str, Any]] = {}


def position_of(node: Any, part: str, member: str = "") -> str:
    """Return the position that a part of a node rests on; empty where the documents state it.

    Args:
        node: of a contract.
        part: as in the mark.
        member: of the part, where only some rest on a position: a name in `required`.

    Raises:
        ContractError: the mark has another form.
    """
    mark = node.get(MARK, {}) if isinstance(node, Mapping) else {}
    if not isinstance(mark, Mapping):
        raise ContractError(f"{MARK} must map parts to positions, and is {mark}: see docs/contract-marks.md")
    marked = mark.get(part)
    return next(ids(marked.get(member) if isinstance(marked, Mapping) else marked), "")


def ids(marked: Any) -> Iterator[str]:
    """Yield the positions that the value of a mark's part names; the first is the one that it mainly rests on."""
    if isinstance(marked, str):
        yield marked
    elif isinstance(marked, Mapping | list):
        for each in marked.values() if isinstance(marked, Mapping) else marked:
            yield from ids(each)


class SchemaMarks:
    """Finds what a failed keyword of a schema rests on. Used when a violation is made, never for a valid value.

    Attributes:
        document: the contract in force.
        whole: basis of the schema as a whole, and of keywords that carry no mark.
    """

    __slots__ = ("_known", "_null_basis", "_schema", "document", "whole")

    def __init__(self, document: Mapping[str, Any], schema: Any, basis: str = DOCUMENT, null_basis: str = "") -> None:
        """Prepare for the errors of one validator.

        Args:
            document: the contract in force.
            schema: that the validator was made from.
            basis: of keywords that carry no mark.
            null_basis: of the rule that null cannot stand for an absent member; empty if documents have it so.
        """
        self.document = document
        self._schema = schema
        self.whole = basis
        self._null_basis = null_basis
        self._known: dict[Location, list[Any]] = {}

    def basis(self, error: Any) -> str:
        """Return "document", or the id of the position that the failed keyword rests on.

        Args:
            error: of jsonschema-rs.
        """
        rule: str = error.kind.name
        *path, _ = error.evaluation_path
        nodes = self._nodes(path)
        node = self.node(error)
        covering = self._covering(path, nodes)
        if rule in ALTERNATIVES and not position_of(node, rule):
            return self._of_branches(error) or covering or self.whole
        if rule == "type" and error.instance is None:
            return position_of(node, "nullable") or position_of(node, "type") or covering or self._of_null(path, nodes)
        if rule == "required":
            found = _of_member(node, error.kind.value)
        elif _breaks_integer_format(error, node):
            found = position_of(node, "format") or position_of(node, rule)
        else:
            found = position_of(node, rule)
        return found or covering or self.whole

    @staticmethod
    def _covering(path: list[str | int], nodes: list[Any]) -> str:
        """Return the position of the innermost marked part that a path leads through."""
        following = [*map(str, path[1:]), ""]
        marked = (
            position_of(node, str(step), after) for node, step, after in zip(nodes, path, following, strict=False)
        )
        return next(reversed([position for position in marked if position]), "")

    def node(self, error: Any) -> Any:
        """Return the schema whose keyword failed."""
        *path, keyword = error.evaluation_path
        node = self._nodes(path)[-1]
        is_nameless = path[-1:] == ["properties"] and "" in node and keyword not in node
        return node[""] if is_nameless else node

    def _nodes(self, path: list[str | int]) -> list[Any]:
        """Return the schema, and the node after each step of a path of keywords through its translation."""
        key = tuple(path)
        if key not in self._known:
            if len(self._known) >= _KNOWN_PATHS:  # a schema that holds itself has paths without end
                self._known.clear()
            self._known[key] = self._walked(path)
        return self._known[key]

    def _walked(self, path: list[str | int]) -> list[Any]:
        node = self._schema
        nodes = [node]
        is_wrapped = has_null_alternative(node)
        for before, step in zip(("", *path), path, strict=False):
            if before == "properties" and "" in node and step not in node:  # validators leave out a name that is empty
                node = node[""]
                is_wrapped = has_null_alternative(node)
            if is_wrapped and step == "anyOf":  # stands for `nullable`: null, or the schema itself
                nodes.append(node)
                continue
            if is_wrapped:
                is_wrapped = False
                node = _NULL if step == 0 else node
            else:
                node = follow(self.document, node) if step == "$ref" else step_into(node, step)
                is_wrapped = has_null_alternative(node)
            nodes.append(node)
        return nodes

    def _of_branches(self, error: Any) -> str:
        """Return a position if an alternative that the value was meant for fails for positions alone, else nothing."""
        if not all(error.kind.context):  # several fit
            return ""
        for branch in self.meant(error):
            found = {self.basis(each) for each in branch}
            if DOCUMENT not in found:
                return min(found)
        return ""

    def meant(self, error: Any) -> list[list[Any]]:
        """Return the errors of the alternatives that a value was meant for.

        A member that every alternative restricts by an enum or a pattern, such as the code in a status, selects them.
        Without one, or if it fits none, the value may be meant for each.

        Args:
            error: of `oneOf` or `anyOf`, of whose alternatives none fits.
        """
        branches: list[list[Any]] = error.kind.context
        if _stands_for_nullable(branches):
            return branches
        depth = len(error.instance_path)
        failed = [
            {tuple(each.instance_path[depth:]) for each in branch if each.kind.name in CHOOSING} for branch in branches
        ]
        alternatives = self.node(error)[error.kind.name]
        selectors = {
            place for place in set().union(*failed) if all(self._restricts(each, place) for each in alternatives)
        }
        return [branch for branch, places in zip(branches, failed, strict=True) if not places & selectors] or branches

    def _restricts(self, node: Any, place: Location) -> bool:
        """Return whether a schema has an enum or a pattern for what stands at a place below it."""
        node = follow(self.document, node)
        if any(self._restricts(each, place) for each in node.get("allOf", ())):
            return True
        if not place:
            return any(keyword in node for keyword in CHOOSING)
        first, *rest = place
        below = node.get("properties", {}).get(first) if isinstance(first, str) else node.get("items")
        return below is not None and self._restricts(below, tuple(rest))

    def _of_null(self, path: list[str | int], nodes: list[Any]) -> str:
        """Return what forbids null at the end of a path: where it would stand for an absent member, a rule of ours."""
        if not self._null_basis or "properties" not in path:
            return self.whole
        last = len(path) - 1 - path[::-1].index("properties")
        parent, member = nodes[last], str(path[last + 1])
        if "items" in path[last + 2 :]:
            return self.whole
        if member in parent.get("required", ()):
            return _of_member(parent, member) or self.whole
        return self._null_basis


def _stands_for_nullable(branches: list[list[Any]]) -> bool:
    """Return whether the first alternative is null, as in the translation of `nullable`."""
    kind = branches[0][0].kind
    return len(branches[0]) == 1 and kind.name == "type" and list(kind.types) == ["null"]


def _breaks_integer_format(error: Any, node: Mapping[str, Any]) -> bool:
    """Return whether a value is a whole number, but not one that the format of an integer can hold."""
    if error.kind.name == "type":
        return isinstance(error.instance, float) and error.instance.is_integer() and node.get("type") == "integer"
    return error.kind.name in ("minimum", "maximum") and error.kind.name not in node


def _of_member(node: Mapping[str, Any], member: str) -> str:
    """Return the position by which a member is required."""
    schema = node.get("properties", {}).get(member)
    return position_of(node, "required", member) or position_of(schema, "x-mandatory-before")
