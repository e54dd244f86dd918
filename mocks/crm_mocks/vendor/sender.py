"""Senders: CRMs that send requests to a receiver, played by `crm-mocks push`.

Such a vendor's folder has a module or package `sender` with a subclass of `Sender`. Vendors without it do not send.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from crm_mocks.contract import Contract
from crm_mocks.errors import UsageError
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendor.base import Vendor
from crm_mocks.vendor.loading import load_vendor, vendor_module, vendor_names
from crm_mocks.vendor.package_code import subclass_in
from crm_mocks.violations import Violation

Headers = tuple[tuple[str, str], ...]
"""Names and values, in the order in which they are sent."""


@dataclass(frozen=True)
class Push:
    """A request that the CRM sends.

    Attributes:
        body: the exact bytes.
        headers: all but credentials and those that HTTP itself needs.
        outcomes: names of the operation's outcomes that are right responses; empty if any success is.
        record: id under which the receiver stores what it accepts; empty if it stores nothing.
        replaces: the record stored under that id must be another one afterwards.
        authentic: add the right credentials to the headers.
        operation: operationId; empty for the one that records are pushed to.
        url: target other than the receiver's own URL.
        update: changes a record that was pushed before, even if not in this run.
        url_token: token in the receiver's URL instead of the right one; `None` for the right one.
    """

    body: bytes
    headers: Headers = ()
    outcomes: tuple[str, ...] = ()
    record: str = ""
    replaces: bool = False
    authentic: bool = True
    operation: str = ""
    url: str = ""
    update: bool = False
    url_token: str | None = None


@dataclass(frozen=True)
class PushCase:
    """Consecutive requests that examine one behaviour of a receiver.

    Attributes:
        name: unique among the CRM's cases; words joined by hyphens.
        about: what is sent, in a few words that begin with a small letter.
        pushes: the requests, in order.
        position: id of the position that makes these requests right or wrong; empty if the documents do.
        after: name of the case whose requests must have been sent before; empty if none.
    """

    name: str
    about: str
    pushes: tuple[Push, ...]
    position: str = ""
    after: str = ""


@dataclass(frozen=True)
class SenderContext:
    """What a sender makes its requests from.

    Attributes:
        contract: in force.
        document: the whole contract file with all its variants.
        settings: the vendor's settings, which select the contract in force.
        credentials: the user's, by name; empty for the demo credentials.
        seeded: source of generated values.
        now: the current time; no date in a request is later.
        receiver: vendor whose contract receivers are held to; see `Sender.receiver`.
    """

    contract: Contract
    document: Mapping[str, Any]
    settings: Any
    credentials: Mapping[str, str]
    seeded: SeededValues
    now: datetime
    receiver: Vendor | None = None


class Sender(ABC):
    """A CRM that sends.

    Attributes:
        operation: operationId to which records are pushed.
        credentials: the credentials that a user can give, by name, each with a description.
    """

    operation: str
    credentials: ClassVar[Mapping[str, str]]

    def __init__(self, context: SenderContext) -> None:
        """Keep the context.

        Raises:
            UsageError: the credentials are incomplete, or the settings permit no request.
        """
        self.context = context

    @classmethod
    def receiver(cls, vendor: Vendor) -> Vendor:
        """Return the vendor whose contract receivers are held to: by default the sender's own.

        Args:
            vendor: the vendor that sends.

        Raises:
            UsageError: its contract has nothing that is sent.
        """
        return vendor

    @abstractmethod
    def example(self) -> Any:
        """Return the record that the vendor's documents show."""

    @abstractmethod
    def generated(self, number: int) -> Any:
        """Return a generated record, always the same one for a number.

        Args:
            number: from 1.
        """

    @abstractmethod
    def completed(self, record: Any) -> Any:
        """Return a user's record as the CRM would send it.

        Raises:
            UsageError: it is not a record of this CRM.
        """

    @abstractmethod
    def push(self, record: Any) -> Push:
        """Return the request that sends a record unchanged."""

    @abstractmethod
    def token_request(self) -> Push | None:
        """Return the request for an access token (RFC 6749, section 4.4) if the user's credentials require one."""

    @abstractmethod
    def authentication(self, body: bytes, token: str) -> Headers:
        """Return the headers with the right credentials.

        Args:
            body: the request's exact bytes.
            token: the access token issued last, if `token_request` returns a request.
        """

    @abstractmethod
    def hidden(self) -> Iterable[str]:
        """Return the secrets among the credentials, to be redacted everywhere."""

    def candidates(self) -> Iterator[Any]:
        """Yield ordinary records, smallest first; cases are made from the first that the receiver accepts."""
        yield self.example()

    @abstractmethod
    def cases(self, accepted: Any = None) -> Iterator[PushCase]:
        """Yield all cases that examine a receiver.

        Args:
            accepted: a record that the receiver has accepted, for cases that vary one thing; `None` for an example.
        """

    def url_token(self) -> str:
        """Return the token that replaces `{url_token}` in the receiver's URL; empty if the URL has none."""
        return ""

    def advice(self, status: int) -> str:
        """Return what to try if a receiver accepts no record; empty if nothing.

        Args:
            status: of the first refusal.
        """
        return ""

    def check(self, push: Push, status: int, body: bytes) -> Iterable[Violation]:
        """Yield defects of a response beyond the contract.

        Args:
            push: the request.
            status: of the response, one of the right ones.
            body: of the response.
        """
        return ()


def senders() -> list[str]:
    """Return the names of the vendors that send."""
    return [name for name in vendor_names() if vendor_module(name, "sender") is not None]


def sender_type(vendor: str) -> type[Sender]:
    """Return a vendor's sender class, to be called with a `SenderContext`.

    Raises:
        UsageError: there is no such vendor, or it does not send.
    """
    loaded = load_vendor(vendor)
    module = vendor_module(vendor, "sender")
    if module is None and loaded.contract_file.document.get("x-webhooks"):
        return webhook_sender()
    if module is None:
        raise UsageError(
            f"{vendor} does not send: it responds to its clients; those that send are {', '.join(senders())}"
        )
    found: type[Sender] = subclass_in(module, Sender)
    return found


def webhook_sender() -> type[Sender]:
    """Return the class `WebhookSender`, whose module imports this one."""
    from crm_mocks.generic.webhook_sender import WebhookSender

    return WebhookSender
