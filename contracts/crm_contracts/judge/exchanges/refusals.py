"""Detect refusals: a CRM may refuse a request in the body of a success."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm_mocks.contract import Operation, Outcome
from crm_mocks.vendor.sample_requests import SampleRequests, samples_type

_Path = tuple[str, ...]
_Scalar = str | int | float | bool | None


class Refusals:
    """Detects refusals: by the vendor's own rule, else by the results that the contract states (`x-result`)."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Load the rule of each vendor that has one.

        Args:
            settings: settings of each vendor, by its name.
        """
        self._rules: dict[str, SampleRequests] = {
            name: kind(_send_nothing, {}, vendor_settings)
            for name, vendor_settings in settings.items()
            if (kind := samples_type(name)).is_refusal is not SampleRequests.is_refusal
        }
        self._indicators: dict[tuple[str, int], _Indicator | None] = {}

    def is_refusal(self, operation: Operation, status: int, body: Any) -> bool:
        """Return whether a response refuses the request.

        Args:
            operation: operation that was called.
            status: HTTP status.
            body: decoded JSON.
        """
        rule = self._rules.get(operation.vendor)
        if rule is not None:
            return rule.is_refusal(status, body)
        if status >= 400:
            return True
        key = (operation.key, status)
        if key not in self._indicators:
            self._indicators[key] = _indicator([each for each in operation.outcomes.values() if each.status == status])
        indicator = self._indicators[key]
        return indicator is not None and indicator.is_refusal(body)


@dataclass(frozen=True)
class _Indicator:
    """The member of a body that distinguishes refusals from successes.

    Attributes:
        path: names of the members that lead to it.
        successes: its values in successes.
        refusals: its values in refusals.
    """

    path: _Path
    successes: frozenset[_Scalar]
    refusals: frozenset[_Scalar]

    @property
    def rank(self) -> tuple[int, bool]:
        """Order of preference: few values in successes, and no text."""
        return len(self.successes), any(isinstance(value, str) for value in self.successes)

    def is_refusal(self, body: Any) -> bool:
        """Return whether a body has a value of refusals, or another one where successes have one value only."""
        value = dict(_scalars(body)).get(self.path)
        return value in self.refusals or (len(self.successes) == 1 and value not in self.successes)


def _indicator(outcomes: list[Outcome]) -> _Indicator | None:
    """Return the member that distinguishes refusals from successes of the same status, if there is one."""
    bodies: dict[bool, list[Mapping[_Path, _Scalar]]] = {True: [], False: []}
    for outcome in outcomes:
        bodies[outcome.is_refusal].append(dict(_scalars(outcome.value.get(outcome.media_type))))
    if not bodies[True] or not bodies[False]:
        return None
    candidates = (
        _Indicator(path, *(frozenset(body.get(path) for body in bodies[refused]) for refused in (False, True)))
        for path in bodies[False][0]
        if all(path in body for body in bodies[False])
    )
    telling = [each for each in candidates if not each.successes & each.refusals]
    return min(telling, key=lambda each: each.rank, default=None)


def _scalars(value: Any, path: _Path = ()) -> Iterator[tuple[_Path, _Scalar]]:
    """Yield the scalar members of objects in a body, outermost first."""
    if not isinstance(value, Mapping):
        return
    for name, member in value.items():
        if not isinstance(member, Mapping | list):
            yield (*path, name), member
    for name, member in value.items():
        yield from _scalars(member, (*path, name))


def _send_nothing(*_: Any, **__: Any) -> None:
    """Do nothing: detecting refusals sends no requests."""
