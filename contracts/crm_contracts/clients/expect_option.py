"""Exit codes that the user expects, from `--expect`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from typing import Final

from crm_contracts.clients.model import CLASSES
from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.errors import UsageError
from crm_mocks.faults import Fault
from crm_mocks.nearest_name import did_you_mean

Expectations = Mapping[str, frozenset[int]]
"""Exit codes by name, class or status of a case, optionally prefixed with `<operation>:`."""

_ANY: Final = "*"
_STATUS: Final = re.compile(r"[1-5][0-9]{2}")


def expected(
    expect: Expectations, operation: str, names: Sequence[str], categories: Sequence[str]
) -> frozenset[int] | None:
    """Return the expected exit codes of a case, or `None` if the user stated none.

    Expectations with an operation take precedence. Otherwise the first match counts: a name, a pattern of names with
    `*`, one of the categories, and finally `*`.

    Args:
        expect: the user's expectations.
        operation: operation of the case.
        names: names of the case, the most specific one first.
        categories: what else describes the case, such as its status and class, in order of precedence.
    """
    for prefix in (f"{operation}:", ""):
        stated = {name.removeprefix(prefix): codes for name, codes in expect.items() if name.startswith(prefix)}
        patterns = (key for key in stated if key != _ANY and any(fnmatchcase(name, key) for name in names))
        for key in (*names, *patterns, *categories, _ANY):
            if key in stated:
                return stated[key]
    return None


def read_expectations(
    texts: Iterable[str], operations: Mapping[str, Collection[str]], kinds: Collection[str] = ()
) -> dict[str, frozenset[int]]:
    """Parse the values of `--expect [OPERATION:]WHAT=CODES`.

    Args:
        texts: values such as `5xx=1,3`.
        operations: names of all outcomes, by operation.
        kinds: further names that WHAT may take, beside classes, statuses, outcomes and faults.

    Raises:
        UsageError: a value is malformed or names something unknown.
    """
    found: dict[str, frozenset[int]] = {}
    for text in texts:
        name, equals, codes = text.partition("=")
        name = name.strip()
        numbers = [parse_digits(word.strip()) for word in codes.split(",")]
        expected = frozenset(number for number in numbers if number is not None and number < 256)
        if not equals or not all(number in expected for number in numbers):
            raise UsageError(f"--expect {text}: wants <class, status or name>=<exit codes>, such as 5xx=1,3")
        _check_name(name, text, operations, kinds)
        if name in found:
            raise UsageError(f"--expect {text}: {name} is given twice")
        found[name] = expected
    return found


def _check_name(name: str, text: str, operations: Mapping[str, Collection[str]], kinds: Collection[str]) -> None:
    """Raise UsageError if a name matches no class, status, outcome, fault or kind."""
    operation, colon, what = name.rpartition(":")
    if colon and operation not in operations:
        hint = did_you_mean(operation, operations)
        raise UsageError(f"--expect {text}: unknown operation '{operation}'{hint}: there are {', '.join(operations)}")
    searched = [operations[operation]] if colon else operations.values()
    names = list(chain(Fault, kinds, *searched))
    if what in (*CLASSES, _ANY) or _STATUS.fullmatch(what) or any(fnmatchcase(each, what) for each in names):
        return
    or_kind = f" or kind ({', '.join(kinds)})" if kinds else ""
    hint = did_you_mean(what, (*CLASSES, *names))
    raise UsageError(
        f"--expect {text}: '{what}'{hint} is no class ({', '.join(CLASSES)}), status, "
        f"outcome{colon and ' of it'} or fault ({', '.join(Fault)}){or_kind}"
    )
