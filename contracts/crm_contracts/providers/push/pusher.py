"""The pusher: sends single records and streams to a receiver, and examines it."""

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
from crm_contracts.providers.push.acceptance import is_accepted
from crm_contracts.providers.push.channels.channel import Channel, PushRequest
from crm_contracts.providers.push.persistence_check import Lookup, PersistenceCheck
from crm_contracts.providers.push.receiver_address import ReceiverAddress
from crm_contracts.providers.push.receiver_response import CaseResult, ReceiverResponse
from crm_contracts.providers.push.response_judge import ResponseJudge
from crm_contracts.providers.push.secrets import ReceiverSecrets
from crm_contracts.providers.push.selection import select
from crm_contracts.providers.push.tokens import Tokens
from crm_mocks import __version__
from crm_mocks.errors import UsageError
from crm_mocks.redaction import Redaction
from crm_mocks.vendor.sender import Push, PushCase, Sender

_MAX_PENDING: Final = 64
"""Pending requests of a stream; the next one waits for a response."""

_MAX_UNREACHED: Final = 5
"""Consecutive requests that do not reach the receiver before an examination stops."""


class Pusher:
    """Sends to one receiver as a CRM does, and judges its responses.

    Made by `to_url`, `to_wsgi` and `to_asgi`; close it, or use it in a `with` block:

        with push.to_wsgi("activix", app) as pusher:
            assert pusher.push().status == 200
            assert all(case.passed for case in pusher.examine())

    Attributes:
        url: of the receiver.
        sender: makes the requests.
    """

    def __init__(
        self,
        address: ReceiverAddress,
        sender: Sender,
        channel: Channel,
        *,
        settings: Mapping[str, Any],
        lookup: Lookup | None = None,
        policy: Policy = DEFAULT,
    ) -> None:
        """Set up the pusher.

        Args:
            address: URLs of the receiver, and additional headers.
            sender: makes the requests.
            channel: sends the requests.
            settings: of the sender, by `<vendor>.<name>`.
            lookup: returns what the receiver has stored under an id, `None` if nothing.
            policy: what the receiver is held to.
        """
        self.url = address.url
        self.sender = sender
        self._address = address
        self._channel = channel
        self._persistence = PersistenceCheck(lookup)
        self._known: set[str] = set()
        redaction = Redaction([sender.context.contract])
        self._secrets = ReceiverSecrets(redaction, (*sender.hidden(), *address.secrets()))
        self._judge = ResponseJudge(sender, address.url, settings, self._secrets, policy)
        self._tokens = Tokens(sender, self._request_token, self._secrets.add)

    def example(self) -> Any:
        """Return the example record of the vendor's documents, with all members."""
        return self.sender.example()

    def generated(self, number: int = 1) -> Any:
        """Return a generated record.

        Args:
            number: counts the records, from 1; the same number, seed and time give the same record.
        """
        return self.sender.generated(number)

    def push(self, record: Any = None, *, complete: bool = True) -> ReceiverResponse:
        """Send one record.

        Args:
            record: to send; `None` for the example.
            complete: send missing members as null, as the CRM does.

        Raises:
            UsageError: the record is not one of the CRM, or the receiver cannot be reached.
        """
        if record is None:
            record = self.example()
        return self._send(self.sender.push(self.sender.completed(record) if complete else record))

    def stream(self, records: Iterable[Any], seconds: float = 0.0) -> list[ReceiverResponse]:
        """Send records at a fixed rate, and return the responses in order; arguments and errors as for `streaming`."""
        return list(self.streaming(records, seconds))

    def streaming(self, records: Iterable[Any], seconds: float = 0.0) -> Iterator[ReceiverResponse]:
        """Send records at a fixed rate without waiting for responses; yield the responses in order.

        Args:
            records: sent unchanged.
            seconds: between the starts of two requests.

        Raises:
            UsageError: the receiver cannot be reached.
        """
        pending: deque[tuple[Push, Future[Exchange]]] = deque()
        due = time.monotonic()
        for number, record in enumerate(records):
            if number == 0:
                yield self._send(self.sender.push(record))
                continue
            due += seconds
            time.sleep(max(0.0, due - time.monotonic()))
            push = self.sender.push(record)
            pending.append((push, self._submit(push)))
            while pending and (pending[0][1].done() or len(pending) >= _MAX_PENDING):
                yield self._receive(*pending.popleft())
        while pending:
            yield self._receive(*pending.popleft())

    @cached_property
    def cases(self) -> Mapping[str, PushCase]:
        """All cases of the vendor, by name."""
        return {case.name: case for case in self.sender.cases()}

    def examine(self, names: Iterable[str] = (), skip: Iterable[str] = ()) -> list[CaseResult]:
        """Examine the receiver, and return the results; arguments and errors as for `examining`."""
        return list(self.examining(names, skip))

    def examining(self, names: Iterable[str] = (), skip: Iterable[str] = ()) -> Iterator[CaseResult]:
        """Send the requests of cases; yield the result of each case.

        Starts by finding a small record that the receiver accepts, from which cases are made that vary one thing.
        Stops early when several consecutive requests have not reached the receiver.

        Args:
            names: of the cases, or patterns such as `created-*`; `documented` for those that rest on the vendor's
                documents alone; empty for all.
            skip: names or patterns of cases to leave out.

        Raises:
            UsageError: there is no such case, or the receiver cannot be reached.
        """
        selected = self.selected(names, skip)
        cases = {case.name: case for case in self.sender.cases(self._accepted_record())}
        sent: set[str] = set()
        for name in selected:
            yield self._examine(cases, name, sent)
            if self._judge.unreached >= _MAX_UNREACHED:
                self.complain(f"{_MAX_UNREACHED} consecutive requests did not reach the receiver; no more were sent")
                break
        self.require_accepted()

    def selected(self, names: Iterable[str] = (), skip: Iterable[str] = ()) -> list[str]:
        """Return the names of the cases that `examining` sends for these arguments.

        Raises:
            UsageError: there is no such case.
        """
        return select(self.cases, names, skip, self.sender.context.contract.operations[self.sender.operation])

    def _accepted_record(self) -> Any:
        """Return the first of the sender's candidates that the receiver accepts; `None` if it accepts none."""
        for record in self.sender.candidates():
            push = self.sender.push(record)
            exchange = self._submit(push).result()
            self._check_reached(exchange)
            if is_accepted(exchange):
                self._judge.add_accepted(push)
                return record
        return None

    def _examine(self, cases: Mapping[str, PushCase], name: str, sent: set[str]) -> CaseResult:
        """Examine a case, after the cases that must come before it."""
        case = cases[name]
        if case.after and case.after not in sent:
            self._examine(cases, case.after, sent)
        sent.add(name)
        responses = tuple(self._send(push, case) for push in case.pushes)
        return CaseResult(case, responses, self._judge.earlier(case))

    def require_accepted(self) -> None:
        """Add a finding if the receiver has accepted none of the records that it should have accepted."""
        self._judge.require_accepted()

    def _send(self, push: Push, case: PushCase | None = None) -> ReceiverResponse:
        self._persistence.remember(push)
        return self._receive(push, self._submit(push), case)

    def _submit(self, push: Push) -> Future[Exchange]:
        headers = push.headers
        if push.authentic:
            headers += self.sender.authentication(push.body, self._tokens.current())
        agent = ("User-Agent", f"crm-mocks/{__version__}")
        if push.url:
            return self._channel.submit(PushRequest("POST", push.url, (*headers, agent), push.body))
        url = self._address.url_of(push, self.sender.url_token(), known=push.record in self._known)
        headers = self._address.with_headers(headers, authentic=push.authentic)
        return self._channel.submit(PushRequest("POST", url, (*headers, agent), push.body))

    def _check_reached(self, exchange: Exchange) -> None:
        if not self._channel.reached:
            url = self._secrets.redacted(exchange).exchange.url.partition("?")[0]
            raise UsageError(f"{url} cannot be reached: {exchange.failure}")

    def _receive(self, push: Push, pending: Future[Exchange], case: PushCase | None = None) -> ReceiverResponse:
        exchange = pending.result()
        self._check_reached(exchange)
        violations = self._judge.violations(push, exchange, case)
        violations += self._persistence.violations(push, exchange)
        failing = self._judge.add(push, exchange, violations, case, repeated=push.record in self._known)
        if push.record and is_accepted(exchange):
            self._known.add(push.record)
        return ReceiverResponse(
            exchange.status,
            {name.lower(): value for name, value in exchange.response_headers},
            exchange.response_body,
            exchange.milliseconds or 0.0,
            exchange.failure,
            tuple(violations),
            failing,
            self._judge.shown(push, exchange, violations),
        )

    def _request_token(self, push: Push) -> Exchange:
        """Send a request for a token; if it fails, the requests that need the token are refused."""
        pending = self._submit(push)
        self._receive(push, pending)
        return pending.result()

    def verdict(self) -> Verdict:
        """Return the verdict on the receiver so far."""
        return self._judge.verdict()

    def examination(self) -> Verdict:
        """Return the verdict on the receiver so far; an alias of `verdict`."""
        return self.verdict()

    def complain(self, complaint: str) -> None:
        """Add a complaint to the verdict, which fails with it.

        Args:
            complaint: what is wrong, in a sentence.
        """
        self._judge.complain(complaint)

    def forget(self) -> None:
        """Discard all findings, for tests of a receiver that fails on purpose."""
        self._judge.forget()

    def close(self) -> None:
        """Close the connections, and stop an ASGI application."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
