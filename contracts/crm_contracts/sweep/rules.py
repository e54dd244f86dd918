"""What it is to survive: the rules that the user states, and those that hold where none is stated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from crm_contracts.sweep.model import Cell, Given
from crm_contracts.trial.expectations import Expectations, expected
from crm_contracts.trial.limits import Limits
from crm_contracts.trial.model import FAULT, Did, Plain, class_of
from crm_mocks.faults import Fault


@dataclass(frozen=True)
class Rules(Limits):
    """The user's rules.

    Attributes:
        expect: exit codes by what is given: the name of an outcome or fault, a pattern of names, a status, a class, or
            `*`; see `expected`.
    """

    expect: Expectations = field(default_factory=dict)

    def expected(self, given: Given) -> frozenset[int] | None:
        """Return the exit codes that the user expects, or `None` if nothing was said."""
        return expected(self.expect, given.operation, (given.name,), (str(given.status), given.kind))


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
    cut_off = rules.cut_off(did)
    if cut_off:
        yield cut_off
    elif not _recovered(cell, plain):
        yield from _wrong_code(given, did, rules.expected(given), codes)
    yield from rules.overstepped(did)


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
