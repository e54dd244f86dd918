"""Group weaknesses by where the client failed: one place in its code may break on many responses."""

from __future__ import annotations

from collections import Counter

from crm_contracts.clients.crash_sites import CrashSite, crash_site
from crm_contracts.clients.criteria import CRASH, EXIT_CODE, SIGNAL
from crm_contracts.clients.fuzz.weakness import FuzzResult, Weakness, WeaknessGroup, weakness_name
from crm_contracts.clients.model import Symptom

_SITED: frozenset[str] = frozenset({CRASH, EXIT_CODE, SIGNAL})
"""Rules whose failures have the place that the client's output names."""


def site_of(result: FuzzResult) -> CrashSite | None:
    """Return where a client failed, if it says so and did not hang or store twice."""
    sited = result.rule in _SITED and result.run.symptom is Symptom.OTHER
    return crash_site(result.printed) if sited else None


def are_alike(one: FuzzResult, other: FuzzResult) -> bool:
    """Return whether two failures show in the same way."""
    if (one.rule, one.run.symptom) != (other.rule, other.run.symptom):
        return False
    first, second = site_of(one), site_of(other)
    if first is None or second is None:
        return first is second
    return first.is_like(second)


def name_of_group(result: FuzzResult) -> str:
    """Return the name of the group of a failure: where the client failed, or else what made it fail."""
    site = site_of(result)
    if site is not None:
        return site.error
    case, name = result.case, weakness_name(result)
    if name != case.response.kind:
        return f"{name}: {case.operation}"
    places = [".".join(map(str, each.location)) for each in case.mutations]
    return f"{name}: {', '.join([case.operation, *(places or [case.response.outcome])])}"


class WeaknessGroups:
    """Weaknesses found, in groups.

    Attributes:
        responses: number of responses that broke the client, by group.
    """

    def __init__(self) -> None:
        self._groups: dict[str, list[Weakness]] = {}
        self.responses: Counter[str] = Counter()

    def is_new(self, result: FuzzResult) -> bool:
        """Return whether a failure adds something: a group, a class of weakness, or a response that is allowed."""
        members = self._groups.get(name_of_group(result), ())
        if all(each.name != weakness_name(result) for each in members):
            return True
        return result.case.response.allowed and not any(each.response.allowed for each in members)

    def is_representative(self, result: FuzzResult) -> bool:
        """Return whether a failure stands for its group: the first one, and the first that is allowed."""
        members = self._groups.get(name_of_group(result), ())
        return not members or (result.case.response.allowed and not any(each.response.allowed for each in members))

    def has(self, result: FuzzResult) -> bool:
        """Return whether the group of a failure is known."""
        return name_of_group(result) in self._groups

    def add(self, weakness: Weakness) -> None:
        """Add a weakness."""
        self._groups.setdefault(name_of_group(weakness.result), []).append(weakness)

    @property
    def weaknesses(self) -> list[Weakness]:
        """All weaknesses in the order of discovery within each group."""
        return [each for group in self._groups.values() for each in group]

    @property
    def failing(self) -> int:
        """Number of groups that count."""
        return sum(any(each.fails for each in group) for group in self._groups.values())

    def ordered(self) -> tuple[WeaknessGroup, ...]:
        """Return the groups, those with allowed responses first."""
        groups = (
            WeaknessGroup(
                name, self.responses[name], tuple(sorted(members, key=lambda each: not each.response.allowed))
            )
            for name, members in self._groups.items()
        )
        return tuple(sorted(groups, key=lambda group: not group.allowed))
