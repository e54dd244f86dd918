"""Recording the exchanges of a proxy: they are judged, reported and kept."""

from __future__ import annotations

from collections.abc import Callable

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.bounded_groups import MAX_DISTINCT
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.exchanges.secrets import NO_CONTEXT, RedactionContext, Secrets
from crm_contracts.judge.finding import Finding
from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.judge.reports.finding_text import owner, problem
from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.proxy.cassette import Cassette
from crm_contracts.recordings.journal.lines import as_line
from crm_contracts.report.spans import plain
from crm_contracts.report.text import location_text, safe
from crm_mocks.state.journal_file import JournalFile


class ProxyRecorder:
    """Judges the exchanges of a proxy and writes them to a cassette."""

    def __init__(
        self,
        judge: ExchangeJudge,
        url: str,
        echo: Callable[[str], None],
        cassette: Cassette | None = None,
        policy: Policy = DEFAULT,
        journal: JournalFile | None = None,
    ) -> None:
        """Start without exchanges.

        Args:
            judge: judges the exchanges.
            url: of the provider.
            echo: called with a line about each new finding.
            cassette: where the exchanges are written to.
            policy: what each side is held to.
            journal: file that exchanges are appended to.
        """
        self._secrets = Secrets(judge.redaction)
        self._judge = judge
        self._collector = Collector(judge, "Proxy", [url], secrets=self._secrets, policy=policy)
        self._echo = echo
        self._cassette = cassette
        self._journal = journal
        self._url = url
        self._vendor = next(iter(judge.contracts))
        self._echoed: set[object] = set()

    def add(self, exchange: Exchange) -> None:
        """Judge an exchange, and write it to the files."""
        context = NO_CONTEXT
        try:
            judgement = self._judge.judge(exchange)
            context = RedactionContext.of(judgement)
        finally:
            kept = self._secrets.redacted(exchange, context).exchange
            if self._journal is not None:
                self._journal.write(as_line(kept, self._vendor, self._url))
            if self._cassette is not None:
                self._cassette.add(kept)
        findings = self._collector.add_judged(exchange, judgement)
        for finding in findings:
            self._echo_once(finding.key, line(finding))
        if exchange.failure and not findings:
            self.complain(f"a request that matches no operation got no response: {kept.failure}")

    def complain(self, complaint: str) -> None:
        """Add a complaint, a sentence, to the verdict."""
        self._collector.complain(complaint)
        self._echo_once(complaint, safe(complaint))

    def verdict(self) -> Verdict:
        """Return the verdict so far."""
        return self._collector.verdict()

    def close(self) -> None:
        """Close the cassette.

        Raises:
            UsageError: something could not be written.
        """
        if self._cassette is not None:
            self._cassette.close()

    def _echo_once(self, key: object, text: str) -> None:
        if key not in self._echoed and len(self._echoed) < MAX_DISTINCT:
            self._echoed.add(key)
            self._echo(text)


def line(finding: Finding) -> str:
    """Return a line about a finding."""
    status = str(finding.status) if finding.status else ""
    where = f"{location_text(finding.location)}: {finding.rule}"
    standing = "" if finding.fails else f"[{finding.standing}]"
    words = [finding.side.value, safe(owner(finding)), status, where, safe(plain(problem(finding))), standing]
    return "  ".join(filter(None, words))
