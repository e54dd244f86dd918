"""Select the samples that belong to the API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from crm_contracts.judge.exchanges.generic_responses import is_api_call, is_generic
from crm_contracts.learn.sample import Sample, segments_of
from crm_contracts.recordings.values import header
from crm_mocks.errors import UsageError
from crm_mocks.parsing.media_types import content_type

_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
_PAGES: Final = ("text/html", "text/css", "text/javascript", "application/javascript", "image/", "font/", "video/")
"""Media types of pages and what belongs to them, which browsers record beside an API."""


@dataclass(frozen=True)
class Scope:
    """Which requests belong to the API.

    Attributes:
        hosts: hosts, with port unless it is the default; empty for the only host of the traffic.
        url: base URL; empty for all paths of the hosts.
    """

    hosts: tuple[str, ...] = ()
    url: str = ""

    def __post_init__(self) -> None:
        """Check the URL.

        Raises:
            UsageError: it is none.
        """
        try:
            parts = urlsplit(self.url)
        except ValueError:
            parts = urlsplit("")
        if self.url and (parts.scheme not in ("http", "https") or not parts.netloc):
            raise UsageError(f"--url {self.url}: not a URL such as https://crm.example.com/api")


def select(samples: Iterable[Sample], scope: Scope, note: Callable[[str], None]) -> list[Sample]:
    """Return the samples that belong to the API; with a base URL, their paths are relative to it.

    Args:
        samples: all samples.
        scope: which requests belong to the API.
        note: called with a sentence about what was left out.

    Raises:
        UsageError: none does, or there are several hosts and none was chosen.
    """
    chosen = _of_scope(list(samples), scope)
    calls = [each for each in chosen if each.method in _METHODS and is_api_call(each.exchange)]
    content = [each for each in calls if not _is_page(each)] or calls
    if len(content) < len(calls):
        note(f"left out {len(calls) - len(content)} requests for pages, scripts and images")
    if not content:
        raise UsageError("there is no traffic of an API: no request remains")
    return content


def is_evidence(sample: Sample) -> bool:
    """Return whether a response was recorded that is the operation's own."""
    return sample.status > 0 and not is_generic(sample.exchange)


def _of_scope(samples: list[Sample], scope: Scope) -> list[Sample]:
    counts = Counter(_host(each.origin) for each in samples if each.origin)
    if scope.url:
        prefix = segments_of(scope.url.rstrip("/"))
        chosen = [
            replace(
                each,
                origin=scope.url.rstrip("/"),
                segments=each.segments[len(prefix) :],
                names=each.names[len(prefix) :],
            )
            for each in samples
            if _is_below(each, scope.url, prefix)
        ]
        if not chosen:
            raise UsageError(f"no request is below --url {scope.url}; hosts of the traffic: {_listed(counts)}")
        return chosen
    if scope.hosts:
        unknown = next((each for each in scope.hosts if each.lower() not in counts), "")
        if unknown:
            raise UsageError(f"no request was sent to --host {unknown}; hosts of the traffic: {_listed(counts)}")
        hosts = {each.lower() for each in scope.hosts}
        return [each for each in samples if _host(each.origin) in hosts]
    if len(counts) > 1:
        raise UsageError(f"the traffic goes to several hosts: {_listed(counts)}; choose with --host HOST or --url URL")
    return samples


def _is_below(sample: Sample, url: str, prefix: tuple[str, ...]) -> bool:
    is_host = not sample.origin or _host(sample.origin) == _host(url)
    return is_host and sample.segments[: len(prefix)] == prefix


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _listed(counts: Counter[str]) -> str:
    shown = [f"{host} ({count} request{'s' * (count != 1)})" for host, count in counts.most_common(5)]
    rest = len(counts) - len(shown)
    return (", ".join(shown) + (f" and {rest} more" if rest else "")) or "none"


def _is_page(sample: Sample) -> bool:
    kind = content_type(header(sample.exchange.response_headers, "content-type")).media_type
    return sample.method == "get" and sample.status < 400 and kind.startswith(_PAGES)
