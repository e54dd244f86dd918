"""Occurrences of findings, of which only the first few are kept."""

from __future__ import annotations

from dataclasses import replace

from crm_contracts.judge.exchanges.redacted_exchange import RedactedExchange
from crm_contracts.judge.finding import MAX_OCCURRENCES, Finding, ResponseCount


def with_first_occurrence(finding: Finding, shown: RedactedExchange) -> Finding:
    """Return a finding with its first occurrence and the body that holds the member."""
    return replace(finding, occurrences=(shown.occurrence,), body=shown.body(finding.side, finding.location))


def with_another_occurrence(shown: RedactedExchange, known: Finding) -> Finding:
    """Return the finding with another occurrence counted."""
    occurrences = known.occurrences
    if len(occurrences) < MAX_OCCURRENCES:
        occurrences = (*occurrences, shown.occurrence)
    counts = {response.status: response for response in known.responses}
    status = shown.exchange.status
    previous = counts.get(status, ResponseCount(status, "", 0))
    counts[status] = replace(previous, count=previous.count + 1)
    responses = tuple(counts[code] for code in sorted(counts))
    return replace(known, count=known.count + 1, occurrences=occurrences, responses=responses)
