"""Rules on positions: our choices where the vendor's documents are silent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from crm_contracts.lint.context import LintContext
from crm_contracts.lint.marks import marks, missing_part
from crm_contracts.lint.registry import Problems, rule

MEMBERS: Final = ("source", "silent", "choice", "setting")


@rule(
    "position-described",
    why="Readers of the mark must be able to look up what the documents leave open and what we chose.",
    fix="Describe the position in the root's x-positions, or correct its id.",
)
def position_described(context: LintContext) -> Problems:
    """Find marks with undescribed positions."""
    described = _positions(context)
    for mark in marks(context.document):
        for name in mark.positions:
            if name not in described:
                yield mark.location, f"the position '{name}' is not described in x-positions"


@rule(
    "position-part-exists",
    why="A finding is attributed to a position only if the mark names the part in question.",
    fix="Name a keyword or other member of the marked node, a part such as `status` or `outcome`, or `note`.",
)
def position_part_exists(context: LintContext) -> Problems:
    """Find marks that name a part that the node lacks."""
    for mark in marks(context.document):
        missing = missing_part(mark)
        if missing:
            yield mark.location, f"x-position: {missing}"


@rule(
    "position-used",
    why="A position without marks has no effect, and readers of the contract cannot discover it.",
    fix="Add `x-position: {<part>: <id>}` where the position applies, or remove its description.",
)
def position_used(context: LintContext) -> Problems:
    """Find described positions without marks."""
    marked = {name for mark in marks(context.document) for name in mark.positions}
    for name in _positions(context):
        if name not in marked:
            yield ("x-positions", name), f"no mark refers to the position '{name}'"


@rule(
    "position-complete",
    why="docs/positions.md is generated from these four members.",
    fix=f"Write {', '.join(MEMBERS)}; `setting` is `<vendor>.<name> (values; default)`, or `none`.",
)
def position_complete(context: LintContext) -> Problems:
    """Find positions with incomplete descriptions."""
    for name, position in _positions(context).items():
        for member in MEMBERS:
            if not isinstance(position.get(member), str) or not position[member].strip():
                yield ("x-positions", name), f"the position '{name}' has no {member}"


@rule(
    "position-id",
    why="One document lists the positions of all vendors.",
    fix="Use kebab-case, starting with the vendor's name: <vendor>-<topic>.",
)
def position_id(context: LintContext) -> Problems:
    """Find position ids that do not start with the vendor's name, or are not kebab-case."""
    prefix = context.vendor.replace("_", "-") + "-"
    for name in _positions(context):
        if not name.startswith(prefix) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            yield ("x-positions", name), f"'{name}' is not '{prefix}' followed by kebab-case"


@rule(
    "position-setting-exists",
    why="Users who need the other choice change this setting.",
    fix="Name a setting of the vendor as `<vendor>.<name>`, or start with `none`.",
)
def position_setting_exists(context: LintContext) -> Problems:
    """Find positions with an unknown `setting`."""
    settings = vars(context.implementation.settings) if context.implementation else {}
    for name, position in _positions(context).items():
        text = str(position.get("setting", "none"))
        names = re.findall(rf"\b{re.escape(context.vendor)}\.(\w+)", text)
        location = ("x-positions", name, "setting")
        if not names and not re.match(r"none\b", text):
            yield location, f"'{text}' names no setting of {context.vendor}"
        if context.implementation:
            for setting in names:
                if setting not in settings:
                    yield location, f"{context.vendor} has no setting '{setting}'"


def _positions(context: LintContext) -> Mapping[str, Mapping[str, Any]]:
    positions: Mapping[str, Mapping[str, Any]] = context.document.get("x-positions") or {}
    return positions
