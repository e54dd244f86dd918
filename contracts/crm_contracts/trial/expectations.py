"""Exit codes that the user expects: what `--expect` says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from typing import Final

from crm_contracts.trial.model import CLASSES
from crm_mocks.errors import UsageError
from crm_mocks.faults import Fault

Expectations = Mapping[str, frozenset[int]]
"""Exit codes by what is given, some of it behind `<operation>:`."""

_ANY: Final = "*"
_STATUS: Final = re.compile(r"[1-5][0-9]{2}")


def expected(
    expect: Expectations, operation: str, names: Sequence[str], others: Sequence[str]
) -> frozenset[int] | None:
    """Return the exit codes that are expected, or `None` if nothing was said.

    What is said of the operation goes before what is said of all. Of either, the first counts that there is: a name, a
    pattern of names with `*` for any letters, one of the others, and in the end `*`.

    Args:
        expect: what was said.
        operation: to which something was given.
        names: of what was given, the most telling one first.
        others: what else is said of it, such as its status and class, in that order.
    """
    for before in (f"{operation}:", ""):
        said = {name.removeprefix(before): codes for name, codes in expect.items() if name.startswith(before)}
        patterns = (what for what in said if what != _ANY and any(fnmatchcase(name, what) for name in names))
        for what in (*names, *patterns, *others, _ANY):
            if what in said:
                return said[what]
    return None


def read_expectations(
    texts: Iterable[str], operations: Mapping[str, Collection[str]], further: Collection[str] = ()
) -> dict[str, frozenset[int]]:
    """Return what `--expect [OPERATION:]WHAT=CODES` says.

    Args:
        texts: such as `5xx=1,3`.
        operations: names of all outcomes that there are, by operation.
        further: words beside classes, statuses, outcomes and faults.

    Raises:
        UsageError: one has another form, or names what there is not.
    """
    found = {}
    for text in texts:
        name, equals, codes = text.partition("=")
        name = name.strip()
        words = [word.strip() for word in codes.split(",")]
        if not equals or not all(word.isascii() and word.isdecimal() and int(word) < 256 for word in words):
            raise UsageError(f"--expect {text}: wants <class, status or name>=<exit codes>, such as 5xx=1,3")
        _examine(name, text, operations, further)
        found[name] = frozenset(map(int, words))
    return found


def _examine(name: str, text: str, operations: Mapping[str, Collection[str]], further: Collection[str]) -> None:
    """Refuse to expect something of what there is not."""
    operation, colon, what = name.rpartition(":")
    if colon and operation not in operations:
        raise UsageError(f"--expect {text}: unknown operation '{operation}': there are {', '.join(operations)}")
    searched = [operations[operation]] if colon else operations.values()
    names = chain(Fault, further, *searched)
    if what in (*CLASSES, _ANY) or _STATUS.fullmatch(what) or any(fnmatchcase(each, what) for each in names):
        return
    kinds = f" or kind ({', '.join(further)})" if further else ""
    raise UsageError(
        f"--expect {text}: '{what}' is no class ({', '.join(CLASSES)}), status, outcome{colon and ' of it'} or fault "
        f"({', '.join(Fault)}){kinds}"
    )
