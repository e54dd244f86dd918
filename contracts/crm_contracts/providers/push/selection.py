"""Select the cases of an examination by names and patterns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Final

from crm_contracts.providers.push.expected import is_documented
from crm_mocks.contract import Operation
from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.vendor.sender import PushCase

DOCUMENTED: Final = "documented"
"""Selects the cases that rest on the vendor's documents alone."""


def select(cases: Mapping[str, PushCase], names: Iterable[str], skip: Iterable[str], operation: Operation) -> list[str]:
    """Return the names of the selected cases.

    Args:
        cases: all cases, by name.
        names: names, patterns such as `created-*`, or `documented`; empty for all.
        skip: names or patterns of cases to leave out.
        operation: that records are pushed to.

    Raises:
        UsageError: a name or pattern matches no case, or no case is left.
    """
    chosen: dict[str, None] = {}
    for name in names:
        if name == DOCUMENTED:
            matching = [each for each, case in cases.items() if is_documented(case, operation)]
        else:
            matching = _matching(cases, name)
        chosen |= dict.fromkeys(matching)
    skipped = {each for name in skip for each in _matching(cases, name)}
    selected = [name for name in chosen or cases if name not in skipped]
    if not selected:
        raise UsageError("no case is left: --skip leaves out all of them")
    return selected


def _matching(cases: Mapping[str, PushCase], pattern: str) -> list[str]:
    matching = [name for name in cases if fnmatchcase(name, pattern)]
    if not matching:
        raise UsageError(f"there is no case '{pattern}'{did_you_mean(pattern, cases)}: there are {', '.join(cases)}")
    return matching
