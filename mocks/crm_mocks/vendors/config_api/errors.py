"""The error body of the Config API: an error code with its arguments, and a message in the client's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from crm_mocks.vendor import (
    JSON,
    Location,
    MockResponse,
    Outcome,
    Refusal,
    RequestContext,
    RequestProblem,
    SeededValues,
    Violation,
    documented,
    find_outcome,
)
from crm_mocks.vendors.config_api import messages

KEY_HEADER: Final = "x-api-key"


class Argument(msgspec.Struct, frozen=True):
    """An argument of an error message; `type` is one of the contract's `TypedArgument`."""

    value: Any
    type: str

    @property
    def text(self) -> str:
        """The argument as it stands in the message and in `args`."""
        return ", ".join(map(str, self.value)) if isinstance(self.value, list) else str(self.value)


def text(value: str) -> Argument:
    """Return a string as an argument."""
    return Argument(value, "STRING")


def integer(value: int) -> Argument:
    """Return an integer as an argument."""
    return Argument(value, "INTEGER")


def choices(values: Iterable[str]) -> Argument:
    """Return the values of an enumeration as an argument."""
    return Argument(list(values), "ENUM")


def permissions(scopes: Iterable[str]) -> Argument:
    """Return scopes as an argument."""
    return Argument(list(scopes), "PERMISSION_LIST")


class RefusalCause(msgspec.Struct, frozen=True):
    """Why a request is refused.

    Attributes:
        outcome: name of the contract's example.
        location: place in the request, as in a violation; empty for no particular place.
        arguments: of the message.
        violates: the request breaks the contract; otherwise the state of the records refuses it.
        basis: "document" or the id of a position, as in a violation; empty for the basis of the outcome.
    """

    outcome: str
    location: Location = ()
    arguments: tuple[Argument, ...] = ()
    violates: bool = True
    basis: str = ""

    def violation(self, context: RequestContext) -> Violation:
        """Return the cause as a violation."""
        outcome = find_outcome(context, self.outcome)
        message = messages.resolve("en", _code(outcome), _texts(self.arguments))
        basis = self.basis or outcome.basis
        return Violation(self.location, self.outcome, message, basis=basis, sent=context.value_sent_at(self.location))


class ConfigApiRefusal(Refusal):
    """Refuses a request for one cause, in the Config API's error body."""

    def __init__(self, context: RequestContext, cause: RefusalCause) -> None:
        super().__init__(error_response(context, cause), (cause.violation(context),) if cause.violates else ())


def error_response(context: RequestContext, cause: RefusalCause) -> MockResponse:
    """Return the response that refuses a request for a cause, in the language that the request asks for."""
    body = {
        "errorMessage": "",
        "errorCode": _code(find_outcome(context, cause.outcome)),
        "traceId": trace_id(context.seeded, context.number),
        "reference": reference(cause.location),
        "args": _texts(cause.arguments),
        "typedArgs": [{"value": argument.value, "type": argument.type} for argument in cause.arguments],
    }
    if not body["reference"]:
        del body["reference"]
    return documented(context, cause.outcome, translated(context, body))


def translated(context: RequestContext, body: dict[str, Any]) -> dict[str, Any]:
    """Return an error body with its message in the language that the request asks for; other bodies unchanged."""
    if "errorCode" not in body:
        return body
    language = messages.language(context.headers.get("accept-language", ""), context.settings.default_language)
    return {**body, "errorMessage": messages.resolve(language, body["errorCode"], body["args"])}


def about_problem(context: RequestContext, problem: RequestProblem) -> tuple[Location, tuple[Argument, ...]]:
    """Return location and arguments of the error for a request problem."""
    match problem:
        case RequestProblem.UNAUTHENTICATED:
            return ("header", KEY_HEADER), (text(KEY_HEADER),)
        case RequestProblem.NO_SUCH_PATH:
            return (), (text(context.path),)
        case RequestProblem.METHOD_NOT_ALLOWED:
            return (), (text(context.method),)
        case RequestProblem.UNSUPPORTED_MEDIA_TYPE:
            return ("header", "Content-Type"), (text(JSON),)
        case _:
            return (), ()


def trace_id(seeded: SeededValues, ordinal: int) -> str:
    """Return a trace id of 64 bits, in decimal (position config-api-trace-id)."""
    return str(seeded.integer("trace", ordinal, 1, 2**64 - 1))


def reference(location: Location) -> str:
    """Return a location as the error body names it (position config-api-reference-form).

    It is `parent.child[0]` or the name of a header; empty if there is none.
    """
    path = ""
    for part in location[1:]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _texts(arguments: Iterable[Argument]) -> list[str]:
    return [argument.text for argument in arguments]


def _code(outcome: Outcome) -> str:
    return str(outcome.value[JSON]["errorCode"])
