"""Words and order that the reports of a comparison share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crm_contracts.diff.model import Audience, Change, Diff, Level, Place
from crm_contracts.reports.words import number, safe


@dataclass(frozen=True)
class Line:
    """A change as reports tell it, once for all operations that have it.

    Attributes:
        change: in the first of them.
        operations: all of them; empty for what is no operation's.
    """

    change: Change
    operations: tuple[str, ...]

    @property
    def whose(self) -> str:
        """The operations in words."""
        return safe(", ".join(self.operations) or "all operations")

    @property
    def place(self) -> str:
        """The place in words, or an empty text where it is the operation itself."""
        return place(self.change.place)

    @property
    def message(self) -> str:
        """The sentence on the change."""
        return safe(self.change.message)


def place(location: Place) -> str:
    """Return a place as people write it: `request body.phones[*].number`, `answer 200 header etag`."""
    if "body" not in location[:3]:
        return "" if len(location) == 1 else safe(" ".join(location))
    at = location.index("body")
    below = "".join(
        "[*]" if part == "*" else f" {part}" if part[:1] == "(" else f".{part}" for part in location[at + 1 :]
    )
    return safe(" ".join(location[: at + 1]) + below)


def sections(diff: Diff) -> Iterator[tuple[str, list[Line]]]:
    """Yield headings with the changes below them, the worst first; those without changes are left out."""
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
            yield heading, _lines(changes)


def _lines(changes: list[Change]) -> list[Line]:
    alike: dict[tuple[Place, str, str], list[Change]] = {}
    for each in changes:
        alike.setdefault((each.place, each.rule, each.message), []).append(each)
    return [Line(found[0], tuple(filter(None, (each.operation for each in found)))) for found in alike.values()]


def verdict(diff: Diff) -> str:
    """Return what the comparison comes to, in a word or two."""
    if not diff.changes:
        return "unchanged"
    return "breaking" if diff.failing else "compatible"


def summary(diff: Diff) -> str:
    """Return the comparison in one sentence."""
    if not diff.changes:
        return "the contracts ask and promise the same"
    lines = [line for _, lines in sections(diff) for line in lines]
    breaking = [
        f"{sum(audience in line.change.breaks for line in lines)} breaking for {audience.value}"
        + ("" if audience in diff.audiences else " (not asked about)")
        for audience in Audience
    ]
    return f"{number(len(lines), 'change')}, {' and '.join(breaking)}"


def title(diff: Diff) -> str:
    """Return what was compared."""
    return safe(f"{diff.old.name} → {diff.new.name}")
