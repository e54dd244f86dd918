"""Recording what goes through a proxy: it is judged, reported and kept."""

from __future__ import annotations

from collections.abc import Callable

from crm_contracts.judge.bounded_groups import MAX_DISTINCT
from crm_contracts.judge.collector import Collector
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchange_judge import ExchangeJudge
from crm_contracts.judge.finding import Finding
from crm_contracts.judge.finding_text import owner, problem
from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.judge.secrets import Secrets
from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.proxy.cassette import Cassette
from crm_contracts.report.document import plain
from crm_contracts.report.text import place, safe


class ProxyRecorder:
    """Takes the exchanges of a proxy."""

    def __init__(
        self,
        judge: ExchangeJudge,
        url: str,
        tell: Callable[[str], None],
        cassette: Cassette | None = None,
        policy: Policy = DEFAULT,
    ) -> None:
        """Begin without any exchange.

        Args:
            judge: knows the contract.
            url: of the provider.
            tell: called with a line about each new finding.
            cassette: where the exchanges are kept.
            policy: what each side is held to.
        """
        self._secrets = Secrets(judge.contracts.values())
        self._collector = Collector(judge, "Proxy", [url], secrets=self._secrets, policy=policy)
        self._tell = tell
        self._cassette = cassette
        self._reported: set[object] = set()

    def add(self, exchange: Exchange) -> None:
        """Take an exchange."""
        try:
            found = self._collector.add(exchange)
            for finding in found:
                self._tell_once(finding.key, line(finding))
            if exchange.failure and not found:
                failure = self._secrets.redacted(exchange).failure  # which may quote an echo
                self.complain(f"a request of no operation was not answered: {failure}")
        finally:
            if self._cassette is not None:
                self._cassette.add(self._secrets.fully_redacted(exchange))

    def complain(self, complaint: str) -> None:
        """Take note of what went wrong beside the exchanges, in a sentence."""
        self._collector.complain(complaint)
        self._tell_once(complaint, safe(complaint))

    def verdict(self) -> Verdict:
        """Return the verdict so far."""
        return self._collector.verdict()

    def conclusion(self) -> Verdict:
        """Return the verdict at the end, which must be on something: a proxy that nobody uses finds nothing wrong."""
        verdict = self.verdict()
        if verdict.is_checked:
            return verdict
        self.complain("Nothing was checked: no request was for an operation of the contract.")
        return self.verdict()

    def close(self) -> None:
        """End the cassette.

        Raises:
            UsageError: not all of it could be written.
        """
        if self._cassette is not None:
            self._cassette.close()

    def _tell_once(self, key: object, text: str) -> None:
        if key not in self._reported and len(self._reported) < MAX_DISTINCT:
            self._reported.add(key)
            self._tell(text)


def line(finding: Finding) -> str:
    """Return a finding as a line."""
    status = str(finding.status) if finding.status else ""
    where = f"{place(finding.location)}: {finding.rule}"
    standing = "" if finding.fails else f"[{finding.standing}]"
    words = [finding.side.value, safe(owner(finding)), status, where, safe(plain(problem(finding))), standing]
    return "  ".join(filter(None, words))
