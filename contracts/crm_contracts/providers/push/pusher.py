"""Pushing to a receiver: single requests, streams of them, and the full examination."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from functools import cached_property
from types import TracebackType
from typing import Any, Final, Self

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.push.channels.channel import Channel, PushRequest
from crm_contracts.providers.push.persistence_check import Lookup, PersistenceCheck
from crm_contracts.providers.push.receiver_response import CaseResult, ReceiverResponse
from crm_contracts.providers.push.response_judge import ResponseJudge
from crm_contracts.providers.push.secrets import ReceiverSecrets
from crm_contracts.providers.push.tokens import Tokens
from crm_mocks import __version__
from crm_mocks.errors import UsageError
from crm_mocks.vendor.sender import Push, PushCase, Sender

_AT_ONCE: Final = 64
"""Requests of a stream that may be unanswered before the next one waits."""

_PATIENCE: Final = 5
"""Requests in a row that no receiver answers, but perhaps a proxy, after which an examination ends."""


class Pusher:
    """Sends to one receiver.

    Attributes:
        url: of the receiver.
        sender: makes the requests.
    """

    def __init__(
        self,
        url: str,
        sender: Sender,
        channel: Channel,
        *,
        settings: Mapping[str, Any],
        lookup: Lookup | None = None,
        policy: Policy = DEFAULT,
    ) -> None:
        """Take the parts; `opening` makes them from what a user says.

        Args:
            url: of the receiver.
            sender: makes the requests.
            channel: the way to the receiver.
            settings: by `<vendor>.<name>`, under which the sender was made.
            lookup: returns what the receiver has stored under an id, `None` if nothing.
            policy: what the receiver is held to.
        """
        self.url = url
        self.sender = sender
        self._channel = channel
        self._keeping = PersistenceCheck(lookup)
        self._secrets = ReceiverSecrets([sender.context.contract], sender.hidden())
        self._judging = ResponseJudge(sender, url, settings, self._secrets, policy)
        self._tokens = Tokens(sender, self._token_sent, self._secrets.add)

    def example(self) -> Any:
        """Return the record that the vendor's documents show, with every key."""
        return self.sender.example()

    def generated(self, number: int = 1) -> Any:
        """Return a generated record; that of a number is always the same, under the same seed and time."""
        return self.sender.generated(number)

    def push(self, record: Any = None, *, complete: bool = True) -> ReceiverResponse:
        """Send one record.

        Args:
            record: `None` for the one of the documents.
            complete: send every key, blank ones null, as the CRM does; otherwise, just what is given.

        Raises:
            UsageError: it is no record, or nobody is at the URL.
        """
        if record is None:
            record = self.example()
        return self._answer(self.sender.push(self.sender.completed(record) if complete else record))

    def stream(self, records: Iterable[Any], seconds: float = 0.0) -> list[ReceiverResponse]:
        """Send records as `streaming` does, and return the answers."""
        return list(self.streaming(records, seconds))

    def streaming(self, records: Iterable[Any], seconds: float = 0.0) -> Iterator[ReceiverResponse]:
        """Send records at a rate, whether or not those before have been answered; yield the answers in order.

        Args:
            records: what to send, as they are.
            seconds: between the beginnings of two requests.

        Raises:
            UsageError: nobody is at the URL.
        """
        begun: deque[tuple[Push, Future[Exchange]]] = deque()
        due = time.monotonic()
        for number, record in enumerate(records):
            if number == 0:
                yield self._answer(self.sender.push(record))
                continue
            due += seconds
            time.sleep(max(0.0, due - time.monotonic()))
            push = self.sender.push(record)
            begun.append((push, self._submitted(push)))
            while begun and (begun[0][1].done() or len(begun) >= _AT_ONCE):
                yield self._judged(*begun.popleft())
        while begun:
            yield self._judged(*begun.popleft())

    @cached_property
    def cases(self) -> Mapping[str, PushCase]:
        """All that a receiver is examined with, by name."""
        return {case.name: case for case in self.sender.cases()}

    def examine(self, names: Iterable[str] = ()) -> list[CaseResult]:
        """Examine the receiver as `examining` does, and return the cases."""
        return list(self.examining(names))

    def examining(self, names: Iterable[str] = ()) -> Iterator[CaseResult]:
        """Examine the receiver; yield each case when it is over.

        It ends early when several requests in a row have reached nobody.

        Args:
            names: of the cases; empty for all.

        Raises:
            UsageError: there is no such case, or nobody is at the URL.
        """
        for case in self._chosen(names):
            yield CaseResult(case, tuple(self._answer(push, case) for push in case.pushes))
            if self._judging.unanswered >= _PATIENCE:
                self._judging.complain(f"{_PATIENCE} requests in a row did not reach the receiver: no more were sent")
                return

    def _chosen(self, names: Iterable[str]) -> list[PushCase]:
        wanted = list(dict.fromkeys(names)) or list(self.cases)
        unknown = [name for name in wanted if name not in self.cases]
        if unknown:
            raise UsageError(f"there is no case '{unknown[0]}': there are {', '.join(self.cases)}")
        return [self.cases[name] for name in wanted]

    def _answer(self, push: Push, case: PushCase | None = None) -> ReceiverResponse:
        self._keeping.before(push)
        return self._judged(push, self._submitted(push), case)

    def _submitted(self, push: Push) -> Future[Exchange]:
        headers = push.headers
        if push.authentic:
            headers += self.sender.authentication(push.body, self._tokens.current())
        agent = ("User-Agent", f"crm-mocks/{__version__}")
        return self._channel.submit(PushRequest("POST", push.url or self.url, (*headers, agent), push.body))

    def _judged(self, push: Push, begun: Future[Exchange], case: PushCase | None = None) -> ReceiverResponse:
        exchange = begun.result()
        if not self._channel.reached:
            raise UsageError(f"nobody can be reached at {exchange.url.partition('?')[0]}: {exchange.failure}")
        found = self._judging.judged(push, exchange, case)
        found += self._keeping.after(push, exchange)
        failing = self._judging.add(push, exchange, found, case)
        return ReceiverResponse(
            exchange.status,
            {name.lower(): value for name, value in exchange.response_headers},
            exchange.response_body,
            exchange.milliseconds or 0.0,
            exchange.failure,
            tuple(found),
            failing,
            self._judging.shown(exchange),
        )

    def _token_sent(self, push: Push) -> Exchange:
        """Send a request for a token; without one, what comes next is refused, and told as such."""
        exchange = self._submitted(push)
        self._judged(push, exchange)
        return exchange.result()

    def verdict(self) -> Verdict:
        """Return the verdict on the receiver so far."""
        return self._judging.verdict()

    def examination(self) -> Verdict:
        """Return the verdict on the receiver so far; another name for `verdict`."""
        return self.verdict()

    def complain(self, what: str) -> None:
        """Note what else is wrong, in a sentence."""
        self._judging.complain(what)

    def forget(self) -> None:
        """Forget what was found so far."""
        self._judging.forget()

    def close(self) -> None:
        """End: an application of this process that was started is told so."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
