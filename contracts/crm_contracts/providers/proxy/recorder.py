"""Watching what goes through a proxy: it is examined, told and kept."""

from __future__ import annotations

from collections.abc import Callable

from crm_contracts.examination.collecting import MOST
from crm_contracts.examination.examination import Examiner
from crm_contracts.examination.findings import Finding
from crm_contracts.examination.judge import Judge
from crm_contracts.examination.model import Examination
from crm_contracts.examination.secrets import Secrets
from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.proxy.cassette import Cassette
from crm_contracts.reports.words import place, safe


class ProxyRecorder:
    """Takes the exchanges of a proxy."""

    def __init__(self, judge: Judge, url: str, tell: Callable[[str], None], cassette: Cassette | None = None) -> None:
        """Begin without any.

        Args:
            judge: knows the contract.
            url: of the provider.
            tell: called with a line about each finding that is new.
            cassette: where the exchanges are kept.
        """
        self._secrets = Secrets(judge.contracts.values())
        self._examiner = Examiner(judge, "Proxy", [url], strike=self._secrets.struck)
        self._tell = tell
        self._cassette = cassette
        self._told: set[object] = set()

    def add(self, exchange: Exchange) -> None:
        """Take an exchange."""
        try:
            found = self._examiner.add(exchange)
            for finding in found:
                self._tell_once(finding.key, line(finding))
            if exchange.failure and not found:
                failure = self._secrets.struck(exchange).failure  # which may quote an echo
                self.complain(f"a request of no operation was not answered: {failure}")
        finally:
            if self._cassette is not None:
                self._cassette.add(self._secrets.without_any(exchange))

    def complain(self, complaint: str) -> None:
        """Take note of what went wrong beside the exchanges, in a sentence."""
        self._examiner.complain(complaint)
        self._tell_once(complaint, safe(complaint))

    def examination(self) -> Examination:
        """Return what has come of it so far."""
        return self._examiner.examination()

    def conclusion(self) -> Examination:
        """Return what has come of it at the end: of something, since all is well with a proxy that nobody uses."""
        examination = self.examination()
        if examination.is_of_something:
            return examination
        self.complain("Nothing was checked: no request was for an operation of the contract.")
        return self.examination()

    def close(self) -> None:
        """End the cassette.

        Raises:
            UsageError: not all of it could be written.
        """
        if self._cassette is not None:
            self._cassette.close()

    def _tell_once(self, key: object, text: str) -> None:
        if key not in self._told and len(self._told) < MOST:
            self._told.add(key)
            self._tell(text)


def line(finding: Finding) -> str:
    """Return a finding as a line."""
    about = finding.operation or safe(finding.request)
    status = str(finding.status) if finding.status else ""
    words = [finding.side.value, about, status, f"{place(finding.location)}: {finding.rule}", safe(finding.message)]
    return "  ".join(filter(None, words))
