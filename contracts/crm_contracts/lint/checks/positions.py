"""Rules on positions: the places where documents are silent and we chose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from crm_contracts.lint.marks import marks, missing_part
from crm_contracts.lint.registry import Found, rule
from crm_contracts.lint.subject import Subject

MEMBERS: Final = ("source", "silent", "choice", "setting")


@rule(
    "position-described",
    why="A reader who meets the mark must find out what the documents leave open and what we chose.",
    fix="Describe it under the root's x-positions, or correct its id.",
)
def position_described(subject: Subject) -> Found:
    """Find marks of positions that are described nowhere."""
    described = _positions(subject)
    for mark in marks(subject.document):
        for name in mark.positions:
            if name not in described:
                yield mark.place, f"the position '{name}' is not described in x-positions"


@rule(
    "position-part-exists",
    why="A finding rests on a position only if the mark names what the finding is about.",
    fix="Name a keyword or another member beside the mark, a part such as `status` or `outcome`, or `note`.",
)
def position_part_exists(subject: Subject) -> Found:
    """Find marks that name a part which the node does not have."""
    for mark in marks(subject.document):
        missing = missing_part(mark)
        if missing:
            yield mark.place, f"x-position: {missing}"


@rule(
    "position-used",
    why="A position that stands nowhere in the contract cannot be found from what it is about.",
    fix="Put `x-position: {<part>: <id>}` at the place that it is about, or remove the description.",
)
def position_used(subject: Subject) -> Found:
    """Find described positions that nothing is marked with."""
    marked = {name for mark in marks(subject.document) for name in mark.positions}
    for name in _positions(subject):
        if name not in marked:
            yield ("x-positions", name), f"nothing is marked with the position '{name}'"


@rule(
    "position-complete",
    why="docs/positions.md is made of these four texts.",
    fix=f"Write {', '.join(MEMBERS)}; `setting` is `<vendor>.<name> (values; default)`, or `none`.",
)
def position_complete(subject: Subject) -> Found:
    """Find descriptions of positions that lack a text."""
    for name, position in _positions(subject).items():
        for member in MEMBERS:
            if not isinstance(position.get(member), str) or not position[member].strip():
                yield ("x-positions", name), f"the position '{name}' has no {member}"


@rule(
    "position-id",
    why="Ids of all vendors stand in one document.",
    fix="Write it in kebab-case and begin with the vendor's name: <vendor>-<what-it-is-about>.",
)
def position_id(subject: Subject) -> Found:
    """Find ids of positions that do not begin with the vendor's name, or are not kebab-case."""
    prefix = subject.vendor.replace("_", "-") + "-"
    for name in _positions(subject):
        if not name.startswith(prefix) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            yield ("x-positions", name), f"'{name}' is not '{prefix}' followed by kebab-case"


@rule(
    "position-setting-exists",
    why="A reader who wants the other choice sets what is named here.",
    fix="Name a setting of the vendor as `<vendor>.<name>`, or begin with `none`.",
)
def position_setting_exists(subject: Subject) -> Found:
    """Find positions whose `setting` names nothing that the vendor has."""
    known = vars(subject.implementation.settings) if subject.implementation else {}
    for name, position in _positions(subject).items():
        text = str(position.get("setting", "none"))
        named = re.findall(rf"\b{re.escape(subject.vendor)}\.(\w+)", text)
        place = ("x-positions", name, "setting")
        if not named and not re.match(r"none\b", text):
            yield place, f"'{text}' names no setting of {subject.vendor}"
        if subject.implementation:
            for setting in named:
                if setting not in known:
                    yield place, f"{subject.vendor} has no setting '{setting}'"


def _positions(subject: Subject) -> Mapping[str, Mapping[str, Any]]:
    positions: Mapping[str, Mapping[str, Any]] = subject.document.get("x-positions") or {}
    return positions
