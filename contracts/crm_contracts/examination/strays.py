"""Requests that no operation takes: mistakes of the client, or not about the contract at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from crm_contracts.examination.collecting import Collection
from crm_contracts.examination.findings import Finding, Shown, Side, Stray
from crm_contracts.examination.judge import Judge, split, stray_violation
from crm_contracts.examination.showing import Showing
from crm_contracts.judge.exchange import Exchange
from crm_contracts.verdict.findings import Near
from crm_mocks.admin.near_misses import near_misses
from crm_mocks.asgi.routing import RouteMatch

_NO_SUCH: Final = frozenset({404, 405, 501})
"""Statuses by which a provider says that it does not know a path or method."""

_LONGEST: Final = 300
"""Characters of method and URL: those of `data:` have no end."""

_NEVER_MEANT: Final = frozenset({"HEAD", "OPTIONS", "CONNECT", "TRACE"})
"""Methods by which clients ask about a path rather than for what the contract has there."""


@dataclass(frozen=True)
class _Kind:
    """Requests that are alike."""

    request: str
    vendor: str
    url: str
    count: int
    first: Shown
    near: tuple[Near, ...]
    finding: Finding | None

    @property
    def key(self) -> tuple[str, bool]:
        return self.request, self.finding is not None


class Strays:
    """Collects requests that no operation takes.

    The contracts have a few operations of CRMs that have many: what lies below a vendor's paths is only a mistake where
    the provider says so, and where the vendor is known to be, as another one of its operations was called there.
    """

    def __init__(self, judge: Judge, showing: Showing) -> None:
        self._judge = judge
        self._showing = showing
        self._kinds = Collection[_Kind]()
        self._origins: set[tuple[str, str]] = set()

    @property
    def overfull(self) -> bool:
        """Whether something was found that there was no room for."""
        return self._kinds.overfull

    def reached(self, url: str, vendor: str) -> None:
        """Note that an operation of a vendor was called."""
        self._origins.add((vendor, _origin(url)))

    def add(self, exchange: Exchange, match: RouteMatch) -> Finding | None:
        """Take a request; return the finding if it is known by now that it is a mistake of the client."""
        request = f"{exchange.method} {self._showing.url(exchange.url, query=False)}"[:_LONGEST]
        is_denied = exchange.status in _NO_SUCH and exchange.method not in _NEVER_MEANT
        kind = self._kinds.add((request, is_denied), lambda: self._kind(exchange, match, request, is_denied=is_denied))
        return kind.finding if kind.finding is not None and self._is_reached(kind) else None

    def resolved(self) -> tuple[tuple[Finding, ...], tuple[Stray, ...]]:
        """Return the mistakes of the client, and what is not about the contract."""
        mistakes, others = list[Finding](), Collection[Stray]()
        for kind in self._kinds.sorted():
            if kind.finding is not None and self._is_reached(kind):
                mistakes.append(replace(kind.finding, count=kind.count))
            else:
                others.put(Stray(kind.request, kind.vendor, kind.count, kind.first.source, kind.near))
        return tuple(mistakes), others.sorted()

    def _kind(self, exchange: Exchange, match: RouteMatch, request: str, *, is_denied: bool) -> _Kind:
        vendor = self._vendor(exchange.url, match)
        near = self._near(exchange, vendor)
        first = self._showing.shown(exchange)
        finding = None
        if is_denied and vendor:
            violation = stray_violation(match, self._judge.contracts[vendor])
            place = tuple(map(str, violation.location))
            about = (Side.CLIENT, "", exchange.status, violation.rule, place, violation.message)
            finding = Finding(*about, 1, first, request, near)
        return _Kind(request, vendor, exchange.url, 1, first, near, finding)

    def _vendor(self, url: str, match: RouteMatch) -> str:
        """Return whose path it is; below the URL of a provider, all is its only vendor's."""
        if match.vendor is not None:
            return match.vendor.name
        alone = len(self._judge.contracts) == 1 and self._judge.is_below_base(url)
        return next(iter(self._judge.contracts)) if alone else ""

    def _near(self, exchange: Exchange, vendor: str) -> tuple[Near, ...]:
        contracts = [self._judge.contracts[vendor]] if vendor else self._judge.contracts.values()
        alike = near_misses(exchange.method, split(exchange.url).path, contracts)
        return tuple(Near(each["operation"], each["method"], each["path"]) for each in alike)

    def _is_reached(self, kind: _Kind) -> bool:
        """Tell whether the vendor is known to be where a request went to; the mocks' journal names no hosts."""
        origin = _origin(kind.url)
        return not origin or self._judge.is_below_base(kind.url) or (kind.vendor, origin) in self._origins


def _origin(url: str) -> str:
    """Return scheme and host of a URL, an empty text for a path."""
    parts = split(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
