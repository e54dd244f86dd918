"""The contract that changes are seeded into, and how."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

from crm_contracts.commands.contract_documents import read_contract_file

GONE = object()
"""In an edit: the member is taken out."""


@cache
def _garage() -> Any:
    return read_contract_file(Path(__file__).with_name("garage.yaml"))


def garage() -> Any:
    """Return a copy of the contract."""
    return copy.deepcopy(_garage())


def edited(document: Any, edits: dict[str, Any]) -> Any:
    """Return the document with other values at some places.

    Args:
        document: changed in place.
        edits: by place, its steps with `/` between, `~` for a `/` within; a last step `+` appends to an array.
    """
    for place, value in edits.items():
        *steps, last = (step.replace("~", "/") for step in place.split("/"))
        node = document
        for step in steps:
            node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
        if isinstance(node, list):
            _edit_list(node, last, value)
        elif value is GONE:
            del node[last]
        else:
            node[last] = copy.deepcopy(value)
    return document


def _edit_list(node: list[Any], step: str, value: Any) -> None:
    if step == "+":
        node.append(copy.deepcopy(value))
    elif value is GONE:
        del node[int(step)]
    else:
        node[int(step)] = copy.deepcopy(value)
