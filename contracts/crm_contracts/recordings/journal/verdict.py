"""Verdicts on the exchanges in a file that `--journal` wrote, such as after a run that was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.merge import merge
from crm_contracts.judge.sessions.session_judge import judge_session
from crm_contracts.judge.sessions.session_record import SessionRecord
from crm_contracts.judge.verdict import Verdict
from crm_contracts.recordings.journal.entries import exchange_of
from crm_contracts.recordings.journal.lines import JournalLine, lines_of
from crm_contracts.recordings.journal.settings import JournalSettings, RunSettings
from crm_contracts.recordings.values import MalformedRecording, header
from crm_mocks.contract import Notice, Operation
from crm_mocks.parsing.media_types import Unreadable, content_type, decode
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.stats import SessionStats
from crm_mocks.vendor import Vendor
from crm_mocks.violations import Violation

Note = Callable[[str], None]


def verdict_on_journal(path: Path, vendors: Iterable[Vendor], note: Note) -> Verdict:
    """Return the verdict on the runs in a journal, each judged under its own settings.

    It is the verdict that the runs would have given if they recorded all exchanges.

    Args:
        path: of the file.
        vendors: all vendors.
        note: called with a sentence about each line that is skipped, and about settings that cannot be used.

    Raises:
        UsageError: the file cannot be read.
    """
    runs = JournalSettings(vendors, lambda sentence: note(f"{path.name}: {sentence}"))
    sessions: dict[tuple[str, str], _Session] = {}
    providers: dict[tuple[str, str, str], Collector] = {}
    for line in lines_of(path, note):
        source = f"{path.name}, line {line.number}"
        try:
            if "provider" in line.exchange:
                _collector(line, runs, providers).add(exchange_of(line.exchange, source))
            else:
                entry = _journal_entry(line.exchange)
                session = sessions.setdefault((line.run, str(entry.session)), _Session())
                session.add(entry, runs.of(line.settings))
        except (MalformedRecording, LookupError, TypeError, ValueError, AttributeError):
            note(f"{source}: skipped, it is no exchange of this version")
    records = (each.record(name) for (_, name), each in sessions.items())
    return merge([*map(judge_session, records), *(each.verdict() for each in providers.values())])


def _collector(line: JournalLine, runs: JournalSettings, providers: dict[tuple[str, str, str], Collector]) -> Collector:
    vendor, url = line.exchange["vendor"], line.exchange["provider"]
    key = line.run, vendor, url
    if key not in providers:
        settings = runs.of(line.settings).changed
        judge = ExchangeJudge((vendor,), {key: settings[key] for key in settings if key.startswith(f"{vendor}.")}, url)
        providers[key] = Collector(judge, "Proxy", [url])
    return providers[key]


class _Session:
    """The exchanges of one session, counted; those that the verdict quotes are kept."""

    def __init__(self) -> None:
        self._stats = SessionStats()
        self._run: RunSettings | None = None
        self._operations: dict[str, Operation] = {}
        self._quoted: dict[int, JournalEntry] = {}

    def add(self, entry: JournalEntry, run: RunSettings) -> None:
        """Count an exchange.

        Args:
            entry: the exchange.
            run: settings of the session when it was recorded.
        """
        if run is not self._run:
            self._run = run
            contracts = run.contracts.values()
            self._operations = {each.key: each for contract in contracts for each in contract.operations.values()}
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
            body = decode(entry.request_body, kind, run.limits)
        except Unreadable:
            return
        self._stats.record_body(operation, media_type, body)

    def _kinds(self) -> int:
        stats = self._stats
        return len(stats.exchanges) + len(stats.violations) + len(stats.notices) + len(stats.unmatched)

    def record(self, name: str) -> SessionRecord:
        """Return the record of the session."""
        contracts = {} if self._run is None else self._run.contracts
        return SessionRecord(name, self._stats, contracts, (), (), partial(_chosen, self._quoted))


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
