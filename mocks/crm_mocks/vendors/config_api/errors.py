"""The one error body of the Config API, and how faults become it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.contract import Outcome
from crm_mocks.errors import Refusal
from crm_mocks.mock_response import JSON, MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.vendors.config_api import messages
from crm_mocks.violations import Violation

KEY_HEADER: Final = "x-api-key"
Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of an error message; its type is one of the contract's `TypedArgument`."""

    value: Any
    type: str

    @property
    def text(self) -> str:
        """The argument as it stands in the message and in `args`."""
        return ", ".join(map(str, self.value)) if isinstance(self.value, list) else str(self.value)


def text(value: str) -> Argument:
    """Return a text as an argument."""
    return Argument(value, "STRING")


def integer(value: int) -> Argument:
    """Return a whole number as an argument."""
    return Argument(value, "INTEGER")


def choices(values: Iterable[str]) -> Argument:
    """Return the values of an enumeration as an argument."""
    return Argument(list(values), "ENUM")


def permissions(scopes: Iterable[str]) -> Argument:
    """Return scopes as an argument."""
    return Argument(list(scopes), "PERMISSION_LIST")


@dataclass(frozen=True, slots=True)
class RefusalCause:
    """Something for which a request is refused.

    Attributes:
        outcome: name of the contract's example for it.
        location: where in the request, as in a violation; empty for nowhere in particular.
        arguments: what the message is about.
        broken: the request breaks the contract, rather than being refused for the state of things.
        basis: "document" or the id of the position that the rule rests on; empty for that of the outcome.
    """

    outcome: str
    location: Location = ()
    arguments: tuple[Argument, ...] = ()
    broken: bool = True
    basis: str = ""

    @property
    def reference(self) -> str:
        """The place as the error body names it (position config-api-reference-form); empty if there is none."""
        return reference(self.location)

    def violation(self, context: RequestContext) -> Violation:
        """Return the finding as a violation."""
        outcome = _documented(context, self.outcome)
        message = messages.resolve("en", _code(outcome), _texts(self.arguments))
        basis = self.basis or outcome.basis
        return Violation(self.location, self.outcome, message, basis=basis, sent=context.sent_at(self.location))


class ConfigApiRefusal(Refusal):
    """The Config API refuses a request for one finding, in its own error body."""

    def __init__(self, context: RequestContext, finding: RefusalCause) -> None:
        super().__init__(answer(context, finding), (finding.violation(context),) if finding.broken else ())


def answer(context: RequestContext, finding: RefusalCause) -> MockResponse:
    """Return the answer to a request that is refused for a finding, in the language that it asks for."""
    outcome = _documented(context, finding.outcome)
    body = {
        "errorMessage": "",
        "errorCode": _code(outcome),
        "traceId": trace_id(context.seeded, context.number),
        "reference": finding.reference,
        "args": _texts(finding.arguments),
        "typedArgs": [{"value": argument.value, "type": argument.type} for argument in finding.arguments],
    }
    if not body["reference"]:
        del body["reference"]
    return MockResponse(outcome.status, outcome.name, translated(context, body))


def translated(context: RequestContext, body: dict[str, Any]) -> dict[str, Any]:
    """Return an error body with its message in the language that the request asks for; other bodies as they are."""
    if "errorCode" not in body:
        return body
    language = messages.language(context.headers.get("accept-language", ""), context.settings.default_language)
    return {**body, "errorMessage": messages.resolve(language, body["errorCode"], body["args"])}


def trace_id(seeded: SeededValues, ordinal: int) -> str:
    """Return a trace id of 64 bits, in decimal (position config-api-trace-id)."""
    return str(seeded.integer("trace", ordinal, 1, 2**64 - 1))


def reference(location: Location) -> str:
    """Return a violation's location as the error body names it: `parent.child[0]`, or the name of a header."""
    path = ""
    for part in location[1:]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _texts(arguments: Iterable[Argument]) -> list[str]:
    return [argument.text for argument in arguments]


def _code(outcome: Outcome) -> str:
    return str(outcome.value[JSON]["errorCode"])


def _documented(context: RequestContext, name: str) -> Outcome:
    """Return the outcome of that name: the called operation's own, else another's, as for an unknown path."""
    operations = context.contract.operations.values()
    candidates = [context.operation, *operations] if context.operation else operations
    return next(each.outcomes[name] for each in candidates if name in each.outcomes)


# --- faults that the host finds ---


def from_problem(context: RequestContext, problem: RequestProblem) -> MockResponse:
    """Return the answer to a request in which the host found a fault (position config-api-protocol-errors)."""
    match problem:
        case RequestProblem.VIOLATIONS:
            return answer(
                context, _from_violation(next(each for each in context.violations if each.location[0] == "body"))
            )
        case RequestProblem.UNAUTHENTICATED:
            return answer(context, RefusalCause("key_missing", ("header", KEY_HEADER), (text(KEY_HEADER),)))
        case RequestProblem.NO_SUCH_PATH:
            return answer(context, RefusalCause("unknown_path", (), (text(context.path),)))
        case RequestProblem.METHOD_NOT_ALLOWED:
            return answer(context, RefusalCause("method_not_allowed", (), (text(context.method),)))
        case RequestProblem.UNSUPPORTED_MEDIA_TYPE:
            return answer(context, RefusalCause("unsupported_media_type", ("header", "Content-Type"), (text(JSON),)))
        case _:
            return answer(context, RefusalCause(_PLAIN[problem]))


_PLAIN: Final = {
    RequestProblem.UNREADABLE_BODY: "body_unreadable",
    RequestProblem.TIMEOUT: "request_timeout",
    RequestProblem.BODY_TOO_LARGE: "body_too_large",
    RequestProblem.HEADERS_TOO_LARGE: "headers_too_large",
    RequestProblem.CRASH: "internal_error",
}


def _from_violation(violation: Violation) -> RefusalCause:
    """Return the first error of a body as the vendor tells it (position config-api-order-of-checks)."""
    location, place = violation.location, text(reference(violation.location) or "body")
    match violation.rule:
        case "required":
            return RefusalCause(
                "member_missing" if location[1:] else "body_missing", location, (place,) * bool(location[1:])
            )
        case "enum":
            return RefusalCause("unknown_enum_value", location, (place, choices(violation.expected)))
        case "format":
            return RefusalCause("wrong_date", location, (place,))
        case "minimum" | "maximum":
            return RefusalCause("integer_out_of_range", location, (place,))
        case _:
            return RefusalCause("wrong_type", location, (place, text(" or ".join(violation.expected))))
