"""Requests that no operation matches: mistakes of the client, or nothing to do with the contract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from crm_contracts.judge.basis import basis_of
from crm_contracts.judge.collection import Collection
from crm_contracts.judge.description import ExchangeDescriber
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchange_judge import ExchangeJudge, split, unmatched_violation
from crm_contracts.judge.finding import (
    MAX_OCCURRENCES,
    Finding,
    NearMiss,
    Occurrence,
    ResponseCount,
    Side,
    UnmatchedRequests,
)
from crm_contracts.judge.near_misses import near_misses_of
from crm_mocks.asgi.routing import RouteMatch

_UNKNOWN_PATH: Final = frozenset({404, 405, 501})
"""Statuses by which a provider says that it does not know a path or method."""

_MAX_LENGTH: Final = 300
"""Characters of method and URL: those of `data:` have no end."""

_PROBES: Final = frozenset({"HEAD", "OPTIONS", "CONNECT", "TRACE"})
"""Methods by which clients ask about a path rather than for what the contract has there."""


@dataclass(frozen=True)
class _Kind:
    """Unmatched requests that are alike."""

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

    The contracts have few of the operations of a CRM: a request below a vendor's paths is a mistake only if the
    provider says so, and only at a host known to be that vendor's since another operation was called there.
    """

    def __init__(self, judge: ExchangeJudge, describer: ExchangeDescriber) -> None:
        self._judge = judge
        self._describer = describer
        self._kinds = Collection[_Kind]()
        self._origins: set[tuple[str, str]] = set()

    @property
    def overfull(self) -> bool:
        """Whether something was dropped for want of room."""
        return self._kinds.overfull

    def reached(self, url: str, vendor: str) -> None:
        """Note that an operation of a vendor was called."""
        self._origins.add((vendor, _origin(url)))

    def add(self, exchange: Exchange, match: RouteMatch) -> Finding | None:
        """Add a request; return the finding if it is known by now that it is a mistake of the client."""
        request = f"{exchange.method} {self._describer.url(exchange.url, query=False)}"[:_MAX_LENGTH]
        is_denied = exchange.status in _UNKNOWN_PATH and exchange.method not in _PROBES
        kind = self._kinds.add(
            (request, is_denied),
            lambda: self._kind(exchange, match, request, is_denied=is_denied),
            lambda known: self._again(known, exchange),
        )
        return kind.finding if kind.finding is not None and self._is_reached(kind) else None

    def sorted_out(self) -> tuple[tuple[Finding, ...], tuple[UnmatchedRequests, ...]]:
        """Return the mistakes of the client, and what has nothing to do with the contract."""
        mistakes = list[Finding]()
        others: dict[str, UnmatchedRequests] = {}
        for kind in self._kinds.sorted():
            if kind.finding is not None and self._is_reached(kind):
                counts = (ResponseCount(0, "", kind.count),)
                mistakes.append(replace(kind.finding, count=kind.count, occurrences=kind.occurrences, responses=counts))
                continue
            known = others.get(kind.request)
            count = kind.count + (known.count if known else 0)
            source = kind.occurrences[0].source
            made = UnmatchedRequests(kind.request, kind.vendor, count, source, kind.near_misses)
            others[kind.request] = replace(known, count=count) if known else made
        return tuple(mistakes), tuple(others[key] for key in sorted(others))

    def _again(self, known: _Kind, exchange: Exchange) -> _Kind:
        occurrences = known.occurrences
        if known.finding is not None and len(occurrences) < MAX_OCCURRENCES:
            occurrences = (*occurrences, self._describer.occurrence(exchange))
        return replace(known, count=known.count + 1, occurrences=occurrences)

    def _kind(self, exchange: Exchange, match: RouteMatch, request: str, *, is_denied: bool) -> _Kind:
        vendor = self._vendor(exchange.url, match)
        near = self._near_misses(exchange, vendor)
        first = self._describer.occurrence(exchange)
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
                near_misses=near,
            )
        return _Kind(request, vendor, exchange.url, 1, (first,), near, finding)

    def _vendor(self, url: str, match: RouteMatch) -> str:
        """Return the vendor of a path; below the URL of a provider, every path is its only vendor's."""
        if match.vendor is not None:
            return match.vendor.name
        is_only = len(self._judge.contracts) == 1 and self._judge.is_below_base(url)
        return next(iter(self._judge.contracts)) if is_only else ""

    def _near_misses(self, exchange: Exchange, vendor: str) -> tuple[NearMiss, ...]:
        contracts = [self._judge.contracts[vendor]] if vendor else self._judge.contracts.values()
        return near_misses_of(exchange.method, split(exchange.url).path, contracts)

    def _is_reached(self, kind: _Kind) -> bool:
        """Whether the vendor is known to be where a request went; a journal of mocks names no hosts."""
        origin = _origin(kind.url)
        return not origin or self._judge.is_below_base(kind.url) or (kind.vendor, origin) in self._origins


def _origin(url: str) -> str:
    """Return scheme and host of a URL; empty for a path."""
    parts = split(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
