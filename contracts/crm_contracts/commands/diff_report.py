"""The report of `crm-mocks diff`. It is not in `crm_contracts.diff`, which imports no other package."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crm_contracts.diff.model import Audience, Change, Diff, Level, Place
from crm_contracts.report.checks import Check, CheckStatus
from crm_contracts.report.document import Report, ReportSection, Table, table
from crm_contracts.report.spans import Code
from crm_contracts.report.text import plural


@dataclass(frozen=True)
class _SharedChange:
    """A change that affects several operations.

    Attributes:
        change: the change in the first operation.
        operations: keys of the operations; empty for a change of the whole contract.
    """

    change: Change
    operations: tuple[str, ...]


def report(diff: Diff) -> Report:
    """Return the report of a comparison."""
    shared = dict(_groups(diff))
    return Report(
        command="diff",
        title="Contract",
        word=_word(diff),
        passed=not diff.failing,
        summary=_summary(diff, [change for group in shared.values() for change in group]),
        subject=Code(_title(diff)),
        sections=tuple(_section(heading, changes) for heading, changes in shared.items()),
        checks=tuple(_checks(diff)),
        data=diff.as_json(),
    )


def _word(diff: Diff) -> str:
    if not diff.changes:
        return "unchanged"
    return "breaking" if diff.failing else "compatible"


def _title(diff: Diff) -> str:
    return f"{diff.old.name} → {diff.new.name}"


def _summary(diff: Diff, changes: list[_SharedChange]) -> str:
    if not diff.changes:
        return "both versions require and promise the same"
    breaking = [
        f"{sum(audience in shared.change.breaks for shared in changes)} breaking for {audience.value}"
        + ("" if audience in diff.audiences else " (not requested)")
        for audience in Audience
    ]
    return f"{plural(len(changes), 'change')}, {' and '.join(breaking)}"


def _groups(diff: Diff) -> Iterator[tuple[str, list[_SharedChange]]]:
    """Yield headings with their changes, the most severe first."""
    clients, providers = Audience.CLIENTS, Audience.PROVIDERS
    groups = {
        "Breaking for clients and providers": diff.of(Level.BREAKING, (clients, providers)),
        "Breaking for clients": diff.of(Level.BREAKING, (clients,)),
        "Breaking for providers": diff.of(Level.BREAKING, (providers,)),
        "Notices": diff.of(Level.NOTICE),
        "Compatible": diff.of(Level.COMPATIBLE),
    }
    for heading, changes in groups.items():
        if changes:
            yield heading, _shared(changes)


def _shared(changes: list[Change]) -> list[_SharedChange]:
    groups: dict[tuple[Place, str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.place, change.rule, change.message), []).append(change)
    return [
        _SharedChange(group[0], tuple(change.operation for change in group if change.operation))
        for group in groups.values()
    ]


def _section(heading: str, changes: list[_SharedChange]) -> ReportSection:
    breaking = changes[0].change.level is Level.BREAKING
    return ReportSection(f"{heading} ({len(changes)})", (_table(changes),), folded=not breaking)


def _table(changes: list[_SharedChange]) -> Table:
    return table(
        ("operation", "where", "change"),
        (
            [
                ", ".join(shared.operations) or "all operations",
                Code(_location(shared.change.place)),
                shared.change.message,
            ]
            for shared in changes
        ),
        grouped=True,
    )


def _location(place: Place) -> str:
    """Return a location as text, such as `request body.phones[*].number`; empty for the operation itself."""
    if "body" not in place[:3]:
        return "" if len(place) == 1 else " ".join(place)
    start = place.index("body")
    below = "".join(
        "[*]" if part == "*" else f" {part}" if part[:1] == "(" else f".{part}" for part in place[start + 1 :]
    )
    return " ".join(place[: start + 1]) + below


def _checks(diff: Diff) -> Iterator[Check]:
    """Yield a check for each change; breaking changes for the requested audiences are failures."""
    suite = _title(diff)
    if not diff.changes:
        yield Check(suite, "contract", "both versions require and promise the same")
    failing = set(map(id, diff.failing))
    for change in diff.changes:
        location = _location(change.place)
        case = (suite, change.operation or "contract", f"{location} {change.rule}".strip())
        if id(change) in failing:
            audiences = " and ".join(audience.value for audience in change.breaks)
            details = f"{location}: {change.message}\nbreaking for {audiences}"
            yield Check(*case, CheckStatus.FAILED, change.message, type=change.rule, details=details)
        else:
            yield Check(*case, message=f"{change.level.value}: {change.message}")
