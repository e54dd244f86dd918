"""Lanes: sessions with a client program each, so that several answers are tried at once."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Protocol, Self

from crm_contracts.fuzz.program.attempt import Attempt
from crm_contracts.fuzz.program.model import Trial
from crm_contracts.trial.client import Ran
from crm_contracts.trial.model import Plain
from crm_contracts.trial.stand import Stand, did, surplus
from crm_contracts.trial.watch import Seen
from crm_mocks.asgi.queued_response import parse_queued_response


class Client(Protocol):
    """A client program."""

    def run(self, environment: Mapping[str, str]) -> Ran:
        """Run it to its end, or to its time limit."""

    def renew(self) -> None:
        """Have the next run made by a fresh process."""

    def stop(self) -> None:
        """Stop it; no further process is started."""


class Lane:
    """A session with a port of its own, and a client."""

    def __init__(self, stand: Stand, name: str, client: Client) -> None:
        self._stand = stand
        self._client = client
        self._environment = stand.environment(name)
        self.name = name

    def plain(self) -> Plain:
        """Have the client run, given nothing."""
        self._stand.mocks.run(self._begin(None))
        return self._stand.plain(self.name, lambda: self._client.run(self._environment))

    def try_(self, attempt: Attempt, plain: Plain, *, fresh: bool) -> Trial:
        """Have the client run, given an answer.

        Args:
            attempt: the answer.
            plain: the plain run.
            fresh: in a process that has made no run before.
        """
        if fresh:
            self._client.renew()
        self._stand.mocks.run(self._begin(attempt))
        ran = self._client.run(self._environment)
        seen, counts = self._stand.mocks.run(self._end())
        doings = did(attempt.answer.operation, ran, seen, surplus(counts, plain))
        return Trial(attempt, doings, ran.printed.decode("utf-8", "replace"))

    async def _begin(self, attempt: Attempt | None) -> None:
        suite = self._stand.mocks.mock_app
        suite.sessions.reset(self.name)
        self._stand.watch.forget(self.name)
        if attempt is not None:
            session = suite.sessions.get(self.name)
            session.enqueue(parse_queued_response(attempt.as_queued(), suite, session))

    async def _end(self) -> tuple[list[Seen], dict[str, int]]:
        seen = self._stand.watch.seen(self.name)
        vendors = {each.operation.partition(".")[0] for each in seen if each.operation}
        return seen, await self._stand.watch.counts(self.name, vendors)


class Lanes:
    """All lanes, and who waits for one.

    Attributes:
        runs: how many runs the clients have made.
        until: moment of `time.monotonic` after which no run is begun any more, if there is one.
    """

    def __init__(self, stand: Stand, clients: Iterable[Client]) -> None:
        """Open a session for each client.

        Args:
            stand: what they are tried on.
            clients: one for each lane.
        """
        self._lanes = [Lane(stand, f"fuzz-{number}", client) for number, client in enumerate(clients, 1)]
        self._free: SimpleQueue[Lane] = SimpleQueue()
        for lane in self._lanes:
            self._free.put(lane)
        self._pool = ThreadPoolExecutor(len(self._lanes))
        self.runs = 0
        self.until: float | None = None

    @property
    def first(self) -> Lane:
        """The lane of the plain run."""
        return self._lanes[0]

    def plain(self) -> Plain:
        """Have a client run, given nothing; not in the main thread, so that Ctrl-C finds it where it can be stopped."""
        return self._pool.submit(self.first.plain).result()

    def try_all(self, attempts: Sequence[Attempt], plain: Plain, *, fresh: bool = False) -> list[Trial]:
        """Try answers, several at once; return the trials in the same order, as far as time allows.

        Args:
            attempts: the answers.
            plain: the plain run.
            fresh: each in a process that has made no run before.
        """

        def one(attempt: Attempt) -> Trial | None:
            if self.until is not None and time.monotonic() > self.until:
                return None
            lane = self._free.get()
            try:
                return lane.try_(attempt, plain, fresh=fresh)
            finally:
                self._free.put(lane)

        slow_first = sorted(range(len(attempts)), key=lambda number: -attempts[number].answer.delay_ms)
        running = {number: self._pool.submit(one, attempts[number]) for number in slow_first}
        done = [running[number].result() for number in range(len(attempts))]
        made = [trial for trial in done if trial is not None]
        self.runs += len(made)
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Begin no run any more; wait for those that go on, whose clients are best stopped before."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Herd:
    """Clients that are stopped together."""

    def __init__(self, clients: Sequence[Client]) -> None:
        self._clients = clients

    def stop(self) -> None:
        """Stop all of them."""
        with ThreadPoolExecutor(len(self._clients)) as pool:  # each may take its time to clean up
            list(pool.map(lambda client: client.stop(), self._clients))
