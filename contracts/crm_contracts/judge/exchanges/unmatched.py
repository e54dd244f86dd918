"""Classify requests that no operation matches: mistakes of the client, or unrelated to the contracts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from crm_contracts.judge.basis import basis_of
from crm_contracts.judge.exchanges.bounded_groups import BoundedGroups
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge, split, unmatched_violation
from crm_contracts.judge.exchanges.redacted_exchange import RedactedExchange
from crm_contracts.judge.finding import MAX_OCCURRENCES, Finding, NearMiss, Occurrence, ResponseCount, Side
from crm_contracts.judge.near_misses import near_misses_of
from crm_contracts.judge.verdict_entries import UnmatchedRequests
from crm_mocks.asgi.routing import RouteMatch

_UNKNOWN_PATH: Final = frozenset({404, 405, 501})
"""Statuses for an unknown path or method."""

_MAX_LENGTH: Final = 300
"""Maximum length of method and URL, since `data:` URLs may be arbitrarily long."""

_PROBES: Final = frozenset({"HEAD", "OPTIONS", "CONNECT", "TRACE"})
"""Methods that clients use to probe paths, whether or not the contract has them."""


@dataclass(frozen=True)
class _UnmatchedGroup:
    """Unmatched requests with the same method, URL as it is shown, and result.

    Attributes:
        url: of the first one, as sent; it is never shown.
    """

    request: str
    vendor: str
    url: str
    count: int
    occurrences: tuple[Occurrence, ...]
    near_misses: tuple[NearMiss, ...]
    finding: Finding | None

    @property
    def key(self) -> tuple[str, bool]:
        return self.request, self.finding is not None


class Unmatched:
    """Collects requests that no operation matches.

    Contracts cover only some operations of a CRM. A request below a vendor's base path is a mistake only if the
    provider rejects its path or method, and an operation of the vendor was called on the same host.
    """

    def __init__(self, judge: ExchangeJudge) -> None:
        self._judge = judge
        self._groups = BoundedGroups[_UnmatchedGroup]()
        self._origins: set[tuple[str, str]] = set()

    @property
    def is_truncated(self) -> bool:
        """Whether requests were dropped because there were too many."""
        return self._groups.is_truncated

    def record_origin(self, url: str, vendor: str) -> None:
        """Record that an operation of the vendor was called at the URL's host."""
        self._origins.add((vendor, _origin(url)))

    def add(self, shown: RedactedExchange, match: RouteMatch) -> Finding | None:
        """Add a request; return its finding if it is already known to be a mistake of the client."""
        exchange = shown.exchange
        request = f"{shown.redacted.method} {shown.redacted.url.partition('?')[0]}"[:_MAX_LENGTH]
        is_stub = exchange.ordered
        is_denied = not is_stub and exchange.status in _UNKNOWN_PATH and exchange.method not in _PROBES
        group = self._groups.add(
            (request, is_denied),
            lambda: self._new_group(shown, match, request, is_denied=is_denied),
            lambda group: self._with_another(group, shown),
        )
        return group.finding if group.finding is not None and self._is_reached(group) else None

    def results(self) -> tuple[tuple[Finding, ...], tuple[UnmatchedRequests, ...]]:
        """Return the mistakes of the client, and the requests unrelated to the contracts."""
        mistakes = list[Finding]()
        others: dict[str, UnmatchedRequests] = {}
        for group in self._groups.sorted():
            if group.finding is not None and self._is_reached(group):
                counts = (ResponseCount(0, "", group.count),)
                mistakes.append(
                    replace(group.finding, count=group.count, occurrences=group.occurrences, responses=counts)
                )
                continue
            previous = others.get(group.request)
            count = group.count + (previous.count if previous else 0)
            source = group.occurrences[0].source
            requests = UnmatchedRequests(group.request, group.vendor, count, source, group.near_misses)
            others[group.request] = replace(previous, count=count) if previous else requests
        return tuple(mistakes), tuple(others[key] for key in sorted(others))

    def _with_another(self, group: _UnmatchedGroup, shown: RedactedExchange) -> _UnmatchedGroup:
        occurrences = group.occurrences
        if group.finding is not None and len(occurrences) < MAX_OCCURRENCES:
            occurrences = (*occurrences, shown.occurrence)
        return replace(group, count=group.count + 1, occurrences=occurrences)

    def _new_group(
        self, shown: RedactedExchange, match: RouteMatch, request: str, *, is_denied: bool
    ) -> _UnmatchedGroup:
        exchange = shown.exchange
        vendor = self._vendor(exchange.url, match)
        near_misses = self._near_misses(shown, vendor)
        first = shown.occurrence
        finding = None
        if is_denied and vendor:
            contract = self._judge.contracts[vendor]
            violation = unmatched_violation(match, contract)
            finding = Finding(
                side=Side.CLIENT,
                vendor=vendor,
                operation="",
                rule=violation.rule,
                location=tuple(map(str, violation.location)),
                message=violation.message,
                basis=basis_of(violation.basis, contract),
                status=exchange.status,
                occurrences=(first,),
                responses=(ResponseCount(0, "", 1),),
                request=request,
                near_misses=near_misses,
            )
        return _UnmatchedGroup(request, vendor, exchange.url, 1, (first,), near_misses, finding)

    def _vendor(self, url: str, match: RouteMatch) -> str:
        """Return the vendor of a path; below the base URL, all paths belong to a single vendor."""
        if match.vendor is not None:
            return match.vendor.name
        is_only = len(self._judge.contracts) == 1 and self._judge.is_below_base(url)
        return next(iter(self._judge.contracts)) if is_only else ""

    def _near_misses(self, shown: RedactedExchange, vendor: str) -> tuple[NearMiss, ...]:
        contracts = [self._judge.contracts[vendor]] if vendor else self._judge.contracts.values()
        return near_misses_of(shown.exchange.method, split(shown.redacted.url).path, contracts)

    def _is_reached(self, group: _UnmatchedGroup) -> bool:
        """Return whether the request went to a host of the vendor; the journal of mocks has no host names."""
        origin = _origin(group.url)
        return not origin or self._judge.is_below_base(group.url) or (group.vendor, origin) in self._origins


def _origin(url: str) -> str:
    """Return the origin (scheme and host) of a URL; empty for a path."""
    parts = split(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
