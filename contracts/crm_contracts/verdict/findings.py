"""What was found of a client's requests, as plain data: rules broken, refusals, notices, and what was made of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class First:
    """Where something happened first.

    Attributes:
        id: of the journal's entry, which begins with the session's name.
        at: the session's time then, ISO 8601.
        request: the request as a curl command without credentials; empty if the journal has given it up.
        answer: what it was answered with, such as `400 member_missing`; empty likewise.
    """

    id: str
    at: str
    request: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Near:
    """An operation that a request may have been meant for."""

    operation: str
    method: str
    path: str


@dataclass(frozen=True)
class Answered:
    """Mistakes that were answered alike.

    Attributes:
        status: 0 for requests that no operation was found for: their answers are not told apart.
        outcome: name of the contract's example, empty where the answer is none.
        count: how many.
        allowed: how many of these were made on purpose.
    """

    status: int
    outcome: str
    count: int
    allowed: int = 0


@dataclass(frozen=True)
class Broken:
    """A rule of the contract that requests broke, at one place.

    Attributes:
        vendor: empty for a path that is no vendor's.
        operation: `<vendor>.<operationId>`, empty for a request that no operation was found for.
        location: place in the request, `*` in place of array indexes.
        message: what was expected there and what came, at the first time.
        count: how often.
        allowed: how many of these were mistakes made on purpose.
        answers: the same, by how they were answered.
        known: it stands in the baseline.
        request: method and path, where no operation was found.
        near: which operations that request is most like.
    """

    vendor: str
    operation: str
    rule: str
    location: tuple[str, ...]
    message: str
    count: int
    first: First
    allowed: int = 0
    known: bool = False
    request: str = ""
    near: tuple[Near, ...] = ()
    answers: tuple[Answered, ...] = ()

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], str]:
        """What makes it the same in another run."""
        return self.operation or self.vendor, self.rule, self.location, self.request

    @property
    def fails(self) -> bool:
        """Whether it breaks the verdict."""
        return self.count > self.allowed and not self.known


@dataclass(frozen=True)
class Refused:
    """A refusal of a request that broke nothing."""

    operation: str
    outcome: str
    status: int
    count: int
    first: First


@dataclass(frozen=True)
class Noticed:
    """Something that breaks nothing but that the user will want to know: a deprecated or undocumented name, say."""

    vendor: str
    operation: str
    kind: str
    location: tuple[str, ...]
    message: str
    count: int
    first: First


@dataclass(frozen=True)
class Unused:
    """A queued answer that was not used, or less often than it was queued for.

    Attributes:
        answer: what was to be answered, in words.
        used: how often it was.
        times: how often it was queued for; `None` is every time.
    """

    session: str
    operation: str
    answer: str
    used: int
    times: int | None


@dataclass(frozen=True)
class Mistaken:
    """Requests that broke the contract, by how they were answered. Fields as in `Broken`."""

    vendor: str
    operation: str
    request: str
    answers: tuple[Answered, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same in another run."""
        return self.vendor, self.operation, self.request


@dataclass(frozen=True)
class Allowed:
    """Mistakes allowed by a name, and how often they were made."""

    name: str
    count: int


@dataclass(frozen=True)
class Defect:
    """An answer of the mock's own that breaks the contract."""

    operation: str
    message: str
    count: int


@dataclass(frozen=True)
class Debt:
    """An entry of a baseline: a broken rule that is known. Fields as in `Broken`; `operation` may be a vendor."""

    operation: str
    rule: str
    location: tuple[str, ...]
    request: str = ""

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], str]:
        """As in `Broken`."""
        return self.operation, self.rule, self.location, self.request
