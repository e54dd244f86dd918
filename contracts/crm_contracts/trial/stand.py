"""The stand that client programs are tried on: mocks, sessions of their own, and a watch on all of it."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Final, Protocol

from crm_contracts.report.text import number
from crm_contracts.run.environment import environment, write_session_ready_file
from crm_contracts.trial.client import Ran
from crm_contracts.trial.model import Did, Plain
from crm_contracts.trial.watch import Seen, Watch
from crm_mocks import Mocks
from crm_mocks.contract import Operation
from crm_mocks.errors import UsageError
from crm_mocks.state.session_registry import DEFAULT_SESSION

_ENDING: Final = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Stoppable(Protocol):
    """What is to be stopped when this process is."""

    def stop(self) -> None:
        """Stop it."""


class Stand:
    """Mocks with a watch on them, for runs of a client program.

    Attributes:
        mocks: what is served.
        watch: sees all requests.
        operations: all that there are, by key.
    """

    def __init__(self, mocks: Mocks, folder: Path, *, trust: bool = False) -> None:
        """Begin to watch.

        Args:
            mocks: what is served.
            folder: for ready-files.
            trust: have common HTTP libraries trust the certificate authority made on the spot.
        """
        self.mocks = mocks
        self.watch = Watch(mocks.mock_app)
        self.operations: dict[str, Operation] = {
            operation.key: operation
            for contract in mocks.mock_app.contracts.values()
            for operation in contract.operations.values()
        }
        self._folder = folder
        self._trust = trust

    def check(self, vendors: Sequence[str], operations: Sequence[str]) -> None:
        """Refuse names that there are not.

        Raises:
            UsageError: a vendor or an operation is unknown, or they contradict one another.
        """
        unknown = [name for name in vendors if name not in self.mocks.vendors]
        if unknown:
            raise UsageError(f"unknown vendor '{unknown[0]}': served are {', '.join(self.mocks.vendors)}")
        unknown = [name for name in operations if name not in self.operations]
        if unknown:
            raise UsageError(f"unknown operation '{unknown[0]}': there are {', '.join(self.operations)}")
        strange = [name for name in operations if vendors and name.partition(".")[0] not in vendors]
        if strange:
            raise UsageError(f"--operation {strange[0]} is none of --vendor {' or '.join(vendors)}")

    def environment(self, session: str) -> dict[str, str]:
        """Give a session a port of its own; return the variables by which a client finds it."""
        url = self.mocks.session_url(session)
        ready_file = self._folder / f"{session}.json"
        write_session_ready_file(ready_file, self.mocks, url)
        return environment(os.environ, self.mocks, url, ready_file, trust=self._trust)

    def plain(self, session: str, run: Callable[[], Ran]) -> Plain:
        """Have the client run in a session that is fresh, and find out what it calls and stores.

        Args:
            session: its name.
            run: runs the client.
        """
        self.mocks.run(self.watch.compare(session))
        ran = run()
        storing = self.mocks.run(self.watch.compared())
        seen = [each for each in self.watch.seen(session) if each.operation]
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
            records=self.mocks.run(self.watch.counts(session)),
        )

    def complaint(self, plain: Plain, session: str, seconds: float) -> str:
        """Say why nothing can be learned from a client's plain run; nothing if something can.

        Args:
            plain: what it did.
            session: which it was to use.
            seconds: its time limit.
        """
        if plain.stopped:
            return f"the plain run was still going after {seconds:g} s, the limit of --timeout"
        if plain.signal:
            return f"the plain run was ended by {plain.signal}: the client must succeed when it is given nothing"
        if plain.code:
            return f"the plain run failed with exit code {plain.code}: the client must succeed when it is given nothing"
        if not plain.requests:
            return f"the client called no operation of the mocks in its plain run{self._what_it_did_instead(session)}"
        return ""

    def _what_it_did_instead(self, own: str) -> str:
        counts = self.watch.sessions()
        if own in counts:
            requests = [each.request for each in self.watch.seen(own)]
            return f", but sent {number(len(requests), 'request')} that fits none, such as {requests[0]}"
        if DEFAULT_SESSION in counts:
            sent = number(counts[DEFAULT_SESSION], "request")
            return f", but sent {sent} to {self.mocks.url}: have it use CRM_MOCKS_URL"
        for session, count in counts.items():
            return (
                f", but sent {number(count, 'request')} in a session that it named itself, '{session}': each run needs "
                "the session of CRM_MOCKS_URL, without a prefix or X-Mock-Session"
            )
        return ": it finds them at CRM_MOCKS_URL"


def chosen(plain: Plain, vendors: Sequence[str], operations: Sequence[str]) -> list[str]:
    """Return those of the operations that the client calls which the user wants.

    Args:
        plain: the plain run.
        vendors: those that the user names; none stand for all.
        operations: likewise.
    """
    return [
        key
        for key in plain.requests
        if (not vendors or key.partition(".")[0] in vendors) and (not operations or key in operations)
    ]


def did(operation: str, ran: Ran, seen: Sequence[Seen], surplus: Mapping[str, int]) -> Did:
    """Return what a client did in a run.

    Args:
        operation: for which something was prepared.
        ran: how it ended.
        seen: its requests.
        surplus: see `Did`.
    """
    to_operation = [each for each in seen if each.operation == operation]
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


def surplus(counts: Mapping[str, int], plain: Plain) -> dict[str, int]:
    """Return how many more records there are than after the plain run, by kind, where there are more."""
    return {kind: count - plain.records[kind] for kind, count in counts.items() if count > plain.records[kind]}


@contextmanager
def ends_with_us(clients: Stoppable) -> Iterator[None]:
    """Stop all clients when this process is told to end: they are in groups of their own, and hear nothing of it."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    in_main_thread = threading.current_thread() is threading.main_thread()
    heard = [number for number in _ENDING if in_main_thread and signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, end) for number in heard}
    try:
        yield
    finally:
        clients.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
