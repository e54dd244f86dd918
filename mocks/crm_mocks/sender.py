"""What is asked of a vendor whose CRM sends by itself: the requests that it makes, and the answers that are right.

All that is particular to such a CRM stands in its folder, in `crm_mocks/vendors/<vendor>/sender`, as a class `Sender`
which extends the one here. A vendor without such a module does not send.
"""

from __future__ import annotations

import importlib
import importlib.util
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from crm_mocks.contract import Contract
from crm_mocks.errors import UsageError
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendor import load_vendor, vendor_names
from crm_mocks.violations import Violation

Headers = tuple[tuple[str, str], ...]
"""Names and values, in the order in which they are sent."""


@dataclass(frozen=True)
class Push:
    """A request that the CRM sends.

    Attributes:
        body: the exact bytes.
        headers: all but those with credentials, and those of HTTP itself.
        outcomes: names of the operation's documented answers that are right; empty where any success is.
        record: the id under which the receiver keeps what it accepts; empty where it keeps nothing.
        replaces: what it keeps under that id is to be another afterwards.
        authentic: the right credentials are added to the headers.
        operation: operationId; empty for the one that records are pushed to.
        url: where to, if not to the receiver's own URL.
    """

    body: bytes
    headers: Headers = ()
    outcomes: tuple[str, ...] = ()
    record: str = ""
    replaces: bool = False
    authentic: bool = True
    operation: str = ""
    url: str = ""


@dataclass(frozen=True)
class PushCase:
    """Requests that a receiver has to be examined with, one after the other.

    Attributes:
        name: unique among the cases of a CRM; words with hyphens between them.
        about: what is sent, in a few words that begin with a small letter.
        pushes: what is sent, in this order.
    """

    name: str
    about: str
    pushes: tuple[Push, ...]


@dataclass(frozen=True)
class SenderContext:
    """What a sender makes its requests from.

    Attributes:
        contract: in force.
        document: the contract's file with all its variants: what there is of it that is not in force.
        settings: the vendor's, under which it is.
        credentials: the user's, by name; empty for the demo credentials.
        seeded: generated values.
        now: the time that it is; nothing that is sent tells of a later one.
    """

    contract: Contract
    document: Mapping[str, Any]
    settings: Any
    credentials: Mapping[str, str]
    seeded: SeededValues
    now: datetime


class Sender(ABC):
    """A CRM that sends.

    Attributes:
        operation: operationId to which records are pushed.
        credentials: names of the credentials that a user can give, each with what it is.
    """

    operation: ClassVar[str]
    credentials: ClassVar[Mapping[str, str]]

    def __init__(self, circumstances: SenderContext) -> None:
        """Take what requests are made from.

        Raises:
            UsageError: the credentials are not complete, or no request can be made under the settings.
        """
        self.circumstances = circumstances

    @abstractmethod
    def example(self) -> Any:
        """Return the record that the vendor's documents show."""

    @abstractmethod
    def generated(self, number: int) -> Any:
        """Return a generated record; that of a number is always the same.

        Args:
            number: from 1 on.
        """

    @abstractmethod
    def completed(self, record: Any) -> Any:
        """Return a record of the user's as the CRM would send it.

        Raises:
            UsageError: it is none.
        """

    @abstractmethod
    def push(self, record: Any) -> Push:
        """Return the request that sends a record, as it is."""

    @abstractmethod
    def token_request(self) -> Push | None:
        """Return the request for an access token (RFC 6749, section 4.4), if the user's credentials ask for one."""

    @abstractmethod
    def authentication(self, body: bytes, token: str) -> Headers:
        """Return the headers with the right credentials.

        Args:
            body: the exact bytes that they come with.
            token: that was issued last, if `token_request` asks for one.
        """

    @abstractmethod
    def hidden(self) -> Iterable[str]:
        """Return the secrets among the right credentials, which nobody may see."""

    @abstractmethod
    def cases(self) -> Iterator[PushCase]:
        """Yield all that a receiver is to be examined with."""

    def check(self, push: Push, status: int, body: bytes) -> Iterable[Violation]:  # noqa: ARG002  # for overriders
        """Yield what is wrong with an answer beyond what the contract says.

        Args:
            push: what was sent.
            status: of the answer, one that is right.
            body: of the answer.
        """
        return ()


def senders() -> list[str]:
    """Return the names of the vendors whose CRM sends."""
    return [name for name in vendor_names() if importlib.util.find_spec(f"crm_mocks.vendors.{name}.sender")]


def sender_type(vendor: str) -> type[Sender]:
    """Return the class of a vendor; call it with `SenderContext`.

    Raises:
        UsageError: there is no such vendor, or its CRM does not send.
    """
    load_vendor(vendor)
    if vendor not in senders():
        raise UsageError(
            f"{vendor} does not send: it waits for its clients; those that send are {', '.join(senders())}"
        )
    found: type[Sender] = importlib.import_module(f"crm_mocks.vendors.{vendor}.sender").SENDER
    return found
