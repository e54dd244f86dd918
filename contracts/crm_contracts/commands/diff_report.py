"""The report of a comparison. It stands here since `crm_contracts.diff` imports nothing of the other packages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crm_contracts.diff.model import Audience, Change, Diff, Level, Place
from crm_contracts.report.document import Check, CheckStatus, Code, Report, ReportSection, Table, table
from crm_contracts.report.text import plural


@dataclass(frozen=True)
class _SharedChange:
    """A change that several operations have.

    Attributes:
        change: in the first of them.
        operations: all of them; none for a change of the whole contract.
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
        summary=_summary(diff, [each for group in shared.values() for each in group]),
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
        f"{sum(audience in each.change.breaks for each in changes)} breaking for {audience.value}"
        + ("" if audience in diff.audiences else " (not asked about)")
        for audience in Audience
    ]
    return f"{plural(len(changes), 'change')}, {' and '.join(breaking)}"


def _groups(diff: Diff) -> Iterator[tuple[str, list[_SharedChange]]]:
    """Yield headings with the changes below them, the worst first."""
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
    alike: dict[tuple[Place, str, str], list[Change]] = {}
    for each in changes:
        alike.setdefault((each.place, each.rule, each.message), []).append(each)
    return [
        _SharedChange(found[0], tuple(each.operation for each in found if each.operation)) for found in alike.values()
    ]


def _section(heading: str, changes: list[_SharedChange]) -> ReportSection:
    breaking = changes[0].change.level is Level.BREAKING
    return ReportSection(f"{heading} ({len(changes)})", (_table(changes),), folded=not breaking)


def _table(changes: list[_SharedChange]) -> Table:
    return table(
        ("operation", "where", "change"),
        (
            [", ".join(each.operations) or "all operations", Code(_place(each.change.place)), each.change.message]
            for each in changes
        ),
        grouped=True,
    )


def _place(place: Place) -> str:
    """Return a place as people write it: `request body.phones[*].number`; an empty text for the operation itself."""
    if "body" not in place[:3]:
        return "" if len(place) == 1 else " ".join(place)
    at = place.index("body")
    below = "".join("[*]" if part == "*" else f" {part}" if part[:1] == "(" else f".{part}" for part in place[at + 1 :])
    return " ".join(place[: at + 1]) + below


def _checks(diff: Diff) -> Iterator[Check]:
    """Yield a check for each change; those that break something for the audiences asked about have failed."""
    suite = _title(diff)
    if not diff.changes:
        yield Check(suite, "contract", "both versions require and promise the same")
    failing = set(map(id, diff.failing))
    for each in diff.changes:
        place = _place(each.place)
        case = (suite, each.operation or "contract", f"{place} {each.rule}".strip())
        if id(each) in failing:
            whom = " and ".join(audience.value for audience in each.breaks)
            details = f"{place}: {each.message}\nbreaking for {whom}"
            yield Check(*case, CheckStatus.FAILED, each.message, type=each.rule, details=details)
        else:
            yield Check(*case, message=f"{each.level.value}: {each.message}")
