"""A sweep: the plain run, then one run for each thing that the client is given, several at once."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from crm_contracts.report.text import number
from crm_contracts.sweep.cases import cases, queued
from crm_contracts.sweep.model import Cell, Given, Sweep
from crm_contracts.sweep.rules import Rules, judge, notes
from crm_contracts.trial.client import Clients, Ran
from crm_contracts.trial.expectations import read_expectations
from crm_contracts.trial.model import Did, Plain
from crm_contracts.trial.stand import Stand, chosen, did, ends_with_us, surplus
from crm_mocks import serve
from crm_mocks.asgi.queued_response import parse_queued_response
from crm_mocks.faults import Fault

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
        stand = Stand(mocks, Path(folder), trust=asked.trust)
        stand.check(asked.vendors, asked.operations)
        rules = _rules(asked, stand)
        clients = Clients(asked.command, asked.seconds)
        with ends_with_us(clients):
            return _Sweeping(asked, stand, clients).carry_out(rules, progress)


def _rules(asked: Asked, stand: Stand) -> Rules:
    return Rules(
        expect=read_expectations(
            asked.expect, {key: operation.outcomes for key, operation in stand.operations.items()}
        ),
        allow_duplicates=asked.allow_duplicates,
        heed_retry_after=asked.heed_retry_after,
        most_requests=asked.most_requests,
        seconds=asked.seconds,
    )


class _Sweeping:
    """One sweep under way."""

    def __init__(self, asked: Asked, stand: Stand, clients: Clients) -> None:
        self._asked = asked
        self._stand = stand
        self._clients = clients

    def carry_out(self, rules: Rules, progress: Callable[[int, int], None]) -> Sweep:
        plain = self._stand.plain(PLAIN, lambda: self._run(PLAIN))
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

    def _complaint(self, plain: Plain) -> str:
        complaint = self._stand.complaint(plain, PLAIN, self._asked.seconds)
        if not complaint and not self._swept(plain):
            asked = ", ".join(self._asked.operations or self._asked.vendors)
            return f"the client calls nothing of {asked} in its plain run, only {', '.join(plain.requests)}"
        return complaint

    def _swept(self, plain: Plain) -> list[str]:
        return chosen(plain, self._asked.vendors, self._asked.operations)

    def _cases(self, key: str, plain: Plain) -> Iterator[Given]:
        operation = self._stand.operations[key]
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
        mocks, watch = self._stand.mocks, self._stand.watch
        mocks.run(self._queue(session, given))
        ran = self._run(session)
        counts = mocks.run(watch.counts(session))
        seen = watch.seen(session)
        mocks.run(self._close(session))
        return did(given.operation, ran, seen, surplus(counts, plain))

    async def _queue(self, session: str, given: Given) -> None:
        suite = self._stand.mocks.mock_app
        opened = suite.sessions.get(session)
        opened.enqueue(parse_queued_response(queued(given), suite, opened))

    async def _close(self, session: str) -> None:
        suite = self._stand.mocks.mock_app
        if suite.close_port is not None:
            suite.close_port(session)
        suite.sessions.close(session)

    def _run(self, session: str) -> Ran:
        return self._clients.run(self._stand.environment(session))
