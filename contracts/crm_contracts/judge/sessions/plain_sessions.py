"""Judge many sessions at once in which nothing but documented responses to valid requests happened.

Nearly all tests have such a session. Their verdicts differ only in counts, so one verdict on the sums is the same as
the merged verdicts, in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from msgspec import structs

from crm_contracts.judge.sessions.session_coverage import is_unknown_preference
from crm_contracts.judge.sessions.session_judge import judge_session
from crm_contracts.judge.sessions.session_record import SessionRecord
from crm_contracts.judge.verdict import Verdict
from crm_mocks.state.stats import SessionStats


def judge_plain(records: Iterable[SessionRecord], vendors: Sequence[str], allowed: Sequence[str]) -> list[Verdict]:
    """Return verdicts on plain sessions, one for all that have the same contracts and the same allow-list.

    Args:
        records: their records.
        vendors: vendors whose operations count for coverage; if empty, the called operations count.
        allowed: names of allowed mistakes, in addition to those of the sessions.
    """
    groups: dict[Any, list[SessionRecord]] = {}
    for record in records:
        contracts = tuple((name, id(contract)) for name, contract in record.contracts.items())
        groups.setdefault((contracts, record.allowed), []).append(record)
    return [_judge(group, vendors, allowed) for group in groups.values()]


def is_plain(record: SessionRecord) -> bool:
    """Return whether the verdict on a session has counts only."""
    stats = record.stats
    if stats.violations or stats.notices or stats.unmatched or stats.stubbed or stats.defects or record.pending:
        return False
    if record.lost:
        return False
    return not any(exchange.state or is_unknown_preference(exchange) for exchange in stats.exchanges)


def _judge(records: Sequence[SessionRecord], vendors: Sequence[str], allowed: Sequence[str]) -> Verdict:
    joined = structs.replace(records[0], stats=_JoinedStats([record.stats for record in records]))
    names = sorted(record.session for record in records)
    return replace(judge_session(joined, vendors, allowed), sessions=tuple(names))


class _JoinedStats(SessionStats):
    """The sums of the statistics of plain sessions."""

    def __init__(self, parts: Sequence[SessionStats]) -> None:
        super().__init__()
        covered = {(key, id(places)): (key, places) for part in parts for key, places in part.covered()}
        self._packed = tuple(covered.values())  # most sessions share theirs
        for part in parts:
            for exchange, seen in part.exchanges.items():
                known = self.exchanges.get(exchange)
                if known is None:
                    self.exchanges[exchange] = structs.replace(seen)
                else:
                    known.count += seen.count
