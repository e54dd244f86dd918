"""Moments in a record by the names of their members: it is changed after its creation, and ends after its start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

EARLY, STARTED, CHANGED, DUE, ENDED = range(5)
"""Ranks of moments: those of a higher rank are later."""

_MOMENTS: Final = (
    (re.compile(r"birth|dob|born"), -1),
    (re.compile(r"creat|added|regist|issued|joined|inserted|opened|since"), EARLY),
    (re.compile(r"start|begin|from|sent|valid_?from|first"), STARTED),
    (re.compile(r"updat|modif|chang|edit|last|seen"), CHANGED),
    (re.compile(r"due|expect|remind|next|schedul"), DUE),
    (re.compile(r"end|until|expir|clos|delet|complet|finish|cancel|resolv|archiv|to$|won|lost"), ENDED),
)


def moment_rank(name: str) -> int | None:
    """Return where a moment stands among the others of its object, by the name of its member; `None` if that is open.

    Example:
        >>> moment_rank("created_at") < moment_rank("updatedAt")
        True
    """
    lower = name.lower()
    return next((rank for pattern, rank in _MOMENTS if pattern.search(lower)), None)


def moments_in_order(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the moments among the members of an object, in the order that their names imply.

    Args:
        members: values by name; those of one kind that are written alike take part.
    """
    ordered: dict[str, Any] = {}
    for kind in (str, int):
        ranks = {
            name: rank
            for name, value in members.items()
            if type(value) is kind and _is_moment(name, value)
            if (rank := moment_rank(name)) is not None and rank >= 0
        }
        names = sorted(ranks, key=lambda name: ranks[name])
        if len({len(str(members[name])) for name in names}) == 1:
            ordered.update(zip(names, sorted(members[name] for name in names), strict=True))
    return ordered


def _is_moment(name: str, value: Any) -> bool:
    if isinstance(value, str):
        return value[:4].isdigit() and value[4:5] == "-"
    return bool(value > 1_000_000_000) and moment_rank(name) is not None
