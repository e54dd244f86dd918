"""What it is to survive: the rules that the user states, and those that hold where none is stated."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import chain
from typing import Final

from crm_contracts.sweep.model import FAULT, Cell, Did, Given, Plain, class_of
from crm_mocks.errors import UsageError
from crm_mocks.faults import Fault

_CLASSES: Final = ("2xx", "3xx", "4xx", "5xx", FAULT)
_ANY: Final = "*"
_STATUS: Final = re.compile(r"[1-5][0-9]{2}")


@dataclass(frozen=True)
class Rules:
    """The user's rules.

    Attributes:
        expect: exit codes by what is given: the name of an outcome or fault, a name with `*` for any letters, a status,
            a class, or `*`; the first of these that is there counts, and before it those behind `<operation>:`.
        allow_duplicates: more records than after the plain run are no failure.
        heed_retry_after: to come back before the time is a failure.
        most_requests: how many requests to the operation are too many, less one; `None` for any number.
        seconds: the time limit of a run, for the message.
    """

    expect: Mapping[str, frozenset[int]] = field(default_factory=dict)
    allow_duplicates: bool = False
    heed_retry_after: bool = False
    most_requests: int | None = None
    seconds: float = 60.0

    def expected(self, given: Given) -> frozenset[int] | None:
        """Return the exit codes that the user expects, or `None` if nothing was said."""
        for before in (f"{given.operation}:", ""):
            said = {name.removeprefix(before): codes for name, codes in self.expect.items() if name.startswith(before)}
            patterns = (what for what in said if what != _ANY and fnmatchcase(given.name, what))
            for what in (given.name, *patterns, str(given.status), given.kind, _ANY):
                if what in said:
                    return said[what]
        return None


def read_expectations(texts: Iterable[str], operations: Mapping[str, Collection[str]]) -> dict[str, frozenset[int]]:
    """Return what `--expect [OPERATION:]WHAT=CODES` says.

    Args:
        texts: such as `5xx=1,3`.
        operations: names of all outcomes that there are, by operation.

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
        _examine(name, text, operations)
        found[name] = frozenset(map(int, words))
    return found


def _examine(name: str, text: str, operations: Mapping[str, Collection[str]]) -> None:
    """Refuse to expect something of what there is not."""
    operation, colon, what = name.rpartition(":")
    if colon and operation not in operations:
        raise UsageError(f"--expect {text}: unknown operation '{operation}': there are {', '.join(operations)}")
    searched = [operations[operation]] if colon else operations.values()
    names = chain(Fault, *searched)
    if what in (*_CLASSES, _ANY) or _STATUS.fullmatch(what) or any(fnmatchcase(each, what) for each in names):
        return
    raise UsageError(
        f"--expect {text}: '{what}' is no class ({', '.join(_CLASSES)}), status, outcome{colon and ' of it'} or fault "
        f"({', '.join(Fault)})"
    )


def judge(cells: Sequence[Cell], plain: Plain, rules: Rules) -> tuple[Cell, ...]:
    """Return the cells, each with what is wrong.

    Where the user expects nothing else, a client's exit code must be one that it gave for other answers of the same
    class. Answers that the mock gave by itself later in the run count with what was given, and a client that called
    again and then ended as in the plain run has recovered, whatever it was given.

    Args:
        cells: all of them.
        plain: the plain run.
        rules: the user's.
    """
    codes = _codes(cells, plain)
    return tuple(replace(cell, failures=tuple(_failures(cell, plain, rules, codes))) for cell in cells)


def notes(cells: Sequence[Cell], plain: Plain, rules: Rules) -> Iterable[str]:
    """Yield what makes the matrix say less than it seems to.

    Args:
        cells: all of them.
        plain: the plain run.
        rules: the user's.
    """
    for operation in dict.fromkeys(cell.given.operation for cell in cells):
        if operation not in plain.outcomes:
            yield f"{operation} refused all that the plain run sent it: the client's data may be wrong"
    unsaid = [cell for cell in cells if rules.expected(cell.given) is None]
    found = {kind: set().union(*codes.values()) for kind, codes in _codes(unsaid, plain).items() if kind[0] != "2"}
    alike = [kind for kind, codes in found.items() if codes == {plain.code}]
    if alike:
        yield (
            f"the client ended with {plain.code} whatever {' or '.join(map(_peers, alike))} it was given, as in the "
            f"plain run: if it is to tell them apart, say so, such as --expect {alike[0]}=1"
        )


_Codes = dict[str, dict[str, set[int]]]
"""Exit codes by class and by name of what was given."""


def _codes(cells: Sequence[Cell], plain: Plain) -> _Codes:
    codes: _Codes = {"2xx": {"the plain run": {plain.code}}}
    for cell in cells:
        given, did = cell.given, cell.did
        if did.met and not did.stopped and not did.signal and not _recovered(cell, plain):
            codes.setdefault(given.kind, {}).setdefault(given.name, set()).add(did.code)
    return codes


def _recovered(cell: Cell, plain: Plain) -> bool:
    given, did = cell.given, cell.did
    if did.code != plain.code:
        return False
    if given.fault is Fault.SLOW_BODY:
        return True  # nothing was missing in the end
    return not given.always and did.requests > plain.requests.get(given.operation, 0)


def _failures(cell: Cell, plain: Plain, rules: Rules, codes: _Codes) -> Iterable[str]:
    given, did = cell.given, cell.did
    if not did.met:
        yield "it was never given: the client did not call the operation in this run"
    if did.stopped:
        yield f"still running after {rules.seconds:g} s"
    elif did.signal:
        yield f"ended by {did.signal}"
    elif not _recovered(cell, plain):
        yield from _wrong_code(given, did, rules.expected(given), codes)
    if not rules.allow_duplicates:
        for kind, count in did.surplus.items():
            yield f"{count} more of {kind} than after the plain run"
    if rules.heed_retry_after and did.hurried:
        yield f"came back before the {did.asked} s of Retry-After were over"
    if rules.most_requests is not None and did.requests > rules.most_requests:
        yield f"sent {did.requests} requests, more than {rules.most_requests}"


def _wrong_code(given: Given, did: Did, expected: frozenset[int] | None, codes: _Codes) -> Iterable[str]:
    if expected is not None:
        if did.code not in expected:
            yield f"exit code {did.code}, where {_listed(expected)} is expected"
        return
    others = {code for name, each in codes.get(given.kind, {}).items() if name != given.name for code in each}
    if not others:
        return  # nothing to compare with
    met = {code for status in did.refusals for each in codes.get(class_of(status), {}).values() for code in each}
    if did.code not in others | met:
        yield f"exit code {did.code}, where other {_peers(given.kind)} gave {_listed(others)}"


def _peers(kind: str) -> str:
    return "faults" if kind == FAULT else f"{kind} answers"


def _listed(codes: Iterable[int]) -> str:
    return " or ".join(map(str, sorted(codes)))
