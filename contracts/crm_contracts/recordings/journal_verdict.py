"""Verdicts on the exchanges in a file that `--journal` wrote, such as after a run that was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from crm_contracts.judge.collector import Collector
from crm_contracts.judge.exchange_judge import ExchangeJudge
from crm_contracts.judge.journal import judge_session
from crm_contracts.judge.merge import merge
from crm_contracts.judge.session_record import SessionRecord
from crm_contracts.judge.verdict import Verdict
from crm_contracts.recordings import journal
from crm_contracts.recordings.journal_lines import lines_of
from crm_contracts.recordings.values import MalformedRecording, header
from crm_mocks.contract import Contract, Notice
from crm_mocks.parsing.media_types import Unreadable, content_type, decode
from crm_mocks.settings.host import HostSettings
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.stats import SessionStats
from crm_mocks.violations import Violation

Note = Callable[[str], None]


def verdict_on_journal(path: Path, contracts: Mapping[str, Contract], note: Note) -> Verdict:
    """Return the verdict on a journal: that of the run if it recorded all, under the default settings.

    Args:
        path: of the file.
        contracts: contracts of all vendors, by name.
        note: called with a sentence about each line that is skipped.

    Raises:
        UsageError: the file cannot be read.
    """
    sessions: dict[str, _Session] = {}
    providers: dict[tuple[str, str], Collector] = {}
    for number, entry in lines_of(path, note):
        source = f"{path.name}, line {number}"
        try:
            if "provider" in entry:
                _collector(entry, providers).add(journal.exchange(entry, source))
            else:
                session = sessions.setdefault(str(entry.get("session")), _Session(contracts))
                session.add(_journal_entry(entry))
        except (MalformedRecording, LookupError, TypeError, ValueError, AttributeError):
            note(f"{source}: skipped, it is no exchange of this version")
    records = (each.record(name) for name, each in sessions.items())
    return merge([*map(judge_session, records), *(each.verdict() for each in providers.values())])


def _collector(entry: Mapping[str, Any], providers: dict[tuple[str, str], Collector]) -> Collector:
    key = vendor, url = entry["vendor"], entry["provider"]
    if key not in providers:
        providers[key] = Collector(ExchangeJudge((vendor,), {}, url), "Proxy", [url])
    return providers[key]


class _Session:
    """The exchanges of one session, counted; those that the verdict quotes are kept."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self._contracts = contracts
        self._stats = SessionStats()
        self._operations = {
            operation.key: operation for contract in contracts.values() for operation in contract.operations.values()
        }
        self._quoted: dict[int, JournalEntry] = {}
        self._limits = HostSettings()

    def add(self, entry: JournalEntry) -> None:
        """Count an exchange."""
        before = self._kinds()
        self._stats.count(entry)
        if self._kinds() != before:
            self._quoted[entry.number] = entry
        operation = self._operations.get(entry.operation)
        if operation is None or operation.body is None:
            return
        kind = content_type(header(tuple(entry.request_headers), "content-type"))
        media_type = kind.media_type or next(iter(operation.body.media_types), "")
        try:
            body = decode(entry.request_body, kind, self._limits)
        except Unreadable:
            return
        self._stats.record_body(operation, media_type, body)

    def _kinds(self) -> int:
        stats = self._stats
        return len(stats.exchanges) + len(stats.violations) + len(stats.notices) + len(stats.unmatched)

    def record(self, name: str) -> SessionRecord:
        """Return the record of the session."""
        return SessionRecord(name, self._stats, self._contracts, (), (), partial(_chosen, self._quoted))


def _chosen(entries: Mapping[int, JournalEntry], numbers: frozenset[int]) -> dict[int, JournalEntry]:
    return {number: entries[number] for number in numbers if number in entries}


def _journal_entry(line: Mapping[str, Any]) -> JournalEntry:
    """Return the entry that a line was written from, with its bodies as far as they were shown."""
    request, response = line["request"], line["answer"]
    return JournalEntry(
        id=line["id"],
        number=line["number"],
        session=line["session"],
        at=line["at"],
        vendor=line["vendor"] or "",
        operation=line["operation"] or "",
        method=request["method"],
        path=request["path"],
        query=request["query"],
        request_headers=[(name, value) for name, value in request["headers"]],
        request_body=request["body"].encode("utf-8", "surrogatepass"),
        status=response["status"],
        outcome=response["outcome"] or "",
        response_headers=[(name, value) for name, value in response["headers"]],
        response_body=response["body"].encode("utf-8", "surrogatepass"),
        chosen_by=line["chosen_by"],
        violations=list(_violations(line["violations"])),
        notices=[Notice(each["kind"], tuple(each["location"][1:]), each["message"]) for each in line["notices"]],
        digest=line["contract_digest"],
        milliseconds=line["milliseconds"],
        response_defects=line["answer_faults"],
        fault=line["fault"] or "",
        refused=line["refused"],
    )


def _violations(listed: list[Any]) -> Iterator[Violation]:
    for each in listed:
        location = tuple(each["location"][1:])
        yield Violation(location, each["code"], each["message"], basis=each["basis"], sent=each["sent"] or "")
