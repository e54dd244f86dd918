"""A sweep: the plain run, then one run for each thing that the client is given, several at once."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any, Final

from crm_contracts.reports.words import number
from crm_contracts.run.environment import environment, write_ready_file
from crm_contracts.sweep.cases import cases, queued
from crm_contracts.sweep.client import Clients, Ran
from crm_contracts.sweep.model import Cell, Did, Given, Plain, Sweep
from crm_contracts.sweep.rules import Rules, judge, notes, read_expectations
from crm_contracts.sweep.watch import Seen, Watch
from crm_mocks import Mocks, serve
from crm_mocks.contract import Operation
from crm_mocks.errors import UsageError
from crm_mocks.faults import Fault
from crm_mocks.host.queued_answer import read_queued
from crm_mocks.sessions.registry import DEFAULT

PLAIN: Final = "sweep-plain"


@dataclass(frozen=True)
class Asked:
    """What the user asked for.

    Attributes:
        command: program and arguments.
        serving: keywords of `crm_mocks.serve`.
        vendors: whose operations are swept; all if none are named.
        operations: which are swept; all that the client calls if none are named.
        jobs: how many runs at once.
        seconds: time limit of a run.
        trust: have common HTTP libraries trust the certificate authority made on the spot.
        expect: `[<operation>:]<what>=<exit codes>` each.
        allow_duplicates, heed_retry_after, most_requests: see `Rules`.
    """

    command: tuple[str, ...]
    serving: Mapping[str, Any] = field(default_factory=dict)
    vendors: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    jobs: int = 1
    seconds: float = 60.0
    trust: bool = False
    expect: tuple[str, ...] = ()
    allow_duplicates: bool = False
    heed_retry_after: bool = False
    most_requests: int | None = None


def carry_out(asked: Asked, progress: Callable[[int, int], None]) -> Sweep:
    """Run a client program against all that the operations which it calls can answer.

    To be called in the main thread.

    Args:
        asked: what the user wants.
        progress: called with how many runs are done, and of how many.

    Raises:
        UsageError: the mocks cannot be served so, a name is wrong, or the command cannot be run.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # a garbled request is the client's affair, not news
    with serve(**asked.serving) as mocks, tempfile.TemporaryDirectory(prefix="crm-mocks-sweep-") as folder:
        rules = _rules(asked, mocks)
        clients = Clients(asked.command, asked.seconds)
        with _ends_with_us(clients):
            return _Sweeping(asked, mocks, Path(folder), clients).carry_out(rules, progress)


def _rules(asked: Asked, mocks: Mocks) -> Rules:
    operations = _operations(mocks)
    unknown = [name for name in asked.vendors if name not in mocks.vendors]
    if unknown:
        raise UsageError(f"unknown vendor '{unknown[0]}': served are {', '.join(mocks.vendors)}")
    unknown = [name for name in asked.operations if name not in operations]
    if unknown:
        raise UsageError(f"unknown operation '{unknown[0]}': there are {', '.join(operations)}")
    strange = [name for name in asked.operations if asked.vendors and name.partition(".")[0] not in asked.vendors]
    if strange:
        raise UsageError(f"--operation {strange[0]} is none of --vendor {' or '.join(asked.vendors)}")
    return Rules(
        read_expectations(asked.expect, {key: operation.outcomes for key, operation in operations.items()}),
        asked.allow_duplicates,
        asked.heed_retry_after,
        asked.most_requests,
        asked.seconds,
    )


def _operations(mocks: Mocks) -> dict[str, Operation]:
    contracts = mocks.suite.contracts.values()
    return {operation.key: operation for contract in contracts for operation in contract.operations.values()}


@contextmanager
def _ends_with_us(clients: Clients) -> Iterator[None]:
    """Stop all clients when this process is told to end: they are in groups of their own, and hear nothing of it."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    in_main_thread = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, end) if in_main_thread else None
    try:
        yield
    finally:
        clients.stop()
        if in_main_thread:
            signal.signal(signal.SIGTERM, before)


class _Sweeping:
    """One sweep under way."""

    def __init__(self, asked: Asked, mocks: Mocks, folder: Path, clients: Clients) -> None:
        self._asked = asked
        self._mocks = mocks
        self._folder = folder
        self._clients = clients
        self._watch = Watch(mocks.suite)

    def carry_out(self, rules: Rules, progress: Callable[[int, int], None]) -> Sweep:
        plain = self._plain()
        complaint = self._complaint(plain)
        if complaint:
            return Sweep(self._asked.command, plain, complaint=complaint)
        wanted = [given for key in self._swept(plain) for given in self._cases(key, plain)]
        done = self._all(wanted, plain, progress)
        cells = judge([Cell(given, done[given]) for given in wanted if given in done], plain, rules)
        said = list(notes(cells, plain, rules))
        undone = len(wanted) - len(done)
        if undone:
            said.insert(0, f"the sweep was interrupted: {undone} of {number(len(wanted), 'run')} were not made")
        return Sweep(self._asked.command, plain, cells, notes=tuple(said), interrupted=bool(undone))

    def _plain(self) -> Plain:
        self._mocks.run(self._watch.compare(PLAIN))
        ran = self._run(PLAIN)
        storing = self._mocks.run(self._watch.compared())
        seen = [each for each in self._watch.seen(PLAIN) if each.operation]
        outcomes: dict[str, dict[str, None]] = {}
        for each in seen:
            if not each.refused:
                outcomes.setdefault(each.operation, {})[each.outcome] = None
        return Plain(
            code=ran.ended.code,
            signal=ran.ended.signal,
            stopped=ran.ended.stopped,
            seconds=ran.seconds,
            output=ran.output,
            requests=dict(Counter(each.operation for each in seen)),
            outcomes={operation: tuple(names) for operation, names in outcomes.items()},
            storing=storing,
            records=self._mocks.run(self._watch.counts(PLAIN)),
        )

    def _complaint(self, plain: Plain) -> str:
        if plain.stopped:
            return f"the plain run was still going after {self._asked.seconds:g} s, the limit of --timeout"
        if plain.signal:
            return f"the plain run was ended by {plain.signal}: the client must succeed when it is given nothing"
        if plain.code:
            return f"the plain run failed with exit code {plain.code}: the client must succeed when it is given nothing"
        if not plain.requests:
            return f"the client called no operation of the mocks in its plain run{self._what_it_did_instead()}"
        if not self._swept(plain):
            asked = ", ".join(self._asked.operations or self._asked.vendors)
            return f"the client calls nothing of {asked} in its plain run, only {', '.join(plain.requests)}"
        return ""

    def _what_it_did_instead(self) -> str:
        counts = self._watch.sessions()
        if PLAIN in counts:
            requests = [each.request for each in self._watch.seen(PLAIN)]
            return f", but sent {number(len(requests), 'request')} that fits none, such as {requests[0]}"
        if DEFAULT in counts:
            return f", but sent {number(counts[DEFAULT], 'request')} to {self._mocks.url}: have it use CRM_MOCKS_URL"
        for session, count in counts.items():
            return (
                f", but sent {number(count, 'request')} in a session that it named itself, '{session}': each run needs "
                "the session of CRM_MOCKS_URL, without a prefix or X-Mock-Session"
            )
        return ": it finds them at CRM_MOCKS_URL"

    def _swept(self, plain: Plain) -> list[str]:
        """Return the operations that are swept: of those that the client calls, those that the user wants."""
        asked = self._asked
        return [
            key
            for key in plain.requests
            if (not asked.vendors or key.partition(".")[0] in asked.vendors)
            and (not asked.operations or key in asked.operations)
        ]

    def _cases(self, key: str, plain: Plain) -> Iterator[Given]:
        operation = _operations(self._mocks)[key]
        return cases(operation, stores=key in plain.storing, without=plain.outcomes.get(key, ()))

    def _all(self, wanted: Sequence[Given], plain: Plain, progress: Callable[[int, int], None]) -> dict[Given, Did]:
        """Run the client once for each, the long ones first; after Ctrl-C, return what has been done until then."""
        done: dict[Given, Did] = {}
        pool = ThreadPoolExecutor(self._asked.jobs)
        try:
            order = sorted(enumerate(wanted), key=lambda each: each[1].fault is not Fault.TIMEOUT)
            runs = {pool.submit(self._one, f"sweep-{number}", given, plain): given for number, given in order}
            for run in as_completed(runs):
                done[runs[run]] = run.result()
                progress(len(done), len(wanted))
        except KeyboardInterrupt:
            self._clients.stop()
        except BaseException:
            self._clients.stop()  # or the threads would wait for them
            raise
        finally:
            pool.shutdown(cancel_futures=True)
        return done

    def _one(self, session: str, given: Given, plain: Plain) -> Did:
        self._mocks.run(self._queue(session, given))
        ran = self._run(session)
        counts = self._mocks.run(self._watch.counts(session))
        seen = self._watch.seen(session)
        self._mocks.run(self._close(session))
        surplus = {kind: count - plain.records[kind] for kind, count in counts.items() if count > plain.records[kind]}
        return _did(given, ran, seen, surplus)

    async def _queue(self, session: str, given: Given) -> None:
        opened = self._mocks.suite.sessions.get(session)
        opened.enqueue(read_queued(queued(given), self._mocks.suite, opened))

    async def _close(self, session: str) -> None:
        suite = self._mocks.suite
        if suite.close_port is not None:
            suite.close_port(session)
        suite.sessions.close(session)

    def _run(self, session: str) -> Ran:
        url = self._mocks.session_url(session)
        ready_file = self._folder / f"{session}.json"
        write_ready_file(ready_file, self._mocks, url)
        return self._clients.run(environment(os.environ, self._mocks, url, ready_file, trust=self._asked.trust))


def _did(given: Given, ran: Ran, seen: Sequence[Seen], surplus: Mapping[str, int]) -> Did:
    to_operation = [each for each in seen if each.operation == given.operation]
    return Did(
        code=ran.ended.code,
        signal=ran.ended.signal,
        stopped=ran.ended.stopped,
        seconds=ran.seconds,
        requests=len(to_operation),
        met=sum(each.given for each in to_operation),
        gaps=tuple(after.at - before.at for before, after in pairwise(to_operation)),
        asked=max((each.asked for each in to_operation), default=0),
        hurried=any(each.hurried for each in to_operation),
        surplus=surplus,
        refusals=tuple(each.status for each in seen if not each.given and each.refused),
        output=ran.output,
    )
